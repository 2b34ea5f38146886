"""Rows of a CSV file of stock: each is parsed to a change of a shelf, or to all errors in it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import chain
from types import MappingProxyType
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import NotNow
from packhorse.domain.stock.adjustment import MAX_UNITS, Adjustment, AdjustmentRequest, ShelfUnits, plan_movements
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.moved_since import MovedSince
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Instant, Sku, SkuText, WarehouseId, iso
from packhorse.files.cells import Adjusted, code_parser, lenient, parse_time, parse_warehouse, parse_words, quote_cell
from packhorse.files.rows import Row, RowError, read_cells

STOCK_COLUMNS = ("sku", "warehouse", "set", "add", "expected", "set_as_of", "reason")
"""The columns that are read; all others are ignored."""
REQUIRED_STOCK_COLUMNS = ("sku", "warehouse")
MAX_SKU_LENGTH = 100
MAX_REASON = 255
OLDEST = timedelta(days=30)
"""How long ago the moment of a number may be."""
NOTHING_MOVED: Mapping[int, MovedSince] = MappingProxyType({})

_WHOLE = re.compile(r"([+-]?\d{1,12})([.,]0{1,2})?", re.ASCII)
_SKU: TypeAdapter[str] = TypeAdapter(SkuText)


def parse_sku(cell: str) -> str:
    """Return a text that can be a sku."""
    found: str = code_parser(MAX_SKU_LENGTH)(cell)
    try:
        return _SKU.validate_python(found)
    except ValidationError as error:
        raise ValueError(f"{quote_cell(cell)} is not a sku: it has a / or a ?") from error


def units_parser(least: int) -> Callable[[str], int]:
    """Return a parser of whole units, at least so many.

    >>> units_parser(-5)("-3"), units_parser(0)("12,0")
    (-3, 12)
    """

    def read(cell: str) -> int:
        whole = _WHOLE.fullmatch(cell)
        if not whole or not least <= int(whole[1]) <= MAX_UNITS:
            raise ValueError(f"{quote_cell(cell)} is not a whole number from {least} to {MAX_UNITS}")
        return int(whole[1])

    return read


def parse_moment(cell: str) -> datetime:
    """Return a date with a time of ISO 8601; without a zone it is UTC.

    >>> parse_moment("2026-11-23 10:30 +01:00").isoformat()
    '2026-11-23T09:30:00+00:00'
    """
    if len(cell) <= len("2026-11-23"):
        raise ValueError(f"{quote_cell(cell)} is not a date with a time such as 2026-11-23T10:30:00+01:00")
    return parse_time(cell)


READERS: Mapping[str, Callable[[str], Any]] = {
    "sku": parse_sku,
    "warehouse": parse_warehouse,
    "set": units_parser(0),
    "add": units_parser(-MAX_UNITS),
    "expected": units_parser(-MAX_UNITS),
    "set_as_of": parse_moment,
    "reason": lenient(parse_words),
}


class SetAsOf(Adjustment):
    """A number of units that were on hand at a moment: what has come or left since is on top of it."""

    set_as_of: Instant


ParsedRow = Adjustment | tuple[RowError, ...]
"""The change that a row requests, or all errors in the row."""


def adjustment_from(row: Row) -> ParsedRow:
    """Return the change that the row requests, or all errors in the row."""
    about = row.cells.get("sku", "")[:MAX_SKU_LENGTH] or None
    if row.problem:
        return (RowError(row.number, about, None, row.problem),)
    values, wrong = read_cells(row.cells, READERS, REQUIRED_STOCK_COLUMNS)
    wrong = wrong or dict(_contradictions(values))
    if wrong:
        return tuple(RowError(row.number, about, column, message) for column, message in wrong.items())
    moment = values.pop("set_as_of", None)
    return SetAsOf(**values, set_as_of=moment) if moment and "set" in values else Adjustment(**values)


def warnings_from(row: Row) -> tuple[RowError, ...]:
    """Return the warnings about a row: what was cut or left out of its reason, which nothing depends on."""
    reason = row.cells.get("reason")
    read = READERS["reason"](reason) if reason else None
    about = row.cells.get("sku", "")[:MAX_SKU_LENGTH] or None
    return (RowError(row.number, about, "reason", read.warning),) if isinstance(read, Adjusted) else ()


def _contradictions(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if ("set" in values) == ("add" in values):
        yield "set", "give set or add, and not both"
    elif "add" in values and "expected" in values:
        yield "expected", "goes with set only"


def check_row(
    row: int,
    parsed: ParsedRow,
    products: Mapping[Sku, Product],
    warehouses: Collection[WarehouseId],
    counted_elsewhere: Collection[WarehouseId] = (),
) -> ParsedRow:
    """Return the change if its product has stock, and its warehouse exists and is counted by us; else the errors."""
    if not isinstance(parsed, Adjustment):
        return parsed
    wrong = [*_unknown(parsed, products.get(parsed.shelf.sku), warehouses)]
    if parsed.warehouse in counted_elsewhere:
        wrong.append(("warehouse", f"the stock of {quote_cell(parsed.warehouse)} is Amazon's to count"))
    return tuple(RowError(row, parsed.sku, column, message) for column, message in wrong) or parsed


def _unknown(
    parsed: Adjustment, product: Product | None, warehouses: Collection[WarehouseId]
) -> Iterator[tuple[str, str]]:
    if product is None:
        yield "sku", f"there is no product {quote_cell(parsed.sku)}"
    elif product.is_kit:
        yield "sku", f"{quote_cell(parsed.sku)} is a kit: change the stock of its components"
    if parsed.warehouse not in warehouses:
        yield "warehouse", f"there is no warehouse {quote_cell(parsed.warehouse)}"


Effect = Movement | tuple[RowError, ...] | None
"""Effect of a row: a movement, or errors, or None if it changes nothing."""


def effects(
    parsed: Mapping[int, ParsedRow],
    balances: Mapping[Shelf, ShelfUnits],
    request: AdjustmentRequest,
    since: Mapping[int, MovedSince] = NOTHING_MOVED,
) -> Iterator[tuple[int, Effect]]:
    """Yield the effect of each row on the stock after the rows before it.

    `since` has, by rows, what has moved since their `set_as_of`.
    """
    stock = dict(balances)
    for index, (row, each) in enumerate(parsed.items()):
        effect: Effect
        if isinstance(each, Adjustment):
            units = stock.get(each.shelf, ShelfUnits())
            effect = _effect(row, each, units, request._replace(at=moment_of(index, request)), since.get(row))
        else:
            effect = each
        if isinstance(effect, Movement):
            before = stock.get(effect.shelf, ShelfUnits())
            stock[effect.shelf] = before._replace(on_hand=before.on_hand + effect.on_hand)
        yield row, effect


def moment_of(index: int, request: AdjustmentRequest) -> datetime:
    """Return when the row of that index is done: each has a moment of its own, in the order of the file."""
    return request.at + timedelta(microseconds=index)


def _effect(
    row: int, parsed: Adjustment, units: ShelfUnits, request: AdjustmentRequest, since: MovedSince | None
) -> Effect:
    """Return the effect of one row; its movement's event is made of upload and row, and sorts as in the file."""
    if isinstance(parsed, SetAsOf) and since:
        brought = _brought_forward(row, parsed, since, request.at)
        if not isinstance(brought, Adjustment):
            return brought
        parsed = brought
    column = "set" if parsed.add is None else "add"
    try:
        moved = plan_movements(tuple(parsed.changes(column)), {parsed.shelf: units}, request)
    except NotNow as error:
        columns = {each.field.rpartition(".")[2]: each.message for each in error.errors}
        return tuple(RowError(row, parsed.sku, *wrong) for wrong in columns.items())
    return moved[0].replace(event=f"csv#{request.id}#{row:07d}") if moved else None


