"""Movements: what happened to the stock of a sku in a warehouse, one entry a business event, never changed."""

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum

from packhorse.domain.goods import Place
from packhorse.domain.life import Change
from packhorse.domain.values import Instant, Sku, Text, Value, WarehouseId


class MovementKind(StrEnum):
    """Why stock changed."""

    COMMIT = "commit"
    RELEASE = "release"
    SHIP = "ship"
    RETURN = "return"
    WRITE_OFF = "write_off"
    ADJUST = "adjust"
    SET = "set"
    RECEIVE = "receive"
    COUNT = "count"
    TRANSFER = "transfer"


class Movement(Value):
    """A change to on_hand and committed; `event` is unique for what happened, `reference` what it was about."""

    sku: Sku
    warehouse: WarehouseId
    event: str
    kind: MovementKind
    on_hand: int
    committed: int
    reference: str
    reason: Text = ""
    who: Text
    at: Instant

    @property
    def place(self) -> Place:
        """Where it happened."""
        return Place(self.sku, self.warehouse)


def movements_of(change: Change, at: datetime, who: str) -> Iterator[Movement]:
    """What a change of an order does to stock; its event is the order's version, which exists once."""
    order = change.order
    for place in change.places:
        taken, gone, back = change.committed[place], change.shipped[place], change.returned[place]
        yield Movement(
            sku=place.sku,
            warehouse=place.warehouse,
            event=f"{order.id}#{order.version + 1:06d}",
            kind=_kind(taken, gone, back),
            on_hand=back - gone,
            committed=taken - gone,
            reference=order.id,
            who=who,
            at=at,
        )


def _kind(taken: int, gone: int, back: int) -> MovementKind:
    if gone:
        return MovementKind.SHIP
    if back:
        return MovementKind.RETURN if back > 0 else MovementKind.WRITE_OFF
    return MovementKind.COMMIT if taken > 0 else MovementKind.RELEASE
