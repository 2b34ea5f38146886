"""What a person decides about a batch: that the supplier has it, or that it is sent again under a new number."""

from datetime import datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.problem import Cause
from packhorse.domain.supply.batches import BatchState, SupplierBatch
from packhorse.messages.suppliers import ExchangeFiles, exchange_later
from packhorse.store import exceptions, supplier_work, suppliers
from packhorse.usecases.send_batch import as_sent, subject_of

RESENDABLE = frozenset({BatchState.UNKNOWN, BatchState.SENT})


def confirm_batch(supplier_id: str, number: int, now: datetime) -> SupplierBatch:
    """Record that the supplier has a batch of which that was unknown; raises NotNow for any other."""
    supplier, batch = suppliers.get_supplier(supplier_id), supplier_work.get_batch(supplier_id, number)
    if batch.state is not BatchState.UNKNOWN:
        raise NotNow(f"batch {number} is {batch.state}: only one that is unknown is to be confirmed")
    sent = as_sent(supplier, batch, now)
    supplier_work.save_batch(sent)
    exceptions.resolve(Cause.SUPPLIER_BATCH_UNKNOWN, subject_of(batch))
    return sent


def resend_batch(supplier_id: str, number: int, who: str, now: datetime) -> SupplierBatch:
    """Send what of a batch has not left yet in a new batch; raises NotNow while another one is on its way.

    The fulfilment orders move to the new number, so that a second request finds none left, and sends nothing.
    """
    supplier, batch = suppliers.get_supplier(supplier_id), supplier_work.get_batch(supplier_id, number)
    if batch.state not in RESENDABLE:
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
    supplier_work.create_batch(again)
    supplier_work.save_batch(batch.replace(state=BatchState.REPLACED, check_at=None))
    exceptions.resolve(Cause.SUPPLIER_BATCH_UNKNOWN, subject_of(batch))
    exchange_later(ExchangeFiles(supplier=supplier.id, send=True))
    return again
