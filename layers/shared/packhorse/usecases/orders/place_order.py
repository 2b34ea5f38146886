"""Place an order by hand."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from packhorse.domain.address import Address, is_usable, normalised
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.money import Money
from packhorse.domain.orders.awaited import why_too_early
from packhorse.domain.orders.channel_order import FUTURE, MAX_LINES, ChannelLine, ChannelOrder, Customer, is_future
from packhorse.domain.orders.intake import PROMISES, is_other_order
from packhorse.domain.orders.order import Status
from packhorse.domain.orders.pricing import with_discount_in_lines
from packhorse.domain.orders.same_order import has_number_of, ids_by_name
from packhorse.domain.values import (
    E_MAIL,
    ChannelId,
    Identifier,
    Instant,
    LongText,
    Sku,
    Text,
    Value,
    WarehouseId,
    Whole,
)
from packhorse.messages.orders import send_orders
from packhorse.store import catalogue, configuration, orders
from packhorse.usecases.intake.known_orders import numbered_orders

AMOUNTS = ("shipping", "tax", "discount", "total")
TEXTS = ("note", "gift_message")

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""An identifier; blanks around it are removed."""


class NewLine(Value):
    """A line of an order placed by a person."""

    sku: Code
    quantity: Annotated[Whole, Field(ge=1, le=1_000_000)]
    unit_price: Money
    name: Text = ""
    warehouse: Identifier | None = None


class NewAddress(Address):
    """The address of the buyer; the fields that a parcel needs are required."""

    name: Annotated[Text, Field(min_length=1)]
    address1: Annotated[Text, Field(min_length=1)]
    city: Annotated[Text, Field(min_length=1)]
    country: Annotated[Text, Field(min_length=2)]


def _is_email(text: str) -> str:
    if text and not re.fullmatch(E_MAIL, text):
        raise ValueError("is no e-mail address")
    return text


class NewCustomer(Customer):
    """The buyer, as a person writes it: with an e-mail address, or without one."""

    email: Annotated[Text, AfterValidator(_is_email)] = ""


class NewOrder(Value):
    """An order placed by a person; without `channel_order_id` it gets one made of the request's id."""

    channel: Identifier
    channel_order_id: Code | None = None
    number: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    placed_at: Instant | None = None
    paid: bool = False
    customer: NewCustomer = NewCustomer()
    ship_to: NewAddress
    bill_to: Address | None = None
    delivery_method: Text = ""
    ship_by: Instant | None = None
    deliver_by: Instant | None = None
    expedited: bool = False
    shipping: Money | None = None
    tax: Money | None = None
    discount: Money | None = None
    total: Money | None = None
    note: LongText = ""
    gift_message: LongText = ""
    lines: Annotated[tuple[NewLine, ...], Field(min_length=1, max_length=MAX_LINES)]

    @property
    def currency(self) -> str:
        """The currency of the order: all amounts must have that of the first line."""
        return self.lines[0].unit_price.currency


def place_order(new: NewOrder, request: str, who: str) -> ChannelOrder:
    """Send the order to the orders queue; raises NotNow if its channel has another order of that id, or of that number.

    One that was placed before the channel's `ignore_before` would stay out, and is refused.
    `request` is the id of the request: an order without an id gets its own from it. Of a channel that is connected an
    order without an id is named by its number.
    """
    config, now = configuration.current(), datetime.now(UTC)
    if errors := tuple(_order_errors(new, config, now)):
        raise Rejected("the order does not fit", errors)
    channel = config.channels[ChannelId(new.channel)]
    is_connected = channel.is_connected
    if is_connected and not new.channel_order_id and new.number:
        new = new.replace(channel_order_id=new.number)
    order = _channel_order(new, request, now)
    stored = orders.find_order(order.order_id) if new.channel_order_id else None
    why = why_too_early(order, channel.ignore_before)
    if why and (not stored or stored.is_placeholder):
        raise Rejected("the order does not fit", [FieldError("placed_at", why)])
    if stored and not stored.is_placeholder and is_other_order(stored, order):
        raise NotNow(f"{new.channel} has an order {order.channel_order_id} already")
    if is_connected and not stored:
        _check_number(order)
    send_orders([order], who=who)
    return order


def _check_number(order: ChannelOrder) -> None:
    named = orders.find_orders(ids_by_name(order.channel, (order.number, order.channel_order_id))).values()
    for other in (*named, *numbered_orders(order)):
        if has_number_of(other, order) and other.status is not Status.CANCELLED:
            raise NotNow(f"{order.channel} has this order already, as {other.channel_order_id} ({other.id})")


def _order_errors(new: NewOrder, config: Configuration, now: datetime) -> Iterator[FieldError]:
    if ChannelId(new.channel) not in config.channels:
        yield FieldError("channel", f"there is no channel {new.channel}")
    if new.placed_at and is_future(new.placed_at, now):
        yield FieldError("placed_at", FUTURE)
    if not is_usable(new.ship_to):
        yield FieldError("ship_to.country", "is not a country: write its code, such as DE")
    for index, line in enumerate(new.lines):
        if line.warehouse and (absent := config.absence(WarehouseId(line.warehouse))):
            yield FieldError(f"lines.{index}.warehouse", absent)
    yield from _amount_errors(new)


def _amount_errors(new: NewOrder) -> Iterator[FieldError]:
    for field, money in _amounts(new):
        if money and money.currency != new.currency:
            yield FieldError(field, f"an order is in one currency, this one in {new.currency}")


def _amounts(new: NewOrder) -> Iterator[tuple[str, Money | None]]:
    yield from ((f"lines.{index}.unit_price", line.unit_price) for index, line in enumerate(new.lines))
    yield from ((field, getattr(new, field)) for field in AMOUNTS)


def _channel_order(new: NewOrder, request: str, now: datetime) -> ChannelOrder:
    same = ("channel", "currency", "delivery_method", *PROMISES, *AMOUNTS, *TEXTS, "bill_to")
    channel_order_id = new.channel_order_id or f"manual-{request[:12]}"
    order = ChannelOrder(
        **{field: getattr(new, field) for field in same},
        channel_order_id=channel_order_id,
        customer=Customer(**dict(new.customer)),
        number=new.number or channel_order_id,
        placed_at=new.placed_at or now,
        modified_at=now,
        paid_at=now if new.paid else None,
        ship_to=normalised(Address(**new.ship_to.model_dump())),
        lines=tuple(ChannelLine(id=str(index), **line.model_dump()) for index, line in enumerate(_named(new.lines), 1)),
        source=f"manual {request[:12]}",
        lists_parcels=False,
        by_hand=True,
    )
    return with_discount_in_lines(order)


def _named(lines: tuple[NewLine, ...]) -> list[NewLine]:
    """Return the lines, those without a name with that of their product."""
    products = catalogue.find_products({Sku(line.sku) for line in lines if not line.name})
    names = {sku: product.name for sku, product in products.items()}
    return [line if line.name else line.replace(name=names.get(Sku(line.sku), "")) for line in lines]
