"""Send fulfilment orders to their supplier, in batches: each once, whichever process dies, or sent again deliberately.

A batch is stored before its fulfilment orders are marked, which happens in their orders; its files are stored before
they are sent. Whoever finds a batch unfinished goes on where it was, with the same bytes and names, which no connection
writes twice (see `suppliers.exchange.send_files`).
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from packhorse.aws.bucket import read_payload
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.supply.batches import BatchKind, BatchState, Member, SupplierBatch
from packhorse.domain.supply.rendering import SupplierFile
from packhorse.domain.supply.sending import (
    is_in_batch,
    marked,
    may_be_sent,
)
from packhorse.domain.supply.sent import Batch
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId
from packhorse.store import exceptions, orders, supplier_work
from packhorse.suppliers import exchange
from packhorse.suppliers.protocol import PerhapsSent
from packhorse.usecases.batch_files import store_files
from packhorse.usecases.cancellation_files import form_cancellations
from packhorse.usecases.change_orders import change_orders, nothing
from packhorse.usecases.connect_supplier import connect_supplier
from packhorse.usecases.orders_to_send import faults_in, fitting, refuse_layout, sent_orders
from packhorse.usecases.unknown_batch import unknown_problem

LONGEST_MARKING = timedelta(hours=1)


def send_orders(supplier: Supplier, now: datetime) -> SupplierBatch | None:
    """Finish the batch that is unfinished, else send a new one; return it, None if nothing is to be sent.

    Raises what the connection fails with: the batch stays unfinished, and is sent by the next call.
    """
    state = supplier_work.get_state(supplier.id)
    if state.unfinished:
        return finish_batch(supplier, supplier_work.get_batch(supplier.id, state.unfinished), now)
    members = tuple(fitting(supplier, state.last + 1, now))
    if not members:
        return None
    batch = SupplierBatch(supplier=supplier.id, number=state.last + 1, created_at=now, members=members)
    supplier_work.create_batch(batch)
    return finish_batch(supplier, batch, now)


def finish_batch(supplier: Supplier, batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Do what is left of a batch: mark its fulfilment orders, store its files, send them, record that.

    Files that were not sent yet are stored anew if something in them is requested back.
    """
    form_files = form if batch.kind is BatchKind.ORDERS else form_cancellations
    if batch.state is BatchState.FORMING or is_outdated(batch):
        batch = form_files(supplier, batch, now)
    if batch.state is BatchState.READY:
        batch = deliver(supplier, batch)
        record(supplier, batch, now)
    return batch


def is_outdated(batch: SupplierBatch) -> bool:
    """Return whether a batch of orders waits with files of which units are requested back, and none was sent."""
    if batch.state is not BatchState.READY or batch.attempted or batch.kind is not BatchKind.ORDERS:
        return False
    stored = orders.find_orders({each.order_id for each in batch.members})
    return not all(is_in_batch(stored.get(each.order_id), each.fulfilment, batch) for each in batch.members)


def form(supplier: Supplier, batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Mark the fulfilment orders of a batch, and store its files; what cannot be sent any more drops out.

    One that sends another again stays unfinished while orders of it meet conflicts: no other batch would have them.
    """
    unmarked_members = mark(batch, now)
    stored = orders.find_orders({each.order_id for each in batch.members})
    if is_to_be_marked(batch, unmarked_members, stored, now):
        forming = batch.replace(state=BatchState.FORMING)
        supplier_work.save_batch(forming)
        return forming
    members = []
    for member in batch.members:
        order = stored.get(member.order_id)
        if order is None or not is_in_batch(order, member.fulfilment, batch):
            continue
        if faults := faults_in(supplier, batch.number, order, member.fulfilment, now):
            refuse_layout(member, faults, now, batch.number)
        else:
            members.append(member)
    if not members:
        empty = batch.replace(state=BatchState.EMPTY, members=(), files=())
        supplier_work.save_batch(empty)
        return empty
    whole = Batch(
        supplier=supplier.id,
        number=batch.number,
        created_at=batch.created_at,
        orders=sent_orders(supplier, [(stored[each.order_id], each.fulfilment) for each in members]),
    )
    files = store_files(supplier, supplier.order_layout, whole)
    ready = batch.replace(state=BatchState.READY, members=tuple(members), files=files)
    supplier_work.save_batch(ready)
    return ready


def mark(batch: SupplierBatch, now: datetime) -> list[Member]:
    """Mark the fulfilment orders of a batch in their orders, all that may be sent; return those that met conflicts."""
    messages = {f"{place}": member for place, member in enumerate(batch.members)}

    def step(order: Order, member: Member) -> Change:
        return Change(marked(order, member.fulfilment, batch, now))

    return [messages[name] for name in change_orders(messages, step, nothing, now)]


def is_to_be_marked(
    batch: SupplierBatch, members: Iterable[Member], stored: Mapping[OrderId, Order], now: datetime
) -> bool:
    """Return whether orders of a batch that sends another again are still to be marked, after a conflict.

    That is tried for an hour: whatever breaks then stays with the checks of the batch before, and stops no other order.
    """
    if batch.replaces is None or batch.is_reminder or now - batch.created_at > LONGEST_MARKING:
        return False
    found = ((stored.get(each.order_id), each.fulfilment) for each in members)
    return any(
        order is not None and may_be_sent(order, number, batch.supplier, batch.replaces) for order, number in found
    )


def deliver(supplier: Supplier, batch: SupplierBatch) -> SupplierBatch:
    """Send the files of a batch; return it as sent, or as unknown if the supplier may have them."""
    files = [SupplierFile(each.name, read_payload(each.key), each.fulfilments, each.rows) for each in batch.files]
    try:
        with connect_supplier(supplier) as drop:
            if not batch.attempted:
                batch = batch.replace(attempted=True)
                supplier_work.save_batch(batch)
            exchange.send_files(drop, folder_of(supplier, batch), files)
    except PerhapsSent as error:
        return batch.replace(state=BatchState.UNKNOWN, problem=error.in_full)
    return batch.replace(state=BatchState.SENT)


def folder_of(supplier: Supplier, batch: SupplierBatch) -> str:
    """Return the folder that the files of a batch go to."""
    folders = supplier.folders
    is_cancellation = batch.kind is BatchKind.CANCELLATIONS
    return (folders.cancellations or folders.orders) if is_cancellation else folders.orders


def record(supplier: Supplier, batch: SupplierBatch, now: datetime) -> None:
    """Record what became of a batch; of one that may have arrived a person decides."""
    if batch.state is BatchState.UNKNOWN:
        exceptions.open_exception(unknown_problem(batch), now)
    done = as_sent(supplier, batch, now) if batch.state is BatchState.SENT else batch
    supplier_work.save_batch(done)
    logger.info("batch of supplier", extra={"supplier": supplier.id, "batch": batch.number, "state": batch.state})
    add_metric("SupplierOrdersSent", len(batch.members))


def as_sent(supplier: Supplier, batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Return the batch as sent, with the time when its answers are looked for: those of files, and those of people."""
    check_at = now + timedelta(hours=supplier.answers_within_hours)
    return batch.replace(state=BatchState.SENT, sent_at=now, check_at=check_at, problem="")
