"""Routing again what no warehouse has of an order, once it goes to another place."""

from datetime import datetime

from packhorse.domain.address import Address, normalised
from packhorse.domain.orders.new_address import without_refusals_of_address
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.status import with_status


def with_new_place(before: Order, order: Order) -> Order:
    """Return the order as one to be routed again, if routing compares another place with regions than before.

    Its open fulfilment orders stay with their warehouses, and are routed again once a hold has taken them back.
    """
    if _place(before.ship_to) == _place(order.ship_to):
        return order
    fulfilments = tuple(each.replace(to_former_place=True) if each.is_open else each for each in order.fulfilments)
    return to_be_rerouted(order.replace(fulfilments=fulfilments))


def to_be_rerouted(order: Order) -> Order:
    """Return the order as one of which routing places also what it has placed before and no warehouse has."""
    return order.replace(is_to_reroute=order.is_to_reroute or any(line.allocations for line in order.lines))


def _place(address: Address | None) -> tuple[str, str, str] | None:
    """Return what routing compares of an address with regions."""
    if address is None:
        return None
    here = normalised(address)
    return here.country, here.state, here.postcode


def without_former_place(order: Order, at: datetime, who: str) -> Order:
    """Return the order with the fulfilment orders to its former place ended that a hold took back, to be routed again.

    One with a label stays: that is paid for, and could not be sent any more.
    """
    ended = tuple(
        each.stopped() if each.to_former_place and each.is_taken_back and not each.waiting_labels else each
        for each in order.fulfilments
    )
    if ended == order.fulfilments:
        return order
    stopped = to_be_rerouted(order.replace(fulfilments=ended))
    return with_status(without_refusals_of_address(stopped), at, who)
