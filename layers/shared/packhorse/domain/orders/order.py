"""The order as it is stored, and what follows from it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import Annotated, Literal

from pydantic import StringConstraints

from packhorse.domain.address import Address
from packhorse.domain.orders.cancel_notice import CancelNotice
from packhorse.domain.orders.channel_order import ChannelParcel, OrderFacts
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.hold_notice import HoldCategory, HoldNotice
from packhorse.domain.orders.order_line import OrderLine, listing_waits
from packhorse.domain.orders.parcel import Parcel, contents_of, numbers_of
from packhorse.domain.problem import Cause, qualified
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import (
    MAY_BREAK,
    Identifier,
    Instant,
    OrderId,
    OrderIdText,
    Sku,
    SkuText,
    Text,
    Units,
    Value,
    WarehouseId,
)

MAX_WAITS = 16
MAX_LISTED = 8
"""Waits, exceptions and rows that have items of their own, written in the transaction of their order."""
MANY_WAITS = "much"
"""The last wait of an order that has more than MAX_WAITS: whoever searches for others of it has to read it."""


class Status(StrEnum):
    """How far an order is; held, backordered and exception are flags beside it."""

    AWAITING_PAYMENT = "awaiting_payment"
    OPEN = "open"
    IN_FULFILMENT = "in_fulfilment"
    PARTIALLY_SHIPPED = "partially_shipped"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


OVER = frozenset({Status.COMPLETE, Status.CANCELLED})


class Flag(StrEnum):
    """What a person should notice about an order, beside its status."""

    HELD = "held"
    BACKORDERED = "backordered"
    EXCEPTION = "exception"
    LATE = "late"
    CANCEL_REQUESTED = "cancel_requested"


class Hold(Value):
    """A reason not to hand the order over; it keeps its stock.

    `other` is the stored order that this one may be once more, under another id: it takes no stock while it is held.
    `is_shared`: its channel is to have the order on hold, too, for the reason of that `category`. It ends by itself at
    `until`, None if a person is to release it.
    """

    id: str
    reason: Text
    category: HoldCategory = HoldCategory.OTHER
    is_shared: bool = False
    owner: Text
    placed_at: Instant
    until: Instant | None = None
    other: OrderIdText | None = None


MAX_INTERNAL_NOTE = 1000
NoteText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_INTERNAL_NOTE), MAY_BREAK
]


class InternalNote(Value):
    """A note of our people about an order, which no channel gets; a printable one stands on the order's papers."""

    id: str
    text: NoteText
    printable: bool = False
    author: Text
    written_at: Instant


class OrderException(Value):
    """What needs a person about the order, or about a line, a fulfilment order or parcels of it.

    `orders` are our ids of other orders that it concerns.
    """

    cause: str
    line: str | None = None
    fulfilment: int | None = None
    tracking: tuple[str, ...] = ()
    message: str
    orders: tuple[OrderIdText, ...] = ()
    opened_at: Instant

    @property
    def kind(self) -> str:
        """The cause with its fulfilment order's number and its parcels' tracking, if it has them: `overdue_2`."""
        return qualified(self.cause, self.fulfilment, self.tracking)

    @property
    def key(self) -> tuple[str, str | None]:
        """What identifies the exception in its order: kind and line."""
        return self.kind, self.line


class Replaced(Value):
    """The channel's value of a field that a person set to another."""

    field: Literal["ship_to", "note", "gift_message"]
    ship_to: Address | None = None
    note: str = ""
    gift_message: str = ""

    @property
    def value(self) -> Address | str | None:
        """What the channel said when the person set the field."""
        stated: Address | str | None = getattr(self, self.field)
        return stated


class TimelineEntry(Value):
    """What happened to an order: when, who did it, and details for people."""

    at: Instant
    what: str
    who: str
    detail: str = ""


