"""Boxes that get less than they need: what a packer does not find is rejected, or the rest is packed later."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.orders.bench import BenchOutcome, Packer, Result, box_closed, stopped
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.closed_boxes import needed_units
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.packing import PackingState
from packhorse.domain.orders.parcel import LineQuantity, parts_of, units_of
from packhorse.domain.orders.rejecting import RejectedUnits
from packhorse.domain.orders.rejection import RejectReason
from packhorse.domain.orders.releasing import with_less
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.plural import agree
from packhorse.domain.values import Units


class Lacking(NamedTuple):
    """What is missing at the bench, and why; without `units` all of the sku that is not packed, without `sku` all."""

    reason: RejectReason
    sku: str | None = None
    units: int | None = None
    note: str = ""


def rejection_of(
    order: Order, number: int, packer: Packer, lacking: Lacking, report_id: str
) -> BenchOutcome | RejectedUnits:
    """Return what is to be rejected of the fulfilment order, or why nothing is."""
    fulfilment = fulfilment_order_of(order, number)
    packing = fulfilment.packing
    if any(each.id == report_id for each in fulfilment.rejections):
        is_closed = fulfilment.packing_state is PackingState.CLOSED
        return BenchOutcome(Result.CLOSED if is_closed else Result.REJECTED, Change(order))
    refused = stopped(order, fulfilment, packer)
    if refused or packing is None:
        return refused or BenchOutcome(Result.NOT_OPEN, Change(order))
    if packing.is_check:
        return _labelled(order, fulfilment)
    missing = _missing(packing.missing, lacking)
    if wrong := _why_not(packing.needed, packing.missing, missing, lacking):
        return BenchOutcome(wrong[0], Change(order), wrong[1])
    lines = lines_without(order, fulfilment, missing)
    if units_of(lines) - fulfilment.unlabelled:
        return _labelled(order, fulfilment)
    return RejectedUnits(lines=lines, reason=lacking.reason, note=lacking.note)


def without_rejected(
    change: Change, number: int, packer: Packer, rejected: RejectedUnits, at: datetime
) -> BenchOutcome:
    """Return the outcome of a rejection: the box needs less, and is closed if it has the rest.

    A component that a kit's rejection leaves over is not counted any more: the detail says to take it out.
    """
    order, fulfilment = change.order, fulfilment_order_of(change.order, number)
    said = f"rejected: {rejected.reason.words}"
    if not fulfilment.is_open:
        ended = with_fulfilment(order, fulfilment.replace(packing=None))
        return BenchOutcome(Result.REJECTED, change.then(Change(ended)), said)
    return _with_smaller_box(change, number, packer, said, at)


def finished(order: Order, number: int, packer: Packer, request: str, at: datetime) -> BenchOutcome:
    """Close a box with what is counted; the rest stays allocated, and is handed over as a fulfilment order of its own.

    A component of a kit that is not whole is not counted any more: the detail says to take it out. The same request
    again changes nothing, also once the box was opened again.
    """
    fulfilment = fulfilment_order_of(order, number)
    packing = fulfilment.packing
    if packing and packing.state is PackingState.CLOSED:
        return BenchOutcome(Result.CLOSED, Change(order), "", packing.closed_by, packing.closed_at)
    if packing and packing.finished == request:
        return BenchOutcome(Result.REOPENED, Change(order))
    refused = stopped(order, fulfilment, packer)
    if refused or packing is None:
        return refused or BenchOutcome(Result.NOT_OPEN, Change(order))
    if not packing.missing:
        return box_closed(order, number, packer, at)
    rest = lines_without(order, fulfilment, packing.missing)
    units = units_of(rest)
    if packing.is_check or units - fulfilment.unlabelled:
        return _labelled(order, fulfilment)
    if not fulfilment.remaining - units:
        return BenchOutcome(Result.NOTHING, Change(order), "nothing whole is counted yet: put it aside, or reject it")
    less = with_less(fulfilment, units, FulfilmentStatus.CANCELLED)
    smaller = with_fulfilment(order, less.replace(packing=packing.replace(finished=request)))
    later = order.in_words(units)
    verb = agree(units.total(), "is", "are")
    entered = with_entry(smaller, at, "parted", packer.who, f"fulfilment {number}: {later} {verb} packed later")
    return _with_smaller_box(Change(entered), number, packer, "the rest is packed later", at)


def _with_smaller_box(change: Change, number: int, packer: Packer, said: str, at: datetime) -> BenchOutcome:
    """Return the outcome with the box as its fulfilment order needs it now: closed, if it has all of that."""
    order, fulfilment = change.order, fulfilment_order_of(change.order, number)
    packing = fulfilment.packing
    if packing is None:
        return BenchOutcome(Result.REJECTED, change, said)
    smaller = packing.needing(needed_units(order, fulfilment))
    over = Counter(packing.counted) - Counter(smaller.counted)
    if over:
        said = f"{said}; take out {', '.join(f'{units} of {sku}' for sku, units in over.items())}"
    order = with_fulfilment(order, fulfilment.replace(packing=smaller))
    if smaller.missing:
        return BenchOutcome(Result.REJECTED, change.then(Change(order)), said)
    outcome = box_closed(order, number, packer, at)
    return outcome._replace(change=change.then(outcome.change), detail=said)


def lines_without(order: Order, fulfilment: FulfilmentOrder, missing: Mapping[str, int]) -> tuple[LineQuantity, ...]:
    """Return the units by line that cannot be packed without those units by sku, products before kits."""
    lacking, remaining, found = Counter(missing), fulfilment.remaining, Units()
    for line in sorted(order.lines, key=lambda each: len(each.recipe)):
        recipe = line.recipe
        units = max((-(-lacking[sku] // each) for sku, each in recipe.items()), default=0)
        if taken := min(units, remaining[line.id]):
            found[line.id] = taken
            lacking -= Counter({sku: each * taken for sku, each in recipe.items()})
    return parts_of(found)


def _missing(missing: Mapping[str, int], lacking: Lacking) -> "Counter[str]":
    if lacking.sku is None:
        return Counter(missing)
    return Counter({lacking.sku: missing.get(lacking.sku, 0) if lacking.units is None else lacking.units})


def _why_not(
    needed: Mapping[str, int], open_units: "Counter[str]", missing: "Counter[str]", lacking: Lacking
) -> tuple[Result, str] | None:
    """Return why these units are not rejected, None if they are."""
    if lacking.sku is not None and not needed.get(lacking.sku):
        return Result.WRONG, f"{lacking.sku} is not in it"
    if not +missing:
        return Result.TOO_MANY, "all of it is counted: undo what is not there"
    for sku, units in (missing - open_units).items():
        return Result.TOO_MANY, f"{units} of {sku} more than is missing: undo what is not there"
    return None


def _labelled(order: Order, fulfilment: FulfilmentOrder) -> BenchOutcome:
    numbers = ", ".join(each.name for each in fulfilment.labels if each.is_open)
    return BenchOutcome(Result.LABELLED, Change(order), f"label {numbers} is paid for all of it: void it first")
