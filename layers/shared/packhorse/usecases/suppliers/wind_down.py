"""What is still done with a supplier that is switched off: it gets nothing new, and what it has goes on to its end."""

from datetime import datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.supply.batches import BatchKind, BatchState, Member, SupplierBatch
from packhorse.domain.supply.sending import is_in_batch, unmarked
from packhorse.domain.supply.supplier import Supplier
from packhorse.store import supplier_work
from packhorse.usecases.orders.change_orders import change_orders, nothing
from packhorse.usecases.suppliers.open_at_supplier import OpenAtSupplier
from packhorse.usecases.suppliers.send_batch import finish_batch


def end_sending(supplier: Supplier, found: OpenAtSupplier, now: datetime) -> None:
    """End the batch that is on its way; raise NotNow with what waits meanwhile, if anything does.

    A batch of new orders of which nothing was sent goes back; others end as they would: the supplier may have them.
    """
    if number := supplier_work.get_state(supplier.id).unfinished:
        batch = supplier_work.take_over(supplier_work.get_batch(supplier.id, number))
        is_new = batch.kind is BatchKind.ORDERS and batch.replaces is None
        if is_new and not batch.attempted:
            withdraw(batch, now)
        else:
            finish_batch(supplier, batch, now)
    if waiting := found.words_of_waiting:
        advice = "set it active, have another supplier ship for its warehouses, or take them back"
        raise NotNow(f"it is inactive, and {waiting} to be sent to it: {advice}")


def withdraw(batch: SupplierBatch, now: datetime) -> None:
    """Take all fulfilment orders out of a batch; what is requested back is given back since no file has it."""

    def step(order: Order, member: Member) -> Change:
        is_in = is_in_batch(order, member.fulfilment, batch)
        return Change(unmarked(order, member.fulfilment, batch.number) if is_in else order)

    messages = {f"{place}": each for place, each in enumerate(batch.members)}
    under = [supplier_work.unchanged_check(batch)]
    if not change_orders(messages, step, nothing, now, under):  # after a conflict the next exchange goes on
        supplier_work.save_batch(batch.replace(state=BatchState.EMPTY, members=(), files=()))
