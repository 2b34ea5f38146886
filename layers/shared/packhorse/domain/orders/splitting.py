"""Fulfilment orders that are split in two, and parts of one order that are joined again.

No stock moves and no unit changes its warehouse: only which fulfilment order has it. Both are allowed until the
fulfiller has it for good: accepted it, got it in a file, began to pack or shipped a part of it.
"""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus, SplitOff
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.packing import PackingState
from packhorse.domain.orders.parcel import LineQuantity, parts_of, units_of
from packhorse.domain.orders.shipping import fulfilment_order_of, lines_beyond, refuse_beyond
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.plural import agree
from packhorse.domain.values import Units, Value, Whole

MAX_FULFILMENTS = 100
"""Fulfilment orders of an order beyond which none is split: its document has all that ever were."""
NOT_ACCEPTED = frozenset({FulfilmentStatus.QUEUED, FulfilmentStatus.REQUESTED})


class PartToSplit(Value):
    """The units, by line, that become a fulfilment order of their own."""

    lines: Annotated[tuple[LineQuantity, ...], Field(min_length=1, max_length=500)]


class Joining(Value):
    """The number of the fulfilment order of the same order and warehouse that gets all units."""

    into: Annotated[Whole, Field(gt=0)]


def split(order: Order, number: int, part: PartToSplit, request: str, at: datetime, who: str) -> Order:
    """Return the order with those units in a new fulfilment order, which is handed over by itself.

    A request that was made already changes nothing. Raises NotNow once the fulfiller has it, or for units of a label.
    """
    if any(each.split_off and each.split_off.id == request for each in order.fulfilments):
        return order
    fulfilment = _changeable(order, number)
    if len(order.fulfilments) >= MAX_FULFILMENTS:
        raise NotNow(f"the order has {len(order.fulfilments)} fulfilment orders already; no more are made of them")
    units = _units_to_split(fulfilment, part)
    attempt = order.attempts + 1 if fulfilment.attempt else 0
    new = FulfilmentOrder(
        id=f"{order.id}-{len(order.fulfilments) + 1}",
        warehouse=fulfilment.warehouse,
        kind=fulfilment.kind,
        attempt=attempt,
        lines=parts_of(units),
        split_off=SplitOff(id=request, of=number),
        to_former_place=fulfilment.to_former_place,
    )
    rest = fulfilment.replace(lines=parts_of(fulfilment.wanted - units))
    kept = with_fulfilment(order, rest)
    both = kept.replace(fulfilments=(*kept.fulfilments, new), attempts=max(order.attempts, attempt))
    verb = agree(sum(units.values()), "is", "are")
    detail = (
        f"{order.in_words(units)} of fulfilment {number} {verb} fulfilment {new.number} now, {fulfilment.warehouse}"
    )
    return with_status(with_entry(both, at, "split", who, detail), at, who)


def joined(order: Order, number: int, into: int, at: datetime, who: str) -> Order:
    """Return the order with all units of a fulfilment order in another one; the first one ends as cancelled.

    One that is joined already stays as it is. Raises NotNow once a fulfiller has either, or for one that has a label.
    """
    if fulfilment_order_of(order, number).joined_into == into:
        return order
    if number == into:
        raise Rejected("a fulfilment order joins another one", [FieldError("into", f"is {number} itself")])
    if order.fulfilment(into) is None:
        raise Rejected("there is nothing to join", [FieldError("into", f"the order has no fulfilment {into}")])
    ended, kept = _changeable(order, number), _changeable(order, into)
    if kept.warehouse != ended.warehouse:
        wrong = FieldError("into", f"fulfilment {into} is not of {ended.warehouse}: move lines between warehouses")
        raise Rejected("only parts of one warehouse are joined", [wrong])
    if any(each.is_open for each in ended.labels):
        raise NotNow(f"fulfilment {number} has a label: void it, or join fulfilment {into} into {number}")
    is_former = kept.to_former_place or ended.to_former_place
    whole = kept.replace(lines=parts_of(kept.wanted + ended.wanted), to_former_place=is_former)
    order = with_fulfilment(order, whole)
    order = with_fulfilment(order, ended.replace(status=FulfilmentStatus.CANCELLED, joined_into=into))
    detail = f"fulfilment {number} into fulfilment {into}, {kept.warehouse}"
    return with_status(with_entry(order, at, "joined", who, detail), at, who)


def _changeable(order: Order, number: int) -> FulfilmentOrder:
    """Return the fulfilment order; raises NotNow once its fulfiller has it."""
    fulfilment = fulfilment_order_of(order, number)
    if reason := why_fixed(fulfilment):
        raise NotNow(f"fulfilment {number} {reason}")
    if fulfilment.merge:
        raise NotNow(f"fulfilment {number} is merged with other orders: undo that first")
    return fulfilment


def why_fixed(fulfilment: FulfilmentOrder) -> str:
    """Return why a fulfilment order is neither split, joined nor merged any more; empty while it may be."""
    if not fulfilment.is_open:
        return f"is {fulfilment.status}"
    if fulfilment.parcels:
        return "is partly shipped"
    if fulfilment.batch is not None:
        return f"is in file {fulfilment.batch} of its supplier"
    if fulfilment.mcf:
        return "is at Amazon"
    if fulfilment.cancellation and fulfilment.cancellation.is_pending:
        return "is requested back from its fulfiller"
    if fulfilment.status not in NOT_ACCEPTED:
        return f"is {fulfilment.status} by its fulfiller"
    if fulfilment.packing_state is not PackingState.UNOPENED:
        return "is being packed: put its box aside first"
    return ""


def _units_to_split(fulfilment: FulfilmentOrder, part: PartToSplit) -> Units:
    units, where = units_of(part.lines), f"in fulfilment {fulfilment.number}"
    refuse_beyond(lines_beyond(fulfilment, part.lines, fulfilment.wanted, "to be split off", where), "ship")
    if labelled := units - fulfilment.unlabelled:
        raise NotNow(f"a label is paid for units of line {', '.join(labelled)}: void it, then split them")
    if units == fulfilment.wanted:
        wrong = FieldError("lines", f"nothing would be left of fulfilment {fulfilment.number}")
        raise Rejected("a part is split off, not all", [wrong])
    return units
