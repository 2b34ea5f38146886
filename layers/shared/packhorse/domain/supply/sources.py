"""The closed list of facts that a column of a supplier's file can be filled with, and how each is read.

A fact is a text, a whole number, an amount, a moment, a day or yes/no; None is written as an empty cell.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from packhorse.domain.money import Money
from packhorse.domain.places import alpha3
from packhorse.domain.supply.sent import Batch, PurchaseFacts, SentOrder, SentOrderLine, Visible

Fact = str | int | bool | Decimal | datetime | date | None


class Level(StrEnum):
    """How often a record is written: once before or after all others of the file, or for each order or line."""

    START = "start"
    ORDER = "order"
    LINE = "line"
    END = "end"


class Kind(StrEnum):
    """The kind of a fact."""

    TEXT = "text"
    WHOLE = "whole"
    AMOUNT = "amount"
    MOMENT = "moment"
    DAY = "day"
    YES_NO = "yes_no"


class Source(StrEnum):
    """What a column can be filled with."""

    BATCH_NUMBER = "batch.number"
    BATCH_CREATED_AT = "batch.created_at"
    BATCH_SUPPLIER = "batch.supplier"
    BATCH_ORDERS = "batch.orders"
    BATCH_LINES = "batch.lines"
    BATCH_UNITS = "batch.units"
    BATCH_RECORDS = "batch.records"
    RECORD_NUMBER = "record.number"
    FULFILMENT_ID = "fulfilment.id"
    WAREHOUSE = "fulfilment.warehouse"
    SHIP_BY = "fulfilment.ship_by"
    DELIVER_BY = "fulfilment.deliver_by"
    EXPEDITED = "fulfilment.expedited"
    DELIVERY_METHOD = "fulfilment.delivery_method"
    FULFILMENT_LINES = "fulfilment.lines"
    FULFILMENT_UNITS = "fulfilment.units"
    FULFILMENT_TOTAL = "fulfilment.total"
    FULFILMENT_PURCHASE = "fulfilment.purchase_order"
    ORDER_ID = "order.id"
    ORDER_NUMBER = "order.number"
    ORDER_CHANNEL = "order.channel"
    ORDER_PLACED_AT = "order.placed_at"
    ORDER_NOTE = "order.note"
    ORDER_GIFT_MESSAGE = "order.gift_message"
    ORDER_EMAIL = "order.email"
    CURRENCY = "order.currency"
    SHIP_TO_NAME = "ship_to.name"
    SHIP_TO_FIRST_NAME = "ship_to.first_name"
    SHIP_TO_LAST_NAME = "ship_to.last_name"
    SHIP_TO_COMPANY = "ship_to.company"
    SHIP_TO_ADDRESS1 = "ship_to.address1"
    SHIP_TO_ADDRESS2 = "ship_to.address2"
    SHIP_TO_ADDRESS3 = "ship_to.address3"
    SHIP_TO_CITY = "ship_to.city"
    SHIP_TO_STATE = "ship_to.state"
    SHIP_TO_POSTCODE = "ship_to.postcode"
    SHIP_TO_COUNTRY = "ship_to.country"
    SHIP_TO_COUNTRY3 = "ship_to.country3"
    SHIP_TO_PHONE = "ship_to.phone"
    PURCHASE_NUMBER = "purchase_order.number"
    PURCHASE_REFERENCE = "purchase_order.reference"
    PURCHASE_ACCOUNT = "purchase_order.account"
    PURCHASE_ORDERED_AT = "purchase_order.ordered_at"
    PURCHASE_CURRENCY = "purchase_order.currency"
    PURCHASE_WAREHOUSE = "purchase_order.warehouse"
    PURCHASE_NOTE = "purchase_order.note"
    PURCHASE_LINES = "purchase_order.lines"
    PURCHASE_UNITS = "purchase_order.units"
    PURCHASE_TOTAL = "purchase_order.total"
    LINE_NUMBER = "line.number"
    LINE_ID = "line.id"
    LINE_SKU = "line.sku"
    LINE_SUPPLIER_SKU = "line.supplier_sku"
    LINE_BARCODE = "line.barcode"
    LINE_NAME = "line.name"
    LINE_QUANTITY = "line.quantity"
    LINE_PRICE = "line.price"
    LINE_TOTAL = "line.total"
    LINE_CASE_PACK = "line.case_pack"
    LINE_CASES = "line.cases"
    LINE_EXPECTED_ON = "line.expected_on"


class FileTotals(NamedTuple):
    """What of a file is only certain once its orders are chosen; `records` are those between start and end."""

    orders: int
    lines: int
    units: int
    records: int


class RecordPlace(NamedTuple):
    """Where in a file a record stands; `record` counts orders' and lines' records from 1."""

    batch: Batch
    counts: FileTotals
    record: int = 0
    order: SentOrder | None = None
    line: SentOrderLine | None = None


class Taken(NamedTuple):
    """How a source is read: the topmost level that has it, its kind, and the switch of `Visible` that it needs."""

    level: Level
    kind: Kind
    read: Callable[[RecordPlace], Fact]
    needs: str = ""


def _of_order(kind: Kind, read: Callable[[SentOrder], Fact], needs: str = "") -> Taken:
    return Taken(Level.ORDER, kind, lambda place: read(place.order) if place.order else None, needs)


def _of_line(kind: Kind, read: Callable[[SentOrderLine], Fact], needs: str = "") -> Taken:
    return Taken(Level.LINE, kind, lambda place: read(place.line) if place.line else None, needs)


def _of_purchase(kind: Kind, read: Callable[[SentOrder, PurchaseFacts], Fact]) -> Taken:
    def taken(place: RecordPlace) -> Fact:
        order = place.order
        return read(order, order.purchase) if order and order.purchase else None

    return Taken(Level.ORDER, kind, taken)


def _ship_to(field: str, needs: str = "") -> Taken:
    return _of_order(Kind.TEXT, lambda order: str(getattr(order.ship_to, field)), needs)


def _decimal(money: Money | None) -> Fact:
    return Decimal(money.amount) if money else None


def _cases(line: SentOrderLine) -> Fact:
    """Return the whole cases of a line; none where a supplier refused a part of one."""
    return None if line.quantity % line.case_pack else line.quantity // line.case_pack


def _order_total(order: SentOrder) -> Fact:
    amounts = [line.amount for line in order.lines if line.amount]
    if len(amounts) < len(order.lines):
        return None
    return _decimal(amounts[0].replace(minor=sum(amount.minor for amount in amounts)))


def _currency(order: SentOrder) -> Fact:
    return next((line.price.currency for line in order.lines if line.price), None)


def _country3(order: SentOrder) -> Fact:
    return alpha3(order.ship_to.country)


def name_parts(name: str) -> tuple[str, str]:
    """Return first and last name: the last word is the last name.

    >>> name_parts("Agnes Maria Thole"), name_parts("Cher")
    (('Agnes Maria', 'Thole'), ('', 'Cher'))
    """
    first, _, last = name.strip().rpartition(" ")
    return first.strip(), last


TAKEN: Mapping[Source, Taken] = {
    Source.BATCH_NUMBER: Taken(Level.START, Kind.WHOLE, lambda place: place.batch.number),
    Source.BATCH_CREATED_AT: Taken(Level.START, Kind.MOMENT, lambda place: place.batch.created_at),
    Source.BATCH_SUPPLIER: Taken(Level.START, Kind.TEXT, lambda place: place.batch.supplier),
    Source.BATCH_ORDERS: Taken(Level.START, Kind.WHOLE, lambda place: place.counts.orders),
    Source.BATCH_LINES: Taken(Level.START, Kind.WHOLE, lambda place: place.counts.lines),
    Source.BATCH_UNITS: Taken(Level.START, Kind.WHOLE, lambda place: place.counts.units),
    Source.BATCH_RECORDS: Taken(Level.START, Kind.WHOLE, lambda place: place.counts.records),
    Source.RECORD_NUMBER: Taken(Level.ORDER, Kind.WHOLE, lambda place: place.record),
    Source.FULFILMENT_ID: _of_order(Kind.TEXT, lambda order: order.fulfilment),
    Source.WAREHOUSE: _of_order(Kind.TEXT, lambda order: order.warehouse),
    Source.SHIP_BY: _of_order(Kind.MOMENT, lambda order: order.ship_by),
    Source.DELIVER_BY: _of_order(Kind.MOMENT, lambda order: order.deliver_by),
    Source.EXPEDITED: _of_order(Kind.YES_NO, lambda order: order.expedited),
    Source.DELIVERY_METHOD: _of_order(Kind.TEXT, lambda order: order.delivery_method),
    Source.FULFILMENT_LINES: _of_order(Kind.WHOLE, lambda order: len(order.lines)),
    Source.FULFILMENT_UNITS: _of_order(Kind.WHOLE, lambda order: sum(line.quantity for line in order.lines)),
    Source.FULFILMENT_TOTAL: _of_order(Kind.AMOUNT, _order_total, "prices"),
    Source.FULFILMENT_PURCHASE: _of_order(Kind.TEXT, lambda order: order.purchase_order),
    Source.ORDER_ID: _of_order(Kind.TEXT, lambda order: order.order),
    Source.ORDER_NUMBER: _of_order(Kind.TEXT, lambda order: order.number),
    Source.ORDER_CHANNEL: _of_order(Kind.TEXT, lambda order: order.channel),
    Source.ORDER_PLACED_AT: _of_order(Kind.MOMENT, lambda order: order.placed_at),
    Source.ORDER_NOTE: _of_order(Kind.TEXT, lambda order: order.note),
    Source.ORDER_GIFT_MESSAGE: _of_order(Kind.TEXT, lambda order: order.gift_message),
    Source.ORDER_EMAIL: _of_order(Kind.TEXT, lambda order: order.email, "email"),
    Source.CURRENCY: _of_order(Kind.TEXT, _currency, "prices"),
    Source.SHIP_TO_NAME: _ship_to("name"),
    Source.SHIP_TO_FIRST_NAME: _of_order(Kind.TEXT, lambda order: name_parts(order.ship_to.name)[0]),
    Source.SHIP_TO_LAST_NAME: _of_order(Kind.TEXT, lambda order: name_parts(order.ship_to.name)[1]),
    Source.SHIP_TO_COMPANY: _ship_to("company"),
    Source.SHIP_TO_ADDRESS1: _ship_to("address1"),
    Source.SHIP_TO_ADDRESS2: _ship_to("address2"),
    Source.SHIP_TO_ADDRESS3: _ship_to("address3"),
    Source.SHIP_TO_CITY: _ship_to("city"),
    Source.SHIP_TO_STATE: _ship_to("state"),
    Source.SHIP_TO_POSTCODE: _ship_to("postcode"),
    Source.SHIP_TO_COUNTRY: _ship_to("country"),
    Source.SHIP_TO_COUNTRY3: _of_order(Kind.TEXT, _country3),
    Source.SHIP_TO_PHONE: _ship_to("phone", "phone"),
    Source.PURCHASE_NUMBER: _of_purchase(Kind.TEXT, lambda order, _: order.number),
    Source.PURCHASE_REFERENCE: _of_purchase(Kind.TEXT, lambda _, bought: bought.reference),
    Source.PURCHASE_ACCOUNT: _of_purchase(Kind.TEXT, lambda _, bought: bought.account),
    Source.PURCHASE_ORDERED_AT: _of_purchase(Kind.MOMENT, lambda _, bought: bought.ordered_at),
    Source.PURCHASE_CURRENCY: _of_purchase(Kind.TEXT, lambda _, bought: bought.currency),
    Source.PURCHASE_WAREHOUSE: _of_purchase(Kind.TEXT, lambda order, _: order.warehouse),
    Source.PURCHASE_NOTE: _of_purchase(Kind.TEXT, lambda order, _: order.note),
    Source.PURCHASE_LINES: _of_purchase(Kind.WHOLE, lambda order, _: len(order.lines)),
    Source.PURCHASE_UNITS: _of_purchase(Kind.WHOLE, lambda order, _: sum(line.quantity for line in order.lines)),
    Source.PURCHASE_TOTAL: _of_purchase(Kind.AMOUNT, lambda order, _: _order_total(order)),
    Source.LINE_NUMBER: _of_line(Kind.WHOLE, lambda line: line.number),
    Source.LINE_ID: _of_line(Kind.TEXT, lambda line: line.id),
    Source.LINE_SKU: _of_line(Kind.TEXT, lambda line: line.sku),
    Source.LINE_SUPPLIER_SKU: _of_line(Kind.TEXT, lambda line: line.supplier_sku),
    Source.LINE_BARCODE: _of_line(Kind.TEXT, lambda line: line.barcode),
    Source.LINE_NAME: _of_line(Kind.TEXT, lambda line: line.name),
    Source.LINE_QUANTITY: _of_line(Kind.WHOLE, lambda line: line.quantity),
    Source.LINE_PRICE: _of_line(Kind.AMOUNT, lambda line: _decimal(line.price), "prices"),
    Source.LINE_TOTAL: _of_line(Kind.AMOUNT, lambda line: _decimal(line.amount), "prices"),
    Source.LINE_CASE_PACK: _of_line(Kind.WHOLE, lambda line: line.case_pack),
    Source.LINE_CASES: _of_line(Kind.WHOLE, _cases),
    Source.LINE_EXPECTED_ON: _of_line(Kind.DAY, lambda line: line.expected_on),
}

_BOUGHT = frozenset({Source.LINE_CASE_PACK, Source.LINE_CASES, Source.LINE_EXPECTED_ON}) | {
    source for source in Source if source.startswith("purchase_order.")
}
PURCHASE_SOURCES = _BOUGHT | {source for source in Source if not source.startswith(("fulfilment.", "order."))}
"""What a column of a file of purchase orders can be filled with."""
ORDER_SOURCES = frozenset(Source) - _BOUGHT
"""What a column of a file of orders can be filled with."""

LINE_NAMES = frozenset({Source.LINE_NUMBER, Source.LINE_ID})
"""By what a row of an answer can name a line."""


def fact_at(source: Source, place: RecordPlace, visible: Visible) -> Fact:
    """Return the fact for a record; None if the supplier may not see it."""
    taken = TAKEN[source]
    return None if is_hidden(source, visible) else taken.read(place)


def is_hidden(source: Source, visible: Visible) -> bool:
    """Return whether the supplier may not see what this source has."""
    needs = TAKEN[source].needs
    return bool(needs) and not getattr(visible, needs)
