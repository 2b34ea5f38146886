"""The Settings table: the merchant's configuration, one document, every version of it kept.

question                 | pk             | sk
the one in force         | CONFIGURATION  | CURRENT
the one of a version     | CONFIGURATION  | VERSION#000012
all versions, by number  | CONFIGURATION  | VERSION#
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import DoesNotExist
from pynamodb.models import Model

from packhorse.aws.settings import settings
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import NotFound, Rejected
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import iso
from packhorse.store.transaction import ignore_failed_condition, transaction

CONFIGURATION = Reader(TypeAdapter(Configuration))
MAX_DOCUMENT_BYTES = 390_000


class Document(Model):
    """A configuration as JSON, who made it and when; of the one in force, too, the version that was `followed` last."""

    class Meta:
        table_name = settings.settings_table

    pk = UnicodeAttribute(hash_key=True, default="CONFIGURATION")
    sk = UnicodeAttribute(range_key=True)
    version = NumberAttribute()
    who = UnicodeAttribute()
    at = UnicodeAttribute()
    body = UnicodeAttribute()
    followed = NumberAttribute(null=True)


def current() -> Configuration:
    """The configuration in force; a fresh deployment has one warehouse of its own."""
    return _read(_current())


def _current() -> Document | None:
    try:
        return Document.get("CONFIGURATION", "CURRENT", consistent_read=True)
    except DoesNotExist:
        return None


def _read(document: Document | None) -> Configuration:
    return CONFIGURATION.read(document.body) if document else Configuration.initial()


def apply_edit(edit: Callable[[Configuration], Configuration], who: str, at: datetime) -> Configuration:
    """Puts an edited configuration into force, as the next version if it changed; raises Conflict after a race."""
    document = _current()
    before = _read(document)
    edited = edit(before)
    if edited == before:
        return before
    after = edited.replace(version=before.version + 1)
    body = stamped(after.model_dump_json())
    if len(body.encode()) > MAX_DOCUMENT_BYTES:
        raise Rejected(
            f"the whole configuration may have {MAX_DOCUMENT_BYTES} bytes; this would make it {len(body.encode())}"
        )
    fields: dict[str, Any] = {"version": after.version, "who": who, "at": iso(at), "body": body}
    was_read = Document.version == before.version if before.version else Document.pk.does_not_exist()
    with transaction() as write:
        write.save(Document(sk="CURRENT", followed=document and document.followed, **fields), condition=was_read)
        write.save(Document(sk=_key(after.version), **fields))
    return after


class Unpropagated(NamedTuple):
    """A configuration that came into force, and the last one before of which everybody knows."""

    known: Configuration
    new: Configuration


def unpropagated() -> Unpropagated | None:
    """The configuration in force, if not everybody has been told of it yet."""
    document = _current()
    if document is None or document.followed == document.version:
        return None
    known = get_version(int(document.followed)).configuration if document.followed else Configuration.initial()
    return Unpropagated(known, _read(document))


def mark_propagated(number: int) -> None:
    """From now on everybody knows of that version, unless a newer one is in force."""
    document = _current()
    if document is None or document.version != number:
        return
    document.followed = number
    with ignore_failed_condition():
        document.save(condition=Document.version == number)


class Version(NamedTuple):
    """A configuration that came into force, who made it and when."""

    number: int
    who: str
    at: datetime
    configuration: Configuration


def get_version(number: int) -> Version:
    """The configuration of that version; raises NotFound."""
    try:
        return _version(Document.get("CONFIGURATION", _key(number), consistent_read=True))
    except DoesNotExist as error:
        raise NotFound(f"there is no version {number} of the configuration") from error


def newest_versions(before: int | None, limit: int) -> Iterator[Version]:
    """Up to so many versions, newest first, from before one of them on."""
    reach = Document.sk.between(_key(0), _key(before - 1) if before else "VERSION#~")
    found = Document.query("CONFIGURATION", reach, consistent_read=True, scan_index_forward=False, limit=limit)
    return map(_version, found)


def _key(number: int) -> str:
    return f"VERSION#{number:06d}"


def _version(document: Document) -> Version:
    at = datetime.fromisoformat(document.at)
    kept = CONFIGURATION.read(document.body)
    return Version(int(document.version), document.who, at, kept)
