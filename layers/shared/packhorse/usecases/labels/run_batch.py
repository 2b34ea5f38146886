"""Run a part of a label batch: buy the labels of its entries one after the other, each with a result of its own.

A part may be run any number of times: an entry with a result is left alone, and a label that an earlier process began
is finished under its id. The worker that finds no entry waiting makes the file to print. A label that several orders
share is the result of each of them, and one page.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from packhorse.aws.telemetry import logger
from packhorse.domain.errors import Conflict, NotNow, NotReady, PackhorseError, Rejected, Unavailable
from packhorse.domain.labels.batch import SETTLED, BatchEntry, EntryState, LabelBatch, batch_of, with_shared
from packhorse.domain.labels.consignment import LabelFormat
from packhorse.domain.labels.label import FulfilmentRef, LabelState
from packhorse.domain.orders.labelling import label_of
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.plural import agree, plural
from packhorse.domain.values import OrderId
from packhorse.messages.labels import LabelChunk, send_chunk
from packhorse.store import label_batches, orders
from packhorse.store.races import is_invalid
from packhorse.usecases.labels.buy_label import buy_label
from packhorse.usecases.labels.rate_label import LabelRequest
from packhorse.usecases.labels.start_batch import begin_again
from packhorse.usecases.packing.print_batch import print_batch

MARGIN = 60.0
"""Seconds that a label may take."""
JOINING = 150.0
"""Seconds that the file to print of the largest batch takes."""
BROKEN = "this order breaks the purchase of its label: an error of Packhorse, see its log"
WITHOUT_FILE = "the label is bought, but the carrier did not give its file: try again"


def run_batch(chunk: LabelChunk, remaining: Callable[[], float]) -> None:
    """Label the entries of a part that wait; the rest continues in another invocation when time is short."""
    batch = label_batches.find_batch(chunk.batch)
    if batch is None:
        logger.warning("no such label batch", extra={"batch": chunk.batch})
        return
    wanted = list(chunk.fulfilments)
    while wanted:
        if remaining() < MARGIN:
            send_chunk(chunk.replace(fulfilments=tuple(wanted)))
            return
        label_entry(batch, wanted.pop(0), remaining)
    if chunk.fulfilments and remaining() < JOINING:
        send_chunk(chunk.replace(fulfilments=()))
    else:
        finish_batch(batch.id)


def label_entry(batch: LabelBatch, ref: FulfilmentRef, remaining: Callable[[], float]) -> None:
    """Buy the label of one entry and store its result."""
    entry = label_batches.find_entry(batch.id, ref)
    if entry is None or entry.state is not EntryState.WAITING:
        return
    request = LabelRequest(OrderId(entry.order), entry.fulfilment, entry.label, batch.wanted, {}, batch.who)
    result = with_result(entry, request, remaining)
    while entry and not label_batches.save_entry(batch.id, result, entry):
        entry = label_batches.find_entry(batch.id, ref)
        if entry is None or entry.label != result.label or result.state is not EntryState.BOUGHT:
            return  # another worker's result stands; only a purchase is stored over one that did not see it
        if entry.state is EntryState.VOIDED:
            return
    if result.state is EntryState.BOUGHT:
        label_shares(batch.id, result)


def label_shares(batch_id: str, bought: BatchEntry) -> None:
    """Store the label of an entry as the result of each other one of the batch that ships in its parcel."""
    order = orders.get_order(OrderId(bought.order))
    for ref in label_of(order, bought.fulfilment, bought.label).shares:
        entry = label_batches.find_entry(batch_id, ref)
        while entry and entry.state not in SETTLED:
            if label_batches.save_entry(batch_id, with_shared(entry, bought, bought.label, bought.tracking), entry):
                break
            entry = label_batches.find_entry(batch_id, ref)


def with_result(entry: BatchEntry, request: LabelRequest, remaining: Callable[[], float]) -> BatchEntry:
    """Return the entry with the result of its purchase; an order that breaks it keeps no other from its label."""
    try:
        return _bought(entry, request, remaining)
    except Exception as error:
        if not is_invalid(error):
            raise
        logger.exception("label of a batch not bought", extra={"order_id": entry.order, "label": entry.label})
        return entry.replace(state=EntryState.FAILED, message=BROKEN)


def _bought(entry: BatchEntry, request: LabelRequest, remaining: Callable[[], float]) -> BatchEntry:
    try:
        label = buy_label(request, remaining)
    except NotReady as error:
        return entry.replace(state=EntryState.NEEDS_DATA, message=str(error), errors=error.errors[:20])
    except NotNow as error:
        return _shared_result(entry) or entry.replace(state=EntryState.REFUSED, message=str(error)[:255])
    except Rejected as error:
        state = EntryState.FAILED if _is_bought(entry) else EntryState.REFUSED
        return entry.replace(state=state, message=str(error)[:255], errors=error.errors[:20])
    except (Unavailable, Conflict) as error:
        return entry.replace(state=EntryState.FAILED, message=str(error)[:255])
    if label.state is LabelState.VOIDED:
        return entry.replace(state=EntryState.VOIDED, tracking=label.tracking, file=label.file)
    if not label.file and not label.holder:  # or it would be missing in the file to print, and nobody would see it
        return entry.replace(state=EntryState.FAILED, tracking=label.tracking, message=WITHOUT_FILE)
    return entry.replace(state=EntryState.BOUGHT, tracking=label.tracking, file=label.file)


def _is_bought(entry: BatchEntry) -> bool:
    """Return whether the label of an entry is paid for, so that what was refused is its file."""
    order = orders.get_order(OrderId(entry.order))
    label = fulfilment_order_of(order, entry.fulfilment).label(entry.label)
    return label is not None and label.state is LabelState.BOUGHT


def _shared_result(entry: BatchEntry) -> BatchEntry | None:
    """Return the entry with the label that its batch bought for it with another order; None if it bought none so."""
    fulfilment = fulfilment_order_of(orders.get_order(OrderId(entry.order)), entry.fulfilment)
    copies = (each for each in fulfilment.labels if each.holder and each.is_open)
    copy = next((each for each in copies if batch_of(each.id) == batch_of(entry.label)), None)
    if copy is None or copy.holder is None:
        return None
    if copy.state is LabelState.BUYING:  # what its holder's worker stores of it stands over this
        return entry.replace(state=EntryState.FAILED, message="the label of its parcel is being bought: try again")
    return with_shared(entry, copy.holder, copy.id, copy.tracking)


def record_void(ref: FulfilmentRef, label: str) -> None:
    """Record in the batch that bought a label that it is voided, and have the file to print made without it."""
    batch_id = batch_of(label)
    entry = label_batches.find_entry(batch_id, ref) if batch_id else None
    if batch_id is None or entry is None or entry.label != label:
        return
    voided = entry.replace(state=EntryState.VOIDED, file=None)
    if entry == voided or label_batches.save_entry(batch_id, voided, entry):
        begin_again(batch_id)
        send_chunk(LabelChunk(batch=batch_id, fulfilments=()))
        return
    record_void(ref, label)  # a worker stored the purchase at this moment


def finish_batch(batch_id: str) -> None:
    """Make the file to print once no entry waits; make it anew where the batch changed meanwhile."""
    is_stored = False
    while not is_stored:
        batch, entries = label_batches.get_batch(batch_id), label_batches.entries_of(batch_id)
        if any(each.state is EntryState.WAITING for each in entries):
            return
        file, problem = printed(batch, entries)
        finished = batch.replace(file=file, problem=problem, checked_at=datetime.now(UTC))
        is_stored = label_batches.replace_batch(finished, batch)
    logger.info("label batch finished", extra={"batch": batch_id, "entries": len(entries)})


def one_kind(bought: Sequence[BatchEntry]) -> tuple[list[BatchEntry], list[BatchEntry]]:
    """Return the entries of the kind that most labels are of, in ZPL or not, and the others: no file holds both."""
    zpl = [each for each in bought if _is_zpl(each)]
    others = [each for each in bought if not _is_zpl(each)]
    return (zpl, others) if len(zpl) > len(others) else (others, zpl)


def _is_zpl(entry: BatchEntry) -> bool:
    return entry.file is not None and entry.file.endswith(f".{LabelFormat.ZPL}")


def _apart(others: Sequence[BatchEntry]) -> str:
    if not others:
        return ""
    number, named = len(others), ", ".join(each.number for each in others)
    are_apart = f"{plural(number, 'label')} of another format {agree(number, 'is', 'are')} printed apart"
    return f"{are_apart}, from {agree(number, 'order', 'orders')} {named}"[:255]


def printed(batch: LabelBatch, entries: Sequence[BatchEntry]) -> tuple[str | None, str]:
    """Return the key of the file to print, and why it could not be made, or which labels are not in it."""
    bought = [each for each in entries if each.state is EntryState.BOUGHT and each.file]
    if not bought:
        return None, "no label was bought"
    alike, others = one_kind(bought)
    try:
        return print_batch(batch.id, [each.file for each in alike if each.file]), _apart(others)
    except PackhorseError as error:
        logger.exception("labels not merged", extra={"batch": batch.id})
        return None, str(error)[:255]
