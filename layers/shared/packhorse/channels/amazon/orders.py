"""Orders of Amazon in the fields of ours."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

from packhorse.channels.amazon.marketplaces import MARKETPLACES
from packhorse.channels.amazon.order_models import Address, Line, Order, Package, Proceeds
from packhorse.channels.body import (
    SENSELESS,
    money,
    money_of_units,
    parse_model,
    to_channel_order,
    unknown_word,
    without_sign,
)
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.hold_notice import HoldCategory

AMAZON, NOT_AMAZON = "AMAZON", "NON_AMAZON"
PENDING = frozenset({"PENDING", "PENDING_AVAILABILITY"})
SHIPPED, CANCELLED = "SHIPPED", "CANCELLED"
STATES = PENDING | {"UNSHIPPED", "PARTIALLY_SHIPPED", SHIPPED, CANCELLED, "UNFULFILLABLE"}
UNPAID = PENDING | {CANCELLED}
"""States that do not say that the order was paid: a payment that was not authorised ends as cancelled, too."""

EXPEDITED = frozenset({"EXPEDITED", "NEXT_DAY", "PRIORITY", "SAME_DAY", "SECOND_DAY"})
WAITS = {
    "PENDING": "Amazon has not authorised the payment yet; it shows the address once it has.",
    "PENDING_AVAILABILITY": "A pre-order: Amazon releases it when the item is released.",
}
"""Why an order of these states waits."""
NOT_GOODS = frozenset({"SHIPPING", "GIFT_WRAP", "COD_FEE"})
"""What a discount may be of beside the goods."""
WAIT_CATEGORIES = {"PENDING": HoldCategory.PAYMENT, "PENDING_AVAILABILITY": HoldCategory.DELIVERY_DATE}
CANCEL_REQUESTED = "The buyer requested to cancel this order on Amazon: answer it there before the order ships."


def to_our_order(body: object, channel: str) -> ChannelOrder | None:
    """Return the order; None for one that is not to be recorded. Raises Rejected if it is unreadable.

    What Amazon fulfils from its own warehouses is recorded once it has left; what we had Amazon fulfil for another
    channel is an order of that one.
    """
    adjusted: set[str] = set()
    order = parse_model(Order, body, adjusted)
    if (status := order.fulfilment.status) not in STATES:  # it may be one that is not to be sent yet
        raise Rejected(SENSELESS, [unknown_word("fulfillmentStatus", status)])
    if order.sold_on.name == NOT_AMAZON or (order.fulfilment.by == AMAZON and order.fulfilment.status != SHIPPED):
        return None
    return to_channel_order(order_facts(order, channel), adjusted, datetime.now(UTC))


def order_facts(order: Order, channel: str) -> dict[str, object]:
    """Return the fields of our order."""
    status, currency = order.fulfilment.status, currency_of(order)
    waits = WAITS.get(status)
    return {
        "channel": channel,
        "channel_order_id": order.id,
        "number": order.id,
        "currency": currency,
        "placed_at": order.created_at,
        "modified_at": order.modified_at,
        "paid_at": None if status in UNPAID else order.created_at,
        "cancelled_at": order.modified_at if status == CANCELLED else None,
        "payment": list(dict.fromkeys(each.method for each in order.payment.executions if each.method)),
        "shipped_at": shipped_at(order),
        "customer": customer(order),
        "ship_to": ship_to(order.recipient.address),
        "delivery_method": order.fulfilment.level,
        "ship_by": order.fulfilment.ship_by.latest,
        "deliver_by": order.fulfilment.deliver_by.latest,
        "expedited": order.fulfilment.level in EXPEDITED,
        "shipping": money(part_of(order.proceeds, "SHIPPING"), currency),
        "tax": money(part_of(order.proceeds, "TAX"), currency),
        "discount": money(without_sign(part_of(order.proceeds, "DISCOUNT")), currency),
        "total": money(order.proceeds.total.amount if order.proceeds.total else None, currency),
        "note": "\n".join(notes(order))[:5000],
        "gift_message": "\n".join(gift_messages(order))[:5000],
        "lines": [line_facts(line, currency) for line in order.lines],
        "parcels": list(parcels(order)),
        "holds_there": [{"id": status, "reason": waits, "category": WAIT_CATEGORIES[status]}] if waits else [],
    }


def currency_of(order: Order) -> str:
    """Return the currency of the prices, which pending orders have none of; else that of the marketplace."""
    for line in order.lines:
        if line.product.price.unit:
            return line.product.price.unit.currency
    if found := MARKETPLACES.get(order.sold_on.marketplace):
        return found.currency
    raise Rejected(SENSELESS, [FieldError("salesChannel.marketplaceId", "is no marketplace of Amazon")])


def line_facts(line: Line, currency: str) -> dict[str, object]:
    """Return the fields of our line; an order item's sku is the seller's, as it is on Amazon."""
    unit = line.product.price.unit
    return {
        "id": line.id,
        "reference": line.product.sku,
        "sku": line.product.sku.strip() or line.product.asin,
        "name": line.product.title,
        "quantity": line.quantity,
        "unit_price": money(unit.amount if unit else "0", currency),
        "has_price": unit is not None,
        "discount": money_of_units(goods_discount(line.proceeds), currency, line.quantity, line.ordered),
        "tax": money_of_units(part_of(line.proceeds, "TAX"), currency, line.quantity, line.ordered),
    }


def shipped_at(order: Order) -> datetime | None:
    """Return when the last package left, once the whole order has shipped."""
    if order.fulfilment.status != SHIPPED:
        return None
    return max((each.at for each in left_packages(order) if each.at), default=order.modified_at)


def ship_to(address: Address | None) -> dict[str, str] | None:
    """Return the address; None where Amazon withholds it: place and country are shown without name and street."""
    if address is None or not (address.line1 or address.line2 or address.line3):
        return None
    return {
        "name": address.name,
        "company": address.company,
        "address1": address.line1,
        "address2": ", ".join(filter(None, (address.line2, address.line3)))[:255],
        "city": address.city or address.district,
        "state": address.state,
        "postcode": address.postcode,
        "country": address.country,
        "phone": address.phone,
    }


def customer(order: Order) -> dict[str, str]:
    """Return the buyer; Amazon says no account."""
    address = order.recipient.address or Address()
    return {"name": order.buyer.name or address.name, "email": order.buyer.email, "phone": address.phone}


def notes(order: Order) -> Iterator[str]:
    """Yield what a packer has to know."""
    requests = [line.cancellation.request for line in order.lines if line.cancellation.execution is None]
    if wanted := [each for each in requests if each]:
        reasons = ", ".join(dict.fromkeys(each.reason for each in wanted if each.reason))
        yield f"{CANCEL_REQUESTED} ({reasons})" if reasons else CANCEL_REQUESTED
    wishes = order.recipient.preference
    yield from filter(None, (wishes.place, wishes.instruction))
    for line in order.lines:
        gift = line.fulfilment.packing.gift
        if gift and gift.wrap:
            yield f"Gift wrap, {line.product.sku}: {gift.wrap}"


def gift_messages(order: Order) -> Iterable[str]:
    """Return each message once: Amazon has one for each line, and buyers repeat it."""
    gifts = (line.fulfilment.packing.gift for line in order.lines)
    return dict.fromkeys(gift.message for gift in gifts if gift and gift.message)


def parcels(order: Order) -> Iterator[dict[str, object]]:
    """Yield the packages that left; those of Amazon's own warehouses are not shown, all units left in one of them."""
    if order.fulfilment.by == AMAZON:
        lines = [{"line": line.id, "quantity": line.quantity} for line in order.lines if line.quantity]
        yield {"id": order.id, "carrier": "Amazon", "lines": lines, "is_foreign": True, "shipped_at": shipped_at(order)}
        return
    units = {line.id for line in order.lines}
    for package in left_packages(order):
        lines = [
            {"line": each.id, "quantity": each.quantity}
            for each in package.lines
            if each.id in units and each.quantity > 0
        ]
        if lines:
            yield {
                "id": package.id,
                "carrier": package.carrier,
                "tracking": package.tracking,
                "shipped_at": package.at,
                "lines": lines,
            }


