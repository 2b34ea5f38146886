"""Parsers of cleaned cells; each raises ValueError with the fault of a cell, for the person who corrects it.

Nothing is guessed: a cell that can mean two things is rejected. A text that is too long and an amount with too many
decimals are `Adjusted`, and so is whatever does not fit in a cell that only decorates its order.
"""

import re
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, NamedTuple

from packhorse.domain.days import end_of_day
from packhorse.domain.money import Money, decimals, known_currency, round_amount, too_precise
from packhorse.domain.orders.order import MAX_INTERNAL_NOTE
from packhorse.domain.spreadsheets import as_typed, without_fraction, without_sign
from packhorse.domain.values import in_utc

CellParser = Callable[[str], Any]

MAX_LINE_UNITS = 1_000_000
MAX_TEXT = 255
MAX_NOTE = 5000
MAX_BARCODE = 50
_UNREADABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
_WHOLE = re.compile(r"(\d{1,9})([.,]0{1,2})?", re.ASCII)
_AMOUNT = re.compile(r"-?\d{1,12}([.,]\d{1,40})?", re.ASCII)
_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}[.,]\d{3}", re.ASCII)
_WAREHOUSE = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOMENT = re.compile(
    r"(19|20)\d\d([-/])\d\d\2\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)? ?(Z|UTC|GMT|[+-]\d\d:?\d\d)?)?", re.IGNORECASE
)


PARTLY_SHIPPED = "PartlyShipped"
"""A state that exports have and a file of orders cannot express."""


class Adjusted(NamedTuple):
    """A value that is not quite what its cell says, the fault of that, and what was `done` about it.

    The value is None if the cell is left out.
    """

    value: Any
    fault: str
    done: str

    @property
    def warning(self) -> str:
        """The fault with what was done about it.

        >>> Adjusted("Anna-Mar", "is longer than 8 characters", ", and was cut").warning
        'is longer than 8 characters, and was cut'
        """
        return f"{self.fault}{self.done}"


class OrderState(Enum):
    """Values of the Status column."""

    NEW = "New"
    IN_PROCESS = "InProcess"
    COMPLETE = "Complete"
    CANCELLED = "Cancelled"


_ANSWERS = {**dict.fromkeys(("yes", "true", "1", "y"), True), **dict.fromkeys(("no", "false", "0", "n"), False)}
_STATES = {state.value.casefold(): state for state in OrderState} | {"canceled": OrderState.CANCELLED}


def quote_cell(cell: str) -> str:
    """Return the cell in quotation marks for a message, cut if it is long."""
    return f"“{cell[:40]}…”" if len(cell) > 40 else f"“{cell}”"


def _readable(text: str) -> str:
    if _UNREADABLE.search(text):
        raise ValueError("has a character that cannot be read: save the file as CSV UTF-8")
    return text


def _one_line(cell: str) -> str:
    """Return the text as it was typed, its blanks and line breaks as one blank each."""
    return as_typed(" ".join(cell.split()))


def as_compared(cell: str) -> str:
    """Return a number as rows are grouped by it: as its parser returns it, and as it is where that rejects it."""
    return without_sign(" ".join(cell.split()))


def _cut(text: str, limit: int) -> str | Adjusted:
    if len(text) <= limit:
        return text
    return Adjusted(text[:limit].rstrip(), f"is longer than {limit} characters", ", and was cut")


def parse_text(cell: str) -> str | Adjusted:
    r"""Return a text of one line, cut; raises ValueError for a number that a spreadsheet has rounded.

    >>> parse_text("1 Main Street\n  Apt. 4")
    '1 Main Street Apt. 4'
    """
    return _cut(_readable(_one_line(cell)), MAX_TEXT)


def parse_words(cell: str) -> str | Adjusted:
    """Return a text of one line that only people read."""
    return _shown(_one_line(cell), MAX_TEXT)


def parse_note(cell: str) -> str | Adjusted:
    """Return a text of several lines that only people read."""
    return _shown(cell, MAX_NOTE)


def parse_internal_note(cell: str) -> str | Adjusted:
    """Return a note of our people for our people."""
    return _shown(cell, MAX_INTERNAL_NOTE)


def _shown(text: str, limit: int) -> str | Adjusted:
    """Return the text, cut, with U+FFFD for each character that cannot be read."""
    shown = _cut(_UNREADABLE.sub("\ufffd", text), limit)
    if isinstance(shown, Adjusted) or "\ufffd" not in shown:
        return shown
    return Adjusted(shown, "has a character that cannot be read", ", which was replaced")


def lenient(read: CellParser) -> CellParser:
    """Return the parser of a cell that nothing depends on: one that does not fit is left out."""

    def read_or_leave_out(cell: str) -> Any:
        try:
            return read(cell)
        except ValueError as error:
            return Adjusted(None, str(error), "; it was left out")

    return read_or_leave_out


def code_parser(limit: int) -> CellParser:
    """Return a parser of texts that identify something; it rejects a number that a spreadsheet has rounded."""

    def read(cell: str) -> str:
        code = _readable(_one_line(cell))
        if len(code) > limit:
            raise ValueError(f"is longer than {limit} characters")
        return code

    return read


