"""Purchase orders as the API shows them: one with all its parts, and those of a list, a page of which is one answer."""

from collections.abc import Mapping
from datetime import date

from packhorse.domain.catalogue.product import Product, name_and_barcode
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.money import Currency, Money
from packhorse.domain.numbered import Entry
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.purchase_line import PurchaseLine
from packhorse.domain.purchasing.purchase_order import LandedCost, LeftOut, PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.receipts import ReceivedLine
from packhorse.domain.purchasing.sending import PurchaseSending
from packhorse.domain.values import Instant, Sku, Value, shared_fields
from packhorse.store import catalogue


class PurchaseLineView(Value):
    """A line and where its units are; `open` ones are still to arrive.

    `over`, `surplus` and `over_rejected` are beyond the order.
    `unneeded` ones are to come though the orders that they were bought for do not want them, and neither for stock nor
    as the rest of a case. `expensed` is what of the landed cost, and of a price that was agreed after units came, is
    part of no unit's cost, since its units had left or never come.
    """

    id: str
    sku: str
    name: str
    barcode: str
    supplier_sku: str
    ordered: int
    case_pack: int
    minimum: int
    unit_cost: Money | None
    landed: Money | None
    expensed: Money | None
    expected_on: date | None
    made_for: tuple[MadeFor, ...]
    open: int
    received: int
    rejected: int
    refused: int
    closed: int
    over: int
    surplus: int
    over_rejected: int
    unneeded: int
    acknowledged: bool
    answer: str
    offered: Money | None
    delivery: str


class PurchaseOrderView(Value):
    """A purchase order; its `note` is for the supplier, `internal_note` for our people alone.

    `total` is the price of all that was ordered and not refused, whatever became of it, as its paper says;
    `received_total` that of the units that came and were accepted, also beyond the order.
    `sending` is how it gets to its supplier, None where people send it.
    One with `ships` follows that fulfilment order, which its supplier ships to the buyer.
    """

    id: str
    state: PurchaseState
    ships: FulfilmentRef | None
    collects: bool
    supplier: str
    warehouse: str
    currency: Currency
    reference: str
    note: str
    internal_note: str
    total: Money | None
    received_total: Money | None
    lines: tuple[PurchaseLineView, ...]
    left_out: tuple[LeftOut, ...]
    receipts: tuple[ReceivedLine, ...]
    landed: tuple[LandedCost, ...]
    timeline: tuple[Entry, ...]
    created_at: Instant
    submitted_at: Instant | None
    cancelled_at: Instant | None
    sending: PurchaseSending | None


class PurchaseLineSummary(Value):
    """A line of a purchase order in a list; `for_order` is what of it is made for the order of the request's filter."""

    id: str
    sku: str
    ordered: int
    open: int
    received: int
    expected_on: date | None
    for_order: tuple[MadeFor, ...] = ()


class PurchaseOrderSummary(Value):
    """A purchase order in a list.

    `total` is the price of all that was ordered and not refused, whatever became of it; `received_total` that of the
    units that came and were accepted, also beyond the order.
    """

    id: str
    state: PurchaseState
    ships: FulfilmentRef | None
    collects: bool
    supplier: str
    warehouse: str
    currency: Currency
    reference: str
    note: str
    internal_note: str
    total: Money | None
    received_total: Money | None
    lines: tuple[PurchaseLineSummary, ...]
    created_at: Instant
    submitted_at: Instant | None
    cancelled_at: Instant | None
    sending: PurchaseSending | None


class PurchaseOrderPage(Value):
    """A page of purchase orders.

    `counts` are those of each state that is not over, whatever the filters: on a first page, of a thousand at most,
    and for people of all warehouses.
    """

    items: tuple[PurchaseOrderSummary, ...]
    next: str | None
    counts: Mapping[str, int] | None = None


def summary(order: PurchaseOrder, for_order: str | None = None) -> PurchaseOrderSummary:
    """Return a purchase order as a list shows it, which may be that of an order."""
    same = shared_fields(PurchaseOrderSummary, order, "lines")
    return PurchaseOrderSummary(**same, lines=tuple(_line_summary(line, for_order) for line in order.lines))


def _line_summary(line: PurchaseLine, for_order: str | None) -> PurchaseLineSummary:
    named = tuple(each for each in line.made_for if each.order == for_order)
    return PurchaseLineSummary(**shared_fields(PurchaseLineSummary, line, "for_order"), for_order=named)


def view(order: PurchaseOrder) -> PurchaseOrderView:
    """Return a purchase order as the API shows it."""
    same = shared_fields(PurchaseOrderView, order, "lines")
    products = catalogue.find_products(Sku(line.sku) for line in order.lines)
    lines = tuple(_line_view(line, products.get(Sku(line.sku)), order.currency) for line in order.lines)
    return PurchaseOrderView(**same, lines=lines)


def _line_view(line: PurchaseLine, product: Product | None, currency: str) -> PurchaseLineView:
    same = shared_fields(PurchaseLineView, line, "name", "barcode", "landed", "expensed")
    landed, expensed = (Money(minor=minor, currency=currency) for minor in (line.landed, line.expense))
    return PurchaseLineView(**same, **name_and_barcode(product), landed=landed, expensed=expensed)
