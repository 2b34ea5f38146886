"""The order as Packhorse keeps it, and what can be read off it.

Per line: quantity = cancelled + elsewhere + allocated + short, once the line has been routed.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from enum import StrEnum
from itertools import islice

from packhorse.domain.orders.channel_order import ChannelLine, ChannelParcel, OrderFacts
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.problem import qualified
from packhorse.domain.routing.decision import Allocation, RoutingDecision
from packhorse.domain.stock.goods import Goods, Recipe, Shelf
from packhorse.domain.values import Identifier, Instant, OrderId, Sku, SkuText, Text, Value, WarehouseId

MAX_WAITS = 16
MAX_LISTED = 8
"""Waits and exceptions that are kept beside the order, in its transaction, which takes a hundred actions."""
MANY_WAITS = "much"
"""What an order waits for that waits for more than that, beside the first of it."""


class Status(StrEnum):
    """Where an order is; held, backordered and exception are flags beside it."""

    AWAITING_PAYMENT = "awaiting_payment"
    OPEN = "open"
    IN_FULFILMENT = "in_fulfilment"
    PARTIALLY_SHIPPED = "partially_shipped"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


OVER = frozenset({Status.COMPLETE, Status.CANCELLED})


class Flag(StrEnum):
    """What somebody should know about an order, beside its status."""

    HELD = "held"
    BACKORDERED = "backordered"
    EXCEPTION = "exception"


class OrderLine(ChannelLine):
    """A line of an order: matched to a sku of ours (or waiting for it), routed and allocated.

    `components` is what one unit takes from stock, kept as it was when the line was matched; empty: the sku itself.
    """

    matched: SkuText | None = None
    components: Mapping[SkuText, int] = {}
    cancelled: int = 0
    elsewhere: int = 0
    allocations: tuple[Allocation, ...] = ()
    routing: RoutingDecision | None = None

    @property
    def recipe(self) -> Recipe:
        """The stock that one unit takes."""
        own = {self.matched: 1} if self.matched else {}
        return {Sku(sku): units for sku, units in (self.components or own).items()}

    def goods(self, warehouse: WarehouseId, quantity: int) -> Goods:
        """The stock that so many units of this line are, at a warehouse."""
        return Goods({Shelf(sku, warehouse): units * quantity for sku, units in self.recipe.items() if quantity})

    @property
    def allocated(self) -> int:
        """Units that have a warehouse, shipped ones included."""
        return sum(allocation.quantity for allocation in self.allocations)

    @property
    def unallocated(self) -> int:
        """Units that still need a warehouse: not yet routed, or short."""
        return self.quantity - self.cancelled - self.elsewhere - self.allocated

    @property
    def short(self) -> int:
        """Units that routing could not cover: the backorder."""
        return self.unallocated if self.routing else 0


class Hold(Value):
    """Somebody wants the order not to be handed over; it keeps its stock."""

    id: str
    reason: Text
    owner: Text
    placed_at: Instant


class OrderException(Value):
    """Something about the order, or its line, fulfilment order or parcels, that needs a person."""

    cause: str
    line: str | None = None
    fulfilment: int | None = None
    tracking: tuple[str, ...] = ()
    message: str
    opened_at: Instant

    @property
    def kind(self) -> str:
        """The cause and, where it is about a fulfilment order, which and what parcels: `overdue_2`."""
        return qualified(self.cause, self.fulfilment, self.tracking)

    @property
    def key(self) -> tuple[str, str | None]:
        """What is the same for the same exception again."""
        return self.kind, self.line


class TimelineEntry(Value):
    """What happened, when, by whom and why."""

    at: Instant
    what: str
    who: str
    detail: str = ""


class Owed(Value):
    """A change to stock that follows from what the order is, and is still to be made."""

    sku: SkuText
    warehouse: Identifier
    committed: int
    shipped: int
    returned: int = 0


class Order(OrderFacts):
    """An order as Packhorse keeps it; `version` is the one it was read at (0: not stored yet).

    `cancelled_at` says that somebody cancelled it, or what of it had not shipped; an order of which its channel has
    removed every line is cancelled without. `told_parcels` are those that the channel told of and we did not send.
    `source` is that of the message which brought it first.
    """

    status: Status
    received_at: Instant
    lines: tuple[OrderLine, ...]
    fulfilments: tuple[FulfilmentOrder, ...] = ()
    told_parcels: tuple[ChannelParcel, ...] = ()
    holds: tuple[Hold, ...] = ()
    exceptions: tuple[OrderException, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    owed: tuple[Owed, ...] = ()
    attempts: int = 0
    source: str = ""
    version: int = 0

    @property
    def id(self) -> OrderId:
        """The order's id here."""
        return self.order_id

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.status in OVER

    @property
    def flags(self) -> frozenset[Flag]:
        """What stands beside the status."""
        return frozenset(self._flags())

    def _flags(self) -> Iterator[Flag]:
        if self.exceptions:
            yield Flag.EXCEPTION
        if self.is_over:
            return
        if self.holds:
            yield Flag.HELD
        if any(line.short for line in self.lines):
            yield Flag.BACKORDERED

    def line(self, line_id: str) -> OrderLine | None:
        """The line of that id."""
        return next((line for line in self.lines if line.id == line_id), None)

    @property
    def listed_exceptions(self) -> Mapping[tuple[str, str | None], OrderException]:
        """Those that stand in the list of all exceptions: the first MOST_LISTED, by their key."""
        return {problem.key: problem for problem in self.exceptions[:MAX_LISTED]}

    @property
    def unstarted(self) -> frozenset[int]:
        """Attempts with work that nobody was asked for yet: their executions have to be started, if they were not."""
        return frozenset(work.attempt for work in self.fulfilments if work.status is FulfilmentStatus.QUEUED)

    @property
    def shipped(self) -> "Counter[str]":
        """Units by line that left one of our warehouses."""
        return sum((work.shipped for work in self.fulfilments), Counter())

    @property
    def waits_for(self) -> frozenset[str]:
        """What would release it: `stock#<sku>` for a short line, `listing#<channel>#<reference>` for an unmatched one.

        At most MOST_WAITS things: an order that lacks more waits for the first ones and for MUCH, which is all that
        comes.
        """
        if self.is_over:
            return frozenset()
        lacking = (line for line in self.lines if not line.matched and line.unallocated)
        unmatched = (what for line in lacking for what in listing_waits(self.channel, line))
        what = dict.fromkeys((*unmatched, *(f"stock#{sku}" for sku in self.short_of)))
        return frozenset(what if len(what) <= MAX_WAITS else (*islice(what, MAX_WAITS - 1), MANY_WAITS))

    @property
    def short_of(self) -> Collection[Sku]:
        """The skus that its short lines wait for, in their order; a short kit waits for what it is made of."""
        return {} if self.is_over else dict.fromkeys(sku for line in self.lines if line.short for sku in line.recipe)


def listing_waits(channel: str, line: ChannelLine) -> Iterator[str]:
    """What would give a line its product: a listing of its reference or sku, a product of its barcode."""
    for name in dict.fromkeys(filter(None, (line.reference, line.sku.strip()))):
        yield f"listing#{channel}#{name}"
    if line.barcode:
        yield f"barcode#{line.barcode}"


def shipped_from(order: Order, line_id: str) -> dict[WarehouseId, int]:
    """Units of a line that have left, by warehouse."""
    units: dict[WarehouseId, int] = {}
    for work in order.fulfilments:
        if gone := work.shipped[line_id]:
            units[work.warehouse] = units.get(work.warehouse, 0) + gone
    return units
