"""Parcels with labels that were bought here, in the Orders table.

question                            | pk               | sk
which fulfilment order a parcel is  | PARCEL#tracking  | order id

Carriers report by tracking number alone, perhaps a moment after the purchase: the item is written with the order, and
read consistently.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from packhorse.aws.settings import settings
from packhorse.domain.labels.label import Label
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import tracking_numbers
from packhorse.domain.values import OrderId
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, equals
from packhorse.store.reading import pages


class FulfilmentKey(NamedTuple):
    """A fulfilment order, by its order and its number there."""

    order: OrderId
    number: int


def parcel_writes(before: Order | None, order: Order) -> Iterator[dict[str, Any]]:
    """Yield a write for each label with a tracking number that was bought since `before`."""
    stored = {label.id for _, label in _bought(before)} if before else set()
    for number, label in _bought(order):
        if label.id not in stored:
            values: Attributes = {"pk": _pk(label.tracking), "sk": order.id, "fulfilment": number}
            yield {"Put": expressions.put(settings.orders_table, values)}


def _bought(order: Order | None) -> Iterator[tuple[int, Label]]:
    for fulfilment in order.fulfilments if order else ():
        for label in fulfilment.labels:
            if label.tracking:
                yield fulfilment.number, label


def fulfilment_orders_of(trackings: Iterable[str]) -> dict[str, list[FulfilmentKey]]:
    """Return the fulfilment orders of each parcel that has a label of ours, by tracking number: several share one."""
    found: dict[str, list[FulfilmentKey]] = {}
    for tracking in dict.fromkeys(trackings):
        query = expressions.query(settings.orders_table, equals("pk", _pk(tracking)), ConsistentRead=True)
        for item in pages("query", **query):
            key = FulfilmentKey(OrderId(item["sk"]["S"]), int(item["fulfilment"]["N"]))
            found.setdefault(tracking, []).append(key)
    return found


def _pk(tracking: str) -> str:
    return f"PARCEL#{' '.join(sorted(tracking_numbers(tracking)))}"
