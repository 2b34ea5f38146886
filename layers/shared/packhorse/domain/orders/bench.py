"""Steps of the packing bench: open the box of a fulfilment order, count its units, undo, put aside, close, reopen.

What a packer does wrong is a result, not a failure, and changes nothing. Every step may be repeated.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from packhorse.domain.configuration.warehouse import ShipsOn, WarehouseKind
from packhorse.domain.labels.label import LabelState
from packhorse.domain.labels.tracking import has_left
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.closed_boxes import differences, needed_units
from packhorse.domain.orders.exceptions import without_changed_box
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.labelling import label_shipped
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.packing import Packing, PackingState, Scan
from packhorse.domain.orders.printing import WITHDRAWN
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.plural import plural


class Result(StrEnum):
    """What became of a scan or a key at the bench."""

    OPENED = "opened"
    RIGHT = "right"
    WRONG = "wrong"
    TOO_MANY = "too_many"
    UNKNOWN = "unknown"
    UNDONE = "undone"
    NOTHING = "nothing"
    ASIDE = "aside"
    REJECTED = "rejected"
    LABELLED = "labelled"
    CLOSED = "closed"
    INCOMPLETE = "incomplete"
    REOPENED = "reopened"
    CHANGED = "changed"
    NOT_OPEN = "not_open"
    TAKEN = "taken"
    PACKED = "packed"
    HELD = "held"
    CANCELLED = "cancelled"
    SHIPPED = "shipped"
    ELSEWHERE = "elsewhere"
    WAITING = "waiting"
    SEVERAL = "several"


class Packer(NamedTuple):
    """Who packs, and at which station."""

    who: str
    station: str


class BenchOutcome(NamedTuple):
    """The result of a step, the order after it (as before if it was refused), and for people why, who and when."""

    result: Result
    change: Change
    detail: str = ""
    who: str = ""
    at: datetime | None = None

    @property
    def order(self) -> Order:
        """The order after the step."""
        return self.change.order


# ---- why a box is not opened -----------------------------------------------------------------------------------------


def why_not(order: Order, number: int) -> BenchOutcome | None:
    """Return why the fulfilment order cannot be packed as it is, None if it can."""
    fulfilment = fulfilment_order_of(order, number)
    for result, why in REASONS:
        if found := why(order, fulfilment):
            return BenchOutcome(result, Change(order), *found)
    return None


Why = tuple[str, str, datetime | None]


def _is_elsewhere(_: Order, fulfilment: FulfilmentOrder) -> Why | None:
    return None if fulfilment.kind is WarehouseKind.OWN else (f"{fulfilment.warehouse} ships it", "", None)


def _is_cancelled(order: Order, fulfilment: FulfilmentOrder) -> Why | None:
    if fulfilment.status not in WITHDRAWN:
        return None
    return f"fulfilment {fulfilment.number} is {fulfilment.status}", *_last(order, "cancel_requested")


def _is_held(order: Order, _: FulfilmentOrder) -> Why | None:
    # No reasons: who packs may not be to see them.
    return ("the order is held", order.holds[0].owner, order.holds[0].placed_at) if order.holds else None


def _is_not_handed_over(_: Order, fulfilment: FulfilmentOrder) -> Why | None:
    return ("it is being handed over once more: try again in a minute", "", None) if fulfilment.is_taken_back else None


def _is_shipped(order: Order, fulfilment: FulfilmentOrder) -> Why | None:
    if fulfilment.is_open or _may_be_checked(fulfilment):
        return None
    return f"fulfilment {fulfilment.number} is shipped", *_last(order, "shipped")


def _may_be_checked(fulfilment: FulfilmentOrder) -> bool:
    """Return whether it counts as shipped by its label alone: its carrier has not reported it yet."""
    packing, labelled = fulfilment.packing, [each for each in fulfilment.parcels if each.label]
    is_on_its_way = any(has_left(each.transit) for each in labelled)
    is_undecided = packing is None or packing.is_check or packing.state is PackingState.OPEN
    return bool(labelled) and not is_on_its_way and is_undecided


def _last(order: Order, what: str) -> tuple[str, datetime | None]:
    found = next((each for each in reversed(order.timeline) if each.what == what), None)
    return (found.who, found.at) if found else ("", None)


REASONS: tuple[tuple[Result, Callable[[Order, FulfilmentOrder], Why | None]], ...] = (
    (Result.ELSEWHERE, _is_elsewhere),
    (Result.CANCELLED, _is_cancelled),
    (Result.HELD, _is_held),
    (Result.WAITING, _is_not_handed_over),
    (Result.SHIPPED, _is_shipped),
)
"""Why a fulfilment order is not packed, by precedence."""


# ---- steps -----------------------------------------------------------------------------------------------------------


def opened(order: Order, number: int, packer: Packer, at: datetime, *, take_over: bool = False) -> BenchOutcome:
    """Open the box, or go on with one's own: what it needs is then as the order says now.

    `take_over` takes it from another packer; its counts are dropped, since those units lie on the other bench.
    """
    if refused := why_not(order, number):
        return refused
    fulfilment = fulfilment_order_of(order, number)
    packing, needed = fulfilment.packing, needed_units(order, fulfilment)
    if packing and packing.state is PackingState.CLOSED:
        return BenchOutcome(Result.PACKED, Change(order), "the box is closed", packing.closed_by, packing.closed_at)
    if packing and packing.who == packer.who:
        goes_on = packing.needing(needed).replace(station=packer.station)
        detail = differences(packing.counted, goes_on.counted)
        return _stored(Result.OPENED, order, fulfilment, goes_on)._replace(detail=detail)
    if packing and not take_over:
        return _taken(order, packing)
    is_check = not fulfilment.is_open
    fresh = Packing(who=packer.who, station=packer.station, since=at, is_check=is_check, needed=dict(needed))
    return _stored(Result.OPENED, order, fulfilment, fresh)


def counted(order: Order, number: int, packer: Packer, scan: Scan, at: datetime) -> BenchOutcome:
    """Count a unit of a sku; the last one closes the box."""
    fulfilment = fulfilment_order_of(order, number)
    packing = fulfilment.packing
    if packing and (known := packing.scan(scan.id)):
        is_over = Result.CLOSED if packing.state is PackingState.CLOSED else Result.RIGHT
        return BenchOutcome(Result.UNDONE if known.undone_by else is_over, Change(order))
    refused = stopped(order, fulfilment, packer)
    if refused or packing is None:
        return refused or BenchOutcome(Result.NOT_OPEN, Change(order))
    if not packing.needed.get(scan.sku):
        return BenchOutcome(Result.WRONG, Change(order), f"{scan.sku} is not in it")
    if not packing.missing[scan.sku]:
        return BenchOutcome(Result.TOO_MANY, Change(order), f"it has its {packing.needed[scan.sku]} of {scan.sku}")
    more = packing.with_scan(scan)
    if more.missing:
        return _stored(Result.RIGHT, order, fulfilment, more)
    return _closed(order, fulfilment, more, packer, at)


def undone(order: Order, number: int, packer: Packer, undo_id: str) -> BenchOutcome:
    """Take the last unit back that was counted."""
    fulfilment = fulfilment_order_of(order, number)
    packing = fulfilment.packing
    if packing and packing.scan(undo_id):
        return BenchOutcome(Result.UNDONE, Change(order))
    if (refused := _not_packing(order, fulfilment, packer)) or packing is None:
        return refused or BenchOutcome(Result.NOT_OPEN, Change(order))
    if packing.last is None:
        return BenchOutcome(Result.NOTHING, Change(order), "nothing is counted yet")
    return _stored(Result.UNDONE, order, fulfilment, packing.without(packing.last, undo_id))


def put_aside(order: Order, number: int, packer: Packer, at: datetime) -> BenchOutcome:
    """Put an open box aside, whatever became of its order: its counts are dropped, and any packer may open it.

    One that is not to be sent any more is put aside by any packer, since no packer may open it or take it over.
    """
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.packing is None:
        return BenchOutcome(Result.ASIDE, Change(order))
    if fulfilment.status in WITHDRAWN:
        order = with_entry(order, at, "put_aside", packer.who, f"fulfilment {number} at {packer.station}")
        return _stored(Result.ASIDE, order, fulfilment, None)
    if refused := _not_packing(order, fulfilment, packer):
        return refused
    return _stored(Result.ASIDE, order, fulfilment, None)


def closed(order: Order, number: int, packer: Packer, at: datetime) -> BenchOutcome:
    """Close a box that has all its units, such as one that was opened again."""
    fulfilment = fulfilment_order_of(order, number)
    packing = fulfilment.packing
    if packing and packing.state is PackingState.CLOSED:
        return BenchOutcome(Result.CLOSED, Change(order), "", packing.closed_by, packing.closed_at)
    refused = stopped(order, fulfilment, packer)
    if refused or packing is None:
        return refused or BenchOutcome(Result.NOT_OPEN, Change(order))
    if packing.missing:
        missing = ", ".join(f"{units} of {sku}" for sku, units in packing.missing.items())
        return BenchOutcome(Result.INCOMPLETE, Change(order), f"missing: {missing}")
    return _closed(order, fulfilment, packing, packer, at)


def box_closed(order: Order, number: int, packer: Packer, at: datetime) -> BenchOutcome:
    """Close the open box, which has all its units."""
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.packing is None:
        raise AssertionError(f"fulfilment {number} of order {order.id} has no box")
    return _closed(order, fulfilment, fulfilment.packing, packer, at)


def reopened(order: Order, number: int, packer: Packer, at: datetime) -> BenchOutcome:
    """Open a closed box again, with what was counted; not once it is shipped."""
    fulfilment = fulfilment_order_of(order, number)
    packing = fulfilment.packing
    if packing is None or packing.state is PackingState.OPEN:
        is_own = packing is not None and packing.who == packer.who
        return BenchOutcome(Result.REOPENED, Change(order)) if is_own else _not_open(order, packing)
    if refused := why_not(order, number):
        return refused
    again = packing.replace(who=packer.who, station=packer.station, since=at, closed_at=None, closed_by="")
    detail = f"fulfilment {number} at {packer.station}"
    return _stored(Result.REOPENED, with_entry(order, at, "reopened", packer.who, detail), fulfilment, again)


def shipped_as_packed(order: Order, number: int, ships_on: ShipsOn, at: datetime, who: str) -> Change:
    """Return the order after its box was closed, at a warehouse where that ships what has a label.

    Where the label ships, one that was bought before that counted leaves now. The step that closed the box may be
    repeated after a hold: then the parcel leaves when the order is handed over again.
    """
    change = Change(order)
    fulfilment = fulfilment_order_of(order, number)
    if ships_on is ShipsOn.MANIFEST or not fulfilment.is_packed or order.holds or fulfilment.is_taken_back:
        return change
    for label in fulfilment.labels:
        if label.state is LabelState.BOUGHT:
            change = change.then(label_shipped(change.order, number, label, at, who))
    return change


def _closed(order: Order, fulfilment: FulfilmentOrder, packing: Packing, packer: Packer, at: datetime) -> BenchOutcome:
    by_hand = f", {packing.by_hand} by hand" if packing.by_hand else ""
    units = plural(sum(packing.counted.values()), "unit")
    detail = f"fulfilment {fulfilment.number} at {packer.station}: {units}{by_hand}"
    done = packing.replace(closed_at=at, closed_by=packer.who)
    return _stored(Result.CLOSED, with_entry(order, at, "packed", packer.who, detail), fulfilment, done)


def _stored(result: Result, order: Order, fulfilment: FulfilmentOrder, packing: Packing | None) -> BenchOutcome:
    if packing == fulfilment.packing:
        return BenchOutcome(result, Change(order))
    if packing is None or packing.state is PackingState.CLOSED:
        order = without_changed_box(order, fulfilment.number)
    return BenchOutcome(result, Change(with_fulfilment(order, fulfilment.replace(packing=packing))))


def stopped(order: Order, fulfilment: FulfilmentOrder, packer: Packer) -> BenchOutcome | None:
    """Return why the packer cannot go on, or what changed about the order; None if nothing did."""
    return _not_packing(order, fulfilment, packer) or _changed(order, fulfilment)


def _not_packing(order: Order, fulfilment: FulfilmentOrder, packer: Packer) -> BenchOutcome | None:
    """Return why the packer cannot go on with the box, None if it is open before that packer."""
    packing = fulfilment.packing
    if packing is None or (packing.who != packer.who and packing.state is PackingState.OPEN):
        return _not_open(order, packing)
    if packing.state is PackingState.CLOSED:
        return BenchOutcome(Result.PACKED, Change(order), "the box is closed", packing.closed_by, packing.closed_at)
    return None


def _not_open(order: Order, packing: Packing | None) -> BenchOutcome:
    return _taken(order, packing) if packing else BenchOutcome(Result.NOT_OPEN, Change(order), "open it first")


def _taken(order: Order, packing: Packing) -> BenchOutcome:
    return BenchOutcome(
        Result.TAKEN, Change(order), f"is being packed at {packing.station}", packing.who, packing.since
    )


def _changed(order: Order, fulfilment: FulfilmentOrder) -> BenchOutcome | None:
    """Return what makes the open box wrong: its order was held, cancelled, shipped, or needs other units."""
    if refused := why_not(order, fulfilment.number):
        return refused._replace(result=Result.CHANGED)
    packing, needed = fulfilment.packing, needed_units(order, fulfilment)
    if packing is None or needed == Counter(packing.needed):
        return None
    return BenchOutcome(Result.CHANGED, Change(order), differences(packing.needed, needed))
