"""Rows of a CSV file of stock: each is a change of the stock of a sku in a warehouse, or all that is wrong with it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, NamedTuple

from pydantic import TypeAdapter, ValidationError

from packhorse.domain.catalogue.product import Product
from packhorse.domain.errors import NotNow
from packhorse.domain.stock.adjustment import MAX_UNITS, Adjustment, AdjustmentRequest, ShelfUnits, plan_movements
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Sku, SkuText, WarehouseId
from packhorse.files.cells import code_parser, parse_text, parse_warehouse, quote_cell
from packhorse.files.rows import Row, RowError

STOCK_COLUMNS = ("sku", "warehouse", "set", "add", "expected", "reason")
"""What is read; every other column is passed over."""
REQUIRED_STOCK_COLUMNS = ("sku", "warehouse")
MAX_SKU_LENGTH = 100

_WHOLE = re.compile(r"([+-]?\d{1,12})([.,]0{1,2})?", re.ASCII)
_SKU: TypeAdapter[str] = TypeAdapter(SkuText)


def parse_sku(cell: str) -> str:
    """Return a text that may be the sku of a product."""
    found: str = code_parser(MAX_SKU_LENGTH)(cell)
    try:
        return _SKU.validate_python(found)
    except ValidationError as error:
        raise ValueError(f"{quote_cell(cell)} is not a sku: it has a / or a ?") from error


def units_parser(least: int) -> Callable[[str], int]:
    """Whole units, at least so many.

    >>> units_parser(-5)("-3"), units_parser(0)("12,0")
    (-3, 12)
    """

    def read(cell: str) -> int:
        whole = _WHOLE.fullmatch(cell)
        if not whole or not least <= int(whole[1]) <= MAX_UNITS:
            raise ValueError(f"{quote_cell(cell)} is not a whole number from {least} to {MAX_UNITS}")
        return int(whole[1])

    return read


READERS: Mapping[str, Callable[[str], Any]] = {
    "sku": parse_sku,
    "warehouse": parse_warehouse,
    "set": units_parser(0),
    "add": units_parser(-MAX_UNITS),
    "expected": units_parser(-MAX_UNITS),
    "reason": parse_text,
}


ParsedRow = Adjustment | tuple[RowError, ...]
"""The change that a row requests, or every reason why it requests none."""


def adjustment_from(row: Row) -> ParsedRow:
    """Return the change that the row requests, or every reason why it requests none."""
    about = row.cells.get("sku", "")[:MAX_SKU_LENGTH] or None
    if row.problem:
        return (RowError(row.number, about, None, row.problem),)
    values, wrong = _read(row.cells)
    wrong = wrong or dict(_contradictions(values))
    if wrong:
        return tuple(RowError(row.number, about, column, message) for column, message in wrong.items())
    return Adjustment(**values)


def _read(cells: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values by column, and the errors of cells that have none."""
    values: dict[str, Any] = {}
    wrong = {column: "is missing" for column in REQUIRED_STOCK_COLUMNS if not cells.get(column)}
    for column, read in READERS.items():
        try:
            values |= {column: read(cells[column])} if cells.get(column) else {}
        except ValueError as error:
            wrong[column] = str(error)
    return values, wrong


def _contradictions(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if ("set" in values) == ("add" in values):
        yield "set", "give set or add, and not both"
    elif "add" in values and "expected" in values:
        yield "expected", "goes with set only"


def check_row(
    row: int, asked: ParsedRow, products: Mapping[Sku, Product], warehouses: Collection[WarehouseId]
) -> ParsedRow:
    """Return the change if its product has stock and its warehouse exists; else the errors."""
    if not isinstance(asked, Adjustment):
        return asked
    wrong = tuple(_unknown(asked, products.get(asked.place.sku), warehouses))
    return tuple(RowError(row, asked.sku, column, message) for column, message in wrong) or asked


def _unknown(
    asked: Adjustment, product: Product | None, warehouses: Collection[WarehouseId]
) -> Iterator[tuple[str, str]]:
    if product is None:
        yield "sku", f"there is no product {quote_cell(asked.sku)}"
    elif product.is_kit:
        yield "sku", f"{quote_cell(asked.sku)} is a kit: change the stock of its components"
    if asked.warehouse not in warehouses:
        yield "warehouse", f"there is no warehouse {quote_cell(asked.warehouse)}"


Effect = Movement | tuple[RowError, ...] | None
"""What a row comes to: a movement, what is wrong with it, or nothing where so much is there already."""


def effects(
    asked: Mapping[int, ParsedRow], stock: Mapping[Shelf, ShelfUnits], request: AdjustmentRequest
) -> Iterator[tuple[int, Effect]]:
    """Yield the effect of each row, on the stock that the rows before it leave."""
    left = dict(stock)
    for row, each in asked.items():
        effect = (
            _effect(row, each, left.get(each.place, ShelfUnits()), request) if isinstance(each, Adjustment) else each
        )
        if isinstance(effect, Movement):
            before = left.get(effect.place, ShelfUnits())
            left[effect.place] = before._replace(on_hand=before.on_hand + effect.on_hand)
        yield row, effect


def _effect(row: int, asked: Adjustment, there: ShelfUnits, request: AdjustmentRequest) -> Effect:
    """Return the effect of one row; its movement's event is the upload and the row, which sorts as in the file."""
    column = "set" if asked.add is None else "add"
    try:
        moved = plan_movements(tuple(asked.changes(column)), {asked.place: there}, request)
    except NotNow as error:
        columns = {each.field.rpartition(".")[2]: each.message for each in error.errors}
        return tuple(RowError(row, asked.sku, *wrong) for wrong in columns.items())
    return moved[0].replace(event=f"csv#{request.id}#{row:07d}") if moved else None


class DecidedRows(NamedTuple):
    """What rows up to `row` come to; `movements` are of those that change stock."""

    row: int
    movements: tuple[Movement, ...]
    unchanged: int
    rejected: int
    errors: tuple[RowError, ...]

    @property
    def shelves_set(self) -> set[Shelf]:
        """Where the movements are right only for what was on hand when they were decided."""
        return {each.place for each in self.movements if each.kind is MovementKind.SET}


def decide_rows(found: Iterable[tuple[int, Effect]], most: int) -> DecidedRows:
    """As many rows together as `most` movements and balances are enough for."""
    moved: list[Movement] = []
    others: list[tuple[RowError, ...]] = []
    last = 0
    for row, effect in found:
        if isinstance(effect, Movement):
            if len({each.place for each in (*moved, effect)}) + len(moved) + 1 > most:
                break
            moved.append(effect)
        else:
            others.append(effect or ())
        last = row
    errors = tuple(chain.from_iterable(others))
    return DecidedRows(last, tuple(moved), others.count(()), len(others) - others.count(()), errors)
