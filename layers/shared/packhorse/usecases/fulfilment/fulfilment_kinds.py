"""Kinds of fulfillers, a record each: how fulfilment orders reach them, and what can be done there."""

from collections.abc import Mapping
from typing import NamedTuple

from packhorse.domain.configuration.warehouse import WarehouseKind


class FulfilmentKind(NamedTuple):
    """What a kind of warehouse can do.

    `queue` is the queue of its hand-overs. `by_supplier`: files go to a supplier, whose answers complete them, and who
    is requested to keep units back; `by_amazon`: Amazon is called for each of them, right after the hand-over; else
    people do. From when on keeping units back takes a request is in `fulfilment_order.ACCEPTED_BY`.
    """

    queue: str
    by_supplier: bool = False
    by_amazon: bool = False


KINDS: Mapping[WarehouseKind, FulfilmentKind] = {
    WarehouseKind.OWN: FulfilmentKind("OwnQueue"),
    WarehouseKind.DROPSHIP: FulfilmentKind("OwnQueue", by_supplier=True),
    WarehouseKind.THIRD_PARTY: FulfilmentKind("OwnQueue", by_supplier=True),
    WarehouseKind.FBA: FulfilmentKind("OwnQueue", by_amazon=True),
}
"""The state machine looks a kind's queue up in its own table. One queue has them all: a second one costs a quarter of a
dollar a month for being polled, and what differs between kinds begins after the hand-over."""
