"""Fulfilment orders on their way to Amazon: which may be sent, as what, and what is stored of them before."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from packhorse.domain.address import Address
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.fba import FbaSettings, Packaging
from packhorse.domain.fba.outbound import McfPreview, McfRequest
from packhorse.domain.money import Money
from packhorse.domain.orders.customs import declared_value
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder, FulfilmentStatus
from packhorse.domain.orders.mcf import McfItem, McfOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import fulfilment_order_of
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_entry, with_fulfilment
from packhorse.domain.values import Sku

SENDABLE = frozenset({FulfilmentStatus.REQUESTED, FulfilmentStatus.ACCEPTED})
LONGEST_ID = 40
MOST_ITEMS, MOST_UNITS = 100, 250
"""What Amazon takes in one order."""
LONGEST_SKU = 50

SellerSkus = Mapping[Sku, str]
"""Skus of a seller at Amazon by ours; a product without a listing there has ours."""
Products = Mapping[Sku, Product]


def may_be_sent(order: Order, number: int) -> bool:
    """Return whether Amazon is to get a fulfilment order that it has not got: open, not held, not requested back."""
    fulfilment = order.fulfilment(number)
    if fulfilment is None or order.holds or fulfilment.status not in SENDABLE or fulfilment.mcf:
        return False
    is_requested_back = fulfilment.cancellation is not None and fulfilment.cancellation.is_pending
    return not is_requested_back and bool(fulfilment.remaining)


def item_id(line: str, sku: str) -> str:
    """Return the id of an item at Amazon, whose ids are shorter than those of lines may be.

    >>> item_id("1", "MUG") == item_id("1", "MUG") != item_id("1", "BOX")
    True
    """
    return hashlib.sha256(f"{line}\n{sku}".encode()).hexdigest()[:LONGEST_ID]


def items_of(order: Order, fulfilment: FulfilmentOrder, names: SellerSkus) -> tuple[McfItem, ...]:
    """Return what Amazon is to ship: of a kit its components."""
    return tuple(_items(order, fulfilment, names))


def _items(order: Order, fulfilment: FulfilmentOrder, names: SellerSkus) -> Iterator[McfItem]:
    for name, units in fulfilment.remaining.items():
        line = order.line(name)
        for sku, each in (line.recipe if line else {}).items():
            seller_sku = names.get(sku, sku)
            yield McfItem(id=item_id(name, sku), line=name, sku=sku, seller_sku=seller_sku, quantity=units * each)


def to_request(
    order: Order, number: int, fba: FbaSettings, channel: Channel | None, names: SellerSkus, unpriced: Products
) -> McfRequest:
    """Return a fulfilment order as Amazon is requested to ship it, or was; `channel` is the one that sold it.

    `unpriced` are the products of lines without a price: their customs value is declared.
    """
    fulfilment = fulfilment_order_of(order, number)
    sent = fulfilment.mcf
    items = sent.items if sent else items_of(order, fulfilment, names)
    return McfRequest(
        id=fulfilment.id,
        number=order.number or order.channel_order_id,
        placed_at=order.placed_at,
        comment=order.gift_message if _is_read(order.gift_message) else fba.comment,
        speed=sent.speed if sent else fba.speed_of(order.delivery_method, expedited=bool(order.expedited)),
        features=sent.features if sent else features_of(channel),
        ship_to=order.ship_to or Address(),
        items=items,
        values={item.id: value for item in items if (value := _unit_value(order, item, unpriced))},
    )


def _unit_value(order: Order, item: McfItem, unpriced: Products) -> Money | None:
    """Return the value of one unit for customs; the components of a kit share its value by their units."""
    line = order.line(item.line)
    value = declared_value(line, 1, unpriced.get(Sku(line.matched or ""))) if line else None
    if line is None or value is None:
        return None
    return Money(minor=max(value.minor // max(sum(line.recipe.values()), 1), 1), currency=value.currency)


def _is_read(text: str) -> bool:
    """Return whether a text has a character that is seen when it is printed."""
    return any(char.isprintable() and not char.isspace() for char in text)


def features_of(channel: Channel | None) -> tuple[str, ...]:
    """Return what Amazon must heed for a channel's orders, in its words."""
    if channel is None:
        return ()
    unbranded = ("BLANK_BOX",) if channel.packaging is Packaging.UNBRANDED else ()
    return (*unbranded, *(("BLOCK_AMZL",) if channel.block_amazon_logistics else ()))


def unfit_because(request: McfRequest) -> str:
    """Return why Amazon cannot be requested to ship this, for people; empty if it can."""
    if long := next((each.seller_sku for each in request.items if len(each.seller_sku) > LONGEST_SKU), None):
        return f"Amazon's skus have at most {LONGEST_SKU} characters: map a listing for “{long}”"
    if len(request.items) > MOST_ITEMS:
        return f"an order at Amazon has at most {MOST_ITEMS} items, this one {len(request.items)}: split it"
    units = sum(each.quantity for each in request.items)
    return f"an order at Amazon has at most {MOST_UNITS} units, this one {units}: split it" * (units > MOST_UNITS)


def with_intent(order: Order, number: int, request: McfRequest, preview: McfPreview, at: datetime) -> Order:
    """Return the order with what is about to be sent to Amazon; unchanged if it was sent, or has other units now."""
    if not may_be_sent(order, number):
        return order
    fulfilment = fulfilment_order_of(order, number)
    if items_of(order, fulfilment, {Sku(each.sku): each.seller_sku for each in request.items}) != request.items:
        return order
    mcf = McfOrder(
        tried_at=at,
        items=request.items,
        left_before=dict(fulfilment.shipped),
        speed=request.speed,
        features=request.features,
        fee=preview.fee,
        arrives_by=preview.arrives_by,
    )
    changed = with_fulfilment(order, fulfilment.replace(mcf=mcf))
    fee = f", {preview.fee.amount} {preview.fee.currency} estimated" if preview.fee else ""
    detail = f"{fulfilment.warehouse}, {request.speed}{fee}"
    return with_status(with_entry(changed, at, "sent_to_amazon", "packhorse", detail), at, "packhorse")


def tried_again(order: Order, number: int, at: datetime) -> Order:
    """Return the order with the time at which what was sent is sent once more."""
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.mcf is None or fulfilment.mcf.is_taken:
        return order
    return with_fulfilment(order, fulfilment.replace(mcf=fulfilment.mcf.replace(tried_at=at)))


def with_refusal(order: Order, number: int, reason: str) -> Order:
    """Return the order with why Amazon refused to be sent once more what it may have."""
    fulfilment = fulfilment_order_of(order, number)
    if fulfilment.mcf is None or fulfilment.mcf.is_taken:
        return order
    return with_fulfilment(order, fulfilment.replace(mcf=fulfilment.mcf.replace(refusal=reason[:255])))
