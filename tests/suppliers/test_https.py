"""HTTPS against a real server: sent with a token, repeated safely, and an unknown outcome of a POST is a person's."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from local.partners.servers import free_port
from packhorse.domain.errors import CredentialsRefused, NotFound, PackhorseError, Rejected, Unavailable
from packhorse.domain.supply.answer_layout import AnswerLayout
from packhorse.domain.supply.arrivals import RemoteFile
from packhorse.domain.supply.rendering import SupplierFile
from packhorse.domain.supply.transport import HttpMethod, HttpsSettings
from packhorse.suppliers import connect
from packhorse.suppliers.exchange import fetch, is_unsent, send_files
from packhorse.suppliers.protocol import FileDrop, PerhapsSent, SupplierKeys

CONTENT = b"PO;QTY\r\na-1;2\r\n"


class Api(ThreadingHTTPServer):
    """Keeps files by path; `fault` is a status, or `drop` to break off after the request."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.files: dict[str, bytes] = {}
        self.headers: list[dict[str, str]] = []
        self.fault: int | str = 0


class _Handler(BaseHTTPRequestHandler):
    server: Api

    def answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(self.server.fault if isinstance(self.server.fault, int) and self.server.fault else status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def take(self) -> None:
        self.server.headers.append(dict(self.headers))
        content = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        if self.headers.get("Authorization") != "Bearer t0ken":
            self.answer(401)
            return
        self.server.files[self.path] = content
        if self.server.fault == "drop":
            self.close_connection = True
            self.connection.close()
            return
        self.answer(201)

    do_PUT = do_POST = take  # noqa: N815 - the names of BaseHTTPRequestHandler

    def do_GET(self) -> None:
        if self.path.endswith("/"):
            listed = [{"name": path.rpartition("/")[2], "size": len(each)} for path, each in self.server.files.items()]
            self.answer(200, json.dumps(listed).encode())
        elif self.path in self.server.files:
            self.answer(200, self.server.files[self.path])
        else:
            self.answer(404)

    def do_DELETE(self) -> None:
        self.answer(204 if self.server.files.pop(self.path, None) is not None else 404)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def api() -> Iterator[Api]:
    server = Api()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def drop(api: Api) -> Iterator[FileDrop]:
    with connect(settings(api), SupplierKeys(token="t0ken")) as found:
        yield found


def settings(api: Api, **fields: Any) -> HttpsSettings:
    return HttpsSettings(base_url=f"http://127.0.0.1:{api.server_address[1]}/api", lists=True, **fields)


def test_a_file_goes_out_with_the_token_and_comes_back(api: Api, drop: FileDrop) -> None:
    drop.put("in", "ORD 1.csv", CONTENT)

    assert api.files == {"/api/in/ORD%201.csv": CONTENT}
    assert api.headers[0]["Authorization"] == "Bearer t0ken"
    assert drop.fetch("in", "ORD 1.csv") == CONTENT


def test_sending_again_has_the_same_key(api: Api, drop: FileDrop) -> None:
    drop.put(".", "a.csv", CONTENT)
    drop.put(".", "a.csv", CONTENT)

    assert len(api.files) == 1
    assert len({each["Idempotency-Key"] for each in api.headers}) == 1


def test_files_are_listed_and_deleted(api: Api, drop: FileDrop) -> None:
    api.files["/api/out/shp.csv"] = CONTENT

    (listed,) = drop.list_files("out")
    drop.delete("out", listed.name)

    assert (listed.name, listed.size) == ("shp.csv", len(CONTENT))
    assert api.files == {}


@pytest.mark.parametrize("body", [b"{}", b"no json", b'[{"size": 1}]'])
def test_a_list_that_is_none_is_refused(api: Api, drop: FileDrop, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_Handler, "do_GET", lambda self: self.answer(200, body))

    with pytest.raises(Rejected, match="array"):
        drop.list_files("out")


def test_what_does_not_exist_is_not_found(drop: FileDrop) -> None:
    with pytest.raises(NotFound):
        drop.fetch("out", "nothing.csv")
    with pytest.raises(NotFound):
        drop.delete("out", "nothing.csv")


@pytest.mark.parametrize(
    ("status", "kind"), [(403, CredentialsRefused), (422, Rejected), (429, Unavailable), (503, Unavailable)]
)
def test_refusals_are_of_their_kind(api: Api, drop: FileDrop, status: int, kind: type[Exception]) -> None:
    api.fault = status

    with pytest.raises(kind):
        drop.put(".", "a.csv", CONTENT)


def test_a_put_without_an_answer_may_be_repeated(api: Api, drop: FileDrop) -> None:
    api.fault = "drop"

    with pytest.raises(Unavailable):
        drop.put(".", "a.csv", CONTENT)


def test_a_post_without_an_answer_is_for_a_person(api: Api) -> None:
    api.fault = "drop"

    with (
        connect(settings(api, method=HttpMethod.POST), SupplierKeys(token="t0ken")) as drop,
        pytest.raises(PerhapsSent),
    ):
        drop.put(".", "a.csv", CONTENT)


@pytest.mark.parametrize(
    ("status", "is_perhaps_sent"), [(500, True), (502, True), (504, True), (501, False), (429, False)]
)
def test_a_post_whose_gateway_gave_up_is_for_a_person_too(api: Api, status: int, is_perhaps_sent: bool) -> None:
    api.fault = status

    with (
        connect(settings(api, method=HttpMethod.POST), SupplierKeys(token="t0ken")) as drop,
        pytest.raises(PackhorseError) as raised,
    ):
        drop.put(".", "a.csv", CONTENT)

    assert isinstance(raised.value, PerhapsSent) is is_perhaps_sent


def test_a_file_that_comes_short_is_read_later(api: Api, drop: FileDrop) -> None:
    drop.put(".", "a.csv", CONTENT)
    file = RemoteFile("a.csv", len(CONTENT) + 1)

    with pytest.raises(Unavailable, match="came"):
        fetch(drop, AnswerLayout(), file)


def test_a_post_that_reached_nobody_may_be_repeated() -> None:
    away = HttpsSettings(base_url=f"http://127.0.0.1:{free_port()}", method=HttpMethod.POST)

    with connect(away, SupplierKeys()) as drop, pytest.raises(Unavailable):
        drop.put(".", "a.csv", CONTENT)


@pytest.mark.parametrize(("fault", "is_certain"), [(422, True), (401, False), (500, False), ("drop", False)])
def test_an_api_that_refuses_a_file_has_none_and_after_other_failures_that_is_unknown(
    api: Api, drop: FileDrop, fault: int | str, is_certain: bool
) -> None:
    api.fault = fault
    file = SupplierFile("a.csv", CONTENT, ("a-1",), 1)

    with pytest.raises(PackhorseError) as failed:
        send_files(drop, "in", [file])

    assert drop.has("in", "a.csv", CONTENT) is None
    assert is_unsent(drop, "in", [file], failed.value) is is_certain


def test_a_name_leads_nowhere_else(drop: FileDrop) -> None:
    with pytest.raises(Rejected, match="not the name of a file"):
        drop.put(".", "../a.csv", CONTENT)
