"""Files on a supplier's server: which of them are whole and to be read, and by what a file is recognised."""

import hashlib
from collections.abc import Collection
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from typing import NamedTuple

from packhorse.domain.supply.answer_layout import AnswerLayout, Completeness
from packhorse.domain.supply.file_names import TEMPORARY_SUFFIXES

DONE = ".done"
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class RemoteFile(NamedTuple):
    """A file in a list; `modified` is None where the server does not say."""

    name: str
    size: int
    modified: datetime | None = None


def content_hash(content: bytes) -> str:
    """Return what a file is recognised by, whatever its name: the SHA-256 of its bytes, in hexadecimal."""
    return hashlib.sha256(content).hexdigest()


def whole_files(
    before: Collection[RemoteFile], listed: Collection[RemoteFile], layout: AnswerLayout
) -> tuple[RemoteFile, ...]:
    """Return the files of a layout that may be read, oldest first; the others are still being written.

    `before` is the list of the folder that was taken before. With a trailer the content decides, after it was fetched.
    """
    matching = [file for file in listed if is_answer(file.name, layout.files)]
    if layout.complete is Completeness.STABLE:
        seen = set(before)
        matching = [file for file in matching if file in seen]
    elif layout.complete is Completeness.DONE:
        markers = {file.name for file in listed}
        matching = [file for file in matching if has_marker(file.name, markers)]
    return tuple(sorted(matching, key=lambda file: (file.modified or LONG_AGO, file.name)))


def is_answer(name: str, pattern: str) -> bool:
    """Return whether a file's name fits the pattern, whatever the case, and is none of a file still being written.

    >>> is_answer("SHP_1.CSV", "shp*.csv"), is_answer("shp_1.csv.part", "shp*"), is_answer(".shp_1.csv", "*")
    (True, False, False)
    """
    lower = name.lower()
    hidden = lower.startswith(".") or "/" in lower or lower.endswith((*TEMPORARY_SUFFIXES, DONE))
    return not hidden and fnmatchcase(lower, pattern.lower())


def has_marker(name: str, names: Collection[str]) -> bool:
    """Return whether the marker of a file is there: `shp_1.csv.done`, or `shp_1.done`."""
    return not markers_of(name).isdisjoint(names)


def markers_of(name: str) -> frozenset[str]:
    """Return the names of the marker that says that a file is whole."""
    return frozenset({f"{name}{DONE}", f"{name.rpartition('.')[0] or name}{DONE}"})
