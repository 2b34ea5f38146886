"""Preconditions of writes (RFC 9110): a document is as the caller read it, or does not exist yet.

GET answers the tag of a document as `ETag`. PUT and PATCH compare it, as `If-Match`, with what is stored when they
decide; the write itself has the condition that this is stored still. A request without a precondition is not compared.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable
from typing import Annotated, Any, NamedTuple, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.params import Header
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import BaseModel

from packhorse.api.documents import ANSWER_ONLY
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import FieldError, Outdated, Rejected
from packhorse.store import configuration

IfMatch = Annotated[
    str | None, Header(alias="if-match", description="`ETag` of what was read: 412 if it was changed since")
]
IfNoneMatch = Annotated[str | None, Header(alias="if-none-match", description="`*`: 412 if there is one already")]

TAG = "etag"
"""Where a route leaves the tag of its answer for `add_tag`, and the name of the header."""
TAGS = re.compile(r'(?:W/)?"([^"]*)"')  # a proxy that compresses an answer makes its tag a weak one
ANY = "*"
MOST_VERSIONS = 20
"""Versions of the configuration that are read to say who changed a document."""

Document = TypeVar("Document", bound=BaseModel)
Stored = TypeVar("Stored", bound=BaseModel | None)
Edited = TypeVar("Edited")
Names = Callable[[], Iterable[str]]


def nobody_known() -> Iterable[str]:
    """Return no names: it is not stored who changed the document."""
    return ()


class Precondition(NamedTuple):
    """What has to be true of the stored document: the tag that it has, or that it does not exist."""

    if_match: str | None = None
    if_none_match: str | None = None

    def require(self, stored: BaseModel | None, who: Names = nobody_known) -> None:
        """Raise Outdated unless the document is as it was read, naming who changed it since."""
        if self.if_none_match is not None:
            if self.if_none_match.strip() != ANY:
                raise Rejected("the input does not fit", [FieldError("If-None-Match", f"takes {ANY} alone")])
            if stored is not None:
                raise Outdated("there is one already: read it, and change that")
        if self.if_match is None or self._matches(stored):
            return
        if stored is None:
            raise Outdated("it was removed since you read it")
        names = " and ".join(each.removeprefix("user:") for each in who())
        raise Outdated(f"it was changed{names and f' by {names}'} since you read it")

    def guarding(self, edit: Callable[[Stored], Edited], who: Names = nobody_known) -> Callable[[Stored], Edited]:
        """Return the edit, for a document that is as it was read; else it raises Outdated."""

        def guarded(stored: Stored) -> Edited:
            self.require(stored, who)
            return edit(stored)

        return guarded

    def _matches(self, stored: BaseModel | None) -> bool:
        if self.if_match == ANY:
            return stored is not None
        return stored is not None and digest_of(stored) in self.tags

    @property
    def tags(self) -> frozenset[str]:
        """The tags that the document may have; raises Rejected for a header that is no list of tags."""
        tags = frozenset(TAGS.findall(self.if_match or ""))
        if not tags:
            raise Rejected("the input does not fit", [FieldError("If-Match", "takes the ETag of an answer, quoted")])
        return tags


def digest_of(document: BaseModel) -> str:
    """Return what two documents have in common if and only if their settings are equal."""
    settings = document.model_dump(exclude=set(ANSWER_ONLY))
    return hashlib.sha256(json.dumps(settings, sort_keys=True, default=_plain).encode()).hexdigest()[:32]


def _plain(value: Any) -> Any:
    """Return a value that JSON does not have; a set in one order, whichever process reads it."""
    return sorted(map(str, value)) if isinstance(value, frozenset | set) else str(value)


def tagged(router: APIGatewayHttpRouter, document: Document) -> Document:
    """Return the document that a route answers, and leave its tag for the header."""
    router.append_context(**{TAG: f'"{digest_of(document)}"'})
    return document


def add_tag(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """Answer the request, with the tag of the document that its route answers."""
    response = next_middleware(app)
    if TAG in app.context:
        response.headers["ETag"] = app.context[TAG]
    return response


def who_changed(part: Callable[[Configuration], BaseModel | None], read: Precondition) -> Names:
    """Return a function that names who changed a part of the configuration since it was read, if that was lately."""

    def names() -> Iterable[str]:
        found: dict[str, None] = {}
        newer: configuration.Version | None = None
        for version in configuration.newest_versions(None, MOST_VERSIONS):
            if newer and part(newer.configuration) != part(version.configuration):
                found[newer.who] = None
            document = part(version.configuration)
            if document is not None and digest_of(document) in read.tags:
                return found
            newer = version
        return ()

    return names
