"""Parcels that have a label and leave later: since a hold ended, or their carrier refused a void."""

from datetime import datetime

from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.labels.label import LabelState
from packhorse.domain.labels.tracking import has_left
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.labelling import label_of, label_shipped, labels_shipped
from packhorse.domain.orders.manifesting import manifest_shipped
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.voiding import void_refused


def shipped_after_hold(order: Order, number: int, ships_on: ShipsOn, now: datetime) -> Change:
    """Return the order after the parcels left that a hold kept back, and that need nothing else to be shipped."""
    fulfilment = fulfilment_order_of(order, number)
    if ships_on is ShipsOn.MANIFEST:
        return manifest_shipped(order, number, now)
    if ships_on.is_done(is_packed=fulfilment.is_packed):
        return labels_shipped(order, number, now)
    return Change(order)


def after_refused_void(order: Order, number: int, label_id: str, ships_on: ShipsOn, now: datetime, who: str) -> Change:
    """Return the order after the carrier refused a void: the label's parcel leaves.

    That is if the carrier has it, or if what counts as shipping at its warehouse (label, packing) was done meanwhile.
    """
    kept = void_refused(order, number, label_id, now, who)
    fulfilment, label = fulfilment_order_of(kept, number), label_of(kept, number, label_id)
    if label.state is LabelState.BOUGHT and has_left(label.transit):  # whatever its warehouse says
        return label_shipped(kept, number, label, now, who)
    if kept.holds or fulfilment.is_taken_back or not ships_on.is_done(is_packed=fulfilment.is_packed):
        return Change(kept)
    return labels_shipped(kept, number, now)
