"""End exceptions about messages that failed for good, once what they are about is over.

A message that was retried and did not fail again was processed. One that was not retried is over where a later message
did its work: its order is stored, its parcels are recorded, its file is read. What a lost change of stock would have
published and served is repeated, which is safe, as is a lost message about one quantity. Refused rows of a supplier's
file are over with what they are about.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from packhorse.aws.bucket import read_payload
from packhorse.domain.audits import AuditKind
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.errors import Conflict, NotNow
from packhorse.domain.labels.batch import EntryState
from packhorse.domain.orders.due_notice import is_owed
from packhorse.domain.orders.intake import has_reached
from packhorse.domain.orders.order import Status
from packhorse.domain.orders.soundness import is_stuck
from packhorse.domain.problem import Cause
from packhorse.domain.purchasing.problems import problems_of
from packhorse.domain.supply.supplier import Forward
from packhorse.domain.values import ChannelId, iso
from packhorse.messages.audits import AUDIT_MESSAGE
from packhorse.messages.channels import CHANNEL_MESSAGE, NotifyChannel
from packhorse.messages.connecting import CONNECT_MESSAGE, ContinueConnecting
from packhorse.messages.labels import LABEL_MESSAGE, LabelChunk
from packhorse.messages.orders import ORDER_MESSAGE, AdvanceOrder, ContinuePoll, Mark, OrderDeleted, OrderReceived
from packhorse.messages.own import HAND_OVER_MESSAGE
from packhorse.messages.release import (
    RELEASE_MESSAGE,
    ChecksToMake,
    ConfigurationChanged,
    OrdersToBuyFor,
    OthersToCome,
    StockArrived,
)
from packhorse.messages.suppliers import SUPPLIER_MESSAGE, ExchangeFiles
from packhorse.messages.tracking import PARCELS_MESSAGE
from packhorse.messages.uploads import uploads_in
from packhorse.store import (
    audits,
    configuration,
    connections,
    exceptions,
    label_batches,
    order_exceptions,
    orders,
    suppliers,
    uploads,
)
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.store.purchases import PURCHASES
from packhorse.usecases.catalogue.unmatched_listings import end_if_over, record_unmatched
from packhorse.usecases.intake.receive_event import is_received
from packhorse.usecases.operations.dead_letters import parse_body
from packhorse.usecases.operations.retry import redrive_message
from packhorse.usecases.stock.republish_stock import republish_stock
from packhorse.usecases.suppliers.open_at_supplier import count_open
from packhorse.usecases.suppliers.refused_rows import are_settled
from packhorse.usecases.supply.record_not_bought import are_bought_for

FAILS_WITHIN = timedelta(minutes=30)
"""A retried message that fails again is an exception again within this time: its tries take about ten minutes.

