"""Judges of whether what a failed message was about is over.

A message that was retried and did not fail again was processed. One that was not retried is over where a later message
did its work: its order is stored, its parcels are recorded, its file is read. Refused rows of a supplier's file are
over with what they are about.
"""

import json
from collections.abc import Callable, Mapping
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
from packhorse.domain.supply.supplier import Forward
from packhorse.domain.values import ChannelId
from packhorse.messages.audits import AUDIT_MESSAGE
from packhorse.messages.channels import CHANNEL_MESSAGE, NotifyChannel
from packhorse.messages.connecting import CONNECT_MESSAGE, ContinueConnecting
from packhorse.messages.labels import LABEL_MESSAGE, LabelChunk
from packhorse.messages.orders import ORDER_MESSAGE, AdvanceOrder, ContinuePoll, Mark, OrderDeleted, OrderReceived
from packhorse.messages.own import HAND_OVER_MESSAGE
from packhorse.messages.release import RELEASE_MESSAGE, ChecksToMake, OrdersToBuyFor, OthersToCome
from packhorse.messages.suppliers import SUPPLIER_MESSAGE, ExchangeFiles
from packhorse.messages.tracking import PARCELS_MESSAGE
from packhorse.messages.uploads import uploads_in
from packhorse.store import audits, configuration, connections, label_batches, orders, suppliers, uploads
from packhorse.store.exceptions import ExceptionState, OpenException
from packhorse.usecases.intake.receive_event import is_received
from packhorse.usecases.suppliers.open_at_supplier import count_open
from packhorse.usecases.suppliers.refused_rows import are_settled
from packhorse.usecases.supply.record_not_bought import are_bought_for

FAILS_WITHIN = timedelta(minutes=30)
"""A retried message that fails again is an exception again within this time: its tries take about ten minutes.

Where Lambda is throttled they may take longer. Its exception then opens again after it was resolved.
"""
ROWS_REFUSED = (Cause.SUPPLIER_ROWS_REFUSED, Cause.PURCHASE_ROWS_REFUSED)


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
