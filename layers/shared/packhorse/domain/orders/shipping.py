"""What has left our warehouses: parcels that people, carriers and the warehouses themselves tell of."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from pydantic import Field

from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import (
    FulfilmentOrder,
    FulfilmentStatus,
    LineQuantity,
    Parcel,
    parts_of,
    units_of,
)
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import Text, Value, WarehouseId


class ParcelUpdate(Value):
    """A parcel as somebody tells of it; no lines means all that remains, and several without lines hold it together."""

    carrier: Text = Field(min_length=1)
    tracking: Text = Field(min_length=1)
    lines: tuple[LineQuantity, ...] = ()


def fulfilment_order_of(order: Order, number: int) -> FulfilmentOrder:
    """The fulfilment order of that number."""
    found = next((work for work in order.fulfilments if work.number == number), None)
    if not found:
        raise NotFound(f"the order has no fulfilment {number}")
    return found


def shipped(order: Order, number: int, parcels: Sequence[ParcelUpdate], at: datetime, who: str) -> Change:
    """The order after these parcels left the warehouse of that fulfilment order.

    A parcel that is known by its tracking number changes nothing, so that the same news may come any number of times.
    """
    change = Change(order)
    for index, parcel in sorted(_by_number(parcels), key=lambda each: not each[1].lines):
        work = fulfilment_order_of(change.order, number)
        if any(known.is_named(parcel.tracking) for known in work.parcels):
            continue
        is_one_more_box = work.status is FulfilmentStatus.SHIPPED and not all(told.lines for told in parcels[:index])
        units = Counter[str]() if is_one_more_box else _contents(work, parcel, f"parcels.{index}")
        left = Parcel(carrier=parcel.carrier, tracking=parcel.tracking, shipped_at=at, lines=parts_of(units))
        change = with_parcel(change, work, left)
        news = f"from {work.warehouse} by {parcel.carrier}, {parcel.tracking}"
        change = change._replace(order=with_entry(change.order, at, "shipped", who, news))
    return change._replace(order=with_status(change.order, at, who))


def _by_number(parcels: Sequence[ParcelUpdate]) -> list[tuple[int, ParcelUpdate]]:
    """The parcels, each with its place in the list; what is told of one number in several places is in one parcel."""
    told: dict[str, tuple[int, dict[tuple[LineQuantity, ...], None]]] = {}
    for index, parcel in enumerate(parcels):
        told.setdefault(parcel.tracking, (index, {}))[1][parcel.lines] = None
    return [
        (index, parcels[index].replace(lines=() if () in parts else tuple(chain(*parts))))
        for index, parts in told.values()
    ]


def _contents(work: FulfilmentOrder, parcel: ParcelUpdate, field: str) -> "Counter[str]":
    if not work.is_open:
        raise NotNow(f"fulfilment {work.number} is {work.status}; nothing is left to ship")
    units = units_of(parcel.lines) or work.remaining
    errors = tuple(_overshipped(work, units, field))
    if errors:
        raise Rejected("more than is left to ship", errors)
    return units


def _overshipped(work: FulfilmentOrder, units: "Counter[str]", field: str) -> Iterable[FieldError]:
    wanted, remaining = work.wanted, work.remaining
    for line, quantity in units.items():
        if line not in wanted:
            yield FieldError(f"{field}.lines", f"line {line} is not in fulfilment {work.number}")
        elif quantity > remaining[line]:
            yield FieldError(f"{field}.lines", f"line {line}: {quantity} shipped, {remaining[line]} left")


def with_parcel(change: Change, work: FulfilmentOrder, parcel: Parcel) -> Change:
    """The change with one more parcel out of that work, and its goods out of the warehouse."""
    units = units_of(parcel.lines)
    status = work.status if work.remaining - units else FulfilmentStatus.SHIPPED
    left = work.replace(parcels=(*work.parcels, parcel), status=status)
    goods = _goods(change.order, work.warehouse, units)
    return change._replace(order=with_fulfilment(change.order, left), shipped=change.shipped + goods)


def _goods(order: Order, warehouse: WarehouseId, units: "Counter[str]") -> Goods:
    lines = ((order.line(name), quantity) for name, quantity in units.items())
    return sum((line.goods(warehouse, quantity) for line, quantity in lines if line), Goods())
