"""Answers of carriers in our terms: refusals with their fields, prices, and the files of labels.

This imports httpx, which reading a webhook does not need.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import httpx

from packhorse.domain.errors import FieldError, NotFound, Rejected, Unavailable
from packhorse.domain.labels.consignment import LabelFormat
from packhorse.domain.labels.purchase import LabelFile
from packhorse.http.answers import secrets_of
from packhorse.http.blanking import blanked
from packhorse.http.body import MAX_ERRORS, Model, parse_json, readable, validated
from packhorse.http.calls import REFUSED, RETRYABLE, rejection_of, require_success, send

MAX_MESSAGE = 300
BEGINNINGS = {
    b"%PDF-": LabelFormat.PDF,
    b"\x89PNG\r\n\x1a\n": LabelFormat.PNG,
    b"^": LabelFormat.ZPL,
    b"~": LabelFormat.ZPL,
    b"CT~~": LabelFormat.ZPL,
}
"""How the file of a label in each format begins; before the first label of ZPL there may be other commands of it."""

Faults = Callable[[Any], Iterable[FieldError]]
"""A function of the JSON of a refusal that yields its faults by field; the first one has no field, it is the reason."""


def ask(
    http: httpx.Client,
    method: str,
    path: str,
    faults: Faults,
    *,
    params: Mapping[str, str | int | list[str]] | None = None,
    json: Mapping[str, object] | None = None,
) -> bytes:
    """Return the body of a 2xx response; raises Rejected with the carrier's reasons if it refuses.

    Raises CredentialsRefused and Unavailable as `packhorse.http.calls.call` does.
    """
    response = _sent(http, method, path, params, json)
    status = response.status_code
    if status == httpx.codes.CONFLICT:  # with another call at the same moment, as Shippo says
        raise Unavailable(f"{method} {path}: {status}")
    if not response.is_client_error or status in REFUSED or status in RETRYABLE:
        return require_success(response).content
    found = [_quotable(fault, response) for fault in _faults(response, faults)][:MAX_ERRORS]
    if not found:
        raise rejection_of(response)
    reason, *fields = found
    raise (NotFound if status == httpx.codes.NOT_FOUND else Rejected)(reason.message, fields)


def _sent(
    http: httpx.Client,
    method: str,
    path: str,
    params: Mapping[str, str | int | list[str]] | None,
    json: Mapping[str, object] | None,
) -> httpx.Response:
    try:
        return send(http, method, path, params=params, json=json)
    except Rejected as error:
        if isinstance(error.__cause__, httpx.InvalidURL | httpx.UnsupportedProtocol):
            raise
        raise Unavailable(str(error)) from error  # an answer out of bounds: what the call did is unknown


def _faults(response: httpx.Response, faults: Faults) -> Sequence[FieldError]:
    try:
        return tuple(faults(parse_json(response.content)))
    except Rejected:
        return ()


def _quotable(fault: FieldError, response: httpx.Response) -> FieldError:
    secrets = secrets_of(response)
    return FieldError(fault.field[:MAX_MESSAGE], blanked(readable(fault.message), secrets)[:MAX_MESSAGE])


def answer_of(raw: bytes, model: type[Model], place: str) -> Model:
    """Return an answer as that model; raises Unavailable for another one: what the call did is unknown then."""
    try:
        return validated(model, parse_json(raw), "unreadable")
    except Rejected as error:
        raise Unavailable(f"{place}: the answer is unreadable", answer=error.in_full[:MAX_MESSAGE]) from error


def flattened(value: object, path: str = "") -> Iterator[FieldError]:
    """Yield each text in a JSON value with its path; carriers nest texts of errors in lists and objects at will.

    >>> list(flattened({"parcels": [{"weight": ["is missing"]}]}))
    [FieldError(field='parcels.0.weight', message='is missing')]
    """
    if isinstance(value, dict):
        parts = [(str(key), part) for key, part in value.items()]
    elif isinstance(value, list):
        alone = len(value) == 1 and not isinstance(value[0], dict)
        parts = [("" if alone else str(place), part) for place, part in enumerate(value)]
    else:
        if value not in (None, ""):
            yield FieldError(path, str(value))
        return
    for key, part in parts:
        yield from flattened(part, ".".join(filter(None, (path, key))))


def download(http: httpx.Client, url: str, hosts: Sequence[str]) -> LabelFile:
    """Return the file of a label from the account's own host, or by https from one below `hosts`; else Rejected.

    It is requested without our credentials: the files of most carriers are on hosts of others. Whatever else is wrong
    with it is Unavailable: it is paid for, and must come in the end.
    """
    place = "GET the file of the label"
    if not _is_allowed(url, http.base_url, hosts):
        raise Rejected(f"the file of the label is on a host that is not the carrier's: {_host(url)}")
    try:
        request = http.build_request("GET", url, headers={"Accept": "*/*"})
        for name in ("Authorization", "Cookie"):
            request.headers.pop(name, None)
        response = http.send(request, auth=None)
    except httpx.HTTPError as error:
        raise Unavailable(f"{place}: {type(error).__name__}") from error
    if not response.is_success:
        raise Unavailable(f"{place}: {response.status_code}")
    content = response.content
    for beginning, format_ in BEGINNINGS.items():
        if content[:64].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(beginning):
            return LabelFile(content, format_)
    raise Unavailable(f"{place}: it is neither PDF, PNG nor ZPL")


def _host(url: str) -> str:
    try:
        return httpx.URL(url).host[:100] or "none"
    except httpx.InvalidURL:
        return "none"


def _is_allowed(url: str, base: httpx.URL, hosts: Sequence[str]) -> bool:
    try:
        target = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    if (target.scheme, target.host) == (base.scheme, base.host):
        return True
    return target.scheme == "https" and any(target.host.endswith(f".{host}") for host in hosts)
