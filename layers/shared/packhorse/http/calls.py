"""HTTP calls to outside systems: clients with address, pace and timeouts, and the kind of failure of a call.

This imports httpx, which the webhook function must not load.
"""

import re
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus

import httpx

from packhorse.domain.errors import CallFailed, CredentialsRefused, Rejected, Unavailable
from packhorse.domain.values import in_utc
from packhorse.http.answers import QUOTED, BoundedTransport, excerpt
from packhorse.http.pace import Pace, forever

TIMEOUT = httpx.Timeout(20, connect=5)
REFUSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
RETRYABLE = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})
NOT_RETRYABLE = frozenset({HTTPStatus.NOT_IMPLEMENTED})


def call(
    http: httpx.Client | None,
    method: str,
    path: str,
    *,
    params: Mapping[str, str | int | list[str]] | None = None,
    json: Mapping[str, object] | None = None,
) -> bytes:
    """Return the body of a 2xx response; raises Rejected for a permanent failure, Unavailable for a transient one."""
    return require_success(send(http, method, path, params=params, json=json)).content


def send(
    http: httpx.Client | None,
    method: str,
    path: str,
    *,
    params: Mapping[str, str | int | list[str]] | None = None,
    json: Mapping[str, object] | None = None,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> httpx.Response:
    """Return the response, whatever its status; raises Unavailable without one, Rejected if the URL is not valid."""
    if http is None:
        raise TypeError("made without a client: it can receive, not call")
    try:
        return http.request(method, path, params=params, json=json, content=content, headers=headers)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Rejected(f"{method} {path}: the base url is not valid") from error
    except httpx.ReadTimeout as error:
        raise CallFailed(f"{method} {path}: {type(error).__name__}") from error
    except httpx.HTTPError as error:
        raise Unavailable(f"{method} {path}: {type(error).__name__}", answer=str(error)[:QUOTED]) from error


def require_success(response: httpx.Response) -> httpx.Response:
    """Return the response if it is 2xx; raises as `call` does if not, or CredentialsRefused.

    What something before the API answers, such as a firewall or a page of maintenance, is the failure of this call.
    """
    if response.is_success:
        return response
    status = response.status_code
    request, answer = f"{response.request.method} {response.request.url.path}: {status}", excerpt(response)
    if is_from_before(response):
        found = ": ".join(filter(None, (_target(response), answer)))
        raise CallFailed(request, retry_after(response), answer=found, status=status)
    if status in REFUSED:
        raise CredentialsRefused(request, answer=answer, status=status)
    if (response.is_server_error or status in RETRYABLE) and status not in NOT_RETRYABLE:
        wait = retry_after(response)
        is_of_call = response.is_server_error and wait is None  # who says when to come back means every call
        raise (CallFailed if is_of_call else Unavailable)(request, wait, answer, status=status)
    raise rejection_of(response)


def rejection_of(response: httpx.Response) -> Rejected:
    """Return the error of an answer that refuses the call as it is."""
    request = f"{response.request.method} {response.request.url.path}: {response.status_code}"
    return Rejected(f"{request} {excerpt(response)}".rstrip(), status=response.status_code)


def is_from_before(response: httpx.Response) -> bool:
    """Return whether a redirect, or a page that refuses: no API answered. A 401 is about credentials, page or not."""
    if response.is_redirect or not response.is_client_error:
        return response.is_redirect
    kind, start = response.headers.get("Content-Type", "").lower(), response.content[:100].lstrip().lower()
    is_page = "html" in kind or start.startswith((b"<!doctype html", b"<html"))
    return is_page and response.status_code != HTTPStatus.UNAUTHORIZED and response.status_code not in RETRYABLE


def _target(response: httpx.Response) -> str:
    """Return where a redirect leads to, without what its query may hold."""
    found = re.match(r"[^?#]{1,100}", response.headers.get("Location", ""))
    return f"to {found[0]}" if response.is_redirect and found else ""


def retry_after(response: httpx.Response) -> float | None:
    """Return the seconds of the Retry-After header, which are given as seconds or as a time; None if it is neither."""
    given = response.headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", given):
        return float(given)
    try:
        moment = in_utc(parsedate_to_datetime(given).astimezone())  # a date in -0000 is naive
    except (ValueError, OverflowError):
        return None
    return max((moment - datetime.now(UTC)).total_seconds(), 0)


def client_of(
    base_url: str, secrets: tuple[str, ...], calls_per_second: float, remaining: Callable[[], float] = forever
) -> httpx.Client:
    """Return a client of an outside system; it paces its calls, and makes none when too few seconds remain.

    `secrets` are blanked wherever an answer is quoted.
    """
    headers = {"User-Agent": "packhorse", "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}
    transport = BoundedTransport(httpx.HTTPTransport(verify=trusted_certificates()), secrets)
    http = httpx.Client(
        base_url=base_url, headers=headers, timeout=TIMEOUT, follow_redirects=False, transport=transport
    )
    http.event_hooks["request"].append(Pace(calls_per_second, remaining=remaining))
    return http


@cache
def trusted_certificates() -> ssl.SSLContext:
    """Return what servers' certificates are checked against; reading it takes more time than a call does."""
    return httpx.create_ssl_context()
