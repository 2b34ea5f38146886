"""Routing again what no warehouse has of an order, once it goes to another place or a warehouse is switched off."""

from collections.abc import Collection
from datetime import datetime

from packhorse.domain.address import Address, with_codes
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.orders.allocation import movable_units
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.new_address import without_refusals_of_address
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import recalled
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.values import WarehouseId


def with_new_place(before: Order, order: Order, at: datetime, who: str) -> Order:
    """Return the order as one to be routed again, if routing compares another place with regions than before.

    What no warehouse has yet is taken back. What its warehouses have stays there, and is routed again once a hold, or
    the void of a label, has taken it back.
    """
    if _place(before.ship_to) == _place(order.ship_to):
        return order
    for each in order.fulfilments:
        if (free := _taken_back(each)) != each:
            order = with_entry(with_fulfilment(order, free), at, "taken_back", who, each.warehouse)
    fulfilments = tuple(
        each.replace(to_former_place=True) if each.is_open or _may_be_voided(each) else each
        for each in order.fulfilments
    )
    return to_be_rerouted(order.replace(fulfilments=fulfilments))


def _taken_back(fulfilment: FulfilmentOrder) -> FulfilmentOrder:
    """Return a fulfilment order that its warehouse does not have yet as not handed over; its token is to be answered.

    One with a label stays: that is paid for.
    """
    return fulfilment if fulfilment.is_with_warehouse or fulfilment.waiting_labels else recalled(fulfilment)


def _may_be_voided(fulfilment: FulfilmentOrder) -> bool:
    """Return whether a parcel of the fulfilment order left with a label of ours, so that it may come back."""
    return any(parcel.label for parcel in fulfilment.parcels)


def to_be_rerouted(order: Order) -> Order:
    """Return the order as one of which routing places also what it has placed before and no warehouse has."""
    return order.replace(is_to_reroute=order.is_to_reroute or any(line.allocations for line in order.lines))


def to_be_rerouted_anywhere(order: Order) -> Order:
    """Return the order as `to_be_rerouted`, also to warehouses that rejected its former address."""
    return without_refusals_of_address(to_be_rerouted(order))


def _place(address: Address | None) -> tuple[str, str, str] | None:
    """Return what routing compares of an address with regions."""
    if address is None:
        return None
    here = with_codes(address)
    return here.country, here.state, here.postcode


def without_left_places(order: Order, config: Configuration, at: datetime, who: str) -> Order:
    """Return the order to be routed again, with the fulfilment orders ended that a hold took back and that do not stay.

    These are those to its former place, and those of warehouses that take nothing new, as what is not handed over
    there. One with a label stays: that is paid for, and could not be sent any more.
    """
    closed = {name for name in order.units_left if config.absence(name)}
    ended = tuple(each.stopped() if _is_to_end(each, closed) else each for each in order.fulfilments)
    if ended != order.fulfilments:
        return with_status(to_be_rerouted_anywhere(order.replace(fulfilments=ended)), at, who)
    is_left = any(name in closed for line in order.lines for name in movable_units(order, line))
    return to_be_rerouted(order) if is_left else order


def _is_to_end(fulfilment: FulfilmentOrder, closed: Collection[WarehouseId]) -> bool:
    is_left = fulfilment.to_former_place or fulfilment.warehouse in closed
    return is_left and fulfilment.is_taken_back and not fulfilment.waiting_labels
