"""An order as a channel, a file or a person states it: one model for all sources."""

import hashlib
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from packhorse.domain.address import Address
from packhorse.domain.money import Money
from packhorse.domain.orders.hold_notice import HoldCategory
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.values import ChannelId, Identifier, Instant, Label, LongText, OrderId, Text, Value, Whole

MAX_LINES = 500
MAX_AHEAD = timedelta(days=1)
"""How far a source's clock may be ahead: that of another time zone is."""
FUTURE = "is in the future"
"""Why a moment of an order is refused: the order would be due then, and later messages would count as older."""


def is_future(moment: datetime, now: datetime) -> bool:
    """Return whether a moment is still to come in every time zone."""
    return moment > now + MAX_AHEAD


class Customer(Value):
    """The buyer; `id` is the channel's own of the account, where the channel says."""

    id: Annotated[str, Field(max_length=200)] = ""
    name: Text = ""
    email: Text = ""
    phone: Text = ""


class ChannelLine(Value):
    """A line as the channel sent it; `reference` is the channel's name for what it lists.

    `quantity` lacks units that were refunded before they left. `discount` and `tax` are of these units, `unit_price` is
    of one, before its discount; it is 0 and says nothing where its source has no price (`has_price`).
    """

    id: Annotated[str, Field(min_length=1, max_length=100)]
    reference: Annotated[str, Field(max_length=200)] = ""
    sku: Annotated[str, Field(max_length=200)] = ""
    barcode: Annotated[str, StringConstraints(strip_whitespace=True, max_length=50)] = ""
    name: Text = ""
    quantity: Annotated[Whole, Field(ge=0, le=1_000_000)]
    returned: Annotated[Whole, Field(ge=0)] = 0
    unit_price: Money
    has_price: bool = True
    discount: Money | None = None
    tax: Money | None = None
    warehouse: Identifier | None = None


class OrderFacts(Value):
    """Fields of an order that every message of its channel repeats.

    `ship_by`, `deliver_by` and `expedited` are None where the channel does not say. `gift_message` goes with the
    goods to their recipient; a channel with one field for all that buyers write has it in `note`.
    """

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
    ship_by: Instant | None = None
    deliver_by: Instant | None = None
    expedited: bool | None = None
    shipping: Money | None = None
    tax: Money | None = None
    discount: Money | None = None
    total: Money | None = None
    note: LongText = ""
    gift_message: LongText = ""

    @property
    def order_id(self) -> OrderId:
        """Our id, a function of the channel and its own order id: equal in every message about the order."""
        return order_id(ChannelId(self.channel), self.channel_order_id)


class ChannelParcel(Value):
    """A parcel in a channel's message; without lines it holds all units that have not shipped yet.

    `id` is the channel's of this fulfilment, `location` where it left, in the channel's name for it, `warehouses` are
    those of that place; none where the channel has one place, or does not say. `is_foreign`: it left from a place or by
    a service that is not ours, or before the channel was connected. `is_whole`: the message named no lines; these are
    the units that remained then.
    """

    id: Annotated[str, Field(max_length=200)] = ""
    carrier: Text | None = None
    tracking: Text | None = None
    lines: tuple[LineQuantity, ...] = ()
    shipped_at: Instant | None = None
    location: Text = ""
    warehouses: tuple[Identifier, ...] = ()
    is_foreign: bool = False
    is_whole: bool = False


class ChannelHold(Value):
    """A hold that the channel has on an order; `id` is the channel's."""

    id: Annotated[str, Field(min_length=1, max_length=200)]
    reason: Text = ""
    category: HoldCategory = HoldCategory.OTHER


class ChannelOrder(OrderFacts):
    """An order as a channel, a file or a person sent it, in the fields of this model.

    `source` names where it came from; for an order that a person placed (`by_hand`), the request. `lists_parcels`:
    `parcels` are all that left so far; a file or a person knows of none. `is_archived`: its channel put it away.
    `only_if_stored`: its channel says that nothing of it is shipped, which counts unless the order is stored.
    `triggered_at` is when the channel sent the message, `adjusted` names the fields that were cut, rounded or left out.
    `payment` names the state and the ways of its payment; `ships_unpaid`: its channel has it sent before it is paid;
    `is_unpaid`: its channel says that it is not paid, which it may have said before; False also where it does not say.
    `payment_failed`: the buyer's payment was declined, so that the channel itself keeps no stock for it. `payment_due`:
    the buyer has to pay, or to pay more, which says something anew of an order that was paid before.
    `refunded_at` is when all of the money went back. `is_restored`: its channel has it again, after it had deleted it.
    `is_fetched`: its buyer fetches it, so that it has no address; one that another message lacks is withheld.
    `holds_there` are the channel's own holds of it, `parts_not_held` its ids of what it has to fulfil that has no hold
    of ours; None if the message does not say. `read_at` is when our request for the order left, of one that was read:
    of facts that do not move `modified_at`, such as holds, the latest reading counts. `internal_note` is for our
    people alone.
    """

    lines: Annotated[tuple[ChannelLine, ...], Field(min_length=1, max_length=MAX_LINES)]
    parcels: tuple[ChannelParcel, ...] = ()
    lists_parcels: bool = True
    is_archived: bool = False
    only_if_stored: bool = False
    triggered_at: Instant | None = None
    source: Label = ""
    by_hand: bool = False
    adjusted: tuple[Text, ...] = ()
    payment: tuple[Text, ...] = ()
    ships_unpaid: bool = False
    is_unpaid: bool = False
    payment_failed: bool = False
    payment_due: bool = False
    refunded_at: Instant | None = None
    is_restored: bool = False
    is_fetched: bool = False
    holds_there: tuple[ChannelHold, ...] | None = None
    parts_not_held: tuple[Annotated[str, Field(max_length=200)], ...] | None = None
    read_at: Instant | None = None
    internal_note: LongText = ""

    @field_validator("lines")
    @classmethod
    def _ids_are_unique(cls, lines: tuple[ChannelLine, ...]) -> tuple[ChannelLine, ...]:
        if len({line.id for line in lines}) < len(lines):
            raise ValueError("two lines have the same id")
        return lines


class DeletedOrder(Value):
    """An order that its channel has deleted; the channel says no more about it."""

    channel: Identifier
    channel_order_id: Annotated[str, Field(min_length=1, max_length=200)]

    @property
    def order_id(self) -> OrderId:
        """Our id of the order."""
        return order_id(ChannelId(self.channel), self.channel_order_id)


def order_id(channel: ChannelId, channel_order_id: str) -> OrderId:
    """Return 32 lower-case hexadecimal digits, always the same for the same order of a channel.

    >>> order_id(ChannelId("shopify-us"), "450789469") == order_id(ChannelId("shopify-us"), "450789469")
    True
    """
    return OrderId(hashlib.sha256(f"{channel}\n{channel_order_id}".encode()).hexdigest()[:32])
