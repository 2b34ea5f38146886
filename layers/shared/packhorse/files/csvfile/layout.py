"""The layout of a file: delimiter, columns, and the position of the first row."""

import re
from collections.abc import Collection, Iterator, Mapping
from io import BytesIO
from typing import Annotated, NamedTuple

from packhorse.domain.errors import FieldError
from packhorse.domain.schema import ByName
from packhorse.files.csvfile.cells import folded
from packhorse.files.csvfile.encoding import Encoding, Source, Unreadable, lines
from packhorse.files.csvfile.records import Position, Record, records

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

    def records(self, stream: Source, at: Position | None = None) -> Iterator[Record]:
        """Yield the records from a position on (default: the first row), where the stream must stand."""
        return records(stream, self.codec, self.delimiter, len(self.header), at or self.start)

    def columns(self, names: Mapping[str, str]) -> dict[str, int]:
        """Return the indexes of the columns of interest; `names` maps each folded spelling to our name."""
        return {names[key]: index for index, key in enumerate(map(folded, self.header)) if key in names}


def find_layout(stream: Source, encoding: Encoding, names: Mapping[str, str], required: Collection[str]) -> Layout:
    """Return the layout of the file; raises Unreadable if the header lacks a required column or has one twice.

    `names` maps each folded spelling of a column to our name. The delimiter is that of a first line `sep=;`, else the
    one that finds most of our columns.
    """
    head = stream.read(HEAD)[encoding.mark :]
    chosen, skipped = _separator(head, encoding.codec)
    start = Position(encoding.mark + skipped, 0)
    layouts = [_layout(head[skipped:], encoding.codec, delimiter, start) for delimiter in chosen or DELIMITERS]
    layout = max(layouts, key=lambda candidate: len(candidate.columns(names)))
    _check(layout, names, required)
    return layout


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


def _check(layout: Layout, names: Mapping[str, str], required: Collection[str]) -> None:
    found = layout.columns(names)
    wanted = [name for name in required if name not in found]
    if len(wanted) == len(required):
        raise Unreadable(f"the first row does not name the columns; needed are {', '.join(required)}")
    if wanted:
        raise Unreadable("columns are missing", [FieldError(name, "the column is missing") for name in wanted])
    if len(layout.header) > MAX_COLUMNS:
        raise Unreadable(f"the file has more than {MAX_COLUMNS} columns")
    if twice := list(dict.fromkeys(_repeated(layout.header, names))):
        raise Unreadable("columns are there twice", [FieldError(name, "the column is there twice") for name in twice])


def _repeated(header: tuple[str, ...], names: Mapping[str, str]) -> Iterator[str]:
    seen = set()
    for cell in header:
        name = names.get(folded(cell), folded(cell))
        if name in seen:
            yield names.get(folded(cell), cell)
        seen.add(name or object())
