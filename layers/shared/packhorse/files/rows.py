"""Rows of a file, and the errors in them."""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, NamedTuple

from packhorse.files.cells import Adjusted
from packhorse.files.csvfile.records import Record

MIN_CELLS = 3
"""A row with fewer filled cells (a total, a remark) cannot be a line of a document."""


class Row(NamedTuple):
    """A row of the file: its cleaned cells by column; `problem`: why they could not be separated."""

    number: int
    cells: Mapping[str, str]
    problem: str | None = None
    is_line: bool = True
    has_price: bool = True


class RowError(NamedTuple):
    """An error in a row, or in the file if `row` is None; `about` is the order's number, or the sku."""

    row: int | None
    about: str | None
    column: str | None
    message: str


def might_be_a_line(record: Record) -> bool:
    """Return whether the record has enough cells to be a line of a document."""
    return record.filled >= MIN_CELLS


def joined(errors: Iterable[RowError]) -> str:
    """Return all errors of one row as a text for the person who corrects it.

    >>> joined([RowError(2, None, "SKU", "is missing"), RowError(2, None, None, "the row has 3 cells")])
    'SKU: is missing; the row has 3 cells'
    """
    return "; ".join(f"{error.column}: {error.message}" if error.column else error.message for error in errors)


def read_cells(
    cells: Mapping[str, str], readers: Mapping[str, Callable[[str], Any]], required: Collection[str]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values of a row by column, without those that are left out, and the errors by column."""
    values: dict[str, Any] = {}
    wrong = {column: "is missing" for column in required if not cells.get(column)}
    for column, read in readers.items():
        if not cells.get(column):
            continue
        try:
            found = read(cells[column])
        except ValueError as error:
            wrong[column] = str(error)
        else:
            values[column] = found.value if isinstance(found, Adjusted) else found
    return {column: value for column, value in values.items() if value is not None}, wrong
