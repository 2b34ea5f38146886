"""Send purchase orders to their supplier: each once, in a batch of its own, whichever process dies.

The batch is stored before its purchase order is marked, and its files before they are sent. What has been delivered of
them is stored file by file: a mail server that fails has no file sent to the other server again. Before files that a
process may have delivered which died are made anew, we look for them at the supplier's server.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from packhorse.aws.bucket import read_payload
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.errors import PackhorseError
from packhorse.domain.problem import Cause
from packhorse.domain.purchasing import to_supplier
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.sending import SendingState
from packhorse.domain.supply.batches import BatchFile, BatchKind, BatchState, SupplierBatch
from packhorse.domain.supply.rendering import SupplierFile
from packhorse.domain.supply.supplier import Supplier
from packhorse.store import exceptions, purchases, supplier_work
from packhorse.store.purchases import PURCHASES
from packhorse.suppliers import exchange
from packhorse.suppliers.protocol import FileDrop, PerhapsSent
from packhorse.usecases.change_purchase import change_purchase
from packhorse.usecases.connect_supplier import connect_purchase_mail, connect_supplier
from packhorse.usecases.purchase_files import faults_in, said_by, store_purchase_files
from packhorse.usecases.unknown_batch import subject_of, unknown_problem

MOST = 20
"""Purchase orders that one exchange sends; the next one goes on. Those that cannot be sent do not count."""
WHO = "packhorse"


def send_purchases(supplier: Supplier, now: datetime) -> None:
    """Finish the purchase order that is on its way, then send those that wait; one that does not fit stops no other.

    Raises what a connection fails with: the purchase order says so, and the next exchange goes on.
    """
    if number := supplier_work.get_state(supplier.id).buying:
        finish_purchase(supplier, supplier_work.get_batch(supplier.id, number), now)
    sent = 0
    for name in purchases.waiting_for_supplier(supplier.id):
        order = PURCHASES.get(name)
        if order.sending is None or order.sending.batch or not to_supplier.is_to_be_sent(order):
            continue
        number = supplier_work.get_state(supplier.id).last + 1
        if reason := faults_in(supplier, order, number, now):
            mark_not_sent(order.id, reason)
            continue
        batch = SupplierBatch(
            supplier=supplier.id,
            number=number,
            created_at=now,
            kind=BatchKind.PURCHASE_ORDER,
            purchase_order=order.id,
            replaces=order.sending.replaces,
        )
        supplier_work.create_batch(batch)
        finish_purchase(supplier, batch, now)
        sent += 1
        if sent >= MOST:
            return


def leave_to_people(supplier_id: str) -> None:
    """Record in the purchase orders that a supplier is to get that nothing is exchanged with it any more."""
    for name in purchases.waiting_for_supplier(supplier_id):
        sending = PURCHASES.get(name).sending
        if sending and sending.batch:
            it = f"batch {sending.batch} may have reached it: ask it, then send the purchase order yourself"
        else:
            it = "send the purchase order yourself"
        mark_not_attempted(name, f"nothing is exchanged with the supplier any more, by its settings: {it}")


def finish_purchase(supplier: Supplier, batch: SupplierBatch, now: datetime) -> None:
    """Do what is left of a batch: mark its purchase order, store its files, send them, record that.

    The files say what the purchase order does at that moment, and nothing is sent of one that is over.
    """
    batch = as_it_is_now(supplier, batch, now)
    if batch.state is BatchState.READY:
        with failures_noted(batch):
            record(supplier, deliver(supplier, batch), now)


@contextmanager
def failures_noted(batch: SupplierBatch) -> Iterator[None]:
    """Record in the purchase order of a batch what the supplier's server fails with inside, and raise it."""
    try:
        yield
    except PackhorseError as error:
        mark_not_sent(batch.purchase_order, getattr(error, "in_full", str(error)))
        raise


