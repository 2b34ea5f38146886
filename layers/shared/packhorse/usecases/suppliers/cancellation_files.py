"""Form batches of requests to keep units back: mark them in their orders, and store their files."""

from collections.abc import Sequence
from datetime import datetime

from packhorse.domain.errors import FieldError, Unavailable
from packhorse.domain.labels.label import FulfilmentRef
from packhorse.domain.orders.cancelling import with_request_by_hand
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.supply.batches import BatchState, Member, SupplierBatch
from packhorse.domain.supply.cancelling import request_of, unfit_because, with_request_in_batch, without_batch
from packhorse.domain.supply.layout import OrderLayout
from packhorse.domain.supply.rendering import faults_of
from packhorse.domain.supply.sending import cancelled_order
from packhorse.domain.supply.sent import Batch, SentOrder
from packhorse.domain.supply.supplier import Supplier
from packhorse.store import catalogue, orders, supplier_work
from packhorse.usecases.orders.change_orders import FollowUp, MessageStep, change_orders, nothing
from packhorse.usecases.suppliers.batch_files import store_files
from packhorse.usecases.suppliers.orders_to_send import skus_to_send
from packhorse.usecases.supply.follow_drop_ships import purchase_numbers


def form_cancellations(supplier: Supplier, batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Mark the requests of a batch, and store its files; what is not to be sent any more drops out.

    A request that does not fit the layout is an exception of its order, for a person.
    """
    mark(batch, now)
    stored = orders.find_orders({each.order_id for each in batch.members})
    members: list[Member] = []
    requests: list[SentOrder] = []
    for member in batch.members:
        order = stored.get(member.order_id)
        if order is None or request_of(order, member.fulfilment, batch.number) is None:
            continue
        request = request_as_sent(supplier, order, member.fulfilment)
        if why := misfit(supplier, batch, order, member.fulfilment, request, now):
            leave_to_person(member, why, now, batch)
        else:
            members.append(member)
            requests.append(request)
    if not members or supplier.cancellations is None:
        return supplier_work.save_batch(batch.replace(state=BatchState.EMPTY, members=(), files=()))
    whole = Batch(supplier=supplier.id, number=batch.number, created_at=batch.created_at, orders=tuple(requests))
    files = store_files(supplier, supplier.cancellations, whole)
    return supplier_work.save_batch(batch.replace(state=BatchState.READY, members=tuple(members), files=files))


def mark(batch: SupplierBatch, now: datetime) -> None:
    """Mark the requests of a batch in their orders, all that may be sent."""

    def step(order: Order, member: Member) -> Change:
        return Change(with_request_in_batch(order, member.fulfilment, batch.number, batch.replaces, now))

    messages = {f"{place}": each for place, each in enumerate(batch.members)}
    change_orders(messages, step, nothing, now, [supplier_work.unchanged_check(batch)])


def request_as_sent(supplier: Supplier, order: Order, number: int) -> SentOrder:
    """Return a request as its supplier gets it."""
    products = catalogue.find_products(skus_to_send([order]))
    named = purchase_numbers(supplier, {order.id}).get(FulfilmentRef(order=order.id, fulfilment=number), "")
    return cancelled_order(order, number, products, supplier.id).replace(purchase_order=named)


def misfit(
    supplier: Supplier, batch: SupplierBatch, order: Order, number: int, request: SentOrder, now: datetime
) -> str:
    """Return why a request cannot be in a file of the supplier, for people; empty if it can."""
    fulfilment = order.fulfilment(number)
    if fulfilment is None or fulfilment.cancellation is None:
        return ""
    if why := unfit_because(supplier.cancellations, fulfilment, fulfilment.cancellation):
        return why
    faults = faults_in(supplier.cancellations, supplier, batch.number, request, now)
    named = "; ".join(f"{fault.field.partition('.')[2] or fault.field}: {fault.message}" for fault in faults[:10])
    return f"it does not fit its supplier's layout of cancellations ({named})" if faults else ""


def faults_in(
    layout: OrderLayout | None, supplier: Supplier, number: int, request: SentOrder, now: datetime
) -> Sequence[FieldError]:
    """Return why a request cannot be in a file of that layout."""
    batch = Batch(supplier=supplier.id, number=number, created_at=now, orders=(request,))
    return faults_of(layout, batch, request, supplier.visible) if layout else ()


def leave_to_person(member: Member, why: str, now: datetime, batch: SupplierBatch | None = None) -> None:
    """Open the exception of a request that no file can have; one of `batch` leaves it.

    Raises Unavailable if that failed: the request waits for the next exchange.
    """

    def step(order: Order, message: Member) -> Change:
        free = without_batch(order, message.fulfilment, batch.number) if batch else order
        return Change(with_request_by_hand(free, message.fulfilment, why, now))

    change_requested(member, step, nothing, now, batch)


def change_requested(
    member: Member,
    step: MessageStep[Member],
    follow_up: FollowUp[Member],
    now: datetime,
    batch: SupplierBatch | None = None,
) -> None:
    """Change the order of a request; raises Unavailable if that failed, so that the request stays listed.

    Raises Conflict if it is in a `batch` that another process has taken over.
    """
    under = [supplier_work.unchanged_check(batch)] if batch else ()
    if change_orders({"": member}, step, follow_up, now, under):
        if batch:
            supplier_work.require_unchanged(batch)
        raise Unavailable(f"order {member.order} could not be changed: its request waits for the next exchange")
