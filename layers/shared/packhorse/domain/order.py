"""The order as Packhorse keeps it, and what can be read off it.

Per line: quantity = cancelled + elsewhere + allocated + short, once the line has been routed.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import islice
from typing import Annotated

from pydantic import Field, field_validator

from packhorse.domain.configuration import WarehouseKind
from packhorse.domain.goods import Goods, Place, Recipe
from packhorse.domain.money import Money
from packhorse.domain.values import ChannelId, Identifier, Instant, OrderId, Sku, SkuText, Text, Value, WarehouseId

MAX_LINES = 500
MOST_WAITS = 24


class Status(StrEnum):
    """Where an order is; held, backordered and exception are flags beside it."""

    AWAITING_PAYMENT = "awaiting_payment"
    OPEN = "open"
    IN_FULFILMENT = "in_fulfilment"
    PARTIALLY_SHIPPED = "partially_shipped"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


class Flag(StrEnum):
    """What somebody should know about an order, beside its status."""

    HELD = "held"
    BACKORDERED = "backordered"
    EXCEPTION = "exception"


class FulfilmentStatus(StrEnum):
    """How far the work at one warehouse is."""

    QUEUED = "queued"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    SHIPPED = "shipped"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


class Rule(StrEnum):
    """Which step of the routing decided."""

    MANUAL = "manual"
    OVERRIDE = "override"
    PINNED = "pinned"
    GEO = "geo"
    PRIORITY = "priority"
    CATCHALL = "catchall"


class Address(Value):
    """Where a parcel goes; `country` is ISO 3166 alpha-2, `state` the code used there where it could be found."""

    name: Text = ""
    company: Text = ""
    address1: Text = ""
    address2: Text = ""
    address3: Text = ""
    city: Text = ""
    state: Text = ""
    postcode: Text = ""
    country: Text = ""
    phone: Text = ""


class Customer(Value):
    """Who bought."""

    name: Text = ""
    email: Text = ""
    phone: Text = ""


class Candidate(Value):
    """A warehouse that was looked at for a line: by which rule, what it had, and why it was not taken (None: taken)."""

    warehouse: WarehouseId
    rule: Rule
    rejected: str | None
    available: int | None = None


class RoutingDecision(Value):
    """Why a line went where it went."""

    rule: Rule
    config_version: int
    candidates: tuple[Candidate, ...]
    notes: tuple[str, ...] = ()


class Allocation(Value):
    """Units of a line committed at a warehouse, shipped ones included."""

    warehouse: WarehouseId
    quantity: Annotated[int, Field(gt=0)]


class ChannelLine(Value):
    """A line as the channel sent it; `reference` is the channel's name for what it lists."""

    id: Annotated[str, Field(min_length=1, max_length=100)]
    reference: Annotated[str, Field(max_length=200)] = ""
    sku: Annotated[str, Field(max_length=200)] = ""
    barcode: Annotated[str, Field(max_length=50)] = ""
    name: Text = ""
    quantity: Annotated[int, Field(ge=0, le=1_000_000)]
    unit_price: Money
    discount: Money | None = None
    tax: Money | None = None
    warehouse: Identifier | None = None


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
        return Goods({Place(sku, warehouse): units * quantity for sku, units in self.recipe.items() if quantity})

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


class LineQuantity(Value):
    """So many units of a line."""

    line: str
    quantity: Annotated[int, Field(gt=0)]


def units_of(parts: Iterable[LineQuantity]) -> "Counter[str]":
    """Units by line; a line may be named more than once.

    >>> units_of((LineQuantity(line="1", quantity=2), LineQuantity(line="1", quantity=3)))
    Counter({'1': 5})
    """
    units: Counter[str] = Counter()
    for part in parts:
        units[part.line] += part.quantity
    return units


def parts_of(units: Mapping[str, int]) -> tuple[LineQuantity, ...]:
    """The same the other way round."""
    return tuple(LineQuantity(line=line, quantity=quantity) for line, quantity in units.items())


class Parcel(Value):
    """A parcel and what is in it: no carrier or tracking where nobody told, no lines where it is one box of several."""

    carrier: Text | None = None
    tracking: Text | None = None
    shipped_at: Instant
    lines: tuple[LineQuantity, ...]
    label_url: str | None = None

    def is_named(self, tracking: str | None) -> bool:
        """A tracking number names one parcel, whoever carries it; parcels without one are never the same."""
        return bool(tracking) and self.tracking == tracking


