"""The Settings table: the merchant's configuration, one document, every version of it kept.

question                                   | pk             | sk
the version in force, the last propagated  | CONFIGURATION  | IN_FORCE
the document of a version                  | CONFIGURATION  | VERSION#000012
all versions, by number                    | CONFIGURATION  | VERSION#
the document in force, for writers         | CONFIGURATION  | CURRENT

Every reader reads the version in force, strongly consistent, so that an order which follows an edit is routed by it.
That item costs one read unit; the document, which may cost a hundred, is read only if this process has cached another
version. Writers read CURRENT, and its version is the condition of their write. 0.1.0 had no IN_FORCE: until the first
edit CURRENT is read in its place.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotFound, Rejected
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import iso
from packhorse.store import expressions
from packhorse.store.commit import write_together
from packhorse.store.conditions import ignore_failed_condition
from packhorse.store.expressions import Attributes, Expression, Request, at_most, between, equals, missing
from packhorse.store.reading import get_item, pages

PK = "CONFIGURATION"
IN_FORCE, CURRENT, VERSIONS = "IN_FORCE", "CURRENT", "VERSION#"
CONFIGURATION = Reader(TypeAdapter(Configuration))
MAX_DOCUMENT_BYTES = 390_000
"""Size of a document that fits an item beside its other attributes."""

cached: Configuration | None = None
"""The configuration that this process read or wrote last."""


class _InForce(NamedTuple):
    """The version in force, and the last one that was propagated (0: none)."""

    version: int
    propagated: int


def current() -> Configuration:
    """Return the configuration in force; a new deployment has the initial one."""
    in_force = _in_force()
    if in_force:
        return _of_version(in_force.version)
    document = _get(CURRENT)
    return _read(document) if document else Configuration.initial()


def _in_force() -> _InForce | None:
    """Read IN_FORCE; None in a deployment without an edit, or whose last edit was by 0.1.0."""
    found = _get(IN_FORCE)
    return _InForce(int(found["version"]["N"]), int(found["propagated"]["N"])) if found else None


def _get(sk: str) -> Mapping[str, Any] | None:
    key = expressions.key(PK, sk)
    return get_item(settings.settings_table, key)


def _read(document: Mapping[str, Any]) -> Configuration:
    return CONFIGURATION.read(document["body"]["S"])


def _of_version(number: int) -> Configuration:
    global cached
    if cached is None or cached.version != number:
        cached = get_version(number).configuration
    return cached


def apply_edit(
    edit: Callable[[Configuration], Configuration], who: str, at: datetime, restored: int | None = None
) -> Configuration:
    """Put an edited configuration into force, as the next version if it changed; raises Conflict.

    `restored` is the version that the edit goes back to.
    """
    global cached
    document = _get(CURRENT)
    before = _read(document) if document else Configuration.initial()
    edited = edit(before)
    if edited == before:
        return before
    after = edited.replace(version=before.version + 1)
    body = stamped(after.model_dump_json())
    if len(body.encode()) > MAX_DOCUMENT_BYTES:
        raise Rejected(
            f"the whole configuration may have {MAX_DOCUMENT_BYTES} bytes; this would make it {len(body.encode())}"
        )
    propagated = _propagated(document)
    fields: Attributes = {"version": after.version, "who": who, "at": iso(at), "body": body}
    if restored:
        fields = {**fields, "restored": restored}
    is_unchanged = equals("version", before.version) if document else missing("pk")
    write_together(
        [
            _put(CURRENT, {**fields, "followed": propagated}, is_unchanged),
            _put(_key(after.version), fields),
            _put(IN_FORCE, {"version": after.version, "propagated": propagated}),
        ]
    )
    cached = after
    return after


def _put(sk: str, fields: Attributes, condition: Expression | None = None) -> Request:
    return {"Put": expressions.put(settings.settings_table, {"pk": PK, "sk": sk, **fields}, condition)}


def _propagated(document: Mapping[str, Any] | None) -> int:
    """Return the last version that was propagated; 0.1.0 stored it beside the document, as `followed`."""
    in_force = _in_force()
    if in_force:
        return in_force.propagated
    return int(document["followed"]["N"]) if document and "followed" in document else 0


class Unpropagated(NamedTuple):
    """A configuration that is in force and not propagated yet, and the last one that was propagated before it."""

    propagated: Configuration
    new: Configuration


def unpropagated() -> Unpropagated | None:
    """Return the configuration in force with the last propagated one; None if it is propagated."""
    document = _get(CURRENT)
    propagated = _propagated(document)
    if document is None or propagated == int(document["version"]["N"]):
        return None
    before = get_version(propagated).configuration if propagated else Configuration.initial()
    return Unpropagated(before, _read(document))


def mark_propagated(number: int) -> None:
    """Record that the version was propagated, unless a newer one is in force.

    This also puts a version into force for readers that a process of 0.1.0 wrote without IN_FORCE.
    """
    is_newest = missing("pk") | at_most("version", number)
    with ignore_failed_condition():
        client("dynamodb").put_item(**_put(IN_FORCE, {"version": number, "propagated": number}, is_newest)["Put"])


class Version(NamedTuple):
    """A version of the configuration, who made it and when, and the version that it goes back to."""

    number: int
    who: str
    at: datetime
    configuration: Configuration
    restored: int | None = None


def get_version(number: int) -> Version:
    """Return the version of that number; raises NotFound."""
    found = _get(_key(number))
    if not found:
        raise NotFound(f"there is no version {number} of the configuration")
    return _version(found)


def newest_versions(before: int | None, limit: int) -> Iterator[Version]:
    """Return up to `limit` versions, newest first, those before a version if one is given."""
    reach = between("sk", _key(0), _key(before - 1) if before else f"{VERSIONS}~")
    options: dict[str, Any] = {"ConsistentRead": True, "ScanIndexForward": False, "Limit": limit}
    query = expressions.query(settings.settings_table, equals("pk", PK) & reach, **options)
    return map(_version, islice(pages("query", **query), limit))


def _key(number: int) -> str:
    return f"{VERSIONS}{number:06d}"


def _version(document: Mapping[str, Any]) -> Version:
    at = datetime.fromisoformat(document["at"]["S"])
    restored = int(document["restored"]["N"]) if "restored" in document else None
    return Version(int(document["version"]["N"]), document["who"]["S"], at, _read(document), restored)
