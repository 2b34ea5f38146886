"""Parcels that had left when their order was cancelled: their units are cancelled once a void brings them back.

An order may go on after a cancellation, since its channel adds units; what leaves of these is not cancelled.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import Parcel, units_of
from packhorse.domain.values import WarehouseId


def as_cancelled(order: Order, at: datetime | None) -> Order:
    """Return the order as cancelled, with the parcels marked that have left by now; one that is cancelled stays."""
    if order.cancelled_at:
        return order
    return _marked(order, order.parcels).replace(cancelled_at=at)


def as_going_on(order: Order) -> Order:
    """Return a cancelled order as one that goes on: what had left when it was cancelled stays marked."""
    cancelled = [parcel for parcel in order.parcels if was_cancelled(order, parcel)]
    return _marked(order, cancelled).replace(cancelled_at=None)


def with_new_parcels_cancelled(before: Order, order: Order, voided: Parcel) -> Order:
    """Return the order with those parcels marked that it did not have before: they hold what was in the voided one."""
    existing = [*before.parcels]
    new = [parcel for parcel in order.parcels if parcel not in existing]
    return _replaced(order, new, is_cancelled=True, is_expected_back=voided.is_expected_back)


def was_cancelled(order: Order, parcel: Parcel) -> bool:
    """Return whether the order was cancelled when the parcel had left.

    A stored order may have been cancelled before parcels were marked: then the times decide.
    """
    return parcel.is_cancelled or (order.cancelled_at is not None and parcel.shipped_at < order.cancelled_at)


def with_expectations(order: Order, is_expected: Callable[[WarehouseId], bool]) -> Order:
    """Return the order with what is expected back of its cancelled parcels stored, where it is not yet.

    A later change of the rule, or of the warehouse, changes nothing of them.
    """
    fulfilments = []
    for fulfilment in order.fulfilments:
        parcels = tuple(
            parcel.replace(is_expected_back=is_expected(fulfilment.warehouse))
            if parcel.is_expected_back is None and was_cancelled(order, parcel)
            else parcel
            for parcel in fulfilment.parcels
        )
        fulfilments.append(fulfilment if parcels == fulfilment.parcels else fulfilment.replace(parcels=parcels))
    return order.replace(fulfilments=tuple(fulfilments))


def expected_units(order: Order, is_expected: Callable[[WarehouseId], bool]) -> "Counter[tuple[str, WarehouseId]]":
    """Return the units of cancelled parcels that are expected back, by line and warehouse.

    `is_expected` is the rule for parcels that do not store it.
    """
    units: Counter[tuple[str, WarehouseId]] = Counter()
    for fulfilment in order.fulfilments:
        for parcel in fulfilment.parcels:
            stored = parcel.is_expected_back
            is_back = is_expected(fulfilment.warehouse) if stored is None else stored
            if is_back and was_cancelled(order, parcel):
                units.update({(line, fulfilment.warehouse): n for line, n in units_of(parcel.lines).items()})
    return units


def _marked(order: Order, parcels: Iterable[Parcel]) -> Order:
    return _replaced(order, parcels, is_cancelled=True)


def _replaced(order: Order, parcels: Iterable[Parcel], **changed: Any) -> Order:
    found = [*parcels]
    fulfilments = tuple(
        each.replace(parcels=tuple(parcel.replace(**changed) if parcel in found else parcel for parcel in each.parcels))
        for each in order.fulfilments
    )
    return order.replace(fulfilments=fulfilments)
