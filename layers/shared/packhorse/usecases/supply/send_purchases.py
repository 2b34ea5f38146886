"""Send purchase orders to their supplier: each once, in a batch of its own, whichever process dies.

The batch is stored before its purchase order is marked, and its files before they are sent. What has been delivered of
them is stored file by file: a mail server that fails has no file sent to the other server again. A process may die
after it delivered files and before it recorded that: before these are made anew, they are searched for at the
supplier's server.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.errors import PackhorseError
from packhorse.domain.purchasing import to_supplier
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.sending import SendingState
from packhorse.domain.supply.batches import BatchKind, BatchState, SupplierBatch
from packhorse.domain.supply.supplier import Supplier
from packhorse.store import exceptions, purchases, supplier_work
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.suppliers.unknown_batch import save_as_unknown, unknown_problem
from packhorse.usecases.supply.change_purchase import change_purchase
from packhorse.usecases.supply.deliver_purchase import as_seen_there, deliver, is_begun
from packhorse.usecases.supply.purchase_files import faults_in, said_by, store_purchase_files

MOST = 20
"""Purchase orders that one exchange sends; the next one goes on. Those that cannot be sent do not count."""
WHO = "packhorse"


def send_purchases(supplier: Supplier, now: datetime) -> None:
    """Finish the purchase order that is on its way, then send those that wait; one that does not fit stops no other.

    Raises what a connection fails with: the purchase order says so, and the next exchange goes on.
    """
    if number := supplier_work.get_state(supplier.id).buying:
        found = supplier_work.get_batch(supplier.id, number)
        finish_purchase(supplier, supplier_work.take_over(found), now)
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
    """Do what is left of a batch that this process made or took over: mark its purchase order, send its files.

    The files say what the purchase order does at that moment, and nothing is sent of one that is over.
    """
    batch = as_it_is_now(supplier, batch, now)
    if batch.state is BatchState.READY:
        with failures_noted(batch):
            record(supplier, deliver(supplier, batch), now)


@contextmanager
def failures_noted(batch: SupplierBatch) -> Iterator[None]:
    """Record an error of the supplier's server in the purchase order of a batch, and raise it again."""
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
    if order.sending and to_supplier.is_unknown_in(
        order, batch.number
    ):  # whoever recorded that died before it was here
        return save_as_unknown(batch.replace(state=BatchState.UNKNOWN, problem=order.sending.reason), now)
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

    order = change_purchase(batch.purchase_order, mark, WHO, under=[supplier_work.unchanged_check(batch)])
    not_wanted = f"purchase order {order.id} is {order.state}, or goes out otherwise: nothing of it is to be sent"
    reason = faults_in(supplier, order, number, now) if to_supplier.is_in_batch(order, number) else not_wanted
    if reason:
        leave_batch(order, batch, reason)
        formed = batch.replace(state=BatchState.EMPTY, problem=reason, files=())
    else:
        files = store_purchase_files(supplier, order, batch, now)
        formed = batch.replace(state=BatchState.READY, files=files, says=said_by(supplier, order))
    return supplier_work.save_batch(formed)


def leave_batch(order: PurchaseOrder, batch: SupplierBatch, reason: str) -> None:
    """Record that a purchase order was not sent with a batch, if it was in that one."""

    def leave(each: PurchaseOrder, _: str, at: datetime) -> PurchaseOrder:
        return to_supplier.out_of_batch(each, batch.number, reason, at)

    change_purchase(order.id, leave, WHO, under=[supplier_work.unchanged_check(batch)])


def mark_not_sent(purchase_id: str, reason: str) -> None:
    """Record in a purchase order why it did not get to its supplier; its exception opens with that."""
    change_purchase(purchase_id, lambda order, _, at: to_supplier.not_sent(order, reason, at), WHO)


def mark_not_attempted(purchase_id: str, reason: str) -> None:
    """Record in a purchase order why no attempt is made to send it; the same reason again changes nothing."""
    change_purchase(purchase_id, lambda order, _, at: to_supplier.not_attempted(order, reason, at), WHO)


def record(supplier: Supplier, batch: SupplierBatch, now: datetime) -> None:
    """Record what became of a batch, in its purchase order first; of one that may have arrived a person decides."""
    state = SendingState.SENT if batch.state is BatchState.SENT else SendingState.UNKNOWN
    record_in_purchase(batch, state)
    if state is SendingState.UNKNOWN:
        save_as_unknown(batch, now)
    else:
        supplier_work.save_batch(as_sent(supplier, batch, now))
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

    change_purchase(batch.purchase_order, step, WHO, under=[supplier_work.unchanged_check(batch)])


def send_again(batch: SupplierBatch, who: str, now: datetime) -> SupplierBatch:
    """Have a purchase order sent again by the next exchange; return its batch as replaced. Raises NotNow.

    The exception about a batch that is unknown ends in the same transaction.
    """

    def step(order: PurchaseOrder, who: str, at: datetime) -> PurchaseOrder:
        return to_supplier.sent_again(order, batch.number, who, at)

    replaced, writes = supplier_work.saving_writes(batch.replace(state=BatchState.REPLACED, check_at=None))
    if batch.state is BatchState.UNKNOWN:
        writes.append(exceptions.resolving_write(unknown_problem(batch), now))
    change_purchase(batch.purchase_order, step, who, under=writes)
    return replaced