Where Lambda is throttled they may take longer. Its exception then opens again after it was resolved.
"""
HOUR, MOST_JUDGED = 3600, 1000
"""Exceptions of a kind that an audit judges in an hour: each takes a file and a read, together under a minute."""
ROWS_REFUSED = (Cause.SUPPLIER_ROWS_REFUSED, Cause.PURCHASE_ROWS_REFUSED)
CAUSES = (Cause.DEAD_LETTER, Cause.CHANGES_MISSED, *ROWS_REFUSED)
REPEATED = frozenset({"release", "changes", "channels"})
"""Origins of messages whose work is done, too, by publishing what is not confirmed and serving all backorders."""


def end_exceptions(now: datetime, is_late: Callable[[], bool]) -> bool:
    """Resolve what is over, and repeat lost changes of stock; return whether any were repeated.

    Of many exceptions an audit judges a part, until it is late; all of them have their turn in later hours.
    """
    lost: list[OpenException] = []
    for each in _in_turn(exceptions.unresolved_of(*CAUSES), now, is_late):
        if is_over(each, now):
            exceptions.resolve_as_read(each)
        elif each.state is ExceptionState.OPEN and is_repeated(each):
            lost.append(each)
    repeat(lost, now)
    for each in _in_turn(exceptions.unresolved_of(Cause.UNMATCHED_LISTING), now, is_late):
        end_if_over(each.subject)
    gather_unmatched(now, is_late)
    gather_prices(now)
    for each in lost:
        exceptions.mark(each, ExceptionState.RETRIED, "packhorse", now)
    return bool(lost)


def repeat(lost: Sequence[OpenException], now: datetime) -> None:
    """Send each lost quantity again; for all else that was lost publish all quantities, and serve all backorders.

    A channel that is down loses some all the time: the others are to have nothing to do with that.
    """
    for each in lost:
        if is_quantity(each):
            redrive_message(each, now)
    if not all(map(is_quantity, lost)):
        republish_stock(f"audit {iso(now)}", now)


def _in_turn(found: Iterable[OpenException], now: datetime, is_late: Callable[[], bool]) -> Iterator[OpenException]:
    """Yield the exceptions whose turn it is in this hour: the next ones by id, or all where they are few."""
    every = sorted(found, key=lambda each: each.id)
    first = int(now.timestamp() // HOUR) * MOST_JUDGED % len(every) if len(every) > MOST_JUDGED else 0
    for each in (every[first:] + every[:first])[:MOST_JUDGED]:
        if is_late():
            return
        yield each


def gather_unmatched(now: datetime, is_late: Callable[[], bool]) -> None:
    """Make one exception for each listing of those that older code opened for each line of each order."""
    for each in _in_turn(exceptions.unresolved_of(Cause.UNMATCHED_SKU), now, is_late):
        order = orders.find_order(each.order) if each.order else None
        if order is None or any(
            order_exceptions.id_in(order, own) == each.id for own in order.listed_exceptions.values()
        ):
            continue
        record_unmatched([order], now)
        exceptions.resolve_as_read(each)


def gather_prices(now: datetime) -> None:
    """Make one exception for each purchase order of those that older code opened for each line of another price."""
    lines = [each for each in exceptions.unresolved_of(Cause.PURCHASE_PRICE_DIFFERS) if each.subject.line]
    found = PURCHASES.find({each.subject.purchase_order for each in lines if each.subject.purchase_order})
    for problem in (each for order in found.values() for each in problems_of(order)):
        if problem.cause == Cause.PURCHASE_PRICE_DIFFERS:
            exceptions.open_exception(problem, now)
    for each in lines:
        exceptions.resolve_as_read(each)


def is_repeated(read: OpenException) -> bool:
    """Return whether publishing all quantities and serving all backorders does what failed."""
    if read.cause == Cause.CHANGES_MISSED:
        return True
    if read.origin.queue == "release":
        return serves_backorders(read)
    # The audit of notices sends those again.
    return read.origin.queue in REPEATED and not read.subject.order and not is_forced(read)


def serves_backorders(read: OpenException) -> bool:
    """Return whether a message to the release function was to serve backorders."""
    try:
        message = RELEASE_MESSAGE.read(read_payload(read.raw).decode())
    except (ValueError, NotNow):  # it is unreadable, or not kept any more: a person dismisses it
        return False
    return isinstance(message, StockArrived | ConfigurationChanged)


def is_quantity(read: OpenException) -> bool:
    """Return whether a message was about a quantity at one channel, and can be sent again."""
    if read.origin.queue != "channels" or not read.origin.group:
        return False
    try:
        return not isinstance(CHANNEL_MESSAGE.read(read_payload(read.raw).decode()), NotifyChannel)
    except (ValueError, NotNow):
        return False


def is_forced(read: OpenException) -> bool:
    """Return whether a message was to publish confirmed quantities, too, which a repetition leaves out."""
    try:
        return parse_body(read_payload(read.raw).decode()).get("forced") is True
    except (ValueError, NotNow):
        return False


def is_over(read: OpenException, now: datetime) -> bool:
    """Return whether what the exception is about has been done since."""
    if read.state is ExceptionState.RETRIED and read.handled_at and now - read.handled_at >= FAILS_WITHIN:
        return True
    if read.cause in ROWS_REFUSED:
        return are_settled(read.subject)
    judge = JUDGES.get(read.origin.queue) if read.cause == Cause.DEAD_LETTER else None
    if judge is None:
        return False
    try:
        return judge(read_payload(read.raw).decode(), read.last_at)
    except (ValueError, NotNow):  # it is unreadable, or not kept any more: a person dismisses it
        return False
    except Conflict:  # what it is about changes all the time: the next audit looks again
        return False


def is_order_processed(body: str, _: datetime) -> bool:
    """Return whether the order is stored as the message has it, or newer; one to advance waits for nothing more."""
    message = ORDER_MESSAGE.read(body)
    if isinstance(message, Mark):
        return is_passed(message)
    order = orders.find_order(message.order_id)
    if isinstance(message, OrderReceived):
        return order is not None and has_reached(order, message.order)
    if order is None:  # a deletion counts for an order that comes later, too
        return not isinstance(message, OrderDeleted)
    if order.is_over:
        return True
    if isinstance(message, AdvanceOrder):
        return not is_stuck(order, configuration.current().account)
    return any(problem.cause == Cause.DELETED_IN_CHANNEL for problem in order.exceptions)


def is_passed(mark: Mark) -> bool:
    """Return whether the upload went on from its mark; a poll goes on by its schedule."""
    if isinstance(mark, ContinuePoll):
        return True
    upload = uploads.get(mark.upload)
    return upload is None or upload.is_over or upload.window >= mark.window


def is_handed_over(body: str, _: datetime) -> bool:
    """Return whether the fulfilment order waits with the message's token, has ended, or has another attempt."""
    message = HAND_OVER_MESSAGE.read(body)
    order = orders.find_order(message.order_id)
    fulfilment = order.fulfilment(message.fulfilment) if order else None
    if fulfilment is None or not fulfilment.is_open or fulfilment.attempt != message.attempt:
        return True
    return fulfilment.token == message.token


