"""Orders of eBay in the fields of ours."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

from packhorse.channels.body import SENSELESS, money, parse_model, to_channel_order, unknown_word, without_sign
from packhorse.channels.ebay.order_models import AboutMoney, Contact, Instruction, Line, Order
from packhorse.channels.ebay.references import listing_reference
from packhorse.channels.ebay.units import units_sent
from packhorse.domain.errors import Rejected
from packhorse.domain.orders.channel_order import ChannelOrder

SHIPPED_BY_SELLER = frozenset({"SHIP_TO", "SELLER_DEFINED", ""})
"""Kinds of instructions whose parcels we send."""
PICKUP = "PREPARE_FOR_PICKUP"
"""The kind of what a buyer fetches: at the seller's, or with Click & Collect at a store that the seller ships it to."""
NOT_SHIPPED = frozenset({"DIGITAL", "FULFILLED_BY_EBAY"})

PAID = frozenset({"PAID", "PARTIALLY_REFUNDED", "FULLY_REFUNDED"})
UNPAID = frozenset({"PENDING", "FAILED"})
CANCEL_REQUESTED = "A cancellation of this order is requested on eBay: answer it there before the order ships."


def to_our_order(body: object, channel: str) -> ChannelOrder | None:
    """Return the order; None for one of which nothing is shipped by the seller. Raises Rejected if it is unreadable.

    `body` is an order of the API with its fulfilments under `shippingFulfillments`.
    """
    adjusted: set[str] = set()
    order = parse_model(Order, body, adjusted)
    _require_known(order)
    if not goods(order) or not any(map(is_shipped, order.instructions or (Instruction(),))):
        return None
    return to_channel_order(order_facts(order, channel), adjusted, datetime.now(UTC))


def _require_known(order: Order) -> None:
    """Raise Rejected for a word that says what is to be done with the order and that we do not know."""
    kinds = {each.kind for each in order.instructions} - SHIPPED_BY_SELLER - NOT_SHIPPED - {PICKUP}
    wrong = [unknown_word("fulfillmentInstructionsType", kind) for kind in sorted(kinds)]
    if order.payment and order.payment not in PAID | UNPAID:
        wrong.append(unknown_word("orderPaymentStatus", order.payment))
    if wrong:
        raise Rejected(SENSELESS, wrong)


def is_shipped(instruction: Instruction) -> bool:
    """Return whether the seller ships it: to the buyer, or to the store where the buyer fetches it."""
    if instruction.kind == PICKUP:
        return instruction.step is not None and instruction.step.ship_to is not None
    return instruction.kind in SHIPPED_BY_SELLER


def goods(order: Order) -> tuple[Line, ...]:
    """Return the lines to ship, without gift cards, which eBay e-mails."""
    return tuple(line for line in order.lines if line.gift is None)


def order_facts(order: Order, channel: str) -> dict[str, object]:
    """Return the fields of our order."""
    instruction = next(filter(is_shipped, order.instructions), Instruction())
    lines, currency = goods(order), order.lines[0].cost.currency
    notes = [CANCEL_REQUESTED if order.cancel.state == "IN_PROGRESS" else "", order.note]
    return {
        "channel": channel,
        "channel_order_id": order.id,
        "number": order.id,
        "currency": currency,
        "placed_at": order.created_at,
        "modified_at": order.modified_at,
        "paid_at": paid_at(order),
        "is_unpaid": order.payment in UNPAID,
        "cancelled_at": (order.cancel.at or order.modified_at) if order.cancel.state == "CANCELED" else None,
        "payment": list(filter(None, [order.payment, *(each.method for each in order.paid.payments)])),
        "refunded_at": order.modified_at if order.payment == "FULLY_REFUNDED" else None,
        "shipped_at": shipped_at(order),
        "customer": customer(order, instruction),
        "ship_to": ship_to(instruction),
        "delivery_method": instruction.step.service if instruction.step else "",
        "ship_by": min((line.dates.ship_by for line in lines if line.dates.ship_by), default=None),
        "deliver_by": min((line.dates.latest for line in lines if line.dates.latest), default=instruction.latest),
        "shipping": money(_sum(order.prices.delivery, order.prices.delivery_discount), currency),
        "tax": money(_sum(order.prices.tax), currency),
        "discount": money(without_sign(_sum(order.prices.discount)), currency),
        "total": money(_sum(order.prices.total), currency),
        "note": "\n".join(filter(None, notes)),
        "lines": [line_facts(line) for line in lines],
        "parcels": list(parcels(order)),
    }


