"""What a person decides about a batch: that the supplier has it, or that it is sent again under a new number."""

from datetime import datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.purchasing.sending import SendingState
from packhorse.domain.supply.batches import BatchKind, BatchState, SupplierBatch
from packhorse.domain.supply.cancelling import request_of
from packhorse.domain.supply.sending import may_be_sent
from packhorse.domain.supply.supplier import Supplier
from packhorse.messages.suppliers import ExchangeFiles, exchange_later
from packhorse.store import exceptions, orders, supplier_work, suppliers
from packhorse.usecases.suppliers.send_batch import as_sent
from packhorse.usecases.suppliers.unknown_batch import unknown_problem
from packhorse.usecases.supply import send_purchases
from packhorse.usecases.supply.send_purchases import record_in_purchase, send_again

RESENDABLE = frozenset({BatchState.UNKNOWN, BatchState.SENT})


def confirm_batch(supplier_id: str, number: int, now: datetime) -> SupplierBatch:
    """Record that the supplier has a batch of which that was unknown; raises NotNow for any other, and Conflict."""
    supplier, batch = suppliers.get_supplier(supplier_id), supplier_work.get_batch(supplier_id, number)
    if batch.state is not BatchState.UNKNOWN:
        raise NotNow(f"batch {number} is {batch.state}: only one that is unknown is to be confirmed")
    is_purchase = batch.kind is BatchKind.PURCHASE_ORDER
    if is_purchase:
        record_in_purchase(batch, SendingState.SENT)
    sent = send_purchases.as_sent(supplier, batch, now) if is_purchase else as_sent(supplier, batch, now)
    return supplier_work.save_batch(sent, exceptions.resolving_write(unknown_problem(batch), now))


def resend_batch(supplier_id: str, number: int, who: str, now: datetime) -> SupplierBatch:
    """Send what of a batch has not left yet in a new batch; raises NotNow while another one is on its way.

    The fulfilment orders move to the new number, so that a second request finds none left, and is refused. Those that
    cannot move now, since they are held, stay with the checks of silence, which free them if the batch may not have
    arrived; otherwise a further request sends them again. Raises Conflict if another person decides at the same time.
    """
    supplier, batch = suppliers.get_supplier(supplier_id), supplier_work.get_batch(supplier_id, number)
    if batch.kind is BatchKind.PURCHASE_ORDER:
        replaced = send_again(batch, who, now)
        exchange_later(ExchangeFiles(supplier=supplier.id))
        return replaced
    if batch.state not in RESENDABLE and not (batch.state is BatchState.REPLACED and has_left(batch)):
        raise NotNow(f"batch {number} is {batch.state}: only one that was sent, or may have been, is sent again")
    state = supplier_work.get_state(supplier_id)
    if state.unfinished:
        raise NotNow(f"batch {state.unfinished} is on its way: try again when it is sent")
    again = SupplierBatch(
        supplier=supplier.id,
        number=state.last + 1,
        kind=batch.kind,
        created_at=now,
        members=batch.members,
        replaces=number,
        who=who,
    )
    replaced = batch.replace(state=BatchState.REPLACED, check_at=next_check(supplier, batch, now))
    ended = [exceptions.resolving_write(unknown_problem(batch), now)] if batch.state is BatchState.UNKNOWN else []
    supplier_work.create_batch(again, supplier_work.replacing_write(batch, replaced), *ended)
    exchange_later(ExchangeFiles(supplier=supplier.id, send=True))
    return again


def next_check(supplier: Supplier, batch: SupplierBatch, now: datetime) -> datetime | None:
    """Return when to look for what of a batch that is replaced did not move to the new one."""
    if batch.state is not BatchState.UNKNOWN:
        return batch.check_at
    return now if batch.kind is BatchKind.ORDERS else as_sent(supplier, batch, now).check_at


def has_left(batch: SupplierBatch) -> bool:
    """Return whether anything of a batch that was replaced did not move to the new one, and may be sent now."""
    stored = orders.find_orders({each.order_id for each in batch.members})
    found = ((stored.get(each.order_id), each.fulfilment) for each in batch.members)
    if batch.kind is BatchKind.CANCELLATIONS:
        return any(request_of(order, number, batch.number) for order, number in found)
    return any(
        order is not None and may_be_sent(order, number, batch.supplier, batch.number) for order, number in found
    )
