"""Send fulfilment orders to their supplier, in batches: each once, whichever process dies, or sent again deliberately.

A batch is stored before its fulfilment orders are marked, which happens in their orders; its files are stored before
they are sent. Whoever finds a batch unfinished takes it over and goes on where it was, with the same bytes and names,
which no connection writes twice (see `suppliers.exchange.send_files`). Files of which nothing is with the supplier, for
certain, are made anew: what is to leave, and where to, may be another by now.

Whoever goes on with a batch that another process has taken over raises Conflict at its next write, of the batch or of
an order that is marked for it: what files say, and which orders are marked, is decided by one process.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.errors import Unavailable
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.supply.batches import BatchKind, BatchState, Member, SupplierBatch
from packhorse.domain.supply.rendering import SupplierFile
from packhorse.domain.supply.sending import is_in_batch, marked, may_be_sent, moved_back, names_at, units_said
from packhorse.domain.supply.sent import Batch
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId
from packhorse.store import catalogue, orders, supplier_work
from packhorse.suppliers import exchange
from packhorse.suppliers.protocol import FileDrop, PerhapsSent
from packhorse.usecases.orders.change_orders import change_orders, nothing
from packhorse.usecases.suppliers.batch_files import as_attempted, send_stored, store_files, stored_file
from packhorse.usecases.suppliers.cancellation_files import form_cancellations
from packhorse.usecases.suppliers.connect_supplier import connect_supplier
from packhorse.usecases.suppliers.orders_to_send import faults_in, fitting, refuse_layout, sent_orders, skus_to_send
from packhorse.usecases.suppliers.unknown_batch import save_as_unknown

LONGEST_MARKING = timedelta(hours=1)


def send_orders(supplier: Supplier, now: datetime) -> SupplierBatch | None:
    """Finish the batch that is unfinished, else send a new one; return it, None if nothing is to be sent.

    Raises what the connection fails with: the batch stays unfinished, and is sent by the next call.
    """
    state = supplier_work.get_state(supplier.id)
    if state.unfinished:
        found = supplier_work.get_batch(supplier.id, state.unfinished)
        return finish_batch(supplier, supplier_work.take_over(found), now)
    members = tuple(fitting(supplier, state.last + 1, now))
    if not members:
        return None
    batch = SupplierBatch(supplier=supplier.id, number=state.last + 1, created_at=now, members=members)
    supplier_work.create_batch(batch)
    return finish_batch(supplier, batch, now)


def finish_batch(supplier: Supplier, batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Do what is left of a batch that this process made or took over: mark its fulfilment orders, send its files."""
    form_files = form if batch.kind is BatchKind.ORDERS else form_cancellations
    if batch.state is BatchState.FORMING or (batch.state is BatchState.READY and not batch.attempted):
        batch = form_files(supplier, batch, now)
    if batch.state is BatchState.READY:
        batch = deliver(supplier, batch)
        record(supplier, batch, now)
    return batch


def says_too_much(batch: SupplierBatch) -> bool:
    """Return whether files of orders have units that are not to leave any more, whatever is requested back."""
    stored = orders.find_orders({each.order_id for each in batch.members})
    found = [(stored.get(each.order_id), each.fulfilment) for each in batch.members]
    return bool(batch.says) and batch.says != units_said(found)


