"""WooCommerce: signed webhooks, each with the whole order as the REST API has it.

The order has no lines of its refunds: while it has any, a webhook only names it, and it is read with them.
"""

import html
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from packhorse.channels.body import deleted_order, id_in_body, money, money_of_units, parse_model, to_channel_order
from packhorse.channels.woocommerce.order_body import Address, Deleted, Order, Refund, Refunded, ShippingLine
from packhorse.channels.woocommerce.parcels import ParcelInStore
from packhorse.channels.woocommerce.states import (
    CANCELLED,
    COMPLETED,
    DRAFT,
    FAILED,
    PROCESSING,
    REFUNDED,
    UNPAID,
    state_of,
)
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected
from packhorse.domain.money import price_of_one, round_amount
from packhorse.domain.orders.channel_order import ChannelOrder, DeletedOrder, order_id
from packhorse.domain.values import ChannelId
from packhorse.http.body import parse_json
from packhorse.http.signature import header, is_signed

TOPIC = "x-wc-webhook-topic"
DELETED = "order.deleted"
RESTORED = "order.restored"
TOPICS = frozenset({"order.created", "order.updated", RESTORED})
PICKUP = frozenset({"local_pickup", "pickup_location", "legacy_local_pickup"})
"""Delivery methods of goods that the buyer fetches, without those of plugins."""

PING = re.compile(rb"webhook_id=[0-9]{1,20}")


def is_ping(raw: bytes) -> bool:
    """Return whether the body is what WooCommerce posts, unsigned, when a webhook is saved.

    >>> is_ping(b"webhook_id=42"), is_ping(b'{"id": 42}')
    (True, False)
    """
    return PING.fullmatch(raw) is not None


def orders_with_refunds(headers: Mapping[str, str], raw: bytes) -> tuple[str, ...]:
    """Return the order of a webhook that lacks the lines of its refunds; none for any other webhook."""
    if header(headers, TOPIC) not in TOPICS:
        return ()
    try:
        order = parse_model(Refunded, parse_json(raw))
    except Rejected:
        return ()
    return (order.id,) if order.lacks_refunds else ()


