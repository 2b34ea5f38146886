"""Changes of units on hand that people request: set, add, receive, count, transfer."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from packhorse.domain.errors import FieldError, NotNow
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Identifier, Sku, SkuText, Text, Value, WarehouseId, Whole

MAX_UNITS = 1_000_000_000
AdjustmentUnits = Annotated[Whole, Field(ge=1, le=MAX_UNITS)]


class RequestedChange(NamedTuple):
    """A change of one shelf: set on_hand `to` a number, if it is `expected`, or add `by`.

    `field` is the path of the change in the request.
    """

    shelf: Shelf
    kind: MovementKind
    field: str
    reason: str
    to: int | None = None
    by: int = 0
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


class ShelfUnits(NamedTuple):
    """Units of a shelf: on hand, and how many of them are committed to orders."""

    on_hand: int = 0
    committed: int = 0


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
    moved, done = Goods(), []
    for index, change in enumerate(changes):
        units = shelves.get(change.shelf, ShelfUnits())
        delta = _delta(change, units.on_hand + moved[change.shelf], units.committed)
        moved[change.shelf] += delta
        if delta or change.kind is MovementKind.COUNT:
            done.append(_movement(index, change, delta, request))
    return done


def _delta(change: RequestedChange, on_hand: int, committed: int) -> int:
    if change.expected is not None and change.expected != on_hand:
        problem = f"expected {change.expected}, there are {on_hand}"
        raise NotNow("the stock is not what was expected", [FieldError(f"{change.field}.expected", problem)])
    delta = change.by if change.to is None else change.to - on_hand
    if delta < 0 and on_hand - committed + delta < 0:
        problem = f"{on_hand + delta} would be left, {committed} are committed to open orders"
        raise NotNow("less than is committed", [FieldError(change.field, problem)])
    return delta


def _movement(index: int, change: RequestedChange, delta: int, request: AdjustmentRequest) -> Movement:
    return Movement(
        sku=change.shelf.sku,
        warehouse=change.shelf.warehouse,
        event=event(request.id, index),
        kind=change.kind,
        on_hand=delta,
        committed=0,
        reference=" ".join(filter(None, (request.reference, change.note))),
        reason=change.reason,
        who=request.who,
        at=request.at,
    )
