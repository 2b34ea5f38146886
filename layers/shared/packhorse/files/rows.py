"""Rows of a file, and the errors in them."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple


class Row(NamedTuple):
    """A row of the file: its cleaned cells by column; `problem`: why they could not be separated."""

    number: int
    cells: Mapping[str, str]
    problem: str | None = None
    is_line: bool = True


class RowError(NamedTuple):
    """An error in a row, or in the file if `row` is None; `about` is the order's number, or the sku."""

    row: int | None
    about: str | None
    column: str | None
    message: str


def joined(errors: Iterable[RowError]) -> str:
    """Return all errors of one row as a text for the person who corrects it.

    >>> joined([RowError(2, None, "SKU", "is missing"), RowError(2, None, None, "the row has 3 cells")])
    'SKU: is missing; the row has 3 cells'
    """
    return "; ".join(f"{error.column}: {error.message}" if error.column else error.message for error in errors)