class FulfilmentOrder(Value):
    """The work of an order at one warehouse.

    `attempt` is the execution that hands it over (0: none does), `token` what that execution waits for.
    """

    id: str
    warehouse: WarehouseId
    kind: WarehouseKind
    status: FulfilmentStatus = FulfilmentStatus.QUEUED
    attempt: int
    lines: tuple[LineQuantity, ...]
    parcels: tuple[Parcel, ...] = ()
    token: str | None = None

    @property
    def number(self) -> int:
        """Its place in the order, as in `/orders/{id}/fulfilments/{n}`."""
        return int(self.id.rpartition("-")[2])

    @property
    def is_open(self) -> bool:
        """Whether something is still to be shipped here."""
        return self.status in OPEN_WORK

    @property
    def wanted(self) -> "Counter[str]":
        """Units by line that this work is for."""
        return units_of(self.lines)

    @property
    def shipped(self) -> "Counter[str]":
        """Units by line that have left."""
        return units_of(part for parcel in self.parcels for part in parcel.lines)

    @property
    def remaining(self) -> "Counter[str]":
        """Units by line that are still to leave."""
        return self.wanted - self.shipped if self.is_open else Counter()


OPEN_WORK = frozenset({FulfilmentStatus.QUEUED, FulfilmentStatus.REQUESTED, FulfilmentStatus.ACCEPTED})


class Hold(Value):
    """Somebody wants the order not to be handed over; it keeps its stock."""

    id: str
    reason: Text
    owner: Text
    placed_at: Instant


class OrderException(Value):
    """Something about the order that a person has to look at."""

    kind: str
    line: str | None = None
    message: str
    opened_at: Instant


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


class OrderFacts(Value):
    """What a channel says about an order, and goes on saying with every message."""

    channel: Identifier
    channel_order_id: Annotated[str, Field(min_length=1, max_length=200)]
    number: Annotated[str, Field(max_length=100)] = ""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    placed_at: Instant
    modified_at: Instant
    paid_at: Instant | None = None
    cancelled_at: Instant | None = None
    shipped_at: Instant | None = None
    customer: Customer = Customer()
    ship_to: Address | None = None
    bill_to: Address | None = None
    delivery_method: Text = ""
    shipping: Money | None = None
    tax: Money | None = None
    discount: Money | None = None
    total: Money | None = None
    note: Annotated[str, Field(max_length=5000)] = ""

    @property
    def order_id(self) -> OrderId:
        """Made from the channel and its own id, so that the same order always meets itself."""
        return order_id(ChannelId(self.channel), self.channel_order_id)


class ChannelParcel(Value):
    """A parcel that the channel knows of; no lines means all that is left."""

    carrier: Text | None = None
    tracking: Text | None = None
    lines: tuple[LineQuantity, ...] = ()


class ChannelOrder(OrderFacts):
    """An order as a channel, a file or a person sent it, already in our terms."""

    lines: Annotated[tuple[ChannelLine, ...], Field(min_length=1, max_length=MAX_LINES)]
    parcels: tuple[ChannelParcel, ...] = ()
    source: str = ""

    @field_validator("lines")
    @classmethod
    def _ids_are_unique(cls, lines: tuple[ChannelLine, ...]) -> tuple[ChannelLine, ...]:
        if len({line.id for line in lines}) < len(lines):
            raise ValueError("two lines have the same id")
        return lines


class Order(OrderFacts):
    """An order as Packhorse keeps it; `version` is the one it was read at (0: not stored yet).

    `cancelled_at` says that somebody cancelled it, or what of it had not shipped; an order of which its channel has
    removed every line is cancelled without. `told_parcels` are those that the channel told of and we did not send.
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
    version: int = 0

    @property
    def id(self) -> OrderId:
        """The order's id here."""
        return self.order_id

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it by itself."""
        return self.status in (Status.COMPLETE, Status.CANCELLED)

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
    def shipped(self) -> "Counter[str]":
        """Units by line that left one of our warehouses."""
        return sum((work.shipped for work in self.fulfilments), Counter())

    @property
    def waits_for(self) -> frozenset[str]:
        """What would release it: `stock#<sku>` for a short line, `listing#<channel>#<reference>` for an unmatched one.

        A short kit waits for what it is made of. At most MOST_WAITS things: an order that lacks more waits for the
        first ones, and looks at all when one comes.
        """
        if self.is_over:
            return frozenset()
        lacking = (line for line in self.lines if not line.matched and line.unallocated)
        unmatched = (what for line in lacking for what in listing_waits(self.channel, line))
        short = (f"stock#{sku}" for line in self.lines if line.short for sku in line.recipe)
        return frozenset(islice(dict.fromkeys((*unmatched, *short)), MOST_WAITS))


def listing_waits(channel: str, line: ChannelLine) -> Iterator[str]:
    """What would give a line its product: a listing of its reference or sku, a product of its barcode."""
    for name in dict.fromkeys(filter(None, (line.reference, line.sku.strip()))):
        yield f"listing#{channel}#{name}"
    if line.barcode:
        yield f"barcode#{line.barcode}"


def order_id(channel: ChannelId, channel_order_id: str) -> OrderId:
    """Thirty-two lower-case hexadecimal digits, always the same for the same order of a channel.

    >>> order_id(ChannelId("shopify-us"), "450789469") == order_id(ChannelId("shopify-us"), "450789469")
    True
    """
    return OrderId(hashlib.sha256(f"{channel}\n{channel_order_id}".encode()).hexdigest()[:32])
