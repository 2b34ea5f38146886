"""Rows of one order in a CSV file, parsed to an order or to all errors in them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from packhorse.domain.address import Address, is_usable, normalised
from packhorse.domain.money import MAX_MINOR, Money
from packhorse.domain.orders.channel_order import FUTURE, MAX_LINES, ChannelLine, ChannelOrder, Customer, is_future
from packhorse.domain.values import Instant, Value, start_of_day
from packhorse.files.cells import (
    Adjusted,
    CellParser,
    OrderState,
    amount_parser,
    code_parser,
    lenient,
    number_parser,
    parse_barcode,
    parse_currency,
    parse_internal_note,
    parse_note,
    parse_quantity,
    parse_state,
    parse_text,
    parse_time,
    parse_words,
    parse_yes_or_no,
    quote_cell,
    until_parser,
    warehouse_parser,
)
from packhorse.files.rows import Row, RowError

REQUIRED_ORDER_COLUMNS = (
    "OrderNumber",
    "SKU",
    "Quantity",
    "UnitPrice",
    "ShipName",
    "ShipAddress1",
    "ShipCity",
    "ShipCountry",
)
ALIASES = {
    "Storefront": "Channel",
    "Qty": "Quantity",
    **dict.fromkeys(
        ("ShipZipCode", "ShipPostcode", "ShipPostalCode", "Zip", "ZipCode", "Postcode", "PostalCode"), "ShipZip"
    ),
    **dict.fromkeys(("BillZipCode", "BillPostcode", "BillPostalCode"), "BillZip"),
}
ADDRESS = {
    "name": "Name",
    "company": "Company",
    "address1": "Address1",
    "address2": "Address2",
    "address3": "Address3",
    "city": "City",
    "state": "State",
    "postcode": "Zip",
    "country": "Country",
    "phone": "Phone",
}
DESTINATION = frozenset(
    f"Ship{name}" for name in ("Name", "Company", "Address1", "Address2", "Address3", "City", "State", "Zip", "Country")
)
"""The columns of addresses in which a text that cannot be right is an error: the goods go there."""
TAXES = ("Tax1Amount", "Tax2Amount", "Tax3Amount")
ORDER_COLUMNS = (
    *("Channel", "OrderNumber", "StorefrontOrderId", "Status", "OrderDate", "PaymentDate", "DeliveryMethod"),
    *("ShipBy", "DeliverBy", "Expedited"),
    *("ShippingAmount", *TAXES, "DiscountAmount", "TotalAmount", "Currency"),
    *("SKU", "Quantity", "UnitPrice", "SoldAsName", "LineDiscount", "LineTax", "ChannelLineId", "Barcode", "Warehouse"),
    *(f"{side}{name}" for side in ("Ship", "Bill") for name in (*ADDRESS.values(), "Email")),
    "CustomerNote",
    "InternalNote",
    "GiftMessage",
)
"""The columns that are read; all others are ignored."""
NO_CURRENCY = "XXX"
"""What amounts are read in to find more errors in an order without a currency."""


class Drop(Value):
    """Data of a file beside its rows.

    `channel` is its folder, `channels` are those that exist; `currency` is that of an order which names none,
    `warehouses` are those that can ship, and `time_zone` is that of `ship_by` and `deliver_by` without a time.
    """

    channel: str | None
    channels: frozenset[str]
    uploaded_at: Instant
    currency: str | None
    decimal_comma: bool
    warehouses: frozenset[str]
    time_zone: str
    source: str


class ParsedOrder(NamedTuple):
    """An order, or all errors in its rows; `warnings` say what was cut, rounded or left out."""

    order: ChannelOrder | None
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()


def order_from(rows: Sequence[Row], drop: Drop) -> ParsedOrder:
    """Return the order of the rows, or all errors in them."""
    reading = _Reading(rows)
    facts = _facts(reading, drop)
    lines = _lines(reading, str(facts["currency"]), drop)
    if reading.errors:
        return ParsedOrder(None, errors=_by_row(reading.errors))
    adjusted = sorted({warning.column for warning in reading.warnings if warning.column})
    order = ChannelOrder(**facts, lines=tuple(ChannelLine(**line) for line in lines), adjusted=tuple(adjusted))
    return ParsedOrder(order, warnings=_by_row(reading.warnings))


def _by_row(found: Sequence[RowError]) -> tuple[RowError, ...]:
    return tuple(sorted(dict.fromkeys(found), key=lambda error: error.row or 0))


class _Reading:
    """Parses cells of an order's rows, and collects the errors and the warnings."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.number = next((row.cells["OrderNumber"] for row in rows if row.cells.get("OrderNumber")), None)
        self.errors = [RowError(row.number, self.number, None, row.problem) for row in rows if row.problem]
        self.warnings: list[RowError] = []
        self.rows = [row for row in rows if not row.problem]
        # What concerns the whole order may stand in a row that cannot be read.
        self.is_complete = bool(self.rows) and not self.errors
        # By column, the first row of each value.
        self._said: dict[str, dict[str, Row]] = {}
        for row in self.rows:
            for column, cell in row.cells.items():
                if cell:
                    self._said.setdefault(column, {}).setdefault(cell, row)

    def wrong(self, row: Row, column: str, message: str) -> None:
        self.errors.append(RowError(row.number, self.number, column, message))

    def warn(self, row: Row, column: str, message: str) -> None:
        self.warnings.append(RowError(row.number, self.number, column, message))

    def has(self, column: str) -> bool:
        """Return whether a row has a cell in that column, right or wrong."""
        return column in self._said

    def cell(self, row: Row, column: str, read: CellParser) -> Any:
        """Return the value of a cell; None if it is empty or wrong."""
        given = row.cells.get(column)
        if not given:
            if column in REQUIRED_ORDER_COLUMNS:
                self.wrong(row, column, "is missing")
            return None
        try:
            found = read(given)
        except ValueError as error:
            self.wrong(row, column, str(error))
            return None
        if isinstance(found, Adjusted):
            self.warn(row, column, found.warning)
            return found.value
        return found

    def fact(self, column: str, read: CellParser = parse_text) -> Any:
        """Return a value of the whole order: that of the first cell with one; a later cell that differs is an error."""
        found = self._stated(column, read)
        for row, message in self._contradictions(column, found):
            self.wrong(row, column, message)
        return found[0][1] if found else None

    def decoration(self, column: str, read: CellParser = parse_words) -> Any:
        """Return a value of the whole order that nothing depends on: whatever is wrong with it is a warning."""
        found = self._stated(column, lenient(read))
        for row, message in self._contradictions(column, found):
            self.warn(row, column, f"{message}, which was taken")
        return found[0][1] if found else None

    def _stated(self, column: str, read: CellParser) -> list[tuple[Row, Any]]:
        """Return the values of a column, each with the first row that has it."""
        said = self._said.get(column)
        if not said:
            if self.is_complete and column in REQUIRED_ORDER_COLUMNS:
                self.cell(self.rows[0], column, read)
            return []
        return [(row, value) for row in said.values() if (value := self.cell(row, column, read)) is not None]

    def _contradictions(self, column: str, found: Sequence[tuple[Row, Any]]) -> Iterator[tuple[Row, str]]:
        """Yield the rows whose value is not that of the first one."""
        for row, value in found[1:]:
            first, taken = found[0]
            if _folded(value) != _folded(taken):
                this, other = quote_cell(row.cells[column]), quote_cell(first.cells[column])
                yield row, f"{this} contradicts {other} in row {first.number}"


