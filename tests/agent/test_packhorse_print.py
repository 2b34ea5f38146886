"""The print agent against a real HTTP server, real printers at sockets, and real commands."""

import json
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from agent.packhorse_print import PASSING, Agent, Api, printer_of

ZPL = b"^XA^FDHello^FS^XZ"
TOKEN = "token-1"
SIGN_IN = f"{sys.executable} -c \"print('{TOKEN}')\""


class Bench:
    """The API of a bench with one station: its jobs, what was said to be done, and how it answers."""

    def __init__(self) -> None:
        self.jobs: list[dict[str, Any]] = []
        self.done: list[str] = []
        self.token = TOKEN
        self.breaks_after_done = False
        self.cuts = 0
        """Bytes that the answers lack of what they announce."""
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def queue(self, name: str = "one.1.a", document: str = "label") -> None:
        self.jobs.append({"id": name, "document": document, "url": f"{self.url}/file", "reprint": False})

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        bench = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/file":  # presigned: it needs no token
                    return self._answer(200, ZPL)
                if self.headers["Authorization"] != f"Bearer {bench.token}":
                    return self._answer(401, b"{}")
                assert self.path == "/print-jobs?station=one"
                return self._answer(200, json.dumps({"items": bench.jobs, "next": None}).encode())

            def do_POST(self) -> None:
                name = self.path.split("/")[2]
                bench.done.append(name)
                if bench.breaks_after_done:
                    return self._answer(503, b"{}")
                bench.jobs = [job for job in bench.jobs if job["id"] != name]
                return self._answer(200, b"{}")

            def _answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) - bench.cuts])

            def log_message(self, *_: object) -> None: ...

        return Handler


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@contextmanager
def printer(port: int = 0) -> Iterator[tuple[int, list[bytes]]]:
    """A printer at a raw port: it reads to the end, and closes; what is sent before an empty paper is printed."""
    papers: list[bytes] = []
    listening = socket.create_server(("127.0.0.1", port))

    def serve() -> None:
        while True:
            connection, _ = listening.accept()
            with connection, connection.makefile("rb") as file:
                paper = file.read()
            if not paper:
                return
            papers.append(paper)

    thread = threading.Thread(target=serve)
    thread.start()
    yield listening.getsockname()[1], papers
    socket.create_connection(listening.getsockname()).close()
    thread.join()
    listening.close()


def agent_of(bench: Bench, **targets: str) -> Agent:
    return Agent(Api(bench.url, SIGN_IN), "one", {name: printer_of(target) for name, target in targets.items()})


def test_a_label_goes_to_the_raw_port_as_it_is_once(bench: Bench) -> None:
    bench.queue()

    with printer() as (port, papers):
        agent = agent_of(bench, label=f"tcp://127.0.0.1:{port}")
        assert [agent.run_once(), agent.run_once()] == [1, 0]

    assert papers == [ZPL]
    assert bench.done == ["one.1.a"]


def test_a_command_gets_the_file_on_its_standard_input(bench: Bench, tmp_path: Path) -> None:
    bench.queue(document="packing_slip")
    paper = tmp_path / "paper"

    agent_of(bench, packing_slip=f"tee {paper}").run_once()

    assert paper.read_bytes() == ZPL


def test_what_has_no_printer_here_is_left_to_another_agent(bench: Bench) -> None:
    bench.queue(document="packing_slip")

    assert agent_of(bench, label="false").run_once() == 0

    assert bench.done == []


def test_a_printer_that_is_off_gets_the_label_once_it_is_on(bench: Bench) -> None:
    bench.queue()
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    agent = agent_of(bench, label=f"tcp://127.0.0.1:{port}")
    assert agent.run_once() == 0
    assert bench.done == []

    with printer(port) as (_, papers):
        assert agent.run_once() == 1

    assert papers == [ZPL]


@pytest.mark.parametrize("command", ["false", "no-such-program"])
def test_a_command_that_fails_does_not_hold_up_the_others(bench: Bench, tmp_path: Path, command: str) -> None:
    bench.queue("one.1.a", "label")
    bench.queue("one.2.b", "packing_slip")

    assert agent_of(bench, label=command, packing_slip=f"tee {tmp_path / 'paper'}").run_once() == 1

    assert bench.done == ["one.2.b"]


def test_a_paper_is_not_printed_twice_where_saying_so_got_no_answer(bench: Bench) -> None:
    bench.queue()
    bench.breaks_after_done = True

    with printer() as (port, papers):
        agent = agent_of(bench, label=f"tcp://127.0.0.1:{port}")
        assert agent.run_once() == 0
        bench.breaks_after_done = False
        assert agent.run_once() == 1

    assert papers == [ZPL]


def test_an_answer_that_is_cut_off_ends_no_agent_and_its_paper_is_printed_next_time(bench: Bench) -> None:
    bench.queue()
    with printer() as (port, papers):
        agent = agent_of(bench, label=f"tcp://127.0.0.1:{port}")
        bench.cuts = 1
        with pytest.raises(PASSING):
            agent.run_once()
        bench.cuts = 0
        assert agent.run_once() == 1

    assert papers == [ZPL]


def test_a_token_that_has_ended_is_replaced(bench: Bench, tmp_path: Path) -> None:
    bench.token = "token-2"
    tokens = tmp_path / "token"
    tokens.write_text(TOKEN)
    agent = Agent(Api(bench.url, f"cat {tokens}"), "one", {})
    with pytest.raises(PASSING):
        agent.run_once()

    tokens.write_text("token-2")

    assert agent.run_once() == 0
