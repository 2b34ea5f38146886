"""Find the labels of a day that wait for a manifest."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from packhorse.domain.labels.carrier_names import names_meant
from packhorse.domain.labels.label import Label
from packhorse.domain.labels.manifest import Manifested
from packhorse.domain.orders.manifesting import can_be_claimed, is_settled
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId
from packhorse.messages.labels import MakeManifest
from packhorse.store import manifests, orders


class WaitingLabel(NamedTuple):
    """A label that waits for a manifest, with the number of its fulfilment order."""

    order: Order
    number: int
    label: Label

    @property
    def parcel(self) -> Manifested:
        """The label as it stands on a manifest."""
        label = self.label
        return Manifested(
            order=self.order.id,
            fulfilment=self.number,
            label=label.id,
            shipment=label.shipment,
            rate=label.rate.id,
            purchase=label.sale.purchase,
            tracking=label.tracking,
        )


def labels_waiting(message: MakeManifest, day: date) -> Iterator[WaitingLabel]:
    """Yield the labels of the day that no manifest has, oldest order first; forget those that will be on none."""
    keys = manifests.bought_on(message.account, message.warehouse, day)
    found = orders.find_orders({key.order for key, _ in keys})
    for key, label_id in sorted(keys, key=lambda each: (found[each[0].order].placed_at, each)):
        order = found[key.order]
        fulfilment = order.fulfilment(key.number)
        label = fulfilment.label(label_id) if fulfilment else None
        if fulfilment is None or label is None:
            continue
        if is_settled(fulfilment, label):
            manifests.forget_bought(message.account, message.warehouse, day, key, label_id)
        elif label.manifest is None and _can_leave(waiting := WaitingLabel(order, key.number, label), message.manifest):
            yield waiting


def _can_leave(waiting: WaitingLabel, manifest: str) -> bool:
    """Return whether the parcel of a label can be on the manifest: no order that has units in it is held."""
    if not can_be_claimed(*waiting, manifest):
        return False
    shares = waiting.label.shares
    others = orders.find_orders({OrderId(each.order) for each in shares}) if shares else {}
    return not any(each.holds for each in others.values())


def of_carrier(waiting: Sequence[WaitingLabel], carrier: str | None) -> list[WaitingLabel]:
    """Return the labels of the carrier that a name means; all of them without a name."""
    names = {carrier_of(each.label) for each in waiting}
    meant = names if carrier is None else names_meant(carrier, names)
    return [each for each in waiting if carrier_of(each.label) in meant]


def carrier_of(label: Label) -> str:
    """Return the name of the carrier that has the parcel."""
    return (label.purchase or label.rate).carrier
