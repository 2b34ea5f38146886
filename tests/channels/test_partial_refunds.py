"""What a unit is worth to customs and on slips, after the money for a part of its line went back."""

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from packhorse.channels.amazon.orders import to_our_order as of_amazon
from packhorse.channels.ebay.orders import to_our_order as of_ebay
from packhorse.channels.generic.shop import Generic
from packhorse.channels.shopify.orders import Shopify
from packhorse.channels.woocommerce.orders import WooCommerce
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.customs import declared_value
from packhorse.domain.orders.order_line import OrderLine
from packhorse.domain.orders.pricing import price_paid
from packhorse.files.orders.order_rows import order_from
from packhorse.files.rows import Row
from tests.files.order_file_builders import cells, drop

DATA = Path(__file__).parents[1] / "data"
Json = dict[str, Any]
Read = Callable[[Json], object]


class Case(NamedTuple):
    """A line of three units at 10.00 with a discount of 6.00 on all of them, as a channel says it.

    `refund` has one unit refunded before it left; `is_told`: the channel takes the unit off the line.
    """

    order: Callable[[], Json]
    refund: Callable[[Json], object]
    read: Read
    is_told: bool = True


def document(path: str) -> Json:
    found: Json = json.loads((DATA / path).read_text())
    return found


def shopify() -> Json:
    body = document("shopify/orders-create.json")
    line = {"id": 7, "sku": "CUP Ü/1", "quantity": 3, "fulfillable_quantity": 3, "price": "10.00"}
    allocated = [{"amount": "4.00"}, {"amount": "2.00"}]
    return {**body, "line_items": [{**line, "discount_allocations": allocated, "tax_lines": [{"price": "3.60"}]}]}


def woocommerce() -> Json:
    line = {"id": 7, "sku": "CUP Ü/1", "quantity": 3, "subtotal": "30.00", "total": "24.00", "total_tax": "3.60"}
    return {**document("woocommerce/order-created.json"), "line_items": [{**line, "product_id": 70}]}


def refund_in_woocommerce(order: Json) -> None:
    of_line = {"quantity": -1, "meta_data": [{"key": "_refunded_item_id", "value": "7"}]}
    order["refunds"] = [{"id": 1, "date_created_gmt": "2026-11-23T10:00:00", "line_items": [of_line]}]


def ebay() -> Json:
    order = document("ebay/order.json")
    line = order["lineItems"][0]
    line |= {"quantity": 3, "lineItemCost": {"value": "30.0", "currency": "EUR"}}
    return {**order, "lineItems": [{**line, "discountedLineItemCost": {"value": "24.0", "currency": "EUR"}}]}


def refund_in_ebay(order: Json) -> None:
    order["orderPaymentStatus"] = "PARTIALLY_REFUNDED"
    order["lineItems"][0]["refunds"] = [{"amount": {"value": "8.0", "currency": "EUR"}}]


def amazon() -> Json:
    order = document("amazon/order.json")
    line = order["orderItems"][0]
    line["quantityOrdered"] = 3
    line["product"]["price"]["unitPrice"]["amount"] = "10.00"
    line["proceeds"]["breakdowns"] = [
        {"type": "DISCOUNT", "subtotal": {"amount": "-6.00", "currencyCode": "EUR"}},
        {"type": "TAX", "subtotal": {"amount": "3.60", "currencyCode": "EUR"}},
    ]
    return {**order, "orderItems": [line]}


def refund_in_amazon(order: Json) -> None:
    line = order["orderItems"][0]
    line["cancellation"] = {"cancellationExecution": {"cancelledBy": "MERCHANT"}}
    line["fulfillment"] = {"quantityFulfilled": 0, "quantityUnfulfilled": 2}


def generic() -> Json:
    order = document("generic/order.json")
    line = {"id": "7", "sku": "CUP Ü/1", "quantity": 3, "unit_price": "8.00"}  # less the discount, as its page says
    return {**order, "lines": [line]}


def file() -> Json:
    return cells(SKU="CUP Ü/1", Quantity="3", UnitPrice="10.00", LineDiscount="6.00")


def by_webhook(shop: Any, headers: dict[str, str]) -> Read:
    return lambda order: shop.read(headers, json.dumps(order).encode())


CASES = {
    "shopify": Case(
        shopify,
        lambda order: order["line_items"][0].update(fulfillable_quantity=2, current_quantity=2),
        by_webhook(Shopify("us"), {"X-Shopify-Topic": "orders/updated"}),
    ),
    "woocommerce": Case(
        woocommerce,
        refund_in_woocommerce,
        by_webhook(
            WooCommerce(Channel(id="woo", kind=ChannelKind.WOOCOMMERCE)), {"X-WC-Webhook-Topic": "order.updated"}
        ),
    ),
    "ebay": Case(ebay, refund_in_ebay, lambda order: of_ebay(order, "ebay"), is_told=False),
    "amazon": Case(amazon, refund_in_amazon, lambda order: of_amazon(order, "amazon")),
    "generic": Case(
        generic,
        lambda order: order["lines"][0].update(quantity=2),
        by_webhook(Generic("shop"), {"x-packhorse-topic": "order.updated"}),
    ),
    "csv": Case(
        file,
        lambda row: row.update(Quantity="2", LineDiscount="4.00"),
        lambda row: order_from([Row(2, row)], drop()).order,
    ),
}


@pytest.mark.parametrize("kind", CASES)
def test_a_refund_of_one_unit_leaves_the_price_of_the_others_as_it_was(kind: str) -> None:
    case = CASES[kind]
    whole = case.order()
    part = deepcopy(whole)
    case.refund(part)

    before, after = line_of(case.read(whole)), line_of(case.read(part))

    assert (before.quantity, after.quantity) == (3, 2 if case.is_told else 3)
    each = Money(minor=800, currency=before.unit_price.currency)
    assert price_paid(before, 1) == price_paid(after, 1) == each
    assert price_paid(after, 2) == declared_value(after, 2) == each.replace(minor=1600)


def test_taxes_of_a_line_are_of_its_units_too() -> None:
    for kind in ("shopify", "woocommerce", "amazon"):
        case = CASES[kind]
        part = case.order()
        case.refund(part)
        tax = line_of(case.read(part)).tax
        assert tax
        assert tax.amount == "2.40"


def test_a_share_is_rounded_to_its_currency_and_is_no_adjustment_of_the_order() -> None:
    part = shopify()
    part["line_items"][0] |= {"fulfillable_quantity": 2, "discount_allocations": [{"amount": "1.00"}]}

    found = CASES["shopify"].read(part)

    assert isinstance(found, ChannelOrder)
    assert line_of(found).discount == Money.of("0.67", found.currency)
    assert found.adjusted == ()


def line_of(found: object) -> OrderLine:
    """Our line of the only one of an order."""
    assert isinstance(found, ChannelOrder)
    [line] = found.lines
    return OrderLine(**{name: value for name, value in line if name in OrderLine.model_fields})
