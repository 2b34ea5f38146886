"""HTTPS: a file is sent to an API with a token, and answers are fetched from it where it can list them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from urllib.parse import quote

import httpx
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from packhorse.domain.errors import NotFound, Rejected, Unavailable
from packhorse.domain.supply.arrivals import RemoteFile, content_hash
from packhorse.domain.supply.transport import HttpMethod, HttpsSettings
from packhorse.domain.values import Instant, Whole
from packhorse.http.calls import client_of, require_success, send
from packhorse.suppliers.protocol import MAX_LISTED, PerhapsSent, SupplierKeys, is_plain_name

CALLS_PER_SECOND = 5
GONE = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


class _Listed(BaseModel):
    """A file in the list of an API."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    size: Whole = Field(default=0, ge=0)
    modified: Instant | None = None


_LIST = TypeAdapter(list[_Listed])


class HttpsDrop:
    """The files of a supplier's API."""

    def __init__(self, http: httpx.Client, settings: HttpsSettings) -> None:
        self._http = http
        self._settings = settings
        self.reports_doubt = False

    def put(self, folder: str, name: str, content: bytes) -> None:
        """Send the file; raises PerhapsSent if a POST has no answer, or none of the API itself: a PUT may be repeated.

        The hash of the content is its idempotency key, for servers that know such keys.
        """
        headers = {"Content-Type": "application/octet-stream", "Idempotency-Key": content_hash(content)}
        try:
            answer = send(self._http, self._settings.method, _path(folder, name), content=content, headers=headers)
        except Unavailable as error:
            is_unsent = isinstance(error.__cause__, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
            if self._settings.method is HttpMethod.PUT or error.__cause__ is None or is_unsent:
                raise
            raise PerhapsSent(f"post {name}: the connection broke before the server's answer") from error
        if self._settings.method is HttpMethod.POST and _may_have_taken(answer):
            raise PerhapsSent(f"post {name}: {answer.status_code}, which a server may answer after it took the file")
        require_success(answer)

    def has(self, folder: str, name: str, content: bytes) -> None:
        """Return None: an API that takes files need not show them."""

    def list_files(self, folder: str) -> Sequence[RemoteFile]:
        """Return the files in a folder."""
        answer = _found(send(self._http, "GET", f"{_folder(folder)}/"), f"list {folder}")
        try:
            listed = _LIST.validate_json(answer)
        except ValidationError as error:
            raise Rejected(f"list {folder}: the answer is no array of objects with name, size and modified") from error
        if len(listed) > MAX_LISTED:
            raise Rejected(f"the folder {folder} has more than {MAX_LISTED:,} files: move old ones away")
        return [RemoteFile(each.name, each.size, each.modified) for each in listed if is_plain_name(each.name)]

    def fetch(self, folder: str, name: str) -> bytes:
        """Return the bytes of a file."""
        return _found(send(self._http, "GET", _path(folder, name)), f"fetch {name}")

    def move(self, folder: str, name: str, to: str, new_name: str) -> None:  # noqa: ARG002
        """Refuse: an API deletes what was read."""
        raise Rejected(f"move {name}: files of an API are deleted, not moved")

    def delete(self, folder: str, name: str) -> None:
        """Delete a file."""
        _found(send(self._http, "DELETE", _path(folder, name)), f"delete {name}")


@contextmanager
def https_drop(settings: HttpsSettings, keys: SupplierKeys) -> Iterator[HttpsDrop]:
    """Hold a client for the time of a `with` block."""
    with client_of(settings.base_url, (keys.token,) if keys.token else (), CALLS_PER_SECOND) as http:
        if keys.token:
            http.headers[settings.auth_header] = f"{settings.auth_scheme} {keys.token}".strip()
        yield HttpsDrop(http, settings)


def _may_have_taken(answer: httpx.Response) -> bool:
    """Return whether a failure may be that of the answer alone, as of a gateway that has waited too long for it."""
    is_refusal = answer.status_code == HTTPStatus.NOT_IMPLEMENTED or (
        answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE and "Retry-After" in answer.headers
    )
    return answer.is_server_error and not is_refusal


def _found(answer: httpx.Response, what: str) -> bytes:
    if answer.status_code in GONE:
        raise NotFound(f"{what}: {answer.status_code}")
    return require_success(answer).content


def _folder(folder: str) -> str:
    inner = folder.strip("/")
    return "" if inner == "." else f"/{quote(inner)}"


def _path(folder: str, name: str) -> str:
    if not is_plain_name(name):
        raise Rejected(f"“{name[:40]}” is not the name of a file")
    return f"{_folder(folder)}/{quote(name, safe='')}"
