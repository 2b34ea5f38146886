"""Notice that a supplier does not answer: an exception first, and after as long again what its settings say."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from packhorse.aws.telemetry import logger
from packhorse.domain.orders.cancelling import with_unanswered
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.plural import plural
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.to_supplier import is_unanswered
from packhorse.domain.purchasing.to_supplier import with_silence as purchase_with_silence
from packhorse.domain.supply.answering import is_silent, with_silence
from packhorse.domain.supply.batches import BatchKind, BatchState, Member, SupplierBatch
from packhorse.domain.supply.cancelling import request_of
from packhorse.domain.supply.sending import is_in_batch, may_be_reminded, taken_out
from packhorse.domain.supply.supplier import Supplier, WhenSilent
from packhorse.messages.tracking import FulfilmentRejected, send_answers
from packhorse.store import orders, supplier_work
from packhorse.usecases.orders.change_orders import change_orders, nothing
from packhorse.usecases.suppliers.fetch_answers import layouts_of
from packhorse.usecases.suppliers.read_folder import has_unreadable
from packhorse.usecases.supply.change_purchase import change_purchase


def check_silence(supplier: Supplier, kinds: Collection[BatchKind], now: datetime) -> None:
    """Look for answers about the batches that are due: what has none is an exception, at first; then a step follows.

    `kinds` are those of which all answers that came are read; others are left to a later call, as is a batch of which
    an order could not get its exception.
    """
    for batch in supplier_work.batches_to_check(supplier.id, now):
        if batch.kind not in kinds:
            continue
        if batch.kind is BatchKind.CANCELLATIONS:
            check_requests(supplier, batch, now)
            continue
        if batch.kind is BatchKind.PURCHASE_ORDER:
            check_purchase(supplier, batch, now)
            continue
        if batch.state is BatchState.REPLACED and batch.sent_at is None:
            free_released(batch, now)
            continue
        stored = orders.find_orders({each.order_id for each in batch.members})
        silent = [each for each in batch.members if is_silent(stored.get(each.order_id), each.fulfilment, batch)]
        messages = {f"{place}": each for place, each in enumerate(silent)}
        if change_orders(messages, partial(_silence, batch=batch, now=now), nothing, now):
            continue
        due = [each for each in silent if _may_be_reminded(stored[each.order_id], each.fulfilment)]
        supplier_work.save_batch(_checked(supplier, batch, due, now) if silent else batch.replace(check_at=None))


def _may_be_reminded(order: Order, number: int) -> bool:
    fulfilment = order.fulfilment(number)
    return fulfilment is not None and may_be_reminded(fulfilment)


def free_released(batch: SupplierBatch, now: datetime) -> None:
    """Take what was held out of a batch that perhaps never arrived and was sent again without it: it goes out, too.

    While its supplier is requested to keep it back it stays there, since the answer to that is about it.
    """

    def step(order: Order, member: Member) -> Change:
        is_free = is_unsent(order, member)
        return Change(taken_out(order, member.fulfilment, batch.number) if is_free else order)

    def is_unsent(order: Order | None, member: Member) -> bool:
        fulfilment = order.fulfilment(member.fulfilment) if order else None
        return fulfilment is not None and may_be_reminded(fulfilment) and is_in_batch(order, member.fulfilment, batch)

    change_orders({f"{place}": each for place, each in enumerate(batch.members)}, step, nothing, now)
    stored = orders.find_orders({each.order_id for each in batch.members})
    is_over = not any(is_silent(stored.get(each.order_id), each.fulfilment, batch) for each in batch.members)
    supplier_work.save_batch(batch.replace(check_at=None if is_over else now))


def check_requests(supplier: Supplier, batch: SupplierBatch, now: datetime) -> None:
    """Open an exception for each request to keep units back without an answer in time, and again after as long."""
    stored = orders.find_orders({each.order_id for each in batch.members})
    open_ones = [each for each in batch.members if request_of(stored.get(each.order_id), each.fulfilment, batch.number)]
    waited = now - (batch.sent_at or batch.created_at)

    def step(order: Order, member: Member) -> Change:
        return Change(with_unanswered(order, member.fulfilment, batch.number, waited, now))

    if change_orders({f"{place}": each for place, each in enumerate(open_ones)}, step, nothing, now):
        return
    again = now + timedelta(hours=supplier.answers_within_hours)
    supplier_work.save_batch(batch.replace(check_at=again if open_ones else None))


def check_purchase(supplier: Supplier, batch: SupplierBatch, now: datetime) -> None:
    """Open an exception for a purchase order without an answer in time, and again after as long.

    It is never sent again by itself: a supplier that takes it for another one delivers twice.
    """
    hours = _waited(batch, now)

    def step(order: PurchaseOrder, _: str, __: datetime) -> PurchaseOrder:
        return purchase_with_silence(order, batch.number, hours)

    is_waiting = is_unanswered(change_purchase(batch.purchase_order, step, "packhorse"))
    supplier_work.save_batch(batch.replace(check_at=supplier.next_purchase_check(now) if is_waiting else None))


def _checked(supplier: Supplier, batch: SupplierBatch, due: Sequence[Member], now: datetime) -> SupplierBatch:
    """Return the batch as it is after a check, with the time of the next one, once what follows it is done.

    `due` are those without an answer that are not requested back: others are checked again.
    """
    again = batch.replace(check_at=now + timedelta(hours=supplier.answers_within_hours), checks=batch.checks + 1)
    if not batch.checks or not due:
        return again  # the exception has just been opened, or nothing follows yet
    if has_unreadable(supplier, layouts_of(supplier)):
        return again  # such a file may say that units have left
    if supplier.when_silent is WhenSilent.ROUTE_AGAIN:
        route_again(supplier, batch, due, now)
    if supplier.when_silent is WhenSilent.REMIND and not batch.is_reminder:
        return again if remind(batch, due, now) else batch.replace(check_at=now)
    return again


def route_again(supplier: Supplier, batch: SupplierBatch, silent: Sequence[Member], now: datetime) -> None:
    """Take fulfilment orders from a supplier that does not answer; those that it answers meanwhile stay with it."""
    note = f"no answer for {plural(_waited(batch, now), 'hour')}"
    send_answers(
        FulfilmentRejected(
            order_id=each.order_id,
            fulfilment=each.fulfilment,
            reason=RejectReason.OTHER,
            note=note,
            report=f"{supplier.id} silent {batch.number}",
            unless_answered=True,
            who="packhorse",
            at=now,
        )
        for each in silent
    )
    logger.info("silent supplier", extra={"supplier": supplier.id, "batch": batch.number, "orders": len(silent)})


def remind(batch: SupplierBatch, due: Sequence[Member], now: datetime) -> bool:
    """Have the fulfilment orders sent once more, under a new number, in which their answers are looked for from then.

    Return False while another batch is on its way: it is tried again by the next exchange.
    """
    state = supplier_work.get_state(batch.supplier)
    if state.unfinished:
        return False
    reminder = SupplierBatch(
        supplier=batch.supplier,
        number=state.last + 1,
        created_at=now,
        members=tuple(due),
        replaces=batch.number,
        is_reminder=True,
        waits_since=batch.waits_since or batch.sent_at,
    )
    supplier_work.create_batch(reminder)
    logger.info("supplier reminded", extra={"supplier": batch.supplier, "batch": reminder.number})
    return True


def _silence(order: Order, member: Member, batch: SupplierBatch, now: datetime) -> Change:
    if not is_silent(order, member.fulfilment, batch):
        return Change(order)
    return Change(with_silence(order, member.fulfilment, _waited(batch, now), now))


def _waited(batch: SupplierBatch, now: datetime) -> int:
    """Return for how many hours a supplier has had the orders of a batch."""
    since = batch.waits_since or batch.sent_at or batch.created_at
    return int((now - since).total_seconds() // 3600)