def form(supplier: Supplier, batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Mark the fulfilment orders of a batch, and store its files; what cannot be sent any more drops out.

    One that sends another again stays unfinished while orders of it meet conflicts: no other batch would have them.
    """
    unmarked_members = mark(supplier, batch, now)
    stored = orders.find_orders({each.order_id for each in batch.members})
    if is_to_be_marked(batch, unmarked_members, stored, now):
        return supplier_work.save_batch(batch.replace(state=BatchState.FORMING))
    members = list(_fitting(supplier, batch, stored, now))
    if batch.replaces is not None and len(members) < len(batch.members):
        move_back(batch, batch.replaces, _dropped(batch, stored, members), now)
    if not members:
        return supplier_work.save_batch(batch.replace(state=BatchState.EMPTY, members=(), files=()))
    found = [(stored[each.order_id], each.fulfilment) for each in members]
    whole = Batch(
        supplier=supplier.id,
        number=batch.number,
        created_at=batch.created_at,
        orders=sent_orders(supplier, found),
    )
    files = store_files(supplier, supplier.order_layout, whole)
    ready = batch.replace(state=BatchState.READY, members=tuple(members), files=files, says=units_said(found))
    return supplier_work.save_batch(ready)


def _fitting(
    supplier: Supplier, batch: SupplierBatch, stored: Mapping[OrderId, Order], now: datetime
) -> Iterator[Member]:
    """Yield the fulfilment orders that are in a batch and fit the layout; others leave it for an exception.

    Raises Unavailable if one could not leave it: it would be in a batch whose files do not have it.
    """
    for member in batch.members:
        order = stored.get(member.order_id)
        if order is None or not is_in_batch(order, member.fulfilment, batch):
            continue
        if faults := faults_in(supplier, batch.number, order, member.fulfilment, now):
            if not refuse_layout(member, faults, now, batch):
                supplier_work.require_unchanged(batch)
                number = order.number or order.channel_order_id
                raise Unavailable(f"order {number} could not be changed: its batch waits for the next exchange")
        else:
            yield member


def _dropped(batch: SupplierBatch, stored: Mapping[OrderId, Order], members: Iterable[Member]) -> Iterator[Member]:
    """Yield what is marked with a batch and is not among its new members; what was never marked needs no change."""
    kept = set(members)
    for member in batch.members:
        order = stored.get(member.order_id)
        if member not in kept and order and moved_back(order, member.fulfilment, batch) != order:
            yield member


def move_back(batch: SupplierBatch, replaced: int, left: Iterable[Member], now: datetime) -> None:
    """Return members that drop out of a batch to the batch `replaced` by it, whose files may be with the supplier.

    No file of this batch has them: the checks of the earlier one have them sent again, or notice the silence.
    Raises Unavailable if an order could not be changed: it would be in a batch whose files do not have it.
    """

    def step(order: Order, member: Member) -> Change:
        return Change(moved_back(order, member.fulfilment, batch))

    messages = {f"{place}": each for place, each in enumerate(left)}
    if failed := change_orders(messages, step, nothing, now, [supplier_work.unchanged_check(batch)]):
        supplier_work.require_unchanged(batch)
        named = ", ".join(messages[each].order for each in failed)
        raise Unavailable(f"orders {named} could not be changed: their batch waits for the next exchange")
    before = supplier_work.get_batch(batch.supplier, replaced)
    if before.check_at is None:
        supplier_work.save_batch(before.replace(check_at=now))


def mark(supplier: Supplier, batch: SupplierBatch, now: datetime) -> list[Member]:
    """Mark the fulfilment orders of a batch in their orders, all that may be sent; return those that met conflicts."""
    messages = {f"{place}": member for place, member in enumerate(batch.members)}
    members = orders.find_orders({each.order_id for each in batch.members}).values()
    names = names_at(supplier.id, catalogue.find_products(skus_to_send(members)))

    def step(order: Order, member: Member) -> Change:
        return Change(marked(order, member.fulfilment, batch, now, names))

    failed = change_orders(messages, step, nothing, now, [supplier_work.unchanged_check(batch)])
    return [messages[name] for name in failed]


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
    files = [stored_file(each) for each in batch.files]
    with connect_supplier(supplier) as drop:
        attempted = as_attempted(batch)
        try:
            if batch.attempted:
                send_once_more(drop, supplier, batch, files)
            else:
                send_stored(drop, folder_of(supplier, batch), attempted, files)
        except PerhapsSent as error:
            return attempted.replace(state=BatchState.UNKNOWN, problem=error.in_full)
    return attempted.replace(state=BatchState.SENT)


def send_once_more(drop: FileDrop, supplier: Supplier, batch: SupplierBatch, files: Sequence[SupplierFile]) -> None:
    """Send the files of a batch that a call before this one may have sent.

    Files that say too much are not written: raises PerhapsSent unless they are all there. What is requested back stays
    in them, since the supplier gets the request, too.
    """
    folder = folder_of(supplier, batch)
    if batch.kind is BatchKind.ORDERS and says_too_much(batch):
        if not all(drop.has(folder, file.name, file.content) for file in files):
            raise PerhapsSent("it is not seen there, and has units that were shipped or rejected meanwhile")
        return
    exchange.send_files(drop, folder, files)


def folder_of(supplier: Supplier, batch: SupplierBatch) -> str:
    """Return the folder that the files of a batch go to."""
    folders = supplier.folders
    is_cancellation = batch.kind is BatchKind.CANCELLATIONS
    return (folders.cancellations or folders.orders) if is_cancellation else folders.orders


def record(supplier: Supplier, batch: SupplierBatch, now: datetime) -> None:
    """Record what became of a batch; of one that may have arrived a person decides.

    It is sent from now on, since its files are there: a feed that was written meanwhile does not know its orders.
    """
    if batch.state is BatchState.UNKNOWN:
        save_as_unknown(batch, now)
    else:
        supplier_work.save_batch(as_sent(supplier, batch, datetime.now(UTC)))
    logger.info("batch of supplier", extra={"supplier": supplier.id, "batch": batch.number, "state": batch.state})
    add_metric("SupplierOrdersSent", len(batch.members))


def as_sent(supplier: Supplier, batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Return the batch as sent, with the time when its answers are looked for: those of files, and those of people."""
    check_at = now + timedelta(hours=supplier.answers_within_hours)
    return batch.replace(state=BatchState.SENT, sent_at=now, check_at=check_at, problem="")
