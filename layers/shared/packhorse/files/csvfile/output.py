"""Rows given back to the person who sent them: the same columns and delimiter, and the reason behind them."""

import csv
import io
from collections.abc import Iterable

from packhorse.files.csvfile.cells import folded, guarded
from packhorse.files.csvfile.layout import Layout
from packhorse.files.csvfile.records import Record

REASON = "Reason"
"""What the reasons stand below, unless the file has a column of its own of that name."""


def as_header(layout: Layout, column: str = REASON) -> bytes:
    """Return a byte order mark, without which Excel does not detect UTF-8, and the header.

    `column` is for the reasons.
    """
    names = [layout.header[index] for index in _kept(layout, column)]
    return _written([[*names, column]], layout.delimiter).encode("utf-8-sig")


def as_rows(layout: Layout, failed: Iterable[tuple[Record, str]], column: str = REASON) -> str:
    """Return the rows with their reasons; cells beyond the header stand behind the reason."""
    kept = _kept(layout, column)
    return _written((_row(layout, kept, record, reason) for record, reason in failed), layout.delimiter)


def _kept(layout: Layout, column: str) -> list[int]:
    """Return the indexes of the file's own columns: all but the reasons of the last time."""
    return [index for index, name in enumerate(layout.header) if folded(name) != folded(column)]


def _row(layout: Layout, kept: list[int], record: Record, reason: str) -> list[str]:
    cells = record.cells
    own = [cells[index] if index < len(cells) else "" for index in kept]
    return [*own, reason, *cells[len(layout.header) :]]


def _written(rows: Iterable[list[str]], delimiter: str) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(map(guarded, row) for row in rows)
    return text.getvalue()
