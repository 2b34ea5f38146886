"""Start a label batch: store its fulfilment orders in the order in which they are packed, and invoke its workers."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from packhorse.aws.telemetry import logger
from packhorse.domain.documents.pick_list import natural
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.labels.batch import (
    TO_RETRY,
    BatchEntry,
    EntryState,
    LabelBatch,
    PrintOrder,
    chunks,
    label_id,
    packing_key,
    retried,
)
from packhorse.domain.labels.label import FulfilmentRef, WantedLabel
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId, Sku, iso
from packhorse.messages.labels import LabelChunk, send_chunk
from packhorse.store import catalogue, label_batches, orders
from packhorse.usecases.fulfilment.select_fulfilments import Selection, select_fulfilments

SILENCE = timedelta(minutes=10)
"""A batch that is not finished is continued after so long: an invocation of a worker ends after five minutes."""
CONTINUED_FOR = timedelta(weeks=1)
"""How long a batch is continued by itself."""


def start_batch(
    batch_id: str, wanted_of: Sequence[FulfilmentRef] | Selection, wanted: WantedLabel, order: PrintOrder, who: str
) -> LabelBatch:
    """Store a batch and start it; the same id again starts what was stored and did not begin.

    A selection is resolved once: what fits its filter later is not in the batch. Raises Rejected for what does not
    exist.
    """
    existing = label_batches.find_batch(batch_id)
    if existing:
        entries = label_batches.entries_of(batch_id)
        if all(each.state is EntryState.WAITING for each in entries):
            start_workers(existing, entries)
        return existing
    refs = _selected(batch_id, wanted_of) if isinstance(wanted_of, Selection) else wanted_of
    unique = tuple(dict.fromkeys(refs))
    found = orders.find_orders(OrderId(each.order) for each in unique)
    if wrong := list(_unknown(refs, found)):
        raise Rejected("not all of these exist", wrong)
    entries = [
        BatchEntry(
            **dict(ref),
            place=place,
            number=found[OrderId(ref.order)].number or found[OrderId(ref.order)].channel_order_id,
            label=label_id(batch_id, ref, 1),
        )
        for place, ref in enumerate(_sorted(unique, found, order), 1)
    ]
    now = datetime.now(UTC)
    batch = LabelBatch(
        id=batch_id, who=who, created_at=now, checked_at=now, wanted=wanted, order=order, size=len(entries)
    )
    label_batches.create_batch(batch, entries)
    start_workers(batch, entries)
    return batch


def _selected(batch_id: str, selection: Selection) -> Sequence[FulfilmentRef]:
    """Return what is selected, with what a process had stored of the batch that died before it began."""
    return (*map(_ref, label_batches.entries_of(batch_id)), *select_fulfilments(selection))


def _unknown(refs: Sequence[FulfilmentRef], found: Mapping[OrderId, Order]) -> list[FieldError]:
    wrong = []
    for index, ref in enumerate(refs):
        order = found.get(OrderId(ref.order))
        if order is None:
            wrong.append(FieldError(f"fulfilments.{index}.order", f"there is no order {ref.order}"))
        elif order.fulfilment(ref.fulfilment) is None:
            wrong.append(FieldError(f"fulfilments.{index}.fulfilment", f"the order has no fulfilment {ref.fulfilment}"))
    return wrong


def _sorted(
    refs: Sequence[FulfilmentRef], found: Mapping[OrderId, Order], order: PrintOrder
) -> Sequence[FulfilmentRef]:
    units = {ref: _units(found[OrderId(ref.order)], ref.fulfilment) for ref in refs}
    bins = _first_bins(refs, found) if order is PrintOrder.BIN else {}

    def key(ref: FulfilmentRef) -> tuple[object, ...]:
        stored = found[OrderId(ref.order)]
        placed = f"{iso(stored.placed_at)}#{stored.id}"
        if order is PrintOrder.AGE:
            return (placed, ref.fulfilment)
        return (*bins.get(ref, ()), *packing_key(units[ref], placed), ref.fulfilment)

    return sorted(refs, key=key)


def _units(order: Order, number: int) -> Mapping[str, int]:
    fulfilment, units = order.fulfilment(number), Counter[str]()
    for part in fulfilment.lines if fulfilment else ():
        if line := order.line(part.line):
            units[line.matched or line.sku] += part.quantity
    return units


def _first_bins(
    refs: Sequence[FulfilmentRef], found: Mapping[OrderId, Order]
) -> Mapping[FulfilmentRef, tuple[object, ...]]:
    """Return what sorts each by the first bin where it is picked, of a kit its components; those without a bin last."""
    picked = {ref: _picked(found[OrderId(ref.order)], ref.fulfilment) for ref in refs}
    skus = {sku for each in picked.values() for sku in each}
    products = catalogue.find_products(skus) if skus else {}
    first = {}
    for ref, each in picked.items():
        fulfilment = found[OrderId(ref.order)].fulfilment(ref.fulfilment)
        stocked = (products.get(sku) for sku in each)
        places = [one.bins.get(fulfilment.warehouse, "") for one in stocked if one and fulfilment]
        first[ref] = min(((not place, natural(place)) for place in places), default=(True, natural("")))
    return first


def _picked(order: Order, number: int) -> Collection[Sku]:
    fulfilment = order.fulfilment(number)
    parts = ((order.line(part.line), part.quantity) for part in (fulfilment.lines if fulfilment else ()))
    return {Sku(pick.sku) for line, quantity in parts if line for pick in line.picks(quantity)}


def start_workers(batch: LabelBatch, entries: Sequence[BatchEntry]) -> None:
    """Invoke a worker for each part of the entries that wait; of none, one that finishes the batch."""
    parts = chunks(entries) or [()]
    for part in parts:
        send_chunk(LabelChunk(batch=batch.id, fulfilments=tuple(_ref(entry) for entry in part)))


def _ref(entry: BatchEntry) -> FulfilmentRef:
    return FulfilmentRef(order=entry.order, fulfilment=entry.fulfilment)


def retry_batch(batch_id: str) -> LabelBatch:
    """Try again what failed in a batch, and nothing else; return the batch."""
    again = []
    begin_again(batch_id)
    for entry in label_batches.entries_of(batch_id):
        if entry.state in TO_RETRY:
            renewed = retried(entry, batch_id)
            if label_batches.save_entry(batch_id, renewed, entry):
                again.append(renewed)
        elif entry.state is EntryState.WAITING:
            again.append(entry)
    opened = begin_again(batch_id)  # once more: a worker may have finished it before entries waited again
    start_workers(opened, again)
    return opened


def begin_again(batch_id: str) -> LabelBatch:
    """Store that a batch is not finished, and return it."""
    batch = label_batches.get_batch(batch_id)
    opened = batch.replace(file=None, problem="", checked_at=datetime.now(UTC))
    label_batches.save_batch(opened)
    return opened


def continue_batches(now: datetime) -> int:
    """Start workers for batches whose own have ended without finishing them; return for how many."""
    silent = [
        batch
        for batch in label_batches.batches_since(now - CONTINUED_FOR)
        if not batch.is_finished and now - batch.checked_at > SILENCE
    ]
    for batch in silent:
        if label_batches.replace_batch(batch.replace(checked_at=now), batch):
            start_workers(batch, label_batches.entries_of(batch.id))
            logger.info("label batch continued", extra={"batch": batch.id})
    return len(silent)
