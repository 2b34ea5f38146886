"""Labels that are voided: their parcels have not left after all."""

from datetime import datetime

from packhorse.domain.configuration.account import Restock
from packhorse.domain.errors import NotNow
from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.editing import without_late_units
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.labelling import attempted, label_of, units_with, with_label
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import parts_of, units_of
from packhorse.domain.orders.reported import pending_units
from packhorse.domain.orders.restock import RestockRule
from packhorse.domain.orders.shipping import fulfilment_order_of, goods_of
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import recalled, without_unshipped
from packhorse.domain.orders.unexpected_parcels import with_unexpected_parcel
from packhorse.domain.orders.updates import with_entry, with_fulfilment, with_lines
from packhorse.domain.stock.goods import Goods


def voiding(order: Order, number: int, label_id: str, at: datetime, who: str) -> Order:
    """Return the order with a label whose void is about to be requested; raises NotNow if that makes no sense."""
    label = label_of(order, number, label_id)
    if label.state is LabelState.VOIDING:
        return attempted(order, number, label_id, at)
    if label.state not in (LabelState.BOUGHT, LabelState.UNUSED):
        raise NotNow(f"the label is {label.state}: there is nothing to void")
    if label.manifest:
        raise NotNow(f"the parcel is on manifest {label.manifest}: its carrier expects it, and takes no label back")
    return with_label(order, number, label.replace(state=LabelState.VOIDING, attempted_at=at, voided_by=who))


def label_voided(
    order: Order, number: int, label_id: str, refund: Refund, at: datetime, who: str, *, restock: RestockRule
) -> Change:
    """Return the order after the carrier took the label back: its parcel has not left, and its units are to be sent.

    Those that the channel removed when they had left are removed now. Those of an order that was cancelled meanwhile
    are cancelled. Their stock is restocked by the warehouse's rule.
    """
    label = label_of(order, number, label_id)
    if label.state is not LabelState.VOIDING:
        return Change(order)
    parcel = fulfilment_order_of(order, number).parcel_of(label)
    transit = parcel.transit if parcel else label.transit
    voided = label.replace(state=LabelState.VOIDED, refund=refund, transit=transit)
    order = with_entry(with_label(order, number, voided), at, "label_voided", who, label.tracking)
    change = _without_parcel(order, number, label, at, who)
    if order.cancelled_at:
        change = _cancelled(change, number, label, restock)
    elif parcel:
        change = without_late_units(order, change, at, who, restock=restock)
    reported = with_unexpected_parcel(change.order, number, voided, at) if parcel else change.order
    return change._replace(order=with_status(reported, at, who))


def void_refused(order: Order, number: int, label_id: str, at: datetime, who: str) -> Order:
    """Return the order after the carrier refused to take the label back: it stays, and its parcel where it is.

    A parcel that was reported meanwhile has left.
    """
    label, fulfilment = label_of(order, number, label_id), fulfilment_order_of(order, number)
    if label.state is not LabelState.VOIDING:
        return order
    is_used = units_with(fulfilment, label) or fulfilment.parcel_of(label)
    kept = label.replace(state=LabelState.BOUGHT if is_used else LabelState.UNUSED, refund=Refund.REJECTED)
    return with_entry(with_label(order, number, kept), at, "void_refused", who, label.tracking)


def _without_parcel(order: Order, number: int, label: Label, at: datetime, who: str) -> Change:
    """Return the order without the label's parcel; the fulfilment order is handed over again if nothing requests it.

    One that stayed with its warehouse for that parcel goes the way of all others that are held.
    """
    fulfilment = fulfilment_order_of(order, number)
    parcel = fulfilment.parcel_of(label)
    if parcel is None:
        return Change(order)
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


def _cancelled(change: Change, number: int, label: Label, restock: RestockRule) -> Change:
    """Return the change with the units of the voided parcel cancelled, as all that had not left was before."""
    fulfilment = fulfilment_order_of(change.order, number)
    if not change.shipped:
        return change
    kept = parts_of(fulfilment.shipped)
    status = FulfilmentStatus.SHIPPED if kept else FulfilmentStatus.CANCELLED
    ended = with_fulfilment(change.order, fulfilment.replace(status=status, lines=kept or fulfilment.lines))
    pending = pending_units(ended)
    lines = {
        line.id: without_unshipped(ended, line, pending[line.id]) for line in ended.lines if label.units.get(line.id)
    }
    # With `always` the cancellation had them back on hand already, with `never` they do not come back.
    is_back = restock(fulfilment.warehouse) is Restock.UNSHIPPED
    returned = Goods() if is_back else Goods(change.shipped)
    return Change(with_lines(ended, lines), committed=Goods(change.shipped), shipped=change.shipped, returned=returned)
