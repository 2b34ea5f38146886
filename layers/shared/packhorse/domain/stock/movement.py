"""Movements: the changes of a shelf, one for each business event, append-only."""

from datetime import date
from enum import StrEnum

from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Instant, Sku, Text, Value, WarehouseId


class MovementKind(StrEnum):
    """Why stock changed."""

    COMMIT = "commit"
    RELEASE = "release"
    SHIP = "ship"
    VOID = "void"
    RETURN = "return"
    WRITE_OFF = "write_off"
    SHORT_PICK = "short_pick"
    QUARANTINE = "quarantine"
    ADJUST = "adjust"
    SET = "set"
    RECEIVE = "receive"
    COUNT = "count"
    TRANSFER = "transfer"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    WORK_OUT = "work_out"
    WORK_IN = "work_in"
    FEED = "feed"


class Movement(Value):
    """A change of on_hand, committed and quarantined.

    `event` is the unique key of its business event, `reference` its object. `waited_since` is the day on which an order
    came that waited for the units it takes, or that wants those no more that it gives back; or on which was taken what
    a work order, or Amazon, gives back. `is_demand`: whether its units are wanted to be bought again, where its kind
    does not say so.
    """

    sku: Sku
    warehouse: WarehouseId
    event: str
    kind: MovementKind
    on_hand: int
    committed: int
    quarantined: int = 0
    reference: str
    reason: Text = ""
    who: Text
    at: Instant
    waited_since: date | None = None
    is_demand: bool | None = None

    @property
    def shelf(self) -> Shelf:
        """The shelf that changed."""
        return Shelf(self.sku, self.warehouse)
