"""Labels that are voided: their parcels have not left after all."""

from datetime import datetime

from packhorse.domain.errors import NotNow
from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.labels.tracking import has_left
from packhorse.domain.orders.cancelled_parcels import was_cancelled, with_new_parcels_cancelled
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.completion import with_pending_shipped
from packhorse.domain.orders.editing import (
    cancelled_if_empty,
    with_cancelled_units,
    with_late_items,
    without_late_units,
)
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.labelling import attempted, label_of, units_with, with_label
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import Parcel, numbers_of, tracking_numbers, units_of
from packhorse.domain.orders.releasing import released, with_less
from packhorse.domain.orders.restock import RestockRule, restocked
from packhorse.domain.orders.shipping import fulfilment_order_of, goods_of
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import recalled
from packhorse.domain.orders.unexpected_parcels import with_unexpected_parcel
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import Units


def voiding(order: Order, number: int, label_id: str, at: datetime, who: str) -> Order:
    """Return the order with a label whose void is about to be requested; raises NotNow if that makes no sense."""
    label = label_of(order, number, label_id)
    if label.state is LabelState.VOIDING:
        return attempted(order, number, label_id, at)
    if label.state not in (LabelState.BOUGHT, LabelState.UNUSED):
        raise NotNow(f"the label is {label.state}: there is nothing to void")
    if label.state is LabelState.UNUSED and _is_recorded(order, label):
        raise NotNow(f"parcel {label.tracking} is recorded as shipped: correct its number if the label is not on it")
    transit = fulfilment_order_of(order, number).transit_of(label)
    if transit and has_left(transit):
        raise NotNow(f"its carrier has the parcel ({transit.status} {transit.at:%Y-%m-%d}): it takes no label back")
    if label.manifest:
        raise NotNow(f"the parcel is on manifest {label.manifest}: its carrier expects it, and takes no label back")
    return with_label(order, number, _begun(label, at, who))


def _begun(label: Label, at: datetime, who: str) -> Label:
    return label.replace(state=LabelState.VOIDING, attempted_at=at, begun_at=at, voided_by=who)


def _is_recorded(order: Order, label: Label) -> bool:
    """Return whether a parcel is recorded with the number of a label of which nothing was left to send."""
    recorded = (parcel.tracking for each in order.fulfilments for parcel in each.reported_parcels)
    return bool(tracking_numbers(label.tracking) & numbers_of(recorded))


def label_voided(
    order: Order, number: int, label_id: str, refund: Refund, at: datetime, who: str, *, restock: RestockRule
) -> Change:
    """Return the order after the carrier took the label back: its parcel has not left, and its units are to be sent.

    Those that left all the same by the channel's account have left with its parcel. Those that the channel removed when
    they had left are removed now, and those of an order that was cancelled when they had are cancelled. Their stock is
    restocked by the warehouse's rule.
    """
    label = label_of(order, number, label_id)
    if label.state is not LabelState.VOIDING:
        return Change(order)
    fulfilment = fulfilment_order_of(order, number)
    parcel = fulfilment.parcel_of(label)
    voided = label.replace(state=LabelState.VOIDED, refund=refund, transit=fulfilment.transit_of(label), problem="")
    change = Change(with_entry(with_label(order, number, voided), at, "label_voided", who, label.name))
    if parcel:
        change = _without_parcel(change.order, number, parcel, at, who)
        change = _settled(change, number, parcel, at, who)
        change = change._replace(order=with_unexpected_parcel(change.order, number, voided, at))
    return restocked(order, change._replace(order=with_status(change.order, at, who)), restock)


def void_refused(order: Order, number: int, label_id: str, at: datetime, who: str) -> Order:
    """Return the order after the carrier refused to take the label back: it stays, and its parcel where it is.

    A parcel that was reported meanwhile has left.
    """
    label, fulfilment = label_of(order, number, label_id), fulfilment_order_of(order, number)
    if label.state is not LabelState.VOIDING:
        return order
    is_used = units_with(fulfilment, label) or fulfilment.parcel_of(label)
    state = LabelState.BOUGHT if is_used else LabelState.UNUSED
    kept = label.replace(state=state, refund=Refund.REJECTED, problem="")
    return with_status(with_entry(with_label(order, number, kept), at, "void_refused", who, label.name), at, who)


def _without_parcel(order: Order, number: int, parcel: Parcel, at: datetime, who: str) -> Change:
    """Return the order without the parcel; the fulfilment order is handed over again if nothing requests it.

    One that stayed with its warehouse for that parcel goes the way of all others that are held.
    """
    fulfilment = fulfilment_order_of(order, number)
    left = fulfilment.replace(
        parcels=tuple(each for each in fulfilment.parcels if each != parcel),
        voided_parcels=(*fulfilment.voided_parcels, parcel),
    )
    left = _without_check(left)
    if fulfilment.status is FulfilmentStatus.SHIPPED:  # its execution has ended
        left = left.to_hand_over_again()
    goods = goods_of(order, fulfilment.warehouse, units_of(parcel.lines))
    back = Goods({shelf: -units for shelf, units in goods.items()})
    if order.holds and (held := recalled(left)) != left:
        order, left = with_entry(order, at, "taken_back", who, left.warehouse), held
    return Change(with_fulfilment(order, left), shipped=back)


def _without_check(fulfilment: FulfilmentOrder) -> FulfilmentOrder:
    """Return the fulfilment order with its box no check any more: its units wait for a label again.

    Where other parcels have left with some of what was counted, the box is opened anew.
    """
    packing = fulfilment.packing
    if packing is None or not packing.is_check:
        return fulfilment
    is_whole = not any(each.label for each in fulfilment.parcels)
    return fulfilment.replace(packing=packing.replace(is_check=False) if is_whole else None)


def _settled(change: Change, number: int, parcel: Parcel, at: datetime, who: str) -> Change:
    """Return the change with that decided which was open while the parcel was away: what left, and what is wanted."""
    before = change.order
    change = change.then(with_pending_shipped(Change(before), at, who))
    is_cancelled = was_cancelled(before, parcel)
    if is_cancelled:
        change = change._replace(order=with_new_parcels_cancelled(before, change.order, parcel))
    back = units_of(parcel.lines) - (change.order.shipped - before.shipped)
    stored = change.order
    change = without_late_units(change, at, who)
    if is_cancelled:
        return _cancelled(change, number, back - _fewer_units(stored, change.order), at, who)
    return with_late_items(change, at, who)


def _fewer_units(before: Order, order: Order) -> Units:
    return Units({line.id: line.quantity for line in before.lines}) - Units(
        {line.id: line.quantity for line in order.lines}
    )


def _cancelled(change: Change, number: int, units: Units, at: datetime, who: str) -> Change:
    """Return the change with units that a void brought back cancelled, as all that had not left was before.

    An order that goes on has then what its channel put in their place.
    """
    fulfilment = fulfilment_order_of(change.order, number)
    back = units & fulfilment.remaining
    less = with_less(fulfilment, back, FulfilmentStatus.CANCELLED)
    change = released(change._replace(order=with_fulfilment(change.order, less)), fulfilment.warehouse, back)
    change = with_late_items(change._replace(order=with_cancelled_units(change.order, back)), at, who)
    return change._replace(order=cancelled_if_empty(change.order, at))
