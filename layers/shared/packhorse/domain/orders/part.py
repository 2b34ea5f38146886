"""The part of an order that concerns some warehouses, with no more of its buyer than a label needs."""

from collections.abc import Collection
from datetime import datetime, timedelta

from packhorse.domain.address import Address
from packhorse.domain.orders.allocation import movable_units
from packhorse.domain.orders.channel_order import Customer
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.parcel import Parcel
from packhorse.domain.values import WarehouseId

KNOWN_FOR = timedelta(days=7)
"""How long the people of a warehouse still see the buyer of what it shipped: as long as a printed slip is kept."""


def concerns(order: Order, warehouses: Collection[WarehouseId]) -> bool:
    """Return whether one of the warehouses ships units of the order, or had a fulfilment order of it."""
    is_allocated = any(part.warehouse in warehouses for line in order.lines for part in line.allocations)
    return is_allocated or any(each.warehouse in warehouses for each in order.fulfilments)


def needs_buyer(order: Order, warehouses: Collection[WarehouseId], at: datetime) -> bool:
    """Return whether the warehouses have units to ship, or shipped the last ones a few days ago.

    A label may ship what is still to be packed, and a slip or a label is printed again.
    """
    own = [each for each in order.fulfilments if each.warehouse in warehouses]
    if any(each.remaining for each in own) or _has_movable(order, warehouses):
        return True
    return any(at < parcel.shipped_at + KNOWN_FOR for each in own for parcel in each.reported_parcels)


def _has_movable(order: Order, warehouses: Collection[WarehouseId]) -> bool:
    lines = () if order.is_over else order.lines
    return any(name in warehouses for line in lines for name in movable_units(order, line))


def part_at(order: Order, warehouses: Collection[WarehouseId], at: datetime, *, with_phone: bool) -> Order:
    """Return the order with what these warehouses are to do with it, and without all else.

    Left out: e-mail address, amounts, the customer's note, the gift message, the address of the bill, the timeline, why
    it is held, what its channel answered to holds and cancellations, notes that are not printed, and the buyer and the
    files of labels once the warehouses do not need them. `unit_price` stays: a line has one.
    """
    own = tuple(each for each in order.fulfilments if each.warehouse in warehouses)
    numbers = {each.number for each in own}
    named = {part.line for each in own for part in each.lines}
    has_buyer = needs_buyer(order, warehouses, at)
    ship_to = order.ship_to if has_buyer else None
    return order.replace(
        lines=tuple(
            _part(line, warehouses) for line in order.lines if line.id in named or _allocated(line, warehouses)
        ),
        fulfilments=tuple(_without_reason(each if has_buyer else _without_files(each)) for each in own),
        customer=Customer(name=order.customer.name if has_buyer else ""),
        ship_to=ship_to if with_phone else _without_phone(ship_to),
        bill_to=None,
        note="",
        gift_message="",
        shipping=None,
        tax=None,
        discount=None,
        total=None,
        internal_notes=tuple(note for note in order.internal_notes if note.printable),
        holds=tuple(hold.replace(reason="", owner="", other=None) for hold in order.holds),
        hold_notice=None,
        cancel_notice=None,
        exceptions=tuple(each for each in order.exceptions if each.fulfilment in numbers),
        timeline=(),
        planned_ship_by={name: at for name, at in order.planned_ship_by.items() if name in warehouses},
    )


def _without_phone(address: Address | None) -> Address | None:
    return address.replace(phone="") if address else None


def _without_files(fulfilment: FulfilmentOrder) -> FulfilmentOrder:
    return fulfilment.replace(
        labels=tuple(each.replace(file=None) for each in fulfilment.labels),
        parcels=_without_urls(fulfilment.parcels),
        voided_parcels=_without_urls(fulfilment.voided_parcels),
        uncounted_parcels=_without_urls(fulfilment.uncounted_parcels),
    )


def _without_urls(parcels: tuple[Parcel, ...]) -> tuple[Parcel, ...]:
    return tuple(each.replace(label_url=None) for each in parcels)


def _without_reason(fulfilment: FulfilmentOrder) -> FulfilmentOrder:
    """Return the fulfilment order without the reason of a request that a hold made: stored ones repeat the hold's."""
    found = fulfilment.cancellation
    if found is None or found.unwanted or found.elsewhere:
        return fulfilment
    return fulfilment.replace(cancellation=found.replace(reason=""))


def _allocated(line: OrderLine, warehouses: Collection[WarehouseId]) -> int:
    return sum(part.quantity for part in line.allocations if part.warehouse in warehouses)


def _part(line: OrderLine, warehouses: Collection[WarehouseId]) -> OrderLine:
    return line.replace(
        quantity=_allocated(line, warehouses),
        allocations=tuple(part for part in line.allocations if part.warehouse in warehouses),
        cancelled=0,
        elsewhere=0,
        waits=(),
        routing=None,
        refused=tuple(each for each in line.refused if each.warehouse in warehouses),
    )
