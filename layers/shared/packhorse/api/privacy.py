"""Privacy: buyers erased on request, and their data exported."""

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field

from packhorse.api.access import OWNING, allow, current_name
from packhorse.api.paging import KEY, Cursor, PageSize, cursor_of, position_of
from packhorse.domain.address import Address
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import Customer
from packhorse.domain.orders.erasing import entries_about_buyer, remarks_about_buyer
from packhorse.domain.orders.order import Order, Replaced, Status, TimelineEntry
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.parcel import Parcel
from packhorse.domain.values import ChannelId, Identifier, Instant, OrderId, OrderIdText, Value
from packhorse.store import configuration
from packhorse.usecases.orders.export_buyer import export_buyer
from packhorse.usecases.orders.find_buyer import orders_of_account, orders_of_email, orders_to_erase_of
from packhorse.usecases.orders.request_erasure import request_erasure

router = APIGatewayHttpRouter()


class Whose(Value):
    """Whose data: of one order, of an e-mail address in all channels, or of a customer's id in a channel."""

    order: OrderIdText | None = None
    email: Annotated[str, Field(min_length=3, max_length=255)] | None = None
    channel: Identifier | None = None
    customer: Annotated[str, Field(min_length=1, max_length=200)] | None = None


class Erasing(Value):
    """The orders that are erased by the next audit, each once it is complete or cancelled."""

    orders: tuple[OrderIdText, ...]


@router.post("/privacy/erase", summary="Erase a buyer's data", tags=["privacy"], status_code=HTTPStatus.ACCEPTED)
@allow(OWNING)
def erase(whose: Whose) -> Erasing:
    """202: the orders are marked; an audit erases them within the hour, an open one once it is over.

    Either `order`, or `email`, or `channel` and `customer`. A second time changes nothing. 404 for an unknown order.
    """
    now, who = datetime.now(UTC), current_name()
    return Erasing(orders=request_erasure(_orders_of(whose), who, now))


class BoughtLine(Value):
    """What the buyer bought."""

    sku: str
    name: str
    quantity: int
    unit_price: Money | None


class SentParcel(Value):
    """A parcel to the buyer; `tracking` may be unknown."""

    carrier: str | None
    tracking: str | None
    shipped_at: Instant


class WrittenNote(Value):
    """A note of our people about the order."""

    text: str
    written_at: Instant


class Occurrence(Value):
    """A timeline entry that names the buyer, or quotes an address, or what people and others wrote."""

    at: Instant
    what: str
    detail: str


class BuyerOrder(Value):
    """What is stored of a buyer in one order; `replaced` is what people replaced.

    `remarks` are what people, carriers, suppliers and channels wrote about it, and what else names the buyer.

    Our people are not named: that is their data.
    """

    id: OrderIdText
    channel: str
    channel_order_id: str
    number: str
    placed_at: Instant
    status: Status
    customer: Customer
    ship_to: Address | None
    bill_to: Address | None
    note: str
    gift_message: str
    replaced: tuple[Replaced, ...]
    total: Money | None
    lines: tuple[BoughtLine, ...]
    parcels: tuple[SentParcel, ...]
    internal_notes: tuple[WrittenNote, ...]
    remarks: tuple[str, ...]
    timeline: tuple[Occurrence, ...]
    erase_requested_at: Instant | None
    erased_at: Instant | None


class BuyerData(Value):
    """A page of a buyer's orders; `next` is the cursor of the next one, null at the end."""

    items: tuple[BuyerOrder, ...]
    next: str | None


@router.post("/privacy/export", summary="Export a buyer's data", tags=["privacy"])
@allow(OWNING)
def export(whose: Whose, limit: PageSize = 50, cursor: Cursor = None) -> BuyerData:
    """Return what is stored of a buyer: customer, addresses, notes, lines, parcels, what was written about it.

    Either `order`, or `email`, or `channel` and `customer`, as of `POST /privacy/erase`. Each order's timeline says
    `exported`, by whom. Send the same body with `next` as the cursor for the next page. 404 for an unknown order.
    """
    now, who = datetime.now(UTC), current_name()
    found = export_buyer(_stored_orders_of(whose), position_of(cursor, KEY), limit, who, now)
    return BuyerData(items=tuple(map(_exported, found.orders)), next=cursor_of(found.next))


def _exported(order: Order) -> BuyerOrder:
    return BuyerOrder(
        id=order.id,
        channel=order.channel,
        channel_order_id=order.channel_order_id,
        number=order.number,
        placed_at=order.placed_at,
        status=order.status,
        customer=order.customer,
        ship_to=order.ship_to,
        bill_to=order.bill_to,
        note=order.note,
        gift_message=order.gift_message,
        replaced=order.replaced,
        total=order.total,
        lines=tuple(_line(each) for each in order.lines),
        parcels=tuple(_parcel(each) for each in order.parcels),
        internal_notes=tuple(WrittenNote(text=each.text, written_at=each.written_at) for each in order.internal_notes),
        remarks=remarks_about_buyer(order),
        timeline=tuple(map(_occurrence, entries_about_buyer(order))),
        erase_requested_at=order.erase_requested_at,
        erased_at=order.erased_at,
    )


def _line(line: OrderLine) -> BoughtLine:
    return BoughtLine(
        sku=line.sku, name=line.name, quantity=line.quantity, unit_price=line.unit_price if line.has_price else None
    )


def _occurrence(entry: TimelineEntry) -> Occurrence:
    return Occurrence(at=entry.at, what=entry.what, detail=entry.detail)


def _parcel(parcel: Parcel) -> SentParcel:
    return SentParcel(carrier=parcel.carrier, tracking=parcel.tracking, shipped_at=parcel.shipped_at)


def _stored_orders_of(whose: Whose) -> tuple[OrderId, ...]:
    """Return also those of a customer's id that are to be erased, which the index has under another key."""
    return _orders_of(whose, marked=True)


def _orders_of_account(channel: ChannelId, customer: str, *, marked: bool) -> tuple[OrderId, ...]:
    """Return the orders; raises Rejected for a channel that does not exist, unless a removed one has left some."""
    found = orders_of_account(channel, (customer,))
    to_erase = tuple(orders_to_erase_of(channel, customer))
    if not found and not to_erase and channel not in configuration.current().channels:
        raise Rejected("no such channel", [FieldError("channel", f"there is no channel {channel}")])
    return (*found, *to_erase) if marked else found


def _orders_of(whose: Whose, *, marked: bool = False) -> tuple[OrderId, ...]:
    match whose:
        case Whose(order=str(order), email=None, channel=None, customer=None):
            return (OrderId(order),)
        case Whose(order=None, email=str(email), channel=None, customer=None):
            return orders_of_email(email)
        case Whose(order=None, email=None, channel=str(channel), customer=str(customer)):
            return _orders_of_account(ChannelId(channel), customer, marked=marked)
    message = "give one of: order; email; channel with customer"
    raise Rejected("the input does not fit", [FieldError("order", message)])