def are_parcels_recorded(body: str, _: datetime) -> bool:
    """Return whether the fulfilment order has the parcels, or its order is complete without them.

    What left of a cancelled order is an exception once the message is read.
    """
    message = PARCELS_MESSAGE.read(body)
    order = orders.find_order(message.order_id)
    if order is None or order.status is Status.COMPLETE:
        return True
    fulfilment = order.fulfilment(message.fulfilment)
    parcels = fulfilment.parcels if fulfilment else ()
    return all(any(parcel.is_named(new.tracking) for parcel in parcels) for new in message.parcels)


def is_file_read(body: str, _: datetime) -> bool:
    """Return whether every upload of the message has its report."""
    names = uploads_in(body)
    found = [uploads.get(name) for name in names]
    return bool(names) and all(upload is not None and upload.is_over for upload in found)


def is_audited(body: str, failed_at: datetime) -> bool:
    """Return whether an audit of that kind has done the same since."""
    return has_run_since(AUDIT_MESSAGE.read(body).audit, failed_at)


def has_run_since(kind: AuditKind, failed_at: datetime) -> bool:
    """Return whether an audit of a kind began after a failure, and has ended."""
    return any(run.audit is kind and run.started_at > failed_at and run.finished_at for run in audits.last_runs())


def is_released(body: str, failed_at: datetime) -> bool:
    """Return whether the orders are bought for, or an audit sent the other messages again; backorders are repeated."""
    message = RELEASE_MESSAGE.read(body)
    if isinstance(message, OrdersToBuyFor):
        return are_bought_for(message.orders)
    if isinstance(message, ChecksToMake):
        return has_run_since(AuditKind.ROWS, failed_at)
    return isinstance(message, OthersToCome) and has_run_since(AuditKind.ORDERS, failed_at)


def are_labels_settled(body: str, _: datetime) -> bool:
    """Return whether each entry of the label batch has a result."""
    message = LABEL_MESSAGE.read(body)
    if not isinstance(message, LabelChunk):
        return True  # the caller got the failure as its answer
    return not any(entry.state is EntryState.WAITING for entry in label_batches.entries_of(message.batch))


def is_channel_notified(body: str, _: datetime) -> bool:
    """Return whether the order's channel is owed nothing more; quantities are repeated instead."""
    message = CHANNEL_MESSAGE.read(body)
    if not isinstance(message, NotifyChannel):
        return False
    order = orders.find_order(message.order_id)
    return order is None or not is_owed(order)


def is_connected(body: str, failed_at: datetime) -> bool:
    """Return whether the run that sets a channel up is over, or has gone on since; a later look repeats an earlier."""
    message = CONNECT_MESSAGE.read(body)
    if not isinstance(message, ContinueConnecting):
        return True
    run = connections.find_connection(ChannelId(message.channel))
    return run is None or run.run != message.run or run.is_over or run.updated_at > failed_at


def is_exchanged(body: str, failed_at: datetime) -> bool:
    """Return whether a later exchange does the same: what goes out on command alone is sent, or waits no more."""
    message = SUPPLIER_MESSAGE.read(body)
    if not (isinstance(message, ExchangeFiles) and message.send):
        return True
    commanded = (each for each in suppliers.all_suppliers() if each.forward is Forward.ON_COMMAND)
    supplier = next((each for each in commanded if each.id == message.supplier), None)
    return supplier is None or not count_open(supplier, failed_at).waiting


JUDGES: Mapping[str, Callable[[str, datetime], bool]] = {
    "orders": is_order_processed,
    "own": is_handed_over,
    "tracking": are_parcels_recorded,
    "channels": is_channel_notified,
    "uploads": is_file_read,
    "audit": is_audited,
    "release": is_released,
    "labels": are_labels_settled,
    "bus": lambda body, _: is_received(ChannelKind.SHOPIFY, json.loads(body)),
    "connecting": is_connected,
    "fba": lambda _, __: True,  # so does the warehouse's with Amazon
    "amazon": lambda _, __: True,  # polls and exchanges bring what it is about
    "suppliers": is_exchanged,
}
"""How a message that failed is judged, by its origin: from its body, and the time of its last failure."""
