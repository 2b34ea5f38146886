"""Send suppliers requests to keep units back, in batches of their own, each once."""

from collections.abc import Iterator
from datetime import datetime

from packhorse.aws.executions import answer_tokens
from packhorse.domain.errors import NotFound
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.taking_back import cancellation_accepted
from packhorse.domain.supply.batches import BatchKind, BatchState, Member, SupplierBatch
from packhorse.domain.supply.cancelling import request_of, unfit_because
from packhorse.domain.supply.sending import never_sent, unmarked
from packhorse.domain.supply.supplier import Supplier, author_of
from packhorse.messages.orders import send_advance
from packhorse.store import cancellations, configuration, orders, supplier_work
from packhorse.usecases.orders.change_orders import nothing
from packhorse.usecases.suppliers.cancellation_files import change_requested, leave_to_person
from packhorse.usecases.suppliers.send_batch import finish_batch

MOST_REQUESTS = 200
"""Requests of a batch; the next exchange sends the others."""


def send_cancellations(supplier: Supplier, now: datetime) -> None:
    """Send the requests that no file has; whatever the supplier gets on command only, it is to stop at once.

    What it was never sent is given back at once. Nothing is begun while another batch is on its way.
    """
    if supplier_work.get_state(supplier.id).unfinished:
        return
    for name in (author_of(supplier.id), *supplier.warehouses):
        listed = cancellations.waiting_requests(name, MOST_REQUESTS)
        members = tuple(sendable(supplier, [Member(order=each.order, fulfilment=each.number) for each in listed], now))
        batch = None
        if members:
            number = supplier_work.get_state(supplier.id).last + 1
            batch = SupplierBatch(
                supplier=supplier.id, number=number, kind=BatchKind.CANCELLATIONS, created_at=now, members=members
            )
            supplier_work.create_batch(batch)
        # The batch has them from here on. One that grows before it is marked there is sent as it is then; one that
        # grows later is listed again.
        cancellations.remove_requests(name, listed)
        if batch:
            finish_batch(supplier, batch, now)


def sendable(supplier: Supplier, listed: list[Member], now: datetime) -> Iterator[Member]:
    """Yield the requests that a file can have; give back what the supplier never got, leave others to a person."""
    stored = orders.find_orders({each.order_id for each in listed})
    for member in listed:
        order = stored.get(member.order_id)
        request = request_of(order, member.fulfilment, None)
        fulfilment = order.fulfilment(member.fulfilment) if order else None
        if order is None or fulfilment is None or fulfilment.supplier not in ("", supplier.id):
            continue  # its own supplier's list has it
        if request is None:
            put_back(supplier, member, fulfilment, now)
            follow_given_back(order, member.fulfilment)  # an earlier exchange may have ended right after its commit
        elif not may_have(supplier, fulfilment.id, fulfilment.batch):
            give_back(member, now)
        elif why := unfit_because(supplier.cancellations, fulfilment, request):
            leave_to_person(member, why, now)
        else:
            yield member


def put_back(supplier: Supplier, member: Member, fulfilment: FulfilmentOrder, now: datetime) -> None:
    """Have a fulfilment order sent whose request is over, and which dropped out of its batch because of that."""
    number = fulfilment.batch
    if number is None or not fulfilment.is_open or may_have(supplier, fulfilment.id, number):
        return

    def step(order: Order, message: Member) -> Change:
        waits = request_of(order, message.fulfilment, None) is None
        return Change(unmarked(order, message.fulfilment, number) if waits else order)

    change_requested(member, step, nothing, now)


def may_have(supplier: Supplier, fulfilment: str, number: int | None) -> bool:
    """Return whether the supplier may know of the fulfilment order: by a file that was sent or is on its way.

    What dropped out of a batch that sends another one again may have been in that.
    """
    if number is None:
        return True
    try:
        batch = supplier_work.get_batch(supplier.id, number)
    except NotFound:  # of the supplier that the warehouse had before
        return True
    if batch.state is BatchState.FORMING or any(fulfilment in file.fulfilments for file in batch.files):
        return True
    return batch.replaces is not None and may_have(supplier, fulfilment, batch.replaces)


def give_back(member: Member, now: datetime) -> None:
    """Accept a request in the name of a supplier that was never sent the fulfilment order; what is left is sent."""
    restock = configuration.current().restock

    def step(order: Order, message: Member) -> Change:
        if request_of(order, message.fulfilment, None) is None:
            return Change(order)
        change = cancellation_accepted(order, message.fulfilment, now, "packhorse", restock=restock)
        return change._replace(order=never_sent(change.order, message.fulfilment))

    def follow_up(_: Order, after: Order, __: object) -> None:
        follow_given_back(after, member.fulfilment)

    change_requested(member, step, follow_up, now)


def follow_given_back(order: Order, number: int) -> None:
    """Answer the task token of a fulfilment order that may have been given back, and have its order advanced."""
    answer_tokens(each for each in order.fulfilments if each.number == number)
    send_advance([order.id])
