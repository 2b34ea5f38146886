"""The server of the console on the laptop."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from local.console import FILE, Places, headers_of, serve
from simulation.template import resources


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was sent."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        said = f"{self.command} {self.path} {self.headers.get('authorization')} {body.decode()}".encode()
        self.send_response(201)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST  # noqa: N815 - the name that the base class calls

    def log_message(self, *_: object) -> None:
        pass


def running(server: ThreadingHTTPServer) -> str:
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[httpx.Client]:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("the console")
    (tmp_path / "assets" / "part-1a.js").write_text("1")
    behind = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    there = running(behind)
    server = serve(0, Places(tmp_path, f"{there}/_aws/api-1", there, "client-1"))
    with httpx.Client(base_url=running(server)) as client:
        yield client
    for each in (server, behind):
        each.shutdown()
        each.server_close()


@pytest.mark.parametrize("page", ["/", "/orders", "/orders/0af3", "/stock/SKU%201", "/stock/tea-0.5", "/products/a.js"])
def test_every_page_is_the_console(browser: httpx.Client, page: str) -> None:
    answer = browser.get(page)

    assert answer.text == "the console"
    policy = answer.headers["content-security-policy"]
    bucket = policy.partition("connect-src 'self' ")[2].partition(";")[0]
    assert bucket.startswith("http://127.0.0.1:")
    assert answer.headers.items() >= {name.lower(): value for name, value in headers_of(bucket).items()}.items()
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/assets/none.js", "/../secret.txt", "/assets/..%2f..%2fsecret.txt"])
def test_a_file_that_is_not_there_is_not_the_console(browser: httpx.Client, tmp_path: Path, path: str) -> None:
    (tmp_path.parent / "secret.txt").write_text("secret")

    assert browser.get(path).status_code == 404


def test_cloudfront_takes_the_same_addresses_for_files() -> None:
    code = resources("AWS::CloudFront::Function")["ConsolePages"]["FunctionCode"]
    [pattern] = re.findall(r"if \(!/(.+)/\.test\(request\.uri\)\)", code)

    assert pattern.replace("\\/", "/") == FILE.pattern


def test_parts_are_kept_by_the_browser(browser: httpx.Client) -> None:
    assert "immutable" in browser.get("/assets/part-1a.js").headers["cache-control"]


def test_the_api_is_below_the_same_address(browser: httpx.Client) -> None:
    answer = browser.post("/api/orders?limit=1", headers={"Authorization": "Bearer x"}, content="body")

    assert (answer.status_code, answer.text) == (201, "POST /_aws/api-1/orders?limit=1 Bearer x body")


@pytest.mark.parametrize("path", ["/oauth2/authorize?a=1", "/oauth2/token", "/login", "/logout?b=2"])
def test_people_sign_in_at_the_same_address(browser: httpx.Client, path: str) -> None:
    assert browser.get(path).text.startswith(f"GET {path} ")


def test_the_console_learns_its_client_and_where_to_sign_in(browser: httpx.Client) -> None:
    origin = str(browser.base_url).rstrip("/")

    assert browser.get("/settings.json").json() == {"client_id": "client-1", "sign_in_url": origin}


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_pages_of_others_are_refused(browser: httpx.Client, headers: dict[str, str]) -> None:
    assert browser.get("/api/orders", headers=headers).status_code == 403


def test_an_api_that_does_not_answer_is_a_gateway_that_fails(tmp_path: Path) -> None:
    server = serve(0, Places(tmp_path, "http://127.0.0.1:9", "http://127.0.0.1:9", "client-1"))

    answer = httpx.get(f"{running(server)}/api/orders")

    assert answer.status_code == 502
    server.shutdown()
    server.server_close()
