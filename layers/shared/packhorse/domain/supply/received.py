"""Files that came from a supplier, as they are listed for people: what was applied of each, and where it is now."""

import hashlib
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.values import Identifier, Instant, Text, Value


class FileKind(StrEnum):
    """What a file from a supplier is."""

    ANSWERS = "answers"
    FEED = "feed"
    PURCHASE_ANSWERS = "purchase_answers"


class FileState(StrEnum):
    """What became of a file.

    `repeated`: its content was read before, so it changed nothing. `outdated`: a newer feed was read before.
    `held`: a feed that a person must accept; then it is `read`, or `discarded`.
    """

    READ = "read"
    UNREADABLE = "unreadable"
    REPEATED = "repeated"
    OUTDATED = "outdated"
    HELD = "held"
    DISCARDED = "discarded"


FileId = Annotated[str, Field(pattern=r"^[0-9a-f]{24}$")]


class ReceivedFile(Value):
    """A file from a supplier.

    `applied` and `refused` count rows, `noted` warnings; other rows say nothing new, or nothing of us. `moved_to` is
    where the file was put aside on the supplier's server: None while it is where it was, and if it was deleted.
    `problem` is why it could not be read, or is held.
    """

    id: FileId
    supplier: Identifier
    kind: FileKind
    folder: str
    name: str
    state: FileState = FileState.READ
    read_at: Instant
    modified_at: Instant | None = None
    rows: int = 0
    applied: int = 0
    refused: int = 0
    noted: int = 0
    moved_to: str | None = None
    problem: str = ""
    decided_by: Text | None = None


def file_id(kind: FileKind, name: str, digest: str, source: str) -> FileId:
    """Return the id of a file: that of the same file, from the same source, is the same.

    The source of answers is their folder, that of a feed when it was written, which the server may not say.

    >>> file_id(FileKind.ANSWERS, "shp1.csv", "0a1b", "out"), file_id(FileKind.FEED, "shp1.csv", "0a1b", "2")
    ('2b98a6d85afa3c672d4d4d0f', '287baf5d66b8066dae45f0fe')
    """
    return hashlib.sha256("\n".join((kind, name, digest, source)).encode()).hexdigest()[:24]
