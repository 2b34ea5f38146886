"""Closed boxes that have not left, and whose order changed: each opens again, with an exception."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from packhorse.domain.orders.exceptions import with_exception
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.order import Order, OrderException
from packhorse.domain.orders.parcel import contents_of
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.problem import Cause
from packhorse.domain.values import Units


def needed_units(order: Order, fulfilment: FulfilmentOrder) -> "Counter[str]":
    """Return the units by sku that belong into the box, of kits their components."""
    return _picked(order, fulfilment.remaining or contents_of(each for each in fulfilment.parcels if each.label))


def with_changed_boxes(order: Order, at: datetime) -> Order:
    """Return the order with each closed box open again that has other units than it needs now."""
    for fulfilment in order.fulfilments:
        packing, changed = fulfilment.packing, _changed(order, fulfilment)
        if packing is None or not changed:
            continue
        again = packing.replace(closed_at=None, closed_by="")
        order = with_fulfilment(order, fulfilment.replace(packing=again))
        detail = f"fulfilment {fulfilment.number}: {changed}"
        order = with_entry(order, at, "reopened", "packhorse", detail)
        problem = OrderException(
            cause=Cause.BOX_CHANGED,
            fulfilment=fulfilment.number,
            message=f"fulfilment {fulfilment.number}: its closed box has to be {changed}",
            opened_at=at,
        )
        order = with_exception(order, problem)
    return order


def _changed(order: Order, fulfilment: FulfilmentOrder) -> str:
    """Return for people what is wrong with a closed box; empty where nothing is, and for what counted as shipped."""
    packing = fulfilment.packing
    if packing is None or packing.closed_at is None or packing.is_check:
        return ""
    if fulfilment.status is FulfilmentStatus.SHIPPED:
        return ""
    left = (each for each in fulfilment.parcels if each.boxed_at == packing.closed_at)
    needed = _picked(order, fulfilment.remaining + contents_of(left))
    if needed == Counter(packing.counted):
        return ""
    return f"packed anew: {differences(packing.counted, needed)}" if needed else "unpacked: nothing of it is to be sent"


def differences(before: Mapping[str, int], now: Mapping[str, int]) -> str:
    """Return for people what became different.

    >>> differences({"MUG": 2, "LAMP": 1}, {"MUG": 1, "LAMP": 1})
    'MUG: 1 instead of 2'
    """
    skus = dict.fromkeys((*before, *now))
    changed = (sku for sku in skus if before.get(sku, 0) != now.get(sku, 0))
    return ", ".join(f"{sku}: {now.get(sku, 0)} instead of {before.get(sku, 0)}" for sku in changed)


def _picked(order: Order, units: Units) -> "Counter[str]":
    """Return the stock that units of lines take, by sku."""
    picked: Counter[str] = Counter()
    for line in order.lines:
        for pick in line.picks(units[line.id]):
            picked[pick.sku] += pick.quantity
    return picked
