"""Calls to a channel, and who must act when one fails. Imports httpx, which the door must not pay for."""

from collections.abc import Mapping
from http import HTTPStatus

import httpx

from packhorse.domain.errors import Rejected, Unavailable

LATER = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


def call(
    http: httpx.Client | None,
    method: str,
    path: str,
    *,
    params: Mapping[str, str | int] | None = None,
    json: Mapping[str, object] | None = None,
) -> bytes:
    """The body of a 2xx answer; Rejected for an answer that will not change by itself, Unavailable for the rest."""
    if http is None:
        raise TypeError("made without a client: it can receive, not call")
    try:
        response = http.request(method, path, params=params, json=json)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
        raise Rejected(_failure(method, path, "the channel's base url is none")) from error
    except httpx.HTTPError as error:
        raise Unavailable(_failure(method, path, type(error).__name__)) from error
    if response.is_server_error or response.status_code in LATER:
        raise Unavailable(_failure(method, path, response.status_code))
    if not response.is_success:
        raise Rejected(_failure(method, path, f"{response.status_code} {response.text[:200]}"))
    return response.content


def _failure(method: str, path: str, outcome: object) -> str:
    return f"{method} {path}: {outcome}"