def _brought_forward(row: int, parsed: SetAsOf, since: MovedSince, now: datetime) -> ParsedRow:
    """Return the row with the number that it is by now, or its error."""
    number = (parsed.set or 0) + since.units
    if parsed.set_as_of > now:
        wrong = "is in the future"
    elif now - parsed.set_as_of > OLDEST:
        wrong = f"is more than {OLDEST.days} days ago: give what is on hand now, without it"
    elif since.found_at:
        wrong = f"the stock was set or counted at {_minute(since.found_at)}: give what is on hand now, without it"
    elif not 0 <= number <= MAX_UNITS:
        wrong = f"{since.units:+d} since then makes {number}: give what is on hand now, without it"
    else:
        moved = f"{parsed.set} at {_minute(parsed.set_as_of)}, {since.units:+d} since"
        text = f"{parsed.reason}; {moved}" if parsed.reason else moved
        reason = parsed.reason if len(text) > MAX_REASON or not since.units else text
        return Adjustment(**{**parsed.model_dump(exclude={"set_as_of"}), "set": number, "reason": reason})
    return (RowError(row, parsed.sku, "set_as_of", wrong),)


def _minute(moment: datetime) -> str:
    return f"{iso(moment)[:16].replace('T', ' ')} UTC"


class DecidedRows(NamedTuple):
    """Effects of the rows up to `row`; `movements` are those of rows that change stock."""

    row: int
    movements: tuple[Movement, ...]
    unchanged: int
    rejected: int
    errors: tuple[RowError, ...]

    @property
    def shelves_set(self) -> set[Shelf]:
        """Shelves whose movements are right only while on_hand is as it was when they were decided."""
        return {each.shelf for each in self.movements if each.kind is MovementKind.SET}


def decide_rows(found: Iterable[tuple[int, Effect]], most: int) -> DecidedRows:
    """Return the effects of as many rows as `most` transaction actions allow: their movements and balances."""
    moved: list[Movement] = []
    others: list[tuple[RowError, ...]] = []
    last = 0
    for row, effect in found:
        if isinstance(effect, Movement):
            if len({each.shelf for each in (*moved, effect)}) + len(moved) + 1 > most:
                break
            moved.append(effect)
        else:
            others.append(effect or ())
        last = row
    errors = tuple(chain.from_iterable(others))
    return DecidedRows(last, tuple(moved), others.count(()), len(others) - others.count(()), errors)