class WooCommerce:
    """A WooCommerce store."""

    topic = TOPIC

    def __init__(self, channel: Channel) -> None:
        self.channel = channel

    def verify(self, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
        """Return whether a secret signed the body."""
        return is_signed(header(headers, "x-wc-webhook-signature"), raw, secrets, b64encode)

    def read(self, headers: Mapping[str, str], raw: bytes) -> ChannelOrder | DeletedOrder | None:
        """Return the order of a webhook; None for another topic, and for one that lacks the lines of refunds."""
        topic = header(headers, self.topic)
        if topic == DELETED:
            deleted = parse_model(Deleted, parse_json(raw))
            return deleted_order(self.channel.id, deleted.id)
        order = self.read_order(parse_json(raw)) if topic in TOPICS else None
        return order.replace(is_restored=topic == RESTORED) if order else None

    def read_order(self, body: object) -> ChannelOrder | None:
        """Return the order; None for a draft, and for refunds without their lines."""
        adjusted: set[str] = set()
        order = parse_model(Order, body, adjusted)
        state = state_of(order.status, self.channel.order_states)
        if state == DRAFT or order.lacks_refunds:
            return None
        return to_channel_order(order_facts(order, state, self.channel.id), adjusted, datetime.now(UTC))

    def order_id_in(self, raw: bytes) -> str | None:
        """Return WooCommerce's id of the order in an unreadable body; None if that is unreadable, too."""
        return id_in_body(raw)


def order_facts(order: Order, state: str, channel: str) -> dict[str, object]:
    """Return the fields of our order."""
    method = next(iter(order.shipping_lines), ShippingLine())
    ours = order_id(ChannelId(channel), order.id)
    amounts = {
        "shipping": order.shipping_total,
        "tax": order.total_tax,
        "discount": order.discount_total,
        "total": order.total,
    }
    return {
        "channel": channel,
        "channel_order_id": order.id,
        "number": order.number,
        "currency": order.currency,
        "placed_at": order.date_created_gmt,
        "modified_at": order.date_modified_gmt,
        "paid_at": paid_at(order, state),
        "is_unpaid": state in UNPAID,
        "payment_failed": state == FAILED,
        "cancelled_at": order.date_modified_gmt if state == CANCELLED else None,
        "refunded_at": order.date_modified_gmt if state == REFUNDED else None,
        "shipped_at": shipped_at(order, state),
        "payment": [each for each in (order.payment_method, order.payment_method_title) if each],
        "customer": {
            "name": order.billing.name or order.billing.company,
            "email": order.billing.email,
            "phone": order.billing.phone,
        },
        "ship_to": ship_to(order),
        "is_fetched": is_fetched(order),
        "bill_to": address(order.billing),
        "delivery_method": method.method_title or method.method_id,
        **{name: money(amount, order.currency) for name, amount in amounts.items()},
        "note": order.customer_note,
        "only_if_stored": not has_goods(order, state),
        "lines": list(lines(order, state, ours)) or [no_line(order.currency)],
        "parcels": list(parcels(order, ours)),
    }


def has_goods(order: Order, state: str) -> bool:
    """Return whether anything is to be shipped, as far as the store says: its products may be others by now.

    An order needs processing unless all of its products are virtual and downloadable. The store counts no line without
    a product: such a line may be of goods, and of a download in an order that was completed before it was deleted.
    """
    if not order.line_items:
        return False
    if order.needs_processing is not False:
        return True
    was_completed = state == COMPLETED or (state == REFUNDED and order.date_completed_gmt is not None)
    return not was_completed and not all(line.has_product for line in order.line_items)


def paid_at(order: Order, state: str) -> datetime | None:
    """Return when the order was paid; one in processing is to be sent, also if the buyer pays on delivery."""
    if state in (PROCESSING, COMPLETED):
        return order.date_paid_gmt or order.date_created_gmt
    return order.date_paid_gmt if state in (CANCELLED, REFUNDED) else None


def shipped_at(order: Order, state: str) -> datetime | None:
    """Return when all has left: only the state says so.

    The store keeps the time of a completion that was undone, such as by a void.
    """
    return order.date_completed_gmt or order.date_modified_gmt if state == COMPLETED else None


def lines(order: Order, state: str, ours: str) -> Iterator[dict[str, object]]:
    """Yield the fields of our lines; units that were refunded before they left are not sent.

    Of an order in the state `refunded` those count as returned that were refunded after a completion, which may have
    been undone: who has the order knows what left (see `domain.orders.money_back`).
    """
    completed_at = order.date_completed_gmt if state in (COMPLETED, REFUNDED) else None
    parcels_there = [each.stored for each in order.own_parcels(ours)]
    dropped, returned = refunded_units(order, parcels_there, completed_at)
    for line in order.line_items:
        subtotal, after = Decimal(line.subtotal), Decimal(line.subtotal if line.total is None else line.total)
        quantity = max(line.quantity - dropped[line.id], 0) if line.quantity > 0 else line.quantity
        # A store states what all units cost, which one of them times their number seldom is: the discount has the rest.
        each = price_of_one(max(subtotal, after), max(line.quantity, 1), order.currency)
        discount = each * max(line.quantity, 1) - round_amount(after, order.currency)
        yield {
            "id": line.id,
            "reference": line.reference,
            "sku": line.sku,
            "barcode": line.global_unique_id,
            "name": html.unescape(line.name),
            "quantity": quantity,
            "returned": returned[line.id],
            "unit_price": money(each, order.currency),
            "discount": money_of_units(discount or None, order.currency, quantity, line.quantity),
            "tax": money_of_units(line.total_tax, order.currency, quantity, line.quantity),
        }


def no_line(currency: str) -> dict[str, object]:
    """Return the fields of a line of no units, for an order whose lines were all taken out: a stored one loses them."""
    return {"id": "none", "quantity": 0, "unit_price": money("0", currency)}


def refunded_units(
    order: Order, parcels_there: Sequence[ParcelInStore], completed_at: datetime | None = None
) -> tuple["Counter[str]", "Counter[str]"]:
    """Return the refunded units by line: those that had not left by then, and those that had.

    What had left is in our parcels of that time, and all of it once the order was completed. A refund does not say
    which units it is of: those that have not left come first.
    """
    ordered = Counter({line.id: line.quantity for line in order.line_items})
    dropped: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    for refund in sorted(order.refunds, key=lambda each: each.date_created_gmt or order.date_created_gmt):
        is_after_all = bool(completed_at and refund.date_created_gmt and refund.date_created_gmt > completed_at)
        remaining = Counter[str]() if is_after_all else ordered - dropped - _left_before(refund, parcels_there)
        for part in refund.line_items or ():
            unsent = min(abs(part.quantity), remaining[part.line])
            remaining[part.line] -= unsent
            dropped[part.line] += unsent
            returned[part.line] += abs(part.quantity) - unsent
    return dropped, returned


def _left_before(refund: Refund, parcels_there: Iterable[ParcelInStore]) -> "Counter[str]":
    left: Counter[str] = Counter()
    for parcel in parcels_there:
        if parcel.at is None or (refund.date_created_gmt and parcel.at <= refund.date_created_gmt):
            left.update({part.line: part.quantity for part in parcel.lines})
    return left


def parcels(order: Order, ours: str) -> Iterator[dict[str, object]]:
    """Yield our own parcels, as the store has them; it reports no others."""
    for parcel in order.own_parcels(ours):
        yield {
            "id": parcel.id,
            "carrier": parcel.stored.carrier,
            "tracking": parcel.stored.tracking,
            "shipped_at": parcel.stored.at,
            "lines": [part.model_dump() for part in parcel.stored.lines],
        }


def ship_to(order: Order) -> dict[str, str] | None:
    """Return where the goods go: the billing address where no other is given; None if the buyer fetches them."""
    if is_fetched(order):
        return None  # whatever is given: the classic checkout copies the billing address
    given = order.shipping
    if any((given.address_1, given.address_2, given.city, given.postcode)):
        return address(given, phone=order.billing.phone)
    return address(order.billing)


def is_fetched(order: Order) -> bool:
    """Return whether the buyer fetches all of it."""
    methods = {each.method_id for each in order.shipping_lines}
    return bool(methods) and methods <= PICKUP


def address(theirs: Address, phone: str = "") -> dict[str, str] | None:
    """Return the address; None also if every part of it is empty."""
    parts = {
        "name": theirs.name,
        "company": theirs.company,
        "address1": theirs.address_1,
        "address2": theirs.address_2,
        "city": theirs.city,
        "state": theirs.state,
        "postcode": theirs.postcode,
        "country": theirs.country,
        "phone": theirs.phone or phone,
    }
    return parts if any(value for name, value in parts.items() if name != "phone") else None