class Owed(Value):
    """A stock change that follows from the order and is not committed yet."""

    sku: SkuText
    warehouse: Identifier
    committed: int
    shipped: int
    returned: int = 0
    waiting: int = 0
    lacking: int = 0
    quarantined: int = 0

    @property
    def shelf(self) -> Shelf:
        """The shelf that changes."""
        return Shelf(Sku(self.sku), WarehouseId(self.warehouse))


class Order(OrderFacts):
    """An order as it is stored; `version` is the one that was read (0: not stored yet).

    `cancelled_at` is set when the channel or a person cancelled it, or the part that had not shipped, until its channel
    adds units; an order whose channel removed every line is cancelled without it. `told_parcels` are the parcels in the
    channel's newest message, `taken_back` the units by line that it reported before and does not any more;
    `made_fulfilments` are the ids of the fulfilments that we made in the channel, voided ones included. `source` is
    that of the first message about it. `planned_ship_by` is until when each of its warehouses, and the catchall, ships
    by its own handling. `deleted_at` is when its channel deleted it, `distinct_from` are orders of the same number that
    a person said it is not. `heard`: whether its channel has sent a message of it; None if it was stored before that
    was recorded. `is_notifiable`: its channel is notified of what happens to it here. `cancelled_in_channel_at` is when
    its channel cancelled it by the channel's own word, `reopened_in_channel_at` when it took that back;
    `paid_in_channel_at` is when it was paid by that word, `is_unpaid_in_channel`: it is not (any more),
    `payment_failed`: its buyer's payment was declined, so that it takes no stock before it is paid, `payment_due`: its
    buyer has to pay, or to pay more, by the channel's word. `cancel_notice` is what the channel has of a cancellation
    made here; `is_cancelled_here_only`: it is to stay in the channel. `hold_notice` is what its channel has of the
    holds placed here, `holds_read_at` when the channel's own, and what it had not held, were read last; `later_holds`
    are holds for what its channel said when it was over: they are placed once it goes on. `asked_ship_by` is until when
    a person wants it to leave. `is_to_reroute`: where it goes has changed since its lines were routed; what no
    warehouse has of them is routed again. `erase_requested_at` is when its buyer was to be erased, `erased_at` when
    that was done.
    """

    status: Status
    received_at: Instant
    lines: tuple[OrderLine, ...]
    fulfilments: tuple[FulfilmentOrder, ...] = ()
    told_parcels: tuple[ChannelParcel, ...] = ()
    taken_back: Mapping[str, int] = {}
    made_fulfilments: tuple[str, ...] = ()
    triggered_at: Instant | None = None
    ships_unpaid: bool = False
    refunded_at: Instant | None = None
    holds: tuple[Hold, ...] = ()
    later_holds: tuple[Hold, ...] = ()
    exceptions: tuple[OrderException, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()
    owed: tuple[Owed, ...] = ()
    attempts: int = 0
    source: str = ""
    planned_ship_by: Mapping[WarehouseId, Instant] = {}
    asked_ship_by: Instant | None = None
    internal_notes: tuple[InternalNote, ...] = ()
    tags: tuple[str, ...] = ()
    replaced: tuple[Replaced, ...] = ()
    deleted_at: Instant | None = None
    distinct_from: tuple[OrderIdText, ...] = ()
    heard: bool | None = None
    is_notifiable: bool = False
    cancelled_in_channel_at: Instant | None = None
    reopened_in_channel_at: Instant | None = None
    paid_in_channel_at: Instant | None = None
    is_unpaid_in_channel: bool = False
    payment_failed: bool = False
    payment_due: bool = False
    cancel_notice: CancelNotice | None = None
    is_cancelled_here_only: bool = False
    hold_notice: HoldNotice | None = None
    erase_requested_at: Instant | None = None
    erased_at: Instant | None = None
    channel_holds: tuple[str, ...] = ()
    holds_read_at: Instant | None = None
    is_to_reroute: bool = False
    version: int = 0

    @property
    def id(self) -> OrderId:
        """Our id of the order."""
        return self.order_id

    @property
    def is_heard(self) -> bool:
        """Whether its channel has sent a message of it; else it is as a file or a person brought it."""
        return self.is_notifiable or not self.source if self.heard is None else self.heard

    @property
    def may_ship(self) -> bool:
        """Whether it is paid, or sent before it is paid, such as by cash on delivery."""
        return self.paid_at is not None or self.ships_unpaid

    @property
    def is_over(self) -> bool:
        """Whether it is complete or cancelled."""
        return self.status in OVER

    @property
    def is_cancelled_whole(self) -> bool:
        """Whether it was cancelled, and nothing of it has left."""
        return self.status is Status.CANCELLED and self.cancelled_at is not None

    @property
    def awaits_cancellation(self) -> bool:
        """Whether a fulfiller has not agreed to a cancellation yet."""
        requests = (each.cancellation for each in self.fulfilments if each.is_open)
        return any(each.is_pending and each.unwanted for each in requests if each)

    @property
    def is_placeholder(self) -> bool:
        """Whether the channel deleted the order before we received it: nothing else is recorded of it."""
        return not self.lines

    @property
    def may_be_again(self) -> tuple[OrderId, ...]:
        """The stored orders that may be the same as this one, under another id."""
        return tuple(hold.other for hold in self.holds if hold.other)

    @property
    def flags(self) -> frozenset[Flag]:
        """The flags beside its status, without LATE, which depends on the time."""
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
        if self.awaits_cancellation:
            yield Flag.CANCEL_REQUESTED

    @property
    def units_left(self) -> "Counter[WarehouseId]":
        """Units that have not left of each warehouse that units are allocated to; 0 if all of them have."""
        units = Counter[WarehouseId]()
        for part in (part for line in self.lines for part in line.allocations):
            units[part.warehouse] += part.quantity
        for fulfilment in self.fulfilments:
            units[fulfilment.warehouse] -= fulfilment.shipped.total()
        return units

    @property
    def due_at(self) -> datetime | None:
        """Until when the rest of it is to leave: as a person set it, else the channel, else its first warehouse can.

        Warehouses with units that have not left count first, then those that it has no units at: the catchall, which
        is to ship what has no warehouse.
        """
        if set_by := self.asked_ship_by or self.ship_by:
            return set_by
        left, planned = self.units_left, self.planned_ship_by
        to_leave = [at for warehouse, at in planned.items() if left[warehouse] > 0]
        to_come = [at for warehouse, at in planned.items() if warehouse not in left]
        return min(to_leave or to_come or planned.values(), default=None)

    def due_from(self, warehouse: WarehouseId) -> datetime | None:
        """Return until when that warehouse is to ship its part."""
        return self.asked_ship_by or self.ship_by or self.planned_ship_by.get(warehouse)

    def flags_at(self, now: datetime) -> frozenset[Flag]:
        """Return all flags; an order that is not over and may ship is late once it should have left."""
        is_late = self.may_ship and not self.is_over and self.due_at is not None and self.due_at < now
        return self.flags | {Flag.LATE} if is_late else self.flags

    def line(self, line_id: str) -> OrderLine | None:
        """Return the line of that id, None if it does not exist."""
        return next((line for line in self.lines if line.id == line_id), None)

    def in_words(self, units: Mapping[str, int], fulfilment: int | None = None) -> str:
        """Return units by line for people: `2 of MUG-BLACK, 1 of BOWL-S`; of a fulfilment order as it has them."""
        called = {line.id: line.called if fulfilment is None else line.called_in(fulfilment) for line in self.lines}
        return ", ".join(f"{quantity} of {called.get(name, f'line {name}')}" for name, quantity in units.items())

    def fulfilment(self, number: int) -> FulfilmentOrder | None:
        """Return the fulfilment order of that number, None if it does not exist."""
        return next((each for each in self.fulfilments if each.number == number), None)

    @property
    def listed_exceptions(self) -> Mapping[tuple[str, str | None], OrderException]:
        """The exceptions that are in the list of all exceptions: the first MAX_LISTED, by their key.

        A line that waits for a listing is none of them: the listing is one, for all orders that wait for it.
        """
        of_listings = {line.id for line in self.lines if line.reference or line.sku.strip()}
        own = (each for each in self.exceptions if each.cause != Cause.UNMATCHED_SKU or each.line not in of_listings)
        return {problem.key: problem for problem in islice(own, MAX_LISTED)}

    @property
    def unstarted(self) -> frozenset[int]:
        """Attempts with queued fulfilment orders: their executions may not be started yet."""
        return frozenset(
            fulfilment.attempt
            for fulfilment in self.fulfilments
            if fulfilment.status is FulfilmentStatus.QUEUED and fulfilment.attempt
        )

    @property
    def parcels(self) -> Iterator[Parcel]:
        """The parcels that left our warehouses."""
        return (parcel for fulfilment in self.fulfilments for parcel in fulfilment.parcels)

    @property
    def recorded_numbers(self) -> set[str]:
        """The tracking numbers of the parcels that left our warehouses, former ones and uncounted parcels included."""
        parcels = (parcel for each in self.fulfilments for parcel in each.reported_parcels)
        return numbers_of(number for parcel in parcels for number in (parcel.tracking, *parcel.former))

    @property
    def shipped(self) -> Units:
        """Units by line that left one of our warehouses."""
        return contents_of(self.parcels)

    @property
    def waiting(self) -> Goods:
        """The units that its short lines wait for, as the shelves count them."""
        waiting = Goods()
        for line in self.lines:
            if line.short and not self.is_over:
                waiting.update({each.shelf: each.units for each in line.waits})
        waiting.subtract({owed.shelf: owed.waiting for owed in self.owed})
        return waiting

    @property
    def waits_for(self) -> frozenset[str]:
        """The keys that it has places under: at most MAX_WAITS, of more the first ones and MANY_WAITS."""
        keys = self.all_waits
        return frozenset(keys if len(keys) <= MAX_WAITS else (*islice(keys, MAX_WAITS - 1), MANY_WAITS))

    @property
    def all_waits(self) -> Collection[str]:
        """Keys it waits for: `stock#<sku>` of a short line, `listing#<channel>#<reference>` of an unmatched one.

        `product#<sku>` is what a label lacks of a product; `order#<id>` of an order that it may be once more comes
        first.
        """
        if self.is_over:
            return ()
        lacking = (line for line in self.lines if not line.matched and line.unallocated)
        unmatched = (key for line in lacking for key in listing_waits(self.channel, line))
        same = (f"order#{other}" for other in self.may_be_again)
        lacking_label = (check for each in self.fulfilments if each.is_open for check in each.checks)
        products = (f"product#{check.sku}" for check in lacking_label if check.sku)
        return dict.fromkeys((*same, *unmatched, *(f"stock#{sku}" for sku in self.short_of), *products))

    @property
    def lacked_listings(self) -> Mapping[str, str]:
        """References of listings that its lines wait for, each with the name of its line; the sku of one without."""
        if self.is_over:
            return {}
        lacking = (line for line in self.lines if not line.matched and line.unallocated)
        return {name: line.name for line in lacking if (name := line.reference or line.sku.strip())}

    @property
    def short_of(self) -> Collection[Sku]:
        """The skus that its short lines wait for, in the order of the lines; for a kit, its components."""
        return {} if self.is_over else dict.fromkeys(sku for line in self.lines if line.short for sku in line.recipe)


def shipped_from(order: Order, line_id: str) -> dict[WarehouseId, int]:
    """Return the units of a line that have left, by warehouse."""
    units: dict[WarehouseId, int] = {}
    for fulfilment in order.fulfilments:
        if shipped := fulfilment.shipped[line_id]:
            units[fulfilment.warehouse] = units.get(fulfilment.warehouse, 0) + shipped
    return units
