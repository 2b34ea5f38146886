"""Clients of outside systems."""

from unittest.mock import Mock

import httpx
import pytest

from packhorse.domain.errors import CallFailed, CredentialsRefused, Rejected, Unavailable
from packhorse.http import calls
from packhorse.http.calls import client_of, require_success, send


def test_certificates_are_read_once_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    create = Mock(return_value=httpx.create_ssl_context())
    monkeypatch.setattr(httpx, "create_ssl_context", create)
    calls.trusted_certificates.cache_clear()

    for shop in ("one", "two"):
        client_of(f"https://{shop}.example", (), 1).close()

    assert create.call_count == 1


PAGE = {"Content-Type": "text/html; charset=utf-8"}


@pytest.mark.parametrize("status", [301, 302, 400, 403, 404])
def test_a_redirect_or_a_page_that_refuses_is_a_failure_of_the_call(status: int) -> None:
    headers = {**PAGE, "Location": "https://host.example/suspended?to=ada"}
    answer = httpx.Response(status, headers=headers, text="<h1>No</h1>", request=httpx.Request("GET", "https://shop/a"))

    with pytest.raises(CallFailed) as raised:
        require_success(answer)

    target = "to https://host.example/suspended: " if status < 400 else ""
    assert (raised.value.in_full, raised.value.status) == (f"GET /a: {status} {target}<h1>No</h1>", status)


@pytest.mark.parametrize(("status", "headers"), [(401, PAGE), (403, {}), (403, {"Content-Type": "application/json"})])
def test_what_an_api_refuses_and_what_asks_for_a_password_is_about_credentials(
    status: int, headers: dict[str, str]
) -> None:
    answer = httpx.Response(status, headers=headers, text="no", request=httpx.Request("GET", "https://shop/a"))

    with pytest.raises(CredentialsRefused) as raised:
        require_success(answer)

    assert raised.value.may_be_of_call is (status == 403)


def test_what_does_not_connect_says_why() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("certificate verify failed: certificate has expired", request=request)

    with (
        httpx.Client(transport=httpx.MockTransport(refuse), base_url="https://shop") as http,
        pytest.raises(Unavailable) as raised,
    ):
        send(http, "GET", "/orders")

    assert raised.value.in_full == "GET /orders: ConnectError certificate verify failed: certificate has expired"


def test_an_answer_in_an_odd_encoding_is_quoted_all_the_same() -> None:
    headers = {"Content-Type": "application/json; charset=idna"}
    body = ("x" * 100 + "é").encode()
    answer = httpx.Response(400, headers=headers, content=body, request=httpx.Request("GET", "https://shop/a"))

    with pytest.raises(Rejected, match="GET /a: 400 xxx"):
        require_success(answer)