def number_parser(limit: int) -> CellParser:
    """Return a parser of numbers on papers, which may have letters; a fraction of a spreadsheet is left out."""
    read = code_parser(limit)
    return lambda cell: without_fraction(read(cell))


def parse_barcode(cell: str) -> str | Adjusted:
    """Return a barcode, which helps to find the product; one that is too long is none."""
    code = without_fraction(_readable(_one_line(cell)))
    too_long = Adjusted("", f"is longer than {MAX_BARCODE} characters", "; it was left out")
    return code if len(code) <= MAX_BARCODE else too_long


def parse_quantity(cell: str) -> int:
    """Return whole units, at least one.

    >>> parse_quantity("2"), parse_quantity("2.0")
    (2, 2)
    """
    whole = _WHOLE.fullmatch(cell)
    if not whole or not 0 < int(whole[1]) <= MAX_LINE_UNITS:
        raise ValueError(f"{quote_cell(cell)} is not a whole number from 1 to {MAX_LINE_UNITS}")
    return int(whole[1])


def amount_parser(currency: str, decimal_comma: bool) -> CellParser:
    """Return a parser of amounts that are not negative; `decimal_comma` allows `1234,50` beside `1234.50`.

    An amount with more decimals than the currency has is rounded.

    >>> amount_parser("EUR", decimal_comma=True)("12,50").amount
    '12.50'
    """

    def read(cell: str) -> Money | Adjusted:
        if not _AMOUNT.fullmatch(cell):
            raise ValueError(
                f"{quote_cell(cell)} is not an amount such as 1234.50 (no thousands separators, no currency)"
            )
        if _THOUSANDS.fullmatch(cell) and decimals(currency) != 3:
            raise ValueError(f"{quote_cell(cell)} can be thousands or decimals: write it like 1234.50")
        if "," in cell and not decimal_comma:
            raise ValueError(f"{quote_cell(cell)} has a comma: write 1234.50, or divide the columns by semicolons")
        exact = Decimal(cell.replace(",", "."))
        if exact < 0:
            raise ValueError(f"{quote_cell(cell)} is negative")
        money = Money.of(round_amount(exact, currency), currency)
        if Decimal(money.amount) == exact:
            return money
        fault = f"{quote_cell(cell)} {too_precise(currency)}"
        return Adjusted(money, fault, f": rounded to {money.amount}")

    return read


def parse_currency(cell: str) -> str:
    """Return a code of ISO 4217."""
    return known_currency(cell.upper())


def parse_time(cell: str) -> datetime:
    """Return a date or a date with a time of ISO 8601; without a zone it is UTC.

    >>> parse_time("2026-11-23 10:30 +01:00").isoformat()
    '2026-11-23T09:30:00+00:00'
    """
    try:
        found = datetime.fromisoformat(_plain(cell))
        return in_utc(found if found.tzinfo else found.replace(tzinfo=UTC))
    except (ValueError, OverflowError) as error:
        example = "2026-11-23 or 2026-11-23T10:30:00+01:00"
        raise ValueError(f"{quote_cell(cell)} is not a date such as {example}") from error


def until_parser(time_zone: str) -> CellParser:
    """Return a parser of times as `parse_time` is one; a date without a time is the end of that day in the zone.

    >>> until_parser("Europe/Berlin")("2026-11-23").isoformat()
    '2026-11-23T22:59:59+00:00'
    """

    def read(cell: str) -> datetime:
        found = parse_time(cell)
        return found if len(cell) > len("2026-11-23") else end_of_day(found.date(), time_zone)

    return read


def parse_yes_or_no(cell: str) -> bool:
    """Return whether the cell says yes."""
    found = _ANSWERS.get(cell.casefold())
    if found is None:
        raise ValueError(f"{quote_cell(cell)} is neither yes nor no")
    return found


def _plain(cell: str) -> str:
    """Return the time as `datetime.fromisoformat` reads it; empty for any other spelling of a date."""
    if not _MOMENT.fullmatch(cell):
        return ""
    day, time = cell[:10].replace("/", "-"), cell[11:].replace(" ", "").upper()
    return f"{day}T{re.sub('UTC|GMT', 'Z', time)}".rstrip("T")


def parse_state(cell: str) -> OrderState:
    """Return the state of the order at its source."""
    if cell == PARTLY_SHIPPED:
        raise ValueError("a part of the order is shipped already: enter what is left as an order of its own")
    found = _STATES.get(re.sub(r"[\s_-]", "", cell).casefold())
    if not found:
        raise ValueError(f"{quote_cell(cell)} is not one of {', '.join(each.value for each in OrderState)}")
    return found


def parse_warehouse(cell: str) -> str:
    """Return the id of a warehouse, in lower case."""
    if not _WAREHOUSE.fullmatch(cell.lower()):
        raise ValueError(f"{quote_cell(cell)} is not a warehouse id (lower case, digits and dashes)")
    return cell.lower()


def warehouse_parser(active: Collection[str]) -> CellParser:
    """Return a parser of the ids of these warehouses, the only ones that can ship."""

    def read(cell: str) -> str:
        if (name := parse_warehouse(cell)) not in active:
            raise ValueError(f"there is no active warehouse {quote_cell(name)}")
        return name

    return read