def _folded(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value


def _facts(reading: _Reading, drop: Drop) -> dict[str, Any]:
    money_of = _currency(reading, drop)
    money = amount_parser(money_of, drop.decimal_comma)
    number = reading.fact("OrderNumber", code_parser(100))
    ship_to = _address(reading, "Ship")
    return {
        "channel": _channel(reading, drop),
        "channel_order_id": reading.fact("StorefrontOrderId", number_parser(200)) or number,
        "number": number,
        "currency": money_of,
        **_moments(reading, drop.uploaded_at),
        "customer": _customer(reading),
        "ship_to": _checked(reading, ship_to),
        "bill_to": _address(reading, "Bill") or ship_to,
        "delivery_method": reading.decoration("DeliveryMethod") or "",
        "ship_by": reading.decoration("ShipBy", until_parser(drop.time_zone)),
        "deliver_by": reading.decoration("DeliverBy", until_parser(drop.time_zone)),
        "expedited": reading.decoration("Expedited", parse_yes_or_no),
        "shipping": reading.decoration("ShippingAmount", money),
        "tax": _tax(reading, money),
        "discount": reading.decoration("DiscountAmount", money),
        "total": reading.decoration("TotalAmount", money),
        "note": reading.decoration("CustomerNote", parse_note) or "",
        "internal_note": reading.decoration("InternalNote", parse_internal_note) or "",
        "gift_message": reading.decoration("GiftMessage", parse_note) or "",
        "source": drop.source,
    }


def _currency(reading: _Reading, drop: Drop) -> str:
    """Return the currency of the order, else the account's; NO_CURRENCY where that is an error."""
    named: str | None = reading.fact("Currency", parse_currency)
    if not (named or drop.currency) and reading.is_complete and not reading.has("Currency"):
        reading.wrong(reading.rows[0], "Currency", "is missing: name it here, or once in the account's settings")
    return named or drop.currency or NO_CURRENCY


def _channel(reading: _Reading, drop: Drop) -> str | None:
    """Return the channel of the folder or the column; where both exist they must be equal."""
    named = reading.fact("Channel", lambda cell: cell.casefold())
    row = next((row for row in reading.rows if row.cells.get("Channel")), None)
    if row and drop.channel and named != drop.channel:
        reading.wrong(
            row, "Channel", f"{quote_cell(row.cells['Channel'])} is not the channel of the folder, {drop.channel}"
        )
    elif row and named not in drop.channels:
        reading.wrong(row, "Channel", f"there is no channel {quote_cell(row.cells['Channel'])}")
    elif not row and not drop.channel and reading.is_complete:
        reading.wrong(reading.rows[0], "Channel", "is missing: the file is in no channel's folder")
    return drop.channel or named


def _moments(reading: _Reading, uploaded_at: datetime) -> dict[str, Any]:
    """Return the times of the order's events; one without a time in the file happened at the upload at the latest."""
    happened = _past_parser(uploaded_at)
    placed_at = reading.fact("OrderDate", happened) or uploaded_at
    paid_at = reading.fact("PaymentDate", happened)
    if paid_at and paid_at == start_of_day(placed_at):  # a day without a time
        paid_at = placed_at
    status = reading.fact("Status", parse_state)
    if status in (OrderState.IN_PROCESS, OrderState.COMPLETE):
        paid_at = paid_at or placed_at
    return {
        "placed_at": placed_at,
        "modified_at": uploaded_at,
        "lists_parcels": False,
        "paid_at": paid_at,
        "shipped_at": uploaded_at if status is OrderState.COMPLETE else None,
        "cancelled_at": uploaded_at if status is OrderState.CANCELLED else None,
    }


def _past_parser(now: datetime) -> CellParser:
    """Return a parser of times that refuses one in the future, such as a wrong year."""

    def read(cell: str) -> datetime:
        moment = parse_time(cell)
        if is_future(moment, now):
            raise ValueError(f"{quote_cell(cell)} {FUTURE}")
        return moment

    return read


def _address(reading: _Reading, side: str) -> Address | None:
    said = {field: _part(reading, f"{side}{column}") for field, column in ADDRESS.items()}
    given = {field: value for field, value in said.items() if value}
    return normalised(Address(**given)) if given else None


def _part(reading: _Reading, column: str) -> str | None:
    """Return a part of an address or of the buyer."""
    found: str | None = reading.fact(column) if column in DESTINATION else reading.decoration(column)
    return found


def _checked(reading: _Reading, address: Address | None) -> Address | None:
    if address and address.country and not is_usable(address):
        row = next(row for row in reading.rows if row.cells.get("ShipCountry"))
        reading.wrong(row, "ShipCountry", f"{quote_cell(address.country)} is not a country: write its code, such as DE")
    return address


def _customer(reading: _Reading) -> Customer:
    """Return the buyer: each field of the billing columns, else of the shipping columns."""
    columns = {field: [f"{side}{field.title()}" for side in ("Bill", "Ship")] for field in ("name", "email", "phone")}
    said = {field: [_part(reading, column) for column in named] for field, named in columns.items()}
    return Customer(**{field: next(filter(None, values), "") for field, values in said.items()})


def _tax(reading: _Reading, money: CellParser) -> Money | None:
    given = {column: each for column in TAXES if (each := reading.decoration(column, money))}
    total = sum(each.minor for each in given.values())
    if total > MAX_MINOR:
        last = list(given)[-1]
        row = next(row for row in reading.rows if row.cells.get(last))
        reading.warn(row, last, "makes the taxes too large a sum; they were left out")
        return None
    return next((each.replace(minor=total) for each in given.values()), None)


def _lines(reading: _Reading, currency: str, drop: Drop) -> list[dict[str, Any]]:
    rows = [row for row in reading.rows if row.is_line]
    if len(rows) > MAX_LINES:
        reading.wrong(rows[MAX_LINES], "SKU", f"an order has at most {MAX_LINES} lines")
        return []
    if reading.is_complete and not rows:
        reading.wrong(reading.rows[0], "SKU", "the order has no line that is to be shipped")
    money = amount_parser(currency, drop.decimal_comma)
    warehouse = warehouse_parser(drop.warehouses)
    lines = [_line(reading, row, str(place), money, warehouse) for place, row in enumerate(rows, 1)]
    for row, column, message in _repeated(rows, lines):
        reading.wrong(row, column, message)
    return lines


def _line(reading: _Reading, row: Row, place: str, money: CellParser, warehouse: CellParser) -> dict[str, Any]:
    return {
        "id": reading.cell(row, "ChannelLineId", code_parser(100)) or place,
        "sku": reading.cell(row, "SKU", code_parser(200)),
        "barcode": reading.cell(row, "Barcode", parse_barcode) or "",
        "name": reading.cell(row, "SoldAsName", lenient(parse_words)) or "",
        "quantity": reading.cell(row, "Quantity", parse_quantity),
        "unit_price": reading.cell(row, "UnitPrice", money),
        "has_price": row.has_price,
        "discount": reading.cell(row, "LineDiscount", lenient(money)),
        "tax": reading.cell(row, "LineTax", lenient(money)),
        "warehouse": reading.cell(row, "Warehouse", warehouse),
    }


def _repeated(rows: Sequence[Row], lines: Sequence[dict[str, Any]]) -> Iterator[tuple[Row, str, str]]:
    seen: dict[str, Row] = {}
    for row, line in zip(rows, lines, strict=True):
        first = seen.setdefault(line["id"], row)
        if first is not row:
            yield row, "ChannelLineId", f"line {quote_cell(line['id'])} is in row {first.number} already"
