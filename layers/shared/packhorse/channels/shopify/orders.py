"""Shopify: signed webhooks, each with the whole order.

orders/edited is not among the topics: its body is the edit alone, and orders/updated brings the edited order, too.
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from packhorse.channels.body import deleted_order, id_in_body, money, money_of_units, parse_model, to_channel_order
from packhorse.channels.shopify.hold_reasons import category_of
from packhorse.channels.shopify.levels import TOPIC, TRIGGERED
from packhorse.channels.shopify.order_body import Address, Deleted, FulfillmentHold, Line, Order
from packhorse.domain.orders.channel_order import ChannelOrder, DeletedOrder
from packhorse.http.body import parse_json, parse_moment
from packhorse.http.signature import header, is_signed

TOPICS = frozenset(
    f"orders/{what}" for what in ("create", "updated", "paid", "cancelled", "fulfilled", "partially_fulfilled")
)

DELETED = "orders/delete"

ARCHIVED_FOR = timedelta(days=1)

UNDER_WAY = frozenset({"success", "open", "pending"})
"""Statuses of fulfillments whose units need no other one; `cancelled`, `error` and `failure` give them back."""

OUR_SERVICES = frozenset({"", "manual"})
"""Fulfillment services that are not another company's."""

PAID = frozenset({"paid", "partially_refunded", "refunded"})
"""Values of `financial_status` after the money came; an authorised payment is not captured yet."""
UNPAID = frozenset({"voided", "expired"})
"""Values of `financial_status` after an authorised payment has ended, and no money has come."""
DUE = frozenset({"partially_paid", "pending"})
"""Values of `financial_status` while money is due, also of a paid order that was edited to cost more."""


