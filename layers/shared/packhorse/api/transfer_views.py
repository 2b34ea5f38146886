"""Transfer orders as the API shows them: one with all its parts, and those of a list, a page of which is one answer."""

from collections.abc import Mapping
from datetime import date

from packhorse.domain.catalogue.product import Product, name_and_barcode
from packhorse.domain.money import Money
from packhorse.domain.numbered import Entry
from packhorse.domain.transfers.transfer_order import TransferLine, TransferOrder, TransferRecord, TransferState
from packhorse.domain.values import Instant, Sku, Value, shared_fields
from packhorse.store import catalogue


class TransferLineSummary(Value):
    """A line in a list and where its units are; `open` ones are on their way, `over` ones came beyond those sent."""

    id: str
    sku: str
    units: int
    sent: int
    open: int
    received: int
    damaged: int
    lost: int
    returned: int
    over: int
    cost: Money | None


class TransferLineView(TransferLineSummary):
    """A line with name and barcode of its product, empty without one."""

    name: str
    barcode: str


class TransferOrderSummary(Value):
    """A transfer order in a list; without a day of its own it is `expected_on` the fourteenth day after it was sent."""

    id: str
    state: TransferState
    from_warehouse: str
    to_warehouse: str
    reference: str
    note: str
    expected_on: date | None
    lines: tuple[TransferLineSummary, ...]
    created_at: Instant
    sent_at: Instant | None
    cancelled_at: Instant | None


class TransferOrderView(TransferOrderSummary):
    """A transfer order; without `is_counted` the figures of the warehouse that it goes to say what is there."""

    lines: tuple[TransferLineView, ...]
    is_counted: bool
    receipts: tuple[TransferRecord, ...]
    timeline: tuple[Entry, ...]


class TransferOrderPage(Value):
    """A page of transfer orders.

    `counts` are those of each state that is not over, whatever the filters: on a first page, of a thousand at most,
    and for people of all warehouses.
    """

    items: tuple[TransferOrderSummary, ...]
    next: str | None
    counts: Mapping[str, int] | None = None


def summary(order: TransferOrder) -> TransferOrderSummary:
    """Return a transfer order as a list shows it."""
    same = shared_fields(TransferOrderSummary, order, "lines", "expected_on")
    lines = tuple(TransferLineSummary(**shared_fields(TransferLineSummary, line)) for line in order.lines)
    return TransferOrderSummary(**same, expected_on=order.due_on, lines=lines)


def view(order: TransferOrder) -> TransferOrderView:
    """Return a transfer order as the API shows it."""
    same = shared_fields(TransferOrderView, order, "lines", "expected_on")
    products = catalogue.find_products(Sku(line.sku) for line in order.lines)
    lines = tuple(_line(line, products.get(Sku(line.sku))) for line in order.lines)
    return TransferOrderView(**same, expected_on=order.due_on, lines=lines)


def _line(line: TransferLine, product: Product | None) -> TransferLineView:
    same = shared_fields(TransferLineView, line, "name", "barcode")
    return TransferLineView(**same, **name_and_barcode(product))
