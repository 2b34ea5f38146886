"""Rejected rows for the person who uploaded them: with the same columns and delimiter, and a reason each."""

import csv
import io
from collections.abc import Iterable

from packhorse.files.csvfile.cells import folded, guarded
from packhorse.files.csvfile.layout import Layout
from packhorse.files.csvfile.records import Record

REASON = "Reason"
"""Default name of the column of reasons."""


def as_header(layout: Layout, column: str = REASON) -> bytes:
    """Return the header, after a byte order mark, without which Excel does not detect UTF-8.

    `column` is the name of the column of reasons.
    """
    names = [layout.header[index] for index in _kept(layout, column)]
    return written([[*names, column]], layout.delimiter).encode("utf-8-sig")


def as_rows(layout: Layout, failed: Iterable[tuple[Record, str]], column: str = REASON) -> str:
    """Return the rows with their reasons; cells beyond the header come after the reason."""
    kept = _kept(layout, column)
    return written((_row(layout, kept, record, reason) for record, reason in failed), layout.delimiter)


def _kept(layout: Layout, column: str) -> list[int]:
    """Return the indexes of the file's columns, without a column of reasons from an earlier upload."""
    return [index for index, name in enumerate(layout.header) if folded(name) != folded(column)]


def _row(layout: Layout, kept: list[int], record: Record, reason: str) -> list[str]:
    cells = record.cells
    own = [cells[index] if index < len(cells) else "" for index in kept]
    return [*own, reason, *cells[len(layout.header) :]]


def written(rows: Iterable[list[str]], delimiter: str) -> str:
    """Return rows as a file; no cell is one that spreadsheets take for a formula."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(map(guarded, row) for row in rows)
    return text.getvalue()