def line_facts(line: Line) -> dict[str, object]:
    """Return the fields of our line; the listing stands for a sku that it lacks."""
    reference = listing_reference(line.item, line.sku if line.variation else "", line.variation or "")
    discounted = _sum(line.discounted)
    cost = Decimal(line.cost.value)
    return {
        "id": line.id,
        "reference": reference,
        "sku": line.sku or reference,
        "name": line.title,
        "quantity": line.quantity,
        "unit_price": money(cost / line.quantity if line.quantity > 0 else cost, line.cost.currency),
        "discount": None if discounted is None else money(max(cost - discounted, Decimal()), line.cost.currency),
        "tax": money(sum((Decimal(each.amount.value) for each in line.taxes), Decimal()), line.cost.currency)
        if line.taxes
        else None,
    }


def paid_at(order: Order) -> datetime | None:
    """Return when the buyer paid; a refund, of a part or of all, leaves that as it is."""
    if order.payment not in PAID:
        return None
    return min((each.at for each in order.paid.payments if each.at), default=order.created_at)


def shipped_at(order: Order) -> datetime | None:
    """Return when the last parcel left, once the whole order has shipped."""
    if order.fulfilment != "FULFILLED":
        return None
    return max((each.at for each in order.fulfilments if each.at), default=order.modified_at)


def ship_to(instruction: Instruction) -> dict[str, str] | None:
    """Return the address that the parcel goes to; None where eBay shows none, or withholds name and phone by now.

    With eBay International Shipping that is a warehouse in the seller's country, which knows the parcel by a
    reference: eBay wants it on the label right above the street.
    """
    step = instruction.step
    if step is None or step.ship_to is None or not (step.ship_to.name or step.ship_to.phone.phone_number):
        return None
    parts = address(step.ship_to)
    if step.reference:
        above = ", ".join(filter(None, [parts["company"], f"Reference #{step.reference}"]))
        parts = {**parts, "company": above[:255]}
    return parts


def address(contact: Contact) -> dict[str, str]:
    """Return the fields of our address."""
    place = contact.address
    return {
        "name": contact.name,
        "company": contact.company,
        "address1": place.line1,
        "address2": place.line2,
        "city": place.city,
        "state": place.state or place.county,
        "postcode": place.postcode,
        "country": place.country,
        "phone": contact.phone.phone_number,
    }


def customer(order: Order, instruction: Instruction) -> dict[str, str]:
    """Return the buyer: by the account's contact where eBay shows it, else by that of the parcel.

    An eBay name is no name of a person, and for some buyers it is an id: it is `id`, and nothing else is made of it. In
    place of an e-mail address that eBay shows no more, after two weeks, other words may stand.
    """
    recipient = instruction.step.ship_to if instruction.step else None
    contact = order.buyer.contact or recipient or Contact()
    email = next((each.email for each in (contact, recipient) if each and "@" in each.email), "")
    return {"id": order.buyer.username, "name": contact.name, "email": email, "phone": contact.phone.phone_number}


def parcels(order: Order) -> Iterator[dict[str, object]]:
    """Yield the parcels that left, without those of gift cards alone."""
    shipped = {line.id for line in goods(order)}
    for sent, units in zip(order.fulfilments, units_sent(order.fulfilments, order.lines), strict=True):
        lines = [{"line": line, "quantity": units[line]} for line in units if line in shipped and units[line] > 0]
        if lines:
            yield {
                "id": sent.id,
                "carrier": sent.carrier,
                "tracking": sent.tracking,
                "shipped_at": sent.at,
                "lines": lines,
            }


def _sum(*amounts: AboutMoney | None) -> Decimal | None:
    found = [Decimal(each.value) for each in amounts if each and each.value is not None]
    return sum(found, Decimal()) if found else None
