"""Labels of fulfilment orders on manifests: claimed for one, shipped by it, or released from it."""

from datetime import datetime

from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.labels.tracking import has_left
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.labelling import label_of, label_shipped, with_label
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.updates import with_entry


def has_departed(fulfilment: FulfilmentOrder, label: Label) -> bool:
    """Return whether the carrier has the parcel of a label already, or had it: a form would report it once more."""
    return has_left(fulfilment.transit_of(label))


def can_be_claimed(order: Order, number: int, label: Label, manifest: str) -> bool:
    """Return whether a label may be put on a manifest.

    It is bought, on no other manifest, its parcel has not departed, and its order is not held.
    """
    if label.state is not LabelState.BOUGHT or label.manifest not in (None, manifest) or order.holds:
        return False
    return not has_departed(fulfilment_order_of(order, number), label)


def is_settled(fulfilment: FulfilmentOrder, label: Label) -> bool:
    """Return whether a label waits for no manifest any more: it is on one, was not bought, was voided, or departed."""
    if label.is_manifested or label.state in (LabelState.REFUSED, LabelState.VOIDED):
        return True
    return label.manifest is None and has_departed(fulfilment, label)


def claimed(order: Order, number: int, label_id: str, manifest: str) -> Order:
    """Return the order with the label claimed for a manifest, unchanged if it cannot be."""
    label = label_of(order, number, label_id)
    if not can_be_claimed(order, number, label, manifest):
        return order
    return with_label(order, number, label.replace(manifest=manifest))


def released(order: Order, number: int, label_id: str, manifest: str) -> Order:
    """Return the order with the label free for another manifest, unless it is on this one for good."""
    label = label_of(order, number, label_id)
    if label.manifest != manifest or label.is_manifested:
        return order
    return with_label(order, number, label.replace(manifest=None))


def left_out(order: Order, number: int, label_id: str, manifest: str) -> Order:
    """Return the order with the label released from a manifest without a form, if its parcel departed meanwhile."""
    label = label_of(order, number, label_id)
    departed = has_departed(fulfilment_order_of(order, number), label)
    return released(order, number, label_id, manifest) if departed else order


def manifested(
    order: Order, number: int, label_id: str, manifest: str, ships_on: ShipsOn, at: datetime, who: str
) -> Change:
    """Return the order after the carrier made the form that the label is on, which ships it where that counts.

    Where the label ships, one that was bought before that counted leaves now. The copy of a label that another order
    has was not claimed: it is on the form with its holder's.
    """
    label = label_of(order, number, label_id)
    is_on_form = label.manifest == manifest or label.holder is not None
    if not is_on_form or label.is_manifested:
        return Change(order)
    done = label.replace(manifest=manifest, is_manifested=True)
    order = with_entry(with_label(order, number, done), at, "manifested", who, f"{manifest}, {label.name}")
    return Change(order) if ships_on is ShipsOn.PACKED else manifest_shipped(order, number, at)


def manifest_shipped(order: Order, number: int, at: datetime) -> Change:
    """Return the order after the parcels left that are on manifests; those of a held order leave after its release."""
    change = Change(order)
    if order.holds:
        return change
    for label in fulfilment_order_of(order, number).labels:
        if label.is_manifested and label.state is LabelState.BOUGHT:
            change = change.then(label_shipped(change.order, number, label, at, label.who))
    return change
