"""The cells of one row of a supplier's file, parsed, and what is wrong with them."""

from collections.abc import Callable, Mapping
from typing import Any

from packhorse.domain.stock.adjustment import MAX_UNITS
from packhorse.domain.supply.answer_layout import AnswerField, AnswerLayout, Meaning
from packhorse.files.answers.table import Cells
from packhorse.files.cells import Adjusted, code_parser, number_parser, parse_words, quote_cell
from packhorse.files.rows import RowError
from packhorse.files.stock.stock_rows import units_parser

MAX_REFERENCE = 100


class ParsedCells:
    """The cells of one row, and what is wrong with them."""

    def __init__(self, number: int, cells: Cells) -> None:
        self.number = number
        self.cells = cells
        self.errors: list[RowError] = []
        self.warnings: list[RowError] = []

    def error(self, field: AnswerField | None, message: str) -> RowError:
        """Return an error of the row, in a field or in none."""
        about = self.cells.get(AnswerField.FULFILMENT) or self.cells.get(AnswerField.ORDER)
        about = about or self.cells.get(AnswerField.PURCHASE_ORDER)
        about = about or self.cells.get(AnswerField.SKU) or self.cells.get(AnswerField.SUPPLIER_SKU) or ""
        return RowError(self.number, about[:MAX_REFERENCE] or None, field, message)

    def fail(self, field: AnswerField | None, message: str) -> None:
        """Record an error."""
        self.errors.append(self.error(field, message))

    def warn(self, field: AnswerField, message: str) -> None:
        """Record a warning."""
        self.warnings.append(self.error(field, message))

    def code(self, field: AnswerField, limit: int = MAX_REFERENCE) -> str:
        """Return a text that identifies something; empty with an error if a spreadsheet rounded it."""
        return str(self._parsed(field, code_parser(limit)) or "")

    def code_of_number(self, field: AnswerField, limit: int = MAX_REFERENCE) -> str:
        """Return a number on papers or of a parcel, without the fraction that a spreadsheet gave it."""
        return str(self._parsed(field, number_parser(limit)) or "")

    def words(self, field: AnswerField) -> str:
        """Return a text for people, cut where it is too long."""
        found = self._parsed(field, parse_words)
        if isinstance(found, Adjusted):
            self.warn(field, found.warning)
            return str(found.value)
        return str(found or "")

    def quantity(self) -> int | None:
        """Return units, not negative; None for a blank cell."""
        found: int | None = self._parsed(AnswerField.QUANTITY, units_parser(0))
        return found

    def available(self) -> int | None:
        """Return the units in stock, None for a blank cell; a negative number is of units that are owed: none."""
        found: int | None = self._parsed(AnswerField.QUANTITY, units_parser(-MAX_UNITS))
        if found is not None and found < 0:
            self.warn(AnswerField.QUANTITY, f"{found} was read as 0: more is promised there than there is")
        return found and max(0, found)

    def _parsed(self, field: AnswerField, read: Callable[[str], Any]) -> Any:
        if not (cell := self.cells.get(field, "")):
            return None
        try:
            return read(cell)
        except ValueError as error:
            self.fail(field, str(error))
            return None


def meaning_of(parsed: ParsedCells, layout: AnswerLayout) -> Meaning | None:
    """Return what a row says: as the layout does for all of them, or by its status."""
    return layout.means or _status(parsed, layout.statuses)


def _status(parsed: ParsedCells, statuses: Mapping[str, Meaning]) -> Meaning | None:
    cell = parsed.cells.get(AnswerField.STATUS, "")
    folded = {key.strip().casefold(): meaning for key, meaning in statuses.items()}
    found = folded.get(cell.casefold())
    if found is None:
        parsed.fail(
            AnswerField.STATUS, f"{quote_cell(cell)} is not one of {', '.join(statuses)}" if cell else "is missing"
        )
    return found