def as_it_is_now(supplier: Supplier, batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Return the batch with files that say what its purchase order does now, or as ended if it is not to be sent.

    Files of which one has been delivered stay as they are.
    """
    if batch.state is BatchState.FORMING:
        return form(supplier, batch, now)
    order = PURCHASES.get(batch.purchase_order)
    if to_supplier.is_unknown_in(order, batch.number):  # whoever recorded that died before the batch said so
        unknown = batch.replace(state=BatchState.UNKNOWN)
        supplier_work.save_batch(unknown)
        return unknown
    is_outdated = to_supplier.is_in_batch(order, batch.number) and batch.says != said_by(supplier, order)
    if not is_outdated and order.is_open:
        return batch
    if batch.attempted and not is_begun(batch):
        with failures_noted(batch):
            batch = as_seen_there(supplier, batch, must_know=order.is_open)
    if batch.state is BatchState.UNKNOWN:
        record(supplier, batch, now)
        return batch
    if is_begun(batch):
        return batch if order.is_open else stop(supplier, batch, now)
    return form(supplier, batch, now)


def is_begun(batch: SupplierBatch) -> bool:
    """Return whether a file of a batch has been delivered, for certain."""
    return any(file.is_delivered for file in batch.files)


def as_seen_there(supplier: Supplier, batch: SupplierBatch, *, must_know: bool) -> SupplierBatch:
    """Return a batch whose process may have delivered files and died, with those that are at the supplier's server.

    It is unknown if one of them is at a server that does not say, and we `must_know`.
    """
    for file in batch.files:
        with connection_for(supplier, file) as drop:
            found = drop.has(folder_of(supplier), file.name, read_payload(file.key))
        if found:
            batch = batch.replace(files=tuple(_delivered(each, file.name) for each in batch.files))
            supplier_work.save_batch(batch)
        elif found is None and must_know:
            problem = f"whoever sent {file.name} has not recorded it, and the purchase order was changed since"
            return batch.replace(state=BatchState.UNKNOWN, problem=problem)
    return batch


def stop(supplier: Supplier, batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Send no more of a batch whose purchase order is over: the supplier has a file of it, and it counts as sent."""
    stopped = batch.replace(state=BatchState.SENT)
    record(supplier, stopped, now)
    return stopped


def form(supplier: Supplier, batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Mark the purchase order, and store its files; one that is not to be sent any more leaves the batch empty."""
    number, replaces = batch.number, batch.replaces

    def mark(order: PurchaseOrder, _: str, __: datetime) -> PurchaseOrder:
        return to_supplier.in_batch(order, number, replaces)

    order = change_purchase(batch.purchase_order, mark, WHO)
    not_wanted = f"purchase order {order.id} is {order.state}, or goes out otherwise: nothing of it is to be sent"
    reason = faults_in(supplier, order, number, now) if to_supplier.is_in_batch(order, number) else not_wanted
    if reason:
        leave_batch(order, number, reason)
        formed = batch.replace(state=BatchState.EMPTY, problem=reason, files=())
    else:
        files = store_purchase_files(supplier, order, batch, now)
        formed = batch.replace(state=BatchState.READY, files=files, says=said_by(supplier, order))
    supplier_work.save_batch(formed)
    return formed


def leave_batch(order: PurchaseOrder, number: int, reason: str) -> None:
    """Record that a purchase order was not sent with a batch, if it was in that one."""
    change_purchase(order.id, lambda each, _, at: to_supplier.out_of_batch(each, number, reason, at), WHO)


def mark_not_sent(purchase_id: str, reason: str) -> None:
    """Record in a purchase order why it did not get to its supplier; its exception opens with that."""
    change_purchase(purchase_id, lambda order, _, at: to_supplier.not_sent(order, reason, at), WHO)


def mark_not_attempted(purchase_id: str, reason: str) -> None:
    """Record in a purchase order why nothing sends it; repeated, that is no other failure."""
    change_purchase(purchase_id, lambda order, _, at: to_supplier.not_attempted(order, reason, at), WHO)


def deliver(supplier: Supplier, batch: SupplierBatch) -> SupplierBatch:
    """Send the files that are not delivered; return the batch as sent, or as unknown if the supplier may have them."""
    for file in batch.files:
        if file.is_delivered:
            continue
        content = SupplierFile(file.name, read_payload(file.key), file.fulfilments, file.rows)
        attempted = batch.replace(attempted=True)
        try:
            with connection_for(supplier, file) as drop:
                if not batch.attempted:
                    supplier_work.save_batch(attempted)
                send(drop, supplier, batch, content)
        except PerhapsSent as error:
            return attempted.replace(state=BatchState.UNKNOWN, problem=error.in_full)
        batch = attempted.replace(files=tuple(_delivered(each, file.name) for each in batch.files))
        supplier_work.save_batch(batch)
    return batch.replace(state=BatchState.SENT)


def send(drop: FileDrop, supplier: Supplier, batch: SupplierBatch, file: SupplierFile) -> None:
    """Send a file; the batch is stored as it was before if it is certain that this did not arrive."""
    try:
        exchange.send_files(drop, folder_of(supplier), [file])
    except PackhorseError as error:
        if exchange.is_unsent(drop, folder_of(supplier), [file], error):
            supplier_work.save_batch(batch)
        raise


def connection_for(supplier: Supplier, file: BatchFile) -> AbstractContextManager[FileDrop]:
    """Return the connection to the server that a file goes to."""
    return connect_purchase_mail(supplier) if file.by_mail else connect_supplier(supplier)


def folder_of(supplier: Supplier) -> str:
    """Return the folder that files of purchase orders go to."""
    return supplier.purchasing.folder or supplier.folders.orders


def _delivered(file: BatchFile, name: str) -> BatchFile:
    return file.replace(is_delivered=True) if file.name == name else file


def record(supplier: Supplier, batch: SupplierBatch, now: datetime) -> None:
    """Record what became of a batch, in its purchase order first; of one that may have arrived a person decides."""
    state = SendingState.SENT if batch.state is BatchState.SENT else SendingState.UNKNOWN
    if state is SendingState.UNKNOWN:
        exceptions.open_exception(unknown_problem(batch), now)
    record_in_purchase(batch, state)
    supplier_work.save_batch(as_sent(supplier, batch, now) if batch.state is BatchState.SENT else batch)
    logger.info("purchase order sent", extra={"purchase_order": batch.purchase_order, "state": state})
    add_metric("PurchaseOrdersSent", 1)


def as_sent(supplier: Supplier, batch: SupplierBatch, now: datetime) -> SupplierBatch:
    """Return the batch as sent, with the time when its answer is looked for."""
    check_at = supplier.next_purchase_check(now)
    return batch.replace(state=BatchState.SENT, sent_at=now, check_at=check_at, problem="")


def record_in_purchase(batch: SupplierBatch, state: SendingState) -> None:
    """Record in a purchase order what became of its batch."""

    def step(order: PurchaseOrder, _: str, at: datetime) -> PurchaseOrder:
        return to_supplier.sent(order, batch.number, state, batch.problem, at)

    change_purchase(batch.purchase_order, step, WHO)


def send_again(batch: SupplierBatch, who: str) -> SupplierBatch:
    """Have a purchase order sent again by the next exchange; return its batch as replaced. Raises NotNow."""

    def step(order: PurchaseOrder, who: str, at: datetime) -> PurchaseOrder:
        return to_supplier.sent_again(order, batch.number, who, at)

    change_purchase(batch.purchase_order, step, who)
    replaced = batch.replace(state=BatchState.REPLACED, check_at=None)
    supplier_work.save_batch(replaced)
    exceptions.resolve(Cause.SUPPLIER_BATCH_UNKNOWN, subject_of(batch))
    return replaced
