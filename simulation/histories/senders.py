"""How each kind of channel has an order. A new kind is a row of SENDERS and the function of its body."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple

from local.world import shop, shopify
from local.world.woocommerce import hooks
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.values import iso
from simulation.builders import NOON
from simulation.histories.sending import MARKETPLACE, SECRET, Send, by_notification, by_reading, by_webhook
from simulation.histories.sold import SKUS, Sold, Step

ORDER = 7001


class Sender(NamedTuple):
    """The body of an order in a channel's own JSON, what sends it, and the steps that it cannot send.

    `forgets_parcels`: what it sends after all has left does not say that any more, so that nothing happens then.
    """

    body: Callable[[Sold], Mapping[str, Any]]
    send: Send
    never: frozenset[Step] = frozenset()
    forgets_parcels: bool = False


def at(minute: int) -> str:
    """Return the time so many minutes after noon."""
    return iso(NOON + timedelta(minutes=minute))


def shopify_body(sold: Sold) -> Mapping[str, Any]:
    """Return the order as a webhook of Shopify has it."""
    shipped = any(map(sold.gone, range(len(SKUS))))
    return {
        "id": ORDER,
        "name": "#1001",
        "currency": "EUR",
        "created_at": at(0),
        "processed_at": at(0),
        "updated_at": at(sold.minute),
        "cancelled_at": None if sold.cancelled is None else at(sold.cancelled),
        "financial_status": "paid" if sold.paid else "pending",
        "fulfillment_status": "fulfilled" if sold.is_all_gone else "partial" if shipped else None,
        "shipping_address": {"name": "Ada", "address1": "Unter den Linden 1", "city": "Berlin", "country_code": "DE"},
        "line_items": [
            {
                "id": 11 + line,
                "variant_id": 101 + line,
                "sku": sku,
                "quantity": sold.ordered[line],
                "current_quantity": sold.ordered[line] - sold.removed[line] - sold.returned[line],
                "fulfillable_quantity": sold.left(line),
                "price": "9.50",
            }
            for line, sku in enumerate(SKUS)
        ],
        "fulfillments": [
            {
                "id": each.id,
                "status": "cancelled" if each.is_cancelled else "success",
                "service": "manual",
                "created_at": at(each.at),
                "tracking_company": "DHL",
                "tracking_number": f"T{each.id}",
                "line_items": [{"id": 11 + line, "quantity": units} for line, units in each.units.items()],
            }
            for each in sold.sent
        ],
        "refunds": [
            {"refund_line_items": [{"line_item_id": 11 + line, "quantity": units, "restock_type": what}]}
            for what, counted in (("cancel", sold.removed), ("return", sold.returned))
            for line, units in enumerate(counted)
            if units
        ],
    }


def woocommerce_body(sold: Sold) -> Mapping[str, Any]:
    """Return the order as a webhook of WooCommerce has it, which says of parcels only that all have left."""
    place = {
        "first_name": "Ada",
        "address_1": "Unter den Linden 1",
        "city": "Berlin",
        "postcode": "10117",
        "country": "DE",
    }
    is_complete = sold.is_all_gone and sold.cancelled is None
    states = {
        "cancelled": sold.cancelled is not None,
        "completed": is_complete,
        "processing": sold.paid,
        "failed": sold.declined,
    }
    return {
        "id": ORDER,
        "number": "1001",
        "status": next((state for state, holds in states.items() if holds), "pending"),
        "currency": "EUR",
        "date_created_gmt": at(0)[:19],
        "date_modified_gmt": at(sold.minute)[:19],
        "date_paid_gmt": at(0)[:19] if sold.paid else None,
        "date_completed_gmt": at(sold.minute)[:19] if is_complete else None,
        "billing": place,
        "shipping": place,
        "line_items": [
            {
                "id": 11 + line,
                "product_id": 101 + line,
                "variation_id": 0,
                "sku": sku,
                "name": sku,
                "quantity": sold.gone(line) + sold.left(line),
                "subtotal": "19.00",
                "total": "19.00",
            }
            for line, sku in enumerate(SKUS)
        ],
        "refunds": [],
        "meta_data": [],
    }


def generic_body(sold: Sold) -> Mapping[str, Any]:
    """Return the order as the generic protocol has it."""
    return {
        "id": str(ORDER),
        "number": "1001",
        "currency": "EUR",
        "placed_at": at(0),
        "modified_at": at(sold.minute),
        "paid_at": at(0) if sold.paid else None,
        "cancelled_at": None if sold.cancelled is None else at(sold.cancelled),
        "ship_to": {
            "name": "Ada",
            "address1": "Unter den Linden 1",
            "city": "Berlin",
            "postcode": "10117",
            "country": "DE",
        },
        "lines": [
            {
                "id": str(11 + line),
                "sku": sku,
                "quantity": sold.gone(line) + sold.left(line),
                "unit_price": "9.50",
            }
            for line, sku in enumerate(SKUS)
        ],
        "parcels": [
            {
                "id": str(each.id),
                "carrier": "DHL",
                "tracking": f"T{each.id}",
                "shipped_at": at(each.at),
                "lines": [{"line": str(11 + line), "quantity": units} for line, units in each.units.items()],
            }
            for each in sold.sent
        ],
    }


def ebay_body(sold: Sold) -> Mapping[str, Any]:
    """Return the order as eBay has it with its fulfilments: a refund shows in its payment, no line is ever changed."""
    place = {"addressLine1": "Unter den Linden 1", "city": "Berlin", "countryCode": "DE"}
    step = {"shipTo": {"fullName": "Ada", "contactAddress": place}}
    back = sum(sold.removed) + sum(sold.returned)
    refunded = "FULLY_REFUNDED" if back >= sum(sold.ordered) else "PARTIALLY_REFUNDED"
    return {
        "orderId": f"17-{ORDER}",
        "creationDate": at(0),
        "lastModifiedDate": at(sold.minute),
        "orderFulfillmentStatus": _shipped_state(sold),
        "orderPaymentStatus": "PENDING" if not sold.paid else refunded if back else "PAID",
        "buyer": {"username": "ada_buys"},
        "cancelStatus": {
            "cancelState": "NONE_REQUESTED" if sold.cancelled is None else "CANCELED",
            "cancelledDate": None if sold.cancelled is None else at(sold.cancelled),
        },
        "paymentSummary": {"payments": [{"paymentStatus": "PAID", "paymentDate": at(0)}] if sold.paid else []},
        "fulfillmentStartInstructions": [{"fulfillmentInstructionsType": "SHIP_TO", "shippingStep": step}],
        "lineItems": [
            {
                "lineItemId": str(11 + line),
                "legacyItemId": str(1101 + line),
                "sku": sku,
                "title": sku,
                "quantity": sold.ordered[line],
                "lineItemCost": {"value": "19.0", "currency": "EUR"},
            }
            for line, sku in enumerate(SKUS)
        ],
        "shippingFulfillments": [
            {
                "fulfillmentId": f"T{each.id}",
                "shippingCarrierCode": "DHL",
                "shipmentTrackingNumber": f"T{each.id}",
                "shippedDate": at(each.at),
                "lineItems": [{"lineItemId": str(11 + line), "quantity": units} for line, units in each.units.items()],
            }
            for each in sold.sent
            if not each.is_cancelled
        ],
    }


def amazon_body(sold: Sold) -> Mapping[str, Any]:
    """Return the order as Amazon has it, with its packages: it says nothing of refunds."""
    sent = [sold.gone(line) for line in range(len(SKUS))]
    is_gone = sum(sent) > 0 and sent == list(sold.ordered)
    states = {"CANCELLED": sold.cancelled is not None, "PENDING": not (sold.paid or sold.sent), "SHIPPED": is_gone}
    status = next(
        (state for state, holds in states.items() if holds), "PARTIALLY_SHIPPED" if any(sent) else "UNSHIPPED"
    )
    place = {"name": "Ada", "addressLine1": "Unter den Linden 1", "city": "Berlin", "countryCode": "DE"}
    return {
        "orderId": f"902-{ORDER}",
        "createdTime": at(0),
        "lastUpdatedTime": at(sold.minute),
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": MARKETPLACE},
        "recipient": {"deliveryAddress": place},
        "fulfillment": {"fulfillmentStatus": status, "fulfilledBy": "MERCHANT"},
        "orderItems": [
            {
                "orderItemId": str(11 + line),
                "quantityOrdered": sold.ordered[line],
                "product": {"sellerSku": sku, "price": {"unitPrice": {"amount": "9.50", "currencyCode": "EUR"}}},
                "fulfillment": {
                    "quantityFulfilled": sent[line],
                    "quantityUnfulfilled": sold.ordered[line] - sent[line],
                },
            }
            for line, sku in enumerate(SKUS)
        ],
        "packages": [
            {
                "packageReferenceId": str(each.id),
                "packageStatus": {"status": "CANCELLED" if each.is_cancelled else "SHIPPED"},
                "carrier": "DHL",
                "shipTime": at(each.at),
                "trackingNumber": f"T{each.id}",
                "packageItems": [{"orderItemId": str(11 + line), "quantity": n} for line, n in each.units.items()],
            }
            for each in sold.sent
        ],
    }


def _shipped_state(sold: Sold) -> str:
    """Return how far eBay says that an order has shipped, in which units count that were refunded."""
    sent = [sold.gone(line) for line in range(len(SKUS))]
    if sent == list(sold.ordered):
        return "FULFILLED"
    return "IN_PROGRESS" if any(sent) else "NOT_STARTED"


SENDERS: Mapping[ChannelKind, Sender] = {
    ChannelKind.SHOPIFY: Sender(
        shopify_body,
        by_webhook(
            lambda raw: {"x-shopify-topic": "orders/updated", "x-shopify-hmac-sha256": shopify.signature(raw, SECRET)}
        ),
        never=frozenset({Step.DECLINE}),
    ),
    ChannelKind.WOOCOMMERCE: Sender(
        woocommerce_body,
        by_webhook(
            lambda raw: {"x-wc-webhook-topic": "order.updated", "x-wc-webhook-signature": hooks.signature(raw, SECRET)}
        ),
        never=frozenset({Step.UNFULFIL, Step.REFUND, Step.RETURN}),  # polls alone have the lines of refunds
        forgets_parcels=True,
    ),
    ChannelKind.GENERIC: Sender(
        generic_body,
        by_webhook(
            lambda raw: {"x-packhorse-topic": "order.updated", "x-packhorse-signature": shop.signature(raw, SECRET)}
        ),
        never=frozenset({Step.DECLINE, Step.UNFULFIL, Step.RETURN}),
    ),
    ChannelKind.EBAY: Sender(ebay_body, by_reading, never=frozenset({Step.EDIT, Step.DECLINE})),
    ChannelKind.AMAZON: Sender(
        amazon_body, by_notification, never=frozenset({Step.EDIT, Step.DECLINE, Step.REFUND, Step.RETURN})
    ),
}