class Shopify:
    """A Shopify store."""

    topic = TOPIC

    def __init__(self, channel: str) -> None:
        self.channel = channel

    def verify(self, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
        """Return whether a secret signed the body; for an hour after a rotation Shopify may use the old one."""
        return is_signed(header(headers, "x-shopify-hmac-sha256"), raw, secrets, b64encode)

    def read(self, headers: Mapping[str, str], raw: bytes) -> ChannelOrder | DeletedOrder | None:
        """Return the order of a webhook; None for another topic, a test order, and one with nothing to ship."""
        topic = header(headers, self.topic)
        if topic == DELETED:
            deleted = parse_model(Deleted, parse_json(raw))
            return deleted_order(self.channel, deleted.id)
        if topic not in TOPICS:
            return None
        adjusted: set[str] = set()
        order = parse_model(Order, parse_json(raw), adjusted)
        if order.test or not order.goods:
            return None
        sent_at = parse_moment(header(headers, TRIGGERED))
        found = to_channel_order(order_facts(order, self.channel), adjusted, datetime.now(UTC))
        return found.replace(triggered_at=sent_at)

    def order_id_in(self, raw: bytes) -> str | None:
        """Return Shopify's id of the order in an unreadable body; None if that is unreadable, too."""
        return id_in_body(raw)


def order_facts(order: Order, channel: str) -> dict[str, object]:
    """Return the fields of our order; amounts are in the shop's currency, not the buyer's."""
    chosen = [line for line in order.shipping_lines if not line.is_removed]
    return {
        "channel": channel,
        "channel_order_id": order.id,
        "number": order.name,
        "currency": order.currency,
        "placed_at": order.processed_at or order.created_at,
        "modified_at": order.updated_at,
        "paid_at": paid_at(order),
        "cancelled_at": order.cancelled_at,
        "is_unpaid": order.financial_status in UNPAID,
        "payment_due": order.financial_status in DUE,
        "payment": [order.financial_status, *order.payment_gateway_names],
        "refunded_at": order.updated_at if order.financial_status == "refunded" else None,
        "is_archived": is_archived(order),
        "shipped_at": shipped_at(order),
        "customer": customer(order),
        "ship_to": address(order.shipping_address),
        "bill_to": address(order.billing_address),
        "delivery_method": next((line.code or line.title for line in chosen), ""),
        "shipping": money(total(line.price for line in chosen), order.currency),
        "tax": money(order.current_total_tax or order.total_tax, order.currency),
        "discount": money(order.current_total_discounts or order.total_discounts, order.currency),
        "total": money(order.current_total_price or order.total_price, order.currency),
        "note": order.note,
        "lines": list(lines(order)),
        "parcels": list(parcels(order)),
        "holds_there": holds(order),
        "parts_not_held": order.fulfillment_orders_not_held,
        "read_at": order.read_at,
    }


def holds(order: Order) -> list[dict[str, str]] | None:
    """Return the holds of an order, each with category and reason, the notes about it and the app that put it there."""
    if order.fulfillment_holds is None:
        return None
    return [
        {"id": hold.id, "reason": reason_of(hold), "category": category_of(hold.reason)}
        for hold in order.fulfillment_holds
    ]


def reason_of(hold: FulfillmentHold) -> str:
    """Return why an order is on hold in the store.

    >>> reason_of(FulfillmentHold(id="1", reason="high_risk_of_fraud", reason_notes="call the buyer", app="Guard"))
    'high risk of fraud: call the buyer (Guard)'
    """
    words = ": ".join(part for part in (hold.reason.replace("_", " "), hold.reason_notes) if part)
    return (f"{words} ({hold.app})" if hold.app else words)[:255]


def is_archived(order: Order) -> bool:
    """Return whether the order had been archived for a while when this message was made.

    Shopify also archives an order as soon as it is fulfilled.
    """
    return order.closed_at is not None and order.updated_at - order.closed_at > ARCHIVED_FOR


def lines(order: Order) -> Iterator[dict[str, object]]:
    """Yield the fields of our lines; a removed line has quantity 0, so that its stock is released."""
    fulfilled = fulfilled_units(order)
    returned, cancelled = refunded_units(order, "return"), refunded_units(order, "cancel")
    for line in order.goods:
        allocated = total(part.amount for part in line.discount_allocations)
        discount = line.total_discount if allocated is None else allocated
        tax = total(tax.price for tax in line.tax_lines)
        quantity = wanted_quantity(line, fulfilled[line.id], returned[line.id], cancelled[line.id])
        yield {
            "id": line.id,
            "reference": line.variant_id or line.sku,
            "sku": line.sku,
            "name": line.name,
            "quantity": quantity,
            "returned": returned[line.id],
            "unit_price": money(line.price, order.currency),
            "discount": money_of_units(discount, order.currency, quantity, line.quantity),
            "tax": money_of_units(tax, order.currency, quantity, line.quantity),
        }


def wanted_quantity(line: Line, fulfilled: int, returned: int, cancelled: int) -> int:
    """Return the units in fulfillments and those that remain to be fulfilled.

    `current_quantity` is no such number: it lacks units that were sent and came back. It is the most that can remain,
    though: Shopify counts as fulfillable units that were refunded without restocking, and, of a line that is sent in
    part, cancelled ones. What it counts of a line that was refunded after it was sent is negative.
    """
    current = line.quantity if line.current_quantity is None else line.current_quantity
    if line.fulfillable_quantity is None:
        return min(line.quantity, current + returned)
    left = min(line.fulfillable_quantity, current, line.quantity - cancelled - fulfilled)
    return min(line.quantity, fulfilled + max(0, left))


def fulfilled_units(order: Order) -> "Counter[str]":
    """Return the units by line in fulfillments that left, or are about to."""
    units: Counter[str] = Counter()
    for sent in order.fulfillments:
        for part in sent.line_items if sent.status in UNDER_WAY else ():
            units[part.id] += part.quantity
    return units


def refunded_units(order: Order, restock_type: str) -> "Counter[str]":
    """Return the units by line that were refunded: by `return` once they were sent, by `cancel` before that."""
    units: Counter[str] = Counter()
    for part in (part for refund in order.refunds for part in refund.refund_line_items):
        if part.restock_type == restock_type:
            units[part.line_item_id] += part.quantity
    return units


def total(amounts: Iterable[str]) -> Decimal | None:
    """Return the sum; None of no amounts.

    >>> total(["11.34", "0.60"]), total([])
    (Decimal('11.94'), None)
    """
    found = [Decimal(amount) for amount in amounts]
    return sum(found, Decimal()) if found else None


def paid_at(order: Order) -> datetime | None:
    """Return the time of processing for a paid order.

    The body does not state when the money came; the time of processing is equal in every message.
    """
    return (order.processed_at or order.updated_at) if order.financial_status in PAID else None


def shipped_at(order: Order) -> datetime | None:
    """Return when the last parcel left, once the whole order has shipped."""
    if order.fulfillment_status != "fulfilled":
        return None
    return max((sent.created_at for sent in order.fulfillments if sent.status == "success"), default=order.updated_at)


def parcels(order: Order) -> Iterator[dict[str, object]]:
    """Yield the parcels that left, without fulfillments of gift cards alone.

    These would be parcels without lines, which hold all remaining units.
    """
    goods = {line.id for line in order.goods}
    for sent in order.fulfillments:
        lines = [part for part in sent.line_items if part.id in goods and part.quantity > 0]
        if sent.status == "success" and lines:
            yield {
                "id": sent.id,
                "shipped_at": sent.created_at,
                "location": sent.location_id,
                "is_foreign": sent.service not in OUR_SERVICES,
                "carrier": sent.tracking_company,
                "tracking": ", ".join(sent.tracking_numbers)[:255] or sent.tracking_number,
                "lines": [{"line": part.id, "quantity": part.quantity} for part in lines],
            }


def customer(order: Order) -> dict[str, str]:
    """Return the buyer, with the fields that Shopify reveals.

    The name is that of an address, as in a poll: the account, which may have another one, is in webhooks alone.
    """
    buyer = order.customer
    names = [each.name for each in (order.billing_address, order.shipping_address) if each]
    account = f"{buyer.first_name} {buyer.last_name}".strip()[:255]
    return {
        "name": next(filter(None, (*names, account)), ""),
        "email": order.email or buyer.email,
        "phone": order.phone or buyer.phone,
    }


def address(theirs: Address | None) -> dict[str, str] | None:
    """Return the address; None also if every part of it is withheld."""
    parts = theirs.model_dump() if theirs else {}
    return parts if any(parts.values()) else None
