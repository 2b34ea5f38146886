"""Fulfilment orders as their supplier gets them, in batches."""

from datetime import date
from typing import Annotated

from pydantic import Field

from packhorse.domain.address import Address
from packhorse.domain.money import Currency, Money
from packhorse.domain.values import Identifier, Instant, LongText, SkuText, Text, Value, Whole


class SentOrderLine(Value):
    """A line of a fulfilment order as its supplier gets it; `number` names it in all files.

    `supplier_sku` is the supplier's own sku, where it has one, `price` that of one unit, `amount` that of all: of units
    that a buyer bought, both are after the discount, so that `amount` is not always a multiple of `price`.
    """

    id: Annotated[str, Field(max_length=100)]
    number: Annotated[Whole, Field(ge=1)]
    sku: SkuText
    supplier_sku: Text = ""
    barcode: Text = ""
    name: Text = ""
    quantity: Annotated[Whole, Field(gt=0)]
    price: Money | None = None
    amount: Money | None = None
    case_pack: Annotated[Whole, Field(ge=1)] = 1
    expected_on: date | None = None


class PurchaseFacts(Value):
    """What a purchase order says beside what a fulfilment order does; `account` is ours with the supplier."""

    ordered_at: Instant
    currency: Currency
    reference: Text = ""
    account: Text = ""


class SentOrder(Value):
    """A fulfilment order as its supplier gets it; `fulfilment` is our id of it, `order` that of its order.

    `number` is the order's number in its channel, `purchase_order` that of the purchase order which follows it, where a
    column has that. A purchase order is sent as one, too: with its `purchase`, and its own number as all three.
    """

    fulfilment: Annotated[str, Field(min_length=1, max_length=80)]
    order: Annotated[str, Field(min_length=1, max_length=64)]
    number: Annotated[str, Field(max_length=100)] = ""
    channel: Identifier
    warehouse: Identifier
    placed_at: Instant
    ship_by: Instant | None = None
    deliver_by: Instant | None = None
    expedited: bool = False
    delivery_method: Text = ""
    ship_to: Address = Address()
    email: Text = ""
    note: LongText = ""
    gift_message: LongText = ""
    lines: Annotated[tuple[SentOrderLine, ...], Field(min_length=1)]
    purchase_order: Text = ""
    purchase: PurchaseFacts | None = None


class Batch(Value):
    """Fulfilment orders that go to a supplier together; a number is used once: sending again takes a new one."""

    supplier: Identifier
    number: Annotated[Whole, Field(ge=1, le=999_999_999)]
    created_at: Instant
    orders: Annotated[tuple[SentOrder, ...], Field(min_length=1)]


class Visible(Value):
    """What a supplier may see beside what it needs to ship; a hidden fact is an empty cell."""

    prices: bool = False
    email: bool = False
    phone: bool = False
