"""Work orders: units of a product that are built at a warehouse, or taken apart there, and what has become of them.

What is used up are its `inputs`, what is made its `outputs`: components and product, or the other way round. From
submission on an input is reserved on its shelf until it is used: it is committed there, to the work order. What leaves
the shelf is what the units that are done take by the recipe, and what was scrapped. Outputs of units that are not done
yet are `incoming`.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from packhorse.domain.money import Currency, Money
from packhorse.domain.numbered import Coming, Numbered
from packhorse.domain.purchasing.case_pack import PurchaseUnits, SomeUnits
from packhorse.domain.purchasing.made_for import MAX_MADE_FOR, MadeFor, Outstanding, outstanding, served_first, to_come
from packhorse.domain.purchasing.receipts import ReceiptId
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import (
    Identifier,
    Instant,
    Note,
    OrderId,
    OrderIdText,
    Sku,
    SkuText,
    Text,
    Value,
    WarehouseId,
    Whole,
)

MAX_INPUTS = 25
"""Every input is up to two writes of one transaction: its shelf, and the movement."""
MAX_NESTED = 15
"""Nested work orders that one submission makes: each is two writes of its transaction."""
MAX_RECORDS = 1000
"""Reports that a work order keeps."""


class WorkKind(StrEnum):
    """Which way a work order goes."""

    BUILD = "build"
    DISASSEMBLY = "disassembly"

    @property
    def participle(self) -> str:
        """What its units are, once they are done."""
        return "built" if self is WorkKind.BUILD else "taken apart"


class WorkState(StrEnum):
    """How far a work order is; it follows from its units."""

    NEW = "new"
    SUBMITTED = "submitted"
    PARTIALLY_DONE = "partially_done"
    DONE = "done"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Part(Value):
    """A product that a work order uses or makes: so many for each of its units."""

    sku: SkuText
    per_unit: PurchaseUnits
    scrapped: SomeUnits = 0

    def shelf(self, warehouse: str) -> Shelf:
        """Return its shelf at a warehouse."""
        return Shelf(Sku(self.sku), WarehouseId(warehouse))


class Input(Part):
    """A product that is used up: `used` in units that are done, or `scrapped`; `reserved` is committed on its shelf.

    `awaited` units are to come from the work order `nested`.
    """

    reserved: SomeUnits = 0
    used: SomeUnits = 0
    awaited: SomeUnits = 0
    nested: Text = ""

    @property
    def taken(self) -> int:
        """Units that have left the shelf."""
        return self.used + self.scrapped


class Output(Part):
    """A product that is made; `scrapped` ones broke when others were taken apart, and went on no shelf."""

    made: SomeUnits = 0


class ScrappedUnits(Value):
    """Units of a product that broke."""

    sku: SkuText
    units: PurchaseUnits


class WorkRecord(Value):
    """A report as it was recorded; `cost` is that of all it used and of its labour, None if an input has none.

    Unless it `is_counted`, a supplier's feed says what is there: no stock changed.
    """

    report: ReceiptId
    done: SomeUnits = 0
    failed: SomeUnits = 0
    scrap: tuple[ScrappedUnits, ...] = ()
    reason: Text = ""
    labour: Money | None = None
    cost: Money | None = None
    is_counted: bool = True
    at: Instant
    who: Text


class WorkTerms(Value):
    """How many units of which product, at which warehouse; `labour` is the cost of the work on one unit."""

    kind: WorkKind = WorkKind.BUILD
    sku: SkuText
    warehouse: Identifier
    units: PurchaseUnits
    labour: Money | None = None
    reference: Text = ""
    note: Note = ""


class WorkOrder(Numbered, WorkTerms):
    """Units of a product that are built, or taken apart.

    The orders that it is `made_for` get what is built first; a nested one is built for the work order `builds_for`.
    `spent` is the cost of what its reports used and of their labour, `brought` what of it the outputs brought to their
    shelves, both in minor units of its `currency`.
    """

    state: WorkState = WorkState.NEW
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    done: SomeUnits = 0
    closed: SomeUnits = 0
    reports: tuple[WorkRecord, ...] = ()
    made_for: Annotated[tuple[MadeFor, ...], Field(max_length=MAX_MADE_FOR)] = ()
    builds_for: Text = ""
    currency: Currency | None = None
    spent: Whole = 0
    brought: Whole = 0
    submitted_at: Instant | None = None
    cancelled_at: Instant | None = None

    @property
    def named(self) -> Iterator[str]:
        """Its number, the words about it, and its product."""
        yield from (self.id, self.reference, self.note, self.sku)

    @property
    def shelf(self) -> Shelf:
        """The shelf of the product that it is about."""
        return Shelf(Sku(self.sku), WarehouseId(self.warehouse))

    @property
    def open(self) -> int:
        """Units that are still to be done."""
        return 0 if self.cancelled_at else self.units - self.done - self.closed

    @property
    def is_submitted(self) -> bool:
        """Whether its inputs are reserved and its outputs incoming, as far as any are open."""
        return self.submitted_at is not None and self.cancelled_at is None

    @property
    def incoming(self) -> Goods:
        """The units that are still to be made, by shelf; none before it is submitted."""
        if not self.is_submitted:
            return Goods()
        return +Goods({part.shelf(self.warehouse): self.open * part.per_unit for part in self.outputs})

    @property
    def coming(self) -> Iterator[Coming]:
        """What is built, also while it is new, with the orders that it is made for; see `nesting` for nested ones."""
        if self.kind is WorkKind.BUILD and not self.builds_for:
            yield Coming(self.shelf, self.open, tuple(to_come(self.outstanding, self.open)))

    @property
    def reserved(self) -> Goods:
        """What it has committed, by shelf."""
        return +Goods({part.shelf(self.warehouse): part.reserved for part in self.inputs})

    @property
    def pending(self) -> int:
        """Cost that no output has brought to a shelf, in minor units: an expense, once the work order is over."""
        return self.spent - self.brought

    @property
    def sums(self) -> Iterator[tuple[str, int]]:
        """What was spent, and what of that no output has brought to a shelf."""
        yield from (("cost", self.spent), ("expense", self.pending))

    @property
    def made_for_orders(self) -> frozenset[OrderId]:
        """The orders that it is made for."""
        return frozenset(each.order for each in self.made_for)

    @property
    def outstanding(self) -> tuple[Outstanding, ...]:
        """Whom it is made for, with what is not built for them."""
        return tuple(outstanding(self.made_for, self.done))

    @property
    def unneeded(self) -> int:
        """Units that are still to be done and that the orders they are made for do not need any more."""
        free = max(0, self.open - sum(each.needed for each in self.outstanding))
        return min(free, sum(each.unneeded for each in self.made_for))

    @property
    def given_up(self) -> Goods:
        """The units that others may take; a draft builds none of them."""
        return +Goods({self.shelf: self.unneeded}) if self.is_submitted else Goods()

    def served_first(self, sku: Sku) -> Iterator[OrderIdText]:
        """Yield the orders that it was made for, as far as what is built of a product reaches."""
        return served_first(self.made_for, self.done if sku == self.sku else 0)

    def lacking(self, part: Input) -> int:
        """Return the units of an input that open units need, and that are neither reserved nor awaited."""
        return max(0, self.open * part.per_unit - part.reserved - part.awaited) if self.is_submitted else 0

    def with_input(self, part: Input) -> "WorkOrder":
        """Return it with an input in the place of that of the same product."""
        return self.replace(inputs=tuple(part if each.sku == part.sku else each for each in self.inputs))
