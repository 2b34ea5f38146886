"""Cells of files of purchase orders and receipts: each is parsed, or it is said what is wrong with it."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from packhorse.domain.money import Money
from packhorse.files.cells import (
    Adjusted,
    amount_parser,
    code_parser,
    number_parser,
    parse_currency,
    parse_note,
    parse_time,
    parse_warehouse,
    parse_words,
    parse_yes_or_no,
    quote_cell,
)
from packhorse.files.stock.stock_rows import parse_sku, units_parser

MAX_CODE = 100
PURCHASE_COLUMNS = (
    *("reference", "supplier", "warehouse", "currency", "sku", "ordered", "unit_cost"),
    *("case_pack", "minimum", "supplier_sku", "expected_on", "note", "internal_note"),
)
OTHER_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("ref", "po", "po number", "order number"), "reference"),
    **dict.fromkeys(("vendor", "vendor id", "supplier id"), "supplier"),
    **dict.fromkeys(("location", "ship to", "warehouse id"), "warehouse"),
    **dict.fromkeys(("item", "product", "article"), "sku"),
    **dict.fromkeys(("qty", "quantity", "units"), "ordered"),
    **dict.fromkeys(("price", "cost", "unit price"), "unit_cost"),
}
"""What others call columns of purchase orders: named where one is missing, since a `price` may be that of a case."""
REQUIRED_OF_PURCHASES = ("reference", "supplier", "warehouse", "sku", "ordered", "unit_cost")
RECEIPT_COLUMNS = ("purchase_order", "receipt", "line", "sku", "accepted", "rejected", "reason", "replaced")
REQUIRED_OF_RECEIPTS = ("purchase_order", "receipt")

Reader = Callable[[str], Any]


def parse_day(cell: str) -> date:
    """Return a date, of a moment the one that is written.

    >>> parse_day("2026-12-01T00:00:00+01:00").isoformat()
    '2026-12-01'
    """
    parse_time(cell)
    return date.fromisoformat(cell[:10].replace("/", "-"))


def parse_supplier(cell: str) -> str:
    """Return the id of a supplier, in lower case."""
    try:
        return parse_warehouse(cell)
    except ValueError as error:
        raise ValueError(f"{quote_cell(cell)} is not a supplier id (lower case, digits and dashes)") from error


def exact(read: Reader) -> Reader:
    """Return a parser that refuses what the other one would change: a price is not rounded, a name not cut."""

    def read_exactly(cell: str) -> Any:
        found = read(cell)
        if isinstance(found, Adjusted):
            raise ValueError(found.fault)  # noqa: TRY004 -- the cell is wrong, not its type
        return found

    return read_exactly


def price_parser(currency: str | None, decimal_comma: bool) -> Reader:
    """Return a parser of prices; without a currency none can be read."""
    if not currency:
        return _without_currency
    return exact(amount_parser(currency, decimal_comma))


def _without_currency(_: str) -> Money:
    raise ValueError("needs a currency: give the column, or the account's")


def purchase_readers(currency: str | None, decimal_comma: bool) -> Mapping[str, Reader]:
    """Return the parsers of a row of a purchase order in that currency."""
    return {
        "reference": number_parser(MAX_CODE),
        "supplier": parse_supplier,
        "warehouse": parse_warehouse,
        "currency": parse_currency,
        "sku": parse_sku,
        "ordered": units_parser(1),
        "unit_cost": price_parser(currency, decimal_comma),
        "case_pack": units_parser(1),
        "minimum": units_parser(0),
        "supplier_sku": code_parser(MAX_CODE),
        "expected_on": parse_day,
        "note": exact(parse_note),
        "internal_note": exact(parse_note),
    }


RECEIPT_READERS: Mapping[str, Reader] = {
    "purchase_order": number_parser(MAX_CODE),
    "receipt": number_parser(MAX_CODE),
    "line": number_parser(10),
    "sku": parse_sku,
    "accepted": units_parser(0),
    "rejected": units_parser(0),
    "reason": exact(parse_words),
    "replaced": parse_yes_or_no,
}
