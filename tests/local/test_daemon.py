"""A daemon outlives the process that started it, is found again, saves at its end, and reports why it did not start."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.daemon import Daemon
from local.home import Home, StackError, is_free

SERVER = """
import http.server, pathlib, signal, sys
class Healthy(http.server.BaseHTTPRequestHandler):
    def do_GET(self): self.send_response(200); self.end_headers()
def save(*_): pathlib.Path("saved").touch(); sys.exit()
signal.signal(signal.SIGTERM, save)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Healthy).serve_forever()
"""


@pytest.fixture
def daemon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    monkeypatch.chdir(tmp_path)
    daemon = made(tmp_path, SERVER)
    yield daemon
    daemon.stop()


def made(folder: Path, code: str, version: str = "1") -> Daemon:
    port = Home(folder=folder).port("daemon")
    return Daemon("daemon", folder, (sys.executable, "-c", code, str(port)), {}, f"http://127.0.0.1:{port}/", version)


def test_a_started_daemon_is_found_again(daemon: Daemon, tmp_path: Path) -> None:
    daemon.start()

    assert made(tmp_path, SERVER).is_current()


def test_a_daemon_of_an_older_version_is_not_current(daemon: Daemon, tmp_path: Path) -> None:
    daemon.start()

    assert not made(tmp_path, SERVER, version="2").is_current()


def test_stopping_waits_until_it_has_saved(daemon: Daemon, tmp_path: Path) -> None:
    daemon.start()

    assert daemon.stop()

    assert (tmp_path / "saved").exists()
    assert not daemon.is_running()


def test_stopping_what_does_not_run_is_harmless(daemon: Daemon) -> None:
    assert not daemon.stop()


def test_a_killed_daemon_does_not_count_as_running(daemon: Daemon, tmp_path: Path) -> None:
    daemon.start()

    os.kill(int((tmp_path / "daemon.pid").read_text().split()[0]), signal.SIGKILL)

    deadline = time.monotonic() + 5
    while daemon.is_running() and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not daemon.is_running()
    daemon.start()


def test_a_second_start_is_refused(daemon: Daemon) -> None:
    daemon.start()

    with pytest.raises(StackError, match="already running"):
        daemon.start()


def test_the_error_of_a_daemon_that_ends_at_once_shows_its_log(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="no such luck"):
        made(tmp_path, "raise SystemExit('no such luck')").start()


def test_a_home_keeps_its_ports(tmp_path: Path) -> None:
    home = Home(folder=tmp_path)

    ports = {home.port("emulator"), home.port("world")}

    assert len(ports) == 2
    assert {Home(folder=tmp_path).port("emulator"), Home(folder=tmp_path).port("world")} == ports


def test_a_new_port_is_a_free_one(tmp_path: Path) -> None:
    home = Home(folder=tmp_path)
    with socket.create_server(("127.0.0.1", home.port("emulator"))):
        assert not is_free(home.port("emulator"))

        assert is_free(home.new_port("emulator"))
