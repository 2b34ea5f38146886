"""What is to come for the lines of an order that wait: units of documents that are made for it."""

from collections.abc import Iterable, Iterator
from datetime import date

from packhorse.domain.orders.order import Order
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.values import Value
from packhorse.domain.work_orders.work_order import WorkOrder, WorkState


class Supply(Value):
    """Units that a line of an order awaits of a purchase order or a work order, which is one of the two.

    `expected_on` is the day that the supplier or a person said of them.
    """

    line: str
    sku: str
    warehouse: str
    units: int
    state: PurchaseState | WorkState
    purchase_order: str | None = None
    work_order: str | None = None
    expected_on: date | None = None


def supply_of(order: Order, purchases: Iterable[PurchaseOrder], works: Iterable[WorkOrder]) -> Iterator[Supply]:
    """Yield what is bought and built for the lines of an order that are short, drafts too, and has not come yet."""
    for purchase in purchases:
        days = {line.sku: line.expected_on for line in purchase.lines}
        for each in _awaited(order, purchase):
            yield each.replace(purchase_order=purchase.id, expected_on=days[each.sku])
    for work in works:
        for each in _awaited(order, work):
            yield each.replace(work_order=work.id)


def _awaited(order: Order, document: PurchaseOrder | WorkOrder) -> Iterator[Supply]:
    awaited = {line.id: line.awaited for line in order.lines}
    for shelf, _, parts in document.coming:
        for made_for, needed, _ in parts:
            if needed and made_for.order == order.id and shelf.warehouse in awaited.get(made_for.line, ()):
                yield Supply(
                    line=made_for.line, sku=shelf.sku, warehouse=shelf.warehouse, units=needed, state=document.state
                )
