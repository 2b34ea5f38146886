"""The rows of a supplier's file, whatever its format, with the cells by what they hold."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, TypeVar

from packhorse.domain.supply.answer_layout import AnswerColumn, AnswerField
from packhorse.files.csvfile.encoding import Unreadable

Cells = Mapping[AnswerField, str]
MAX_ROWS = 1_000_000

T = TypeVar("T")


class FileRow(NamedTuple):
    """A row and its cells; `problem`: why it cannot be read. In JSON and XML rows are counted from 1."""

    number: int
    cells: Cells
    problem: str | None = None


class Table(NamedTuple):
    """The rows of a file, and how many its trailer counts."""

    rows: tuple[FileRow, ...]
    counted: int | None = None


class Unfinished(Unreadable):
    """The file is only a part of what it will be: read it again later."""


def bounded(found: Iterable[T]) -> Iterator[T]:
    """Yield the rows; raises Unreadable at the first one that is too many."""
    for count, each in enumerate(found, 1):
        if count > MAX_ROWS:
            raise Unreadable(f"the file has more than {MAX_ROWS:,} rows: split it")
        yield each


def mapped(column: AnswerColumn, cell: str) -> str:
    """Return what a cell's text stands for by the column's value map, without regard to case."""
    if not column.values:
        return cell
    folded = {key.strip().casefold(): value for key, value in column.values.items()}
    return folded.get(cell.casefold(), cell)


def check_required(row: FileRow, columns: Iterable[AnswerColumn]) -> FileRow:
    """Return a row of these columns; one that lacks a required cell has that as its problem."""
    missing = [column.field for column in columns if column.required and not row.cells.get(column.field)]
    return row._replace(problem=f"{', '.join(missing)} is missing") if missing and not row.problem else row
