"""The layout of a file: delimiter, columns, and the position of the first row."""

import re
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from types import MappingProxyType
from typing import Annotated, NamedTuple

from packhorse.domain.errors import FieldError
from packhorse.domain.schema import ByName
from packhorse.files.csvfile.cells import folded
from packhorse.files.csvfile.encoding import ByteSource, Encoding, Unreadable, lines
from packhorse.files.csvfile.records import Position, Record, records

NOTHING: Mapping[str, str] = MappingProxyType({})
HEAD = 64 * 1024
MAX_COLUMNS = 500
DELIMITERS = ",;\t"
_SEPARATOR = re.compile(r'"?sep=([,;\t|:])"?[\r\n]*', re.IGNORECASE)


class Layout(NamedTuple):
    """What is needed to read records from any position: encoding, delimiter, header, and the first row's position."""

    codec: str
    delimiter: str
    header: tuple[str, ...]
    start: Annotated[Position, ByName()]

    def records(self, stream: ByteSource, at: Position | None = None) -> Iterator[Record]:
        """Yield the records from a position on (default: the first row), where the stream must stand."""
        return records(stream, self.codec, self.delimiter, len(self.header), at or self.start)

    def columns(self, names: Mapping[str, str]) -> dict[str, int]:
        """Return the indexes of the columns of interest; `names` maps each folded spelling to our name.

        A column of exactly our name is preferred to one of another spelling.
        """
        found: dict[str, int] = {}
        for index, key in enumerate(map(folded, self.header)):
            if key in names and (names[key] not in found or key == folded(names[key])):
                found[names[key]] = index
        return found


def find_layout(stream: ByteSource, encoding: Encoding, names: Mapping[str, str], required: Collection[str]) -> Layout:
    """Return the layout of the file; raises Unreadable if the header lacks a required column or has one twice."""
    layout = read_layout(stream, encoding, names)
    check_layout(layout, names, required)
    return layout


def read_layout(
    stream: ByteSource, encoding: Encoding, names: Mapping[str, str], delimiters: Collection[str] = DELIMITERS
) -> Layout:
    """Return the layout of the file, whatever columns it has.

    `names` maps each folded spelling of a column to our name. The delimiter is that of a first line `sep=;`, else the
    one of `delimiters` that finds most of our columns.
    """
    head = stream.read(HEAD)[encoding.mark :]
    chosen, skipped = _separator(head, encoding.codec)
    start = Position(encoding.mark + skipped, 0)
    layouts = [_layout(head[skipped:], encoding.codec, delimiter, start) for delimiter in chosen or delimiters]
    return max(layouts, key=lambda candidate: len(candidate.columns(names)))


def _separator(head: bytes, codec: str) -> tuple[str, int]:
    """Return the delimiter that a line `sep=;` at the top names, and the size of that line."""
    first = next(lines(BytesIO(head), codec), None)
    found = first and _SEPARATOR.fullmatch(first.text)
    return (found[1], first.size) if first and found else ("", 0)


def _layout(head: bytes, codec: str, delimiter: str, start: Position) -> Layout:
    first = next(records(BytesIO(head), codec, delimiter, 0, start), None)
    return (
        Layout(codec, delimiter, _trimmed(first.cells), first.after) if first else Layout(codec, delimiter, (), start)
    )


def _trimmed(header: tuple[str, ...]) -> tuple[str, ...]:
    """Return the header without the empty cells that spreadsheets leave at its end."""
    width = max((index for index, cell in enumerate(header, 1) if folded(cell)), default=0)
    return header[:width]


def check_layout(
    layout: Layout, names: Mapping[str, str], required: Collection[str], similar: Mapping[str, str] = NOTHING
) -> None:
    """Raise Unreadable if the header lacks a required column or has one twice; `similar` are those of the file."""
    found = layout.columns(names)
    wanted = [name for name in required if name not in found]
    if wanted and len(wanted) == len(required) > 1:
        alike = ", ".join(f"“{similar[name]}” for {name}" for name in required if name in similar)
        raise Unreadable(
            f"the first row does not name the columns; needed are {', '.join(required)}"
            + (f"; of the file's own columns take {alike}" if alike else "")
        )
    if wanted:
        raise Unreadable("the first row lacks a column", [FieldError(name, _missing(name, similar)) for name in wanted])
    if len(layout.header) > MAX_COLUMNS:
        raise Unreadable(f"the file has more than {MAX_COLUMNS} columns")
    if twice := list(dict.fromkeys(_repeated(layout, names))):
        wrong = [FieldError(name, "the column is there twice") for name in twice]
        raise Unreadable("the first row has a column twice", wrong)


def _missing(name: str, similar: Mapping[str, str]) -> str:
    alike = f"; “{similar[name]}” looks like it: rename it" if name in similar else ""
    return f"the column is missing{alike}"


def _repeated(layout: Layout, names: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of columns that are there twice; others are passed over."""
    exact = {name for name in names.values() if folded(name) in set(map(folded, layout.header))}
    seen = set()
    for cell in layout.header:
        key = folded(cell)
        if key not in names:
            continue
        is_other_spelling = names[key] in exact and key != folded(names[key])
        name = key if is_other_spelling else names[key]
        if name in seen:
            yield names[key]
        seen.add(name)