def left_packages(order: Order) -> list[Package]:
    """Return the packages that are on their way.

    Of one that may wait, Amazon's count of sent units says it: they are more than those of the other packages.
    """
    there = [each for each in order.packages if not each.is_gone and not each.waits]
    if order.fulfilment.status == SHIPPED:
        return there
    sent = Counter({line.id: line.fulfilment.sent or 0 for line in order.lines})
    left = [each for each in there if not each.may_wait]
    for each in left:
        sent -= each.units
    for each in there:
        if each.may_wait and each.units <= sent:
            left.append(each)
            sent -= each.units
    return left


def goods_discount(proceeds: Proceeds) -> Decimal | None:
    """Return what was taken off the goods of a line: a promotion may be one of their shipping or wrapping instead."""
    stated = without_sign(part_of(proceeds, "DISCOUNT"))
    details = (detail for part in proceeds.parts if part.kind == "DISCOUNT" for detail in part.details)
    others = (each.value.amount for each in details if each.kind in NOT_GOODS and each.value and each.value.amount)
    return None if stated is None else max(stated - sum(abs(Decimal(each)) for each in others), Decimal())


def part_of(proceeds: Proceeds, kind: str) -> Decimal | None:
    """Return the sum of the parts of a kind; None without any."""
    found = [
        Decimal(each.subtotal.amount)
        for each in proceeds.parts
        if each.kind == kind and each.subtotal and each.subtotal.amount is not None
    ]
    return sum(found, Decimal()) if found else None
