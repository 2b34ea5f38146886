"""Ship: record parcels that left a warehouse."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from packhorse.aws.executions import answer_tokens
from packhorse.aws.telemetry import add_metric, logger
from packhorse.domain.configuration.account import Restock
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.exceptions import with_refused_shipment, without_refused_numbers
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.merging import departures
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import Parcel, units_of
from packhorse.domain.orders.shipping import ParcelUpdate, fulfilment_order_of, goods_of, shipped
from packhorse.domain.supply.late_parcels import LateParcels, shipped_late
from packhorse.domain.values import OrderId
from packhorse.messages.orders import send_advance
from packhorse.messages.tracking import ParcelsShipped, send_parcels
from packhorse.store import configuration, orders, stock
from packhorse.usecases.orders.change_orders import change_orders


def ship_parcels(messages: Mapping[str, ParcelsShipped], now: datetime) -> set[str]:
    """Record parcels, and answer the executions that wait for them; return the messages to be delivered again."""
    return change_orders(messages, partial(apply_parcels, now=now), answer_shipped, now)


def apply_parcels(order: Order, message: ParcelsShipped, now: datetime) -> Change:
    """Return the change that ships the parcels; impossible parcels become an exception of the order."""
    number = message.fulfilment
    try:
        change = entered(order, number, message.parcels, message.at, message.who, override=message.override)
    except Rejected as error:
        details = "; ".join(each.message for each in error.errors)
        tracking = [parcel.tracking for parcel in message.parcels]
        text = f"fulfilment {number}: {error} {details}".strip()
        return Change(with_refused_shipment(order, number, tracking, text, now))
    if fulfilment_order_of(change.order, number).status is FulfilmentStatus.SHIPPED and change.order != order:
        return change._replace(order=without_refused_numbers(change.order, number))
    return change


def request_shipment(
    order_id: OrderId, number: int, parcels: Sequence[ParcelUpdate], now: datetime, who: str, *, override: bool
) -> Order:
    """Send parcels that a person enters to be recorded, unless they are; return the order as it is before that.

    Raises NotNow or Rejected for parcels that cannot have left.
    """
    order = orders.get_order(order_id)
    if entered(order, number, parcels, now, who, override=override).order != order:
        parcels = tuple(ParcelUpdate(**dict(parcel)) for parcel in parcels)
        send_parcels(
            ParcelsShipped(order_id=order.id, fulfilment=number, parcels=parcels, override=override, who=who, at=now)
        )
    return order


def entered(
    order: Order, number: int, parcels: Sequence[ParcelUpdate], at: datetime, who: str, *, override: bool
) -> Change:
    """Return the change that ships parcels; with `override` in spite of a hold, and of what is left to ship."""
    return shipped(order, number, parcels, at, who, override=override, late=_left_late if override else None)


def _left_late(change: Change, number: int, parcel: Parcel, at: datetime, who: str) -> Change:
    """Return the change with a parcel of units that were cancelled, or that others have by now.

    Cancelled ones leave the shelf of a warehouse of our own, unless its rule is that these do not go back there.
    """
    fulfilment = fulfilment_order_of(change.order, number)
    available = stock.available(goods_of(change.order, fulfilment.warehouse, units_of(parcel.lines)))
    available.subtract(change.committed)
    is_own = fulfilment.kind is WarehouseKind.OWN
    leave_shelf = is_own and configuration.current().restock(fulfilment.warehouse) is not Restock.NEVER
    return change.then(shipped_late(change.order, number, LateParcels((parcel,), available, leave_shelf), at, who))


def answer_shipped(before: Order, after: Order, messages: Sequence[ParcelsShipped]) -> None:
    """Answer the task tokens of the messages' fulfilment orders that have ended, and advance what left a merge so.

    A message that is delivered again changes nothing, and answers again: the first answer may have failed.
    """
    numbers = {message.fulfilment for message in messages}
    answer_tokens(each for each in after.fulfilments if each.number in numbers)
    by_supplier = any(each.number in numbers and each.kind is WarehouseKind.DROPSHIP for each in after.fulfilments)
    if departures(after) or by_supplier:
        send_advance([after.id])  # which takes it out of the merges of the others, and has its purchase order follow
    if after != before:
        logger.info("order shipped", extra={"order_id": after.id, "status": after.status})
        add_metric("ParcelsShipped", sum(len(message.parcels) for message in messages))
