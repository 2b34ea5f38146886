"""Parcels that left our warehouses, as people, carriers and fulfillers report them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from pydantic import Field

from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import LineQuantity, Parcel, contents_of, parts_of, tracking_numbers, units_of
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import Text, Units, Value, WarehouseId


class ParcelUpdate(Value):
    """A parcel that a person or a fulfiller reports; parcels without lines hold all remaining units together.

    One that is `unnumbered` has no tracking number: `tracking` is a name of ours, under which it counts once.
    """

    carrier: Text = Field(min_length=1)
    tracking: Text = Field(min_length=1)
    unnumbered: bool = False
    lines: tuple[LineQuantity, ...] = ()


LateStep = Callable[[Change, int, Parcel, datetime, str], Change]
"""Ships what is in a parcel of the fulfilment order of that number, and was not to be shipped from there any more."""
EVEN_SO = "if it has left all the same, enter it with override: true"


def fulfilment_order_of(order: Order, number: int) -> FulfilmentOrder:
    """Return the fulfilment order of that number; raises NotFound without one."""
    found = order.fulfilment(number)
    if not found:
        raise NotFound(f"the order has no fulfilment {number}")
    return found


def shipped(
    order: Order,
    number: int,
    parcels: Sequence[ParcelUpdate],
    at: datetime,
    who: str,
    *,
    override: bool = False,
    late: LateStep | None = None,
) -> Change:
    """Return the order after these parcels left the warehouse of that fulfilment order.

    A parcel whose tracking number is stored already changes nothing: the same report may come any number of times. A
    held order ships only with `override`, more than is left to ship only by `late`.
    """
    change = Change(order)
    for index, parcel in sorted(_by_number(parcels), key=lambda each: not each[1].lines):
        fulfilment = fulfilment_order_of(change.order, number)
        if any(existing.is_named(parcel.tracking) for existing in fulfilment.reported_parcels):
            continue
        if order.holds and not override:
            # No reasons: who ships may not be to see them, in the answer or in the exception that is made of this.
            raise NotNow("the order is held; its holds say why: override them to ship it all the same")
        is_one_more_box = fulfilment.status is FulfilmentStatus.SHIPPED and not all(
            each.lines for each in parcels[:index]
        )
        units = Units()
        if not is_one_more_box:
            field = f"parcels.{index}.lines"
            units = _late_contents(order, fulfilment, parcel, field) if late else _contents(fulfilment, parcel, field)
        fitting = units & fulfilment.remaining
        sent = _sent(fulfilment, parcel, fitting, at)
        if fitting or is_one_more_box:
            change = with_parcel(change, fulfilment, sent)
        detail = f"from {fulfilment.warehouse} by {parcel.carrier}, {sent.tracking or 'without tracking'}"
        change = change._replace(order=with_entry(change.order, at, "shipped", who, detail))
        if late and (more := units - fitting):
            change = late(change, number, sent.replace(lines=parts_of(more)), at, who)
    return change._replace(order=with_status(change.order, at, who))


def _sent(fulfilment: FulfilmentOrder, reported: ParcelUpdate, units: Units, at: datetime) -> Parcel:
    """Return a reported parcel as one that left with these units, and with the label that it has."""
    label = fulfilment.waiting_label_of(reported.tracking)
    return Parcel(
        carrier=reported.carrier,
        tracking=None if reported.unnumbered else reported.tracking,
        former=(reported.tracking,) if reported.unnumbered else (),
        shipped_at=at,
        lines=parts_of(units),
        label=label.id if label else None,
        transit=label.transit if label else None,
    )


def _by_number(parcels: Sequence[ParcelUpdate]) -> list[tuple[int, ParcelUpdate]]:
    """Return the parcels with their index in the list; those of one tracking number are merged into the first."""
    merged: dict[frozenset[str] | str, tuple[int, dict[tuple[LineQuantity, ...], None]]] = {}
    for index, parcel in enumerate(parcels):
        name = tracking_numbers(parcel.tracking) or parcel.tracking  # a dash alone is no number
        merged.setdefault(name, (index, {}))[1][parcel.lines] = None
    return [
        (index, parcels[index].replace(lines=() if () in parts else tuple(chain(*parts))))
        for index, parts in merged.values()
    ]


def _contents(fulfilment: FulfilmentOrder, parcel: ParcelUpdate, field: str) -> Units:
    if not fulfilment.is_open:
        raise NotNow(f"{_nothing_left(fulfilment)}; {EVEN_SO}")
    units = units_of(parcel.lines) or fulfilment.remaining
    faults = lines_beyond(fulfilment, parts_of(units), fulfilment.remaining, "shipped", "left")
    refuse_beyond((FieldError(field, each.message) for each in faults), f"ship; {EVEN_SO}")
    return units


def _late_contents(order: Order, fulfilment: FulfilmentOrder, parcel: ParcelUpdate, field: str) -> Units:
    """Return the units in a parcel, whatever is left to ship; without lines what is left, else what was cancelled."""
    units = units_of(parcel.lines) or fulfilment.remaining
    if not units and fulfilment.status is not FulfilmentStatus.SHIPPED:
        units = fulfilment.wanted - contents_of(fulfilment.reported_parcels)
    if not units:
        raise NotNow(f"{_nothing_left(fulfilment)}; say by `lines` what is in the parcel")
    if errors := tuple(FieldError(field, each) for each in _late_faults(order, fulfilment, units)):
        raise Rejected("the parcel does not fit the order", errors)
    return units


def _late_faults(order: Order, fulfilment: FulfilmentOrder, units: Units) -> Iterator[str]:
    """Yield why units cannot have left: none are in the order, or those that its channel reported may be the same."""
    unknown = contents_of(each for each in fulfilment.parcels if each.is_reported or not (each.tracking or each.former))
    for name in units - fulfilment.remaining:
        if not order.line(name):
            yield f"line {name} is not in the order"
        elif unknown[name]:
            yield (
                f"line {name}: {unknown[name]} have left in a parcel that its channel reported, or that has no number: "
                "correct the tracking number of that one"
            )


def _nothing_left(fulfilment: FulfilmentOrder) -> str:
    return f"fulfilment {fulfilment.number} is {fulfilment.status}; nothing is left to ship"


def lines_beyond(
    fulfilment: FulfilmentOrder, lines: Sequence[LineQuantity], most: Units, verb: str, where: str
) -> Iterator[FieldError]:
    """Yield the fault of each requested line that the fulfilment order does not have, or has fewer units of.

    `verb` says what was requested of the units, `where` those that are there: "line 1: 3 rejected, 2 left".
    """
    wanted, units = fulfilment.wanted, units_of(lines)
    for index, part in enumerate(lines):
        if part.line not in wanted:
            yield FieldError(f"lines.{index}.line", f"line {part.line} is not in fulfilment {fulfilment.number}")
        elif units[part.line] > most[part.line]:
            message = f"line {part.line}: {units[part.line]} {verb}, {most[part.line]} {where}"
            yield FieldError(f"lines.{index}.quantity", message)


def refuse_beyond(faults: Iterable[FieldError], verb: str) -> None:
    """Raise Rejected if any line has fewer units left than were requested, to ship or to label."""
    if errors := tuple(faults):
        raise Rejected(f"more than is left to {verb}", errors)


def with_parcel(change: Change, fulfilment: FulfilmentOrder, parcel: Parcel) -> Change:
    """Return the change with one more parcel of the fulfilment order, and its goods shipped from the warehouse.

    One without units is a further box of those that another parcel holds. While the box is closed, its units leave;
    not what left before by its channel's report.
    """
    closed_at = fulfilment.packing.closed_at if fulfilment.packing else None
    if closed_at and not (parcel.is_reported and parcel.shipped_at < closed_at):
        parcel = parcel.replace(boxed_at=closed_at)
    units = units_of(parcel.lines)
    is_last = bool(units) and not fulfilment.remaining - units
    status = FulfilmentStatus.SHIPPED if is_last else fulfilment.status
    updated = fulfilment.replace(parcels=(*fulfilment.parcels, parcel), status=status)
    goods = goods_of(change.order, fulfilment.warehouse, units)
    return change._replace(order=with_fulfilment(change.order, updated), shipped=change.shipped + goods)


def goods_of(order: Order, warehouse: WarehouseId, units: Units) -> Goods:
    """Return the stock that units of lines take at a warehouse."""
    lines = ((order.line(name), quantity) for name, quantity in units.items())
    return sum((line.goods(warehouse, quantity) for line, quantity in lines if line), Goods())
