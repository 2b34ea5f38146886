"""The folders that a supplier's files come in: their lists, and which files were read, in the Work table.

question                                    | pk           | sk                       | index
a file that was read, by content and layout | SUPPLIER#id  | FILE#sha256#place#layout | -
the last list of the folder of a layout     | SUPPLIER#id  | LIST#place               | -
files in it that could not be read          | SUPPLIER#id  | UNREADABLE#place         | -

The same bytes say something else in a file of another layout, or of one that was changed, so that each counts by
itself. The place of a file is a hash of where its layout finds it. Records of older code have no layout, or no place
either: they count whatever the layout is, or for the layouts that their name fits.
A list, and what could not be read, is what the last exchange has seen: each replaces it by what it sees itself.
"""

import zlib
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from pydantic import TypeAdapter

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.supply.answer_layout import AnswerLayout
from packhorse.domain.supply.arrivals import RemoteFile, content_hash, is_answer
from packhorse.domain.supply.received import FileKind
from packhorse.domain.values import Instant, Value, iso
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, begins_with, equals
from packhorse.store.reading import get_item


class FolderListing(Value):
    """The files of a folder that fit a layout, as they were listed last, and when that list was new.

    `stay` are those of them that were read, and that the server did not let go. `first_at` is, by name, when those
    without a time that was over by then were listed for the first time; a file without any has that until it is read:
    another may come in its place.
    """

    files: tuple[RemoteFile, ...] = ()
    at: Instant | None = None
    stay: tuple[RemoteFile, ...] = ()
    first_at: Mapping[str, Instant] = {}


LISTING = Reader(TypeAdapter(FolderListing))


def get_listing(supplier: str, place: str) -> FolderListing:
    """Return the last list of the folder of a supplier's layout, by the name of its place."""
    key = expressions.key(_pk(supplier), f"LIST#{place}")
    found = get_item(settings.work_table, key)
    return LISTING.read(zlib.decompress(found["body"]["B"])) if found else FolderListing()


def save_listing(supplier: str, place: str, listing: FolderListing) -> None:
    """Store a list, to be compared with the next one."""
    body = zlib.compress(stamped(listing.model_dump_json()).encode())
    values: Attributes = {"pk": _pk(supplier), "sk": f"LIST#{place}", "body": body}
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


class UnreadableFiles(Value):
    """The files of a folder that could not be read, as they were listed, and why."""

    files: tuple[tuple[RemoteFile, str], ...] = ()


UNREADABLE = Reader(TypeAdapter(UnreadableFiles))
MOST_UNREADABLE = 500


def get_unreadable(supplier: str, place: str) -> dict[RemoteFile, str]:
    """Return why files in the folder of a supplier's layout could not be read, by the name of its place."""
    key = expressions.key(_pk(supplier), f"UNREADABLE#{place}")
    found = get_item(settings.work_table, key)
    return dict(UNREADABLE.read(found["body"]["S"]).files) if found else {}


def save_unreadable(supplier: str, place: str, problems: Mapping[RemoteFile, str]) -> None:
    """Store which files in a folder could not be read, over what it was."""
    kept = tuple((file, problem[:300]) for file, problem in list(problems.items())[:MOST_UNREADABLE])
    body = stamped(UnreadableFiles(files=kept).model_dump_json())
    values: Attributes = {"pk": _pk(supplier), "sk": f"UNREADABLE#{place}", "body": body}
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


class FileSource(NamedTuple):
    """Where a file comes from: its supplier, what it is, and the layout that finds it."""

    supplier: str
    kind: FileKind
    layout: AnswerLayout

    def key_of(self, digest: str) -> str:
        """Return the sort key of a file that was read, by its content."""
        return f"{self.former_key_of(digest)}#{self.layout_hash}"

    @property
    def layout_hash(self) -> str:
        """A hash of all settings of the layout."""
        return content_hash(self.layout.model_dump_json(exclude_defaults=True).encode())[:16]

    def former_key_of(self, digest: str) -> str:
        """Return the sort key that older code gave it, whatever the layout was."""
        place = content_hash(f"{self.kind}\n{self.layout.folder}\n{self.layout.files}".encode())
        return f"FILE#{digest}#{place[:16]}"


def is_read(source: FileSource, digest: str) -> bool:
    """Return whether a file with that content was read from there."""
    keys = equals("pk", _pk(source.supplier)) & begins_with("sk", f"FILE#{digest}")
    found = client("dynamodb").query(**expressions.query(settings.work_table, keys, ConsistentRead=True))["Items"]
    names = {item["sk"]["S"]: item["name"]["S"] for item in found}
    older = names.get(f"FILE#{digest}")
    keys_of_it = {source.key_of(digest), source.former_key_of(digest)}
    return not keys_of_it.isdisjoint(names) or (older is not None and is_answer(older, source.layout.files))


def mark_read(source: FileSource, digest: str, name: str, now: datetime) -> None:
    """Record that a file was read, and all that it says is stored."""
    key = {"pk": _pk(source.supplier), "sk": source.key_of(digest)}
    values: Attributes = {**key, "name": name, "read_at": iso(now)}
    client("dynamodb").put_item(**expressions.put(settings.work_table, values))


def _pk(supplier: str) -> str:
    return f"SUPPLIER#{supplier}"
