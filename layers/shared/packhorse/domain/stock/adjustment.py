"""Changes to what is on hand that people ask for: set, add, receive, count, transfer."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Annotated, NamedTuple, Self

from pydantic import Field, model_validator

from packhorse.domain.errors import FieldError, NotNow
from packhorse.domain.stock.goods import Goods, Place
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Identifier, Sku, SkuText, Text, Value, WarehouseId

MOST = 1_000_000_000
Units = Annotated[int, Field(ge=1, le=MOST)]


class Wish(NamedTuple):
    """A change to one place: to a number, if it still is what is `expected`, or by a number; `field` asked for it."""

    place: Place
    kind: MovementKind
    field: str
    reason: str
    to: int | None = None
    by: int = 0
    expected: int | None = None
    note: str = ""


class Stocked(Value):
    """A sku in a warehouse, and why its stock changes."""

    sku: SkuText
    warehouse: Identifier
    reason: Text = ""

    @property
    def place(self) -> Place:
        """Where."""
        return Place(Sku(self.sku), WarehouseId(self.warehouse))


class Adjustment(Stocked):
    """A change to on_hand: `set` it, if it still is what is `expected`, or `add` to it."""

    set: Annotated[int, Field(ge=0, le=MOST)] | None = None
    add: Annotated[int, Field(ge=-MOST, le=MOST)] | None = None
    expected: int | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.set is None) == (self.add is None):
            raise ValueError("give either set or add")
        if self.add is not None and self.expected is not None:
            raise ValueError("expected goes with set")
        return self

    def wishes(self, field: str) -> Iterator[Wish]:
        """What it asks for."""
        kind = MovementKind.ADJUST if self.set is None else MovementKind.SET
        yield Wish(self.place, kind, field, self.reason, to=self.set, by=self.add or 0, expected=self.expected)


class Receipt(Stocked):
    """Units that arrived."""

    quantity: Units

    def wishes(self, field: str) -> Iterator[Wish]:
        """What it asks for."""
        yield Wish(self.place, MovementKind.RECEIVE, field, self.reason, by=self.quantity)


class Count(Stocked):
    """What somebody counted; it counts as a movement also where the books were right."""

    counted: Annotated[int, Field(ge=0, le=MOST)]
    expected: int | None = None

    def wishes(self, field: str) -> Iterator[Wish]:
        """What it asks for."""
        yield Wish(self.place, MovementKind.COUNT, field, self.reason, to=self.counted, expected=self.expected)


class Transfer(Value):
    """Units that go from one warehouse to another; what is committed to orders stays."""

    sku: SkuText
    source: Annotated[Identifier, Field(alias="from")]
    to: Identifier
    quantity: Units
    reason: Text = ""

    @model_validator(mode="after")
    def _two_warehouses(self) -> Self:
        if self.source == self.to:
            raise ValueError("from and to are the same warehouse")
        return self

    def wishes(self, field: str) -> Iterator[Wish]:
        """What it asks for, at both ends."""
        leaves, arrives = (Place(Sku(self.sku), WarehouseId(name)) for name in (self.source, self.to))
        kind, reason = MovementKind.TRANSFER, self.reason
        yield Wish(leaves, kind, f"{field}.from", reason, by=-self.quantity, note=f"to {self.to}")
        yield Wish(arrives, kind, f"{field}.to", reason, by=self.quantity, note=f"from {self.source}")


class Shelf(NamedTuple):
    """What is on hand in a place, and how much of it orders have."""

    on_hand: int = 0
    committed: int = 0


class Request(NamedTuple):
    """Under what its movements are written: `id` is the same for every try of it."""

    id: str
    reference: str
    who: str
    at: datetime


def event(request_id: str, index: int) -> str:
    """The business event of the request's change of that number."""
    return f"adjust#{request_id}#{index}"


def movements(wishes: Sequence[Wish], shelves: dict[Place, Shelf], request: Request) -> list[Movement]:
    """The movements that fulfil the wishes, one after the other; raises NotNow for the first that cannot be."""
    moved, done = Goods(), []
    for index, wish in enumerate(wishes):
        shelf = shelves.get(wish.place, Shelf())
        delta = _delta(wish, shelf.on_hand + moved[wish.place], shelf.committed)
        moved[wish.place] += delta
        if delta or wish.kind is MovementKind.COUNT:
            done.append(_movement(index, wish, delta, request))
    return done


def _delta(wish: Wish, on_hand: int, committed: int) -> int:
    if wish.expected is not None and wish.expected != on_hand:
        problem = f"expected {wish.expected}, there are {on_hand}"
        raise NotNow("the stock is not what was expected", [FieldError(f"{wish.field}.expected", problem)])
    delta = wish.by if wish.to is None else wish.to - on_hand
    if delta < 0 and on_hand - committed + delta < 0:
        problem = f"{on_hand + delta} would be left, {committed} are committed to open orders"
        raise NotNow("less than is committed", [FieldError(wish.field, problem)])
    return delta


def _movement(index: int, wish: Wish, delta: int, request: Request) -> Movement:
    return Movement(
        sku=wish.place.sku,
        warehouse=wish.place.warehouse,
        event=event(request.id, index),
        kind=wish.kind,
        on_hand=delta,
        committed=0,
        reference=" ".join(filter(None, (request.reference, wish.note))),
        reason=wish.reason,
        who=request.who,
        at=request.at,
    )
