"""Find the fulfilment orders that a supplier is to get, and those of them that fit its layout."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from packhorse.domain.errors import FieldError
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_rows import View
from packhorse.domain.orders.order import Order
from packhorse.domain.supply.batches import Member, SupplierBatch
from packhorse.domain.supply.rendering import faults_of
from packhorse.domain.supply.sending import (
    may_be_sent,
    sent_order,
    taken_out,
    unmarked,
    with_layout_exception,
)
from packhorse.domain.supply.sent import Batch, SentOrder
from packhorse.domain.supply.sent_rows import skus_in_files
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import Sku
from packhorse.store import catalogue, orders, row_search, supplier_work
from packhorse.store.row_search import RowFilter
from packhorse.usecases.orders.change_orders import change_orders, nothing
from packhorse.usecases.supply.follow_drop_ships import purchase_numbers

ROWS_A_PAGE = 200


MOST_REFUSED = 500
"""Fulfilment orders that do not fit the layout, after which a call looks for no more: its time has an end."""


def fitting(supplier: Supplier, number: int, now: datetime) -> Iterator[Member]:
    """Yield the fulfilment orders that are to be sent and fit the layout; others get an exception in their orders.

    Those that do not fit take no place in the file. After MOST_REFUSED of them no more are read until these are mended.
    """
    taken = refused = 0
    for page in waiting(supplier, now):
        stored = orders.find_orders({each.order_id for each in page})
        for member in page:
            order = stored.get(member.order_id)
            if order is None or not may_be_sent(order, member.fulfilment, supplier.id):
                continue
            if faults := faults_in(supplier, number, order, member.fulfilment, now):
                refuse_layout(member, faults, now)  # one that could not be changed still waits at the next call
                refused += 1
            else:
                taken += 1
                yield member
            if taken >= supplier.most_orders_per_file or refused >= MOST_REFUSED:
                return


def waiting(supplier: Supplier, now: datetime) -> Iterator[Sequence[Member]]:
    """Yield pages of the fulfilment orders of a supplier's warehouses that are in no batch, by when they are to ship.

    The rows may be those of a moment ago: the orders decide.
    """
    for warehouse in supplier.warehouses:
        only, after = RowFilter(warehouse=warehouse, now=now), ""
        while True:
            page = row_search.rows_of_view(View.PARTNERS, only, after, ROWS_A_PAGE, is_backwards=False)
            rows = [row for row in page.rows.values() if row.batch is None]
            yield [Member(order=row.order_id, fulfilment=row.fulfilment) for row in rows if row.fulfilment]
            after = page.read_to
            if not after:
                break


def faults_in(supplier: Supplier, number: int, order: Order, fulfilment: int, now: datetime) -> tuple[FieldError, ...]:
    """Return why a fulfilment order cannot be in a file of the supplier."""
    [sent] = sent_orders(supplier, [(order, fulfilment)])
    batch = Batch(supplier=supplier.id, number=number, created_at=now, orders=(sent,))
    return faults_of(supplier.order_layout, batch, sent, supplier.visible)


def sent_orders(
    supplier: Supplier, found: Sequence[tuple[Order, int]], *, is_past: bool = False
) -> tuple[SentOrder, ...]:
    """Return fulfilment orders as their supplier gets them; of past ones all units, also those that left."""
    products = catalogue.find_products(skus_to_send(order for order, _ in found))
    numbers = purchase_numbers(supplier, {order.id for order, _ in found})
    sent = []
    for order, number in found:
        named = numbers.get(FulfilmentRef(order=order.id, fulfilment=number), "")
        made = sent_order(order, number, products, supplier.id, is_past=is_past)
        sent.append(made.replace(purchase_order=named))
    return tuple(sent)


def skus_to_send(found: Iterable[Order]) -> set[Sku]:
    """Return the skus that files may have of these orders."""
    return {sku for order in found for line in order.lines for sku in skus_in_files(line)}


def refuse_layout(
    member: Member, faults: Sequence[FieldError], now: datetime, batch: SupplierBatch | None = None
) -> bool:
    """Open the exception of an order that does not fit the layout; a fulfilment order of `batch` leaves it.

    Return False if the order could not be changed.
    """

    def step(order: Order, message: Member) -> Change:
        free = _without(batch, order, message.fulfilment) if batch else order
        return Change(with_layout_exception(free, message.fulfilment, faults, now))

    under = [supplier_work.unchanged_check(batch)] if batch else ()
    return not change_orders({"": member}, step, nothing, now, under)


def _without(batch: SupplierBatch, order: Order, number: int) -> Order:
    """Return the order with its fulfilment order out of a batch that was not sent; one before it may have been."""
    take_out = unmarked if batch.replaces is None else taken_out
    return take_out(order, number, batch.number)
