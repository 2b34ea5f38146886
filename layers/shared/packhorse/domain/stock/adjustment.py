"""Changes of units on hand that people request: set, add, receive, count, transfer."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from packhorse.domain.errors import FieldError, NotNow
from packhorse.domain.plural import agree
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Identifier, Sku, SkuText, Text, Value, WarehouseId, Whole

MAX_UNITS = 1_000_000_000
AdjustmentUnits = Annotated[Whole, Field(ge=1, le=MAX_UNITS)]


class RequestedChange(NamedTuple):
    """A change of one shelf: set on_hand `to` a number, if it is `expected`, or add `by`; and `quarantine` more units.

    `field` is the path of the change in the request.
    """

    shelf: Shelf
    kind: MovementKind
    field: str
    reason: str
    to: int | None = None
    by: int = 0
    quarantine: int = 0
    expected: int | None = None
    note: str = ""


class StockedSku(Value):
    """A sku at a warehouse, and the reason for a change of its stock."""

    sku: SkuText
    warehouse: Identifier
    reason: Text = ""

    @property
    def shelf(self) -> Shelf:
        """The shelf that changes."""
        return Shelf(Sku(self.sku), WarehouseId(self.warehouse))


class Adjustment(StockedSku):
    """A change of on_hand: `set` it, if it is still as `expected`, or `add` to it."""

    set: Annotated[Whole, Field(ge=0, le=MAX_UNITS)] | None = None
    add: Annotated[Whole, Field(ge=-MAX_UNITS, le=MAX_UNITS)] | None = None
    expected: Whole | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.set is None) == (self.add is None):
            raise ValueError("give either set or add")
        if self.add is not None and self.expected is not None:
            raise ValueError("expected goes with set")
        return self

    def changes(self, field: str) -> Iterator[RequestedChange]:
        """Yield the one change."""
        kind = MovementKind.ADJUST if self.set is None else MovementKind.SET
        yield RequestedChange(
            self.shelf, kind, field, self.reason, to=self.set, by=self.add or 0, expected=self.expected
        )


class StockReceipt(StockedSku):
    """Units that arrived."""

    quantity: AdjustmentUnits

    def changes(self, field: str) -> Iterator[RequestedChange]:
        """Yield the one change."""
        yield RequestedChange(self.shelf, MovementKind.RECEIVE, field, self.reason, by=self.quantity)


class Count(StockedSku):
    """A count of a shelf; it is a movement even where it agrees with the balance."""

    counted: Annotated[Whole, Field(ge=0, le=MAX_UNITS)]
    expected: Whole | None = None

    def changes(self, field: str) -> Iterator[RequestedChange]:
        """Yield the one change."""
        yield RequestedChange(
            self.shelf, MovementKind.COUNT, field, self.reason, to=self.counted, expected=self.expected
        )


class Transfer(Value):
    """Units that go from one warehouse to another; what is committed to orders stays."""

    sku: SkuText
    source: Annotated[Identifier, Field(alias="from")]
    to: Identifier
    quantity: AdjustmentUnits
    reason: Text = ""

    @model_validator(mode="after")
    def _two_warehouses(self) -> Self:
        if self.source == self.to:
            raise ValueError("from and to are the same warehouse")
        return self

    def changes(self, field: str) -> Iterator[RequestedChange]:
        """Yield the changes at both ends."""
        leaves, arrives = (Shelf(Sku(self.sku), WarehouseId(name)) for name in (self.source, self.to))
        kind, reason = MovementKind.TRANSFER, self.reason
        yield RequestedChange(leaves, kind, f"{field}.from", reason, by=-self.quantity, note=f"to {self.to}")
        yield RequestedChange(arrives, kind, f"{field}.to", reason, by=self.quantity, note=f"from {self.source}")


class Destination(StrEnum):
    """Where units are put that are, or are to be, in quarantine."""

    QUARANTINE = "quarantine"
    SALE = "sale"
    SCRAP = "scrap"


class QuarantineMove(StockedSku):
    """Units that are quarantined, or quarantined units that can be sold after all or are scrapped."""

    quantity: AdjustmentUnits
    to: Destination

    def changes(self, field: str) -> Iterator[RequestedChange]:
        """Yield the one change."""
        is_scrap = self.to is Destination.SCRAP
        yield RequestedChange(
            self.shelf,
            MovementKind.WRITE_OFF if is_scrap else MovementKind.QUARANTINE,
            field,
            self.reason,
            by=-self.quantity if is_scrap else 0,
            quarantine=self.quantity if self.to is Destination.QUARANTINE else -self.quantity,
        )


class ShelfUnits(NamedTuple):
    """Units of a shelf: on hand, and how many of them are committed to orders, and quarantined."""

    on_hand: int = 0
    committed: int = 0
    quarantined: int = 0


class AdjustmentRequest(NamedTuple):
    """What its movements have in common; `id` is equal in every try of the request, and a part of their events."""

    id: str
    reference: str
    who: str
    at: datetime


def event(request_id: str, index: int) -> str:
    """Return the business event of the request's change of that index."""
    return f"adjust#{request_id}#{index}"


def plan_movements(
    changes: Sequence[RequestedChange], shelves: dict[Shelf, ShelfUnits], request: AdjustmentRequest
) -> list[Movement]:
    """Return the movements that make the changes, in order; raises NotNow for the first that is impossible."""
    units, done = dict(shelves), []
    for index, change in enumerate(changes):
        before = units.get(change.shelf, ShelfUnits())
        delta = _delta(change, before)
        units[change.shelf] = before._replace(
            on_hand=before.on_hand + delta, quarantined=before.quarantined + change.quarantine
        )
        if delta or change.quarantine or change.kind is MovementKind.COUNT:
            done.append(_movement(index, change, delta, request))
    return done


def _delta(change: RequestedChange, units: ShelfUnits) -> int:
    on_hand, committed, quarantined = units
    if change.expected is not None and change.expected != on_hand:
        problem = f"expected {change.expected}, there are {on_hand}"
        raise NotNow("the stock is not what was expected", [FieldError(f"{change.field}.expected", problem)])
    if quarantined + change.quarantine < 0:
        raise NotNow(
            "fewer units are quarantined",
            [FieldError(change.field, f"{quarantined} {agree(quarantined, 'is', 'are')} quarantined")],
        )
    delta = change.by if change.to is None else change.to - on_hand
    taken = change.quarantine - delta
    if taken > 0 and on_hand - committed - quarantined < taken:
        kept = f"{committed} {agree(committed, 'is', 'are')} committed to open orders" + (
            f", {quarantined} quarantined" if quarantined else ""
        )
        left = f"{on_hand + delta} would be left" if delta else f"{on_hand} {agree(on_hand, 'is', 'are')} on hand"
        raise NotNow("less than is committed", [FieldError(change.field, f"{left}, {kept}")])
    return delta


def _movement(index: int, change: RequestedChange, delta: int, request: AdjustmentRequest) -> Movement:
    return Movement(
        sku=change.shelf.sku,
        warehouse=change.shelf.warehouse,
        event=event(request.id, index),
        kind=change.kind,
        on_hand=delta,
        committed=0,
        quarantined=change.quarantine,
        reference=" ".join(filter(None, (request.reference, change.note))),
        reason=change.reason,
        who=request.who,
        at=request.at,
    )
