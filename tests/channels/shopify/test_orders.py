"""Shopify's webhooks, from bodies in their current form and one from 2008."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from packhorse.channels.shopify.orders import Shopify
from packhorse.domain.address import Address, normalised
from packhorse.domain.errors import Rejected
from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import ChannelOrder, ChannelParcel, Customer, DeletedOrder
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.values import iso

DATA = Path(__file__).parents[2] / "data/shopify"
GREEN, RED, BLACK = "466157049", "518995019", "703073504"


def body(topic: str = "create", **changed: object) -> dict[str, Any]:
    return {**json.loads((DATA / f"orders-{topic}.json").read_text()), **changed}


def line(**changed: object) -> dict[str, Any]:
    return {"id": 7, "variant_id": 70, "sku": "RED/7 ü", "quantity": 1, "price": "1.00", **changed}


def told(body: object, topic: str = "orders/updated") -> ChannelOrder | None:
    found = Shopify("shopify-us").read({"X-Shopify-Topic": topic}, json.dumps(body).encode())
    assert not isinstance(found, DeletedOrder)
    return found


def order(body: object) -> ChannelOrder:
    found = told(body)
    assert found
    return found


def usd(amount: str) -> Money:
    return Money.of(amount, "USD")


def test_a_known_signature_as_openssl_makes_it() -> None:
    headers = {"x-shopify-hmac-sha256": "QPF8T1ti8Gpf6xXRoKZDI2G/2Fp8v4tKnau8MqDdx3o="}

    assert Shopify("shopify-us").verify(headers, b'{"id":450789469}', ["hush"])


# ---- which messages are orders


def test_an_edit_alone_is_no_order() -> None:
    assert told(body("edited"), "orders/edited") is None


@pytest.mark.parametrize("topic", ["", "products/update", "app/uninstalled", "refunds/create"])
def test_other_topics_are_passed_over_unread(topic: str) -> None:
    assert Shopify("shopify-us").read({"X-Shopify-Topic": topic}, b"not even JSON") is None


def test_a_test_order_is_passed_over() -> None:
    assert told(body(test=True)) is None


def test_an_order_that_is_edited_long_after_it_was_closed_is_archived() -> None:
    closed = "2018-01-10T12:00:00-05:00"

    assert order(body(closed_at=closed, updated_at="2026-01-10T12:00:00-05:00")).is_archived
    assert not order(body(closed_at=closed, updated_at=closed)).is_archived
    assert not order(body(closed_at=None)).is_archived


def test_a_deleted_order_is_named() -> None:
    read = Shopify("shopify-us").read({"X-Shopify-Topic": "orders/delete"}, b'{"id": 450789469}')

    assert read == DeletedOrder(channel="shopify-us", channel_order_id="450789469")


def test_an_order_of_nothing_to_ship_is_passed_over() -> None:
    assert told(body(line_items=[line(requires_shipping=False)])) is None


def test_a_body_above_the_limit_that_came_as_a_stub_is_refused() -> None:
    with pytest.raises(Rejected) as refusal:
        told({"id": 450789469})

    assert "line_items" in [error.field for error in refusal.value.errors]


def test_a_body_of_2008_is_understood() -> None:
    found = order(json.loads((DATA / "order.json").read_text())["order"])

    assert found.channel_order_id == "450789469"
    assert [line.quantity for line in found.lines] == [1, 1, 1]
    assert found.parcels == ()
    assert found.total == usd("409.94")
    assert found.shipping == usd("0.00")


# ---- what decorates


@pytest.mark.parametrize(
    ("changed", "adjusted"),
    [
        ({"currency": "JPY", "total_tax": "136.36", "current_total_tax": None}, "tax"),
        ({"email": "e" * 300 + "@example.com"}, "email"),
        ({"note": "Happy birthday \ud83d"}, "note"),
        ({"name": "#" + "1" * 300}, "name"),
        ({"customer": "Ada"}, "customer"),
        ({"billing_address": {"address1": ["1 Lane"]}}, "billing_address"),
        ({"total_price": "a lot", "current_total_price": None}, "total_price"),
        ({"shipping_lines": [{"title": "Post", "price": "free"}]}, "shipping_lines"),
        ({"line_items": [line(tax_lines=[{"price": None}])]}, "tax_lines"),
        ({"line_items": [line(price="8.403361344537815")]}, "lines.0.unit_price"),
    ],
)
def test_a_field_that_nobody_needs_refuses_no_order(changed: dict[str, object], adjusted: str) -> None:
    assert adjusted in order({**body(), **changed}).adjusted


def test_an_order_that_fits_is_not_adjusted() -> None:
    assert order(body("paid")).adjusted == ()


def test_a_long_address_is_cut() -> None:
    address = {**body()["shipping_address"], "address1": "1" * 300}

    found = order(body(shipping_address=address))

    assert found.ship_to is not None
    assert (len(found.ship_to.address1), found.adjusted) == (255, ("address1",))


# ---- facts


@pytest.mark.parametrize("status", ["paid", "partially_refunded", "refunded"])
def test_it_is_paid_once_the_money_was_there(status: str) -> None:
    assert order(body(financial_status=status)).paid_at


@pytest.mark.parametrize("status", ["pending", "authorized", "partially_paid", "voided", "expired", None])
def test_a_promise_is_no_payment(status: str | None) -> None:
    assert order(body(financial_status=status)).paid_at is None


@pytest.mark.parametrize(("status", "is_unpaid"), [("voided", True), ("expired", True), ("authorized", False)])
def test_an_authorised_payment_that_has_ended_leaves_the_order_unpaid(status: str, is_unpaid: bool) -> None:
    assert order(body(financial_status=status)).is_unpaid == is_unpaid


@pytest.mark.parametrize(("status", "is_due"), [("partially_paid", True), ("pending", True), ("authorized", False)])
def test_money_may_be_due(status: str, is_due: bool) -> None:
    assert order(body(financial_status=status)).payment_due == is_due


def test_the_moment_of_payment_is_the_same_in_every_message() -> None:
    assert order(body("paid")).paid_at == order(body("fulfilled")).paid_at


def test_cancelled_is_a_moment() -> None:
    found = order(body("cancelled"))

    assert found.cancelled_at
    assert iso(found.cancelled_at) == "2026-01-10T23:20:00.000000Z"


def test_shipped_is_when_the_last_parcel_left() -> None:
    found = order(body("fulfilled"))

    assert found.shipped_at
    assert iso(found.shipped_at) == "2026-01-12T15:30:04.000000Z"
    assert [parcel.tracking for parcel in found.parcels] == ["1Z1234512345123456", "1Z1234512345123467"]


def test_a_fulfillment_that_failed_later_does_not_count() -> None:
    first, *rest = body("fulfilled")["fulfillments"]
    failed_last = {**first, "created_at": "2026-01-20T09:00:00-05:00"}

    found = order(body("fulfilled", fulfillments=[*rest, failed_last]))

    assert found.shipped_at == order(body("fulfilled")).shipped_at


def test_shipped_without_a_fulfillment_is_when_it_was_last_changed() -> None:
    found = order(body("fulfilled", fulfillments=None))

    assert found.shipped_at == found.modified_at


def test_a_part_that_left_is_a_parcel_and_a_failed_fulfillment_is_none() -> None:
    found = order(body("partially_fulfilled"))

    assert found.shipped_at is None
    lines = (LineQuantity(line=GREEN, quantity=1),)
    sent_at = datetime(2026, 1, 11, 20, 58, 27, tzinfo=UTC)
    assert found.parcels == (
        ChannelParcel(
            id="255858047",
            carrier="UPS",
            tracking="1Z1234512345123456",
            lines=lines,
            shipped_at=sent_at,
            location="655441491",
        ),
    )


def test_a_parcel_of_another_company_is_not_from_our_warehouses() -> None:
    units = [{"id": 7, "quantity": 1}]
    sent = {"status": "success", "created_at": "2026-01-10T12:00:00-05:00", "line_items": units, "service": "a-3pl"}

    [parcel] = order(body(line_items=[line()], fulfillments=[sent])).parcels

    assert parcel.is_foreign


@pytest.mark.parametrize(
    ("status", "fulfillable", "wanted"),
    [("success", 2, 3), ("open", 2, 3), ("pending", 2, 3), ("cancelled", 2, 2), ("success", 0, 1), ("error", 2, 2)],
)
def test_wanted_is_what_was_sent_and_what_remains_to_be_fulfilled(status: str, fulfillable: int, wanted: int) -> None:
    sent = {"status": status, "created_at": "2026-01-10T12:00:00-05:00", "line_items": [{"id": 7, "quantity": 1}]}
    mug = line(quantity=3, current_quantity=2, fulfillable_quantity=fulfillable)

    assert order(body(line_items=[mug], fulfillments=[sent])).lines[0].quantity == wanted


@pytest.mark.parametrize(
    ("restock_type", "units", "current", "fulfillable", "wanted"),
    [
        ("no_restock", 1, 2, 2, 3),  # of the unit that was sent
        ("no_restock", 2, 1, 2, 2),  # Shopify counts a unit as fulfillable that is refunded
        ("no_restock", 3, 0, 2, 1),
        ("cancel", 1, 2, 2, 2),  # 3 - max(1 refunded, 1 fulfilled)
        ("cancel", 1, 2, 1, 2),
        ("cancel", 3, 0, -1, 1),
        ("return", 1, 2, 2, 3),
    ],
)
def test_refunded_units_that_were_not_sent_are_not_wanted(
    restock_type: str, units: int, current: int, fulfillable: int, wanted: int
) -> None:
    sent = {"status": "success", "created_at": "2026-01-10T12:00:00-05:00", "line_items": [{"id": 7, "quantity": 1}]}
    part = {"line_item_id": 7, "quantity": units, "restock_type": restock_type}
    mug = line(quantity=3, current_quantity=current, fulfillable_quantity=fulfillable)

    found = order(body(line_items=[mug], fulfillments=[sent], refunds=[{"refund_line_items": [part]}]))

    assert found.lines[0].quantity == wanted


def test_units_that_came_back_are_wanted_still_where_only_the_current_quantity_is_known() -> None:
    back = {"refund_line_items": [{"line_item_id": 7, "quantity": 1, "restock_type": "return"}]}
    mug = line(quantity=3, current_quantity=2)

    [found] = order(body(line_items=[mug], fulfillments=[], refunds=[back])).lines

    assert (found.quantity, found.returned) == (3, 1)


def test_the_time_of_sending_comes_with_the_order() -> None:
    headers = {"X-Shopify-Topic": "orders/updated", "X-Shopify-Triggered-At": "2026-11-25T10:00:00.123Z"}

    found = Shopify("shopify-us").read(headers, json.dumps(body()).encode())

    assert isinstance(found, ChannelOrder)
    assert found.triggered_at == datetime(2026, 11, 25, 10, 0, 0, 123_000, tzinfo=UTC)


def test_a_gift_card_that_went_out_by_mail_is_no_parcel() -> None:
    card = line(id=8, requires_shipping=False)
    sent = {"status": "success", "created_at": "2026-01-10T12:00:00-05:00", "line_items": [{"id": 8, "quantity": 1}]}

    found = order(body(line_items=[line(), card], fulfillment_status="partial", fulfillments=[sent]))

    assert found.parcels == ()


@pytest.mark.parametrize(
    ("numbers", "tracking"),
    [
        ({"tracking_number": "1Z-1", "tracking_numbers": ["1Z-1", "1Z-2"]}, "1Z-1, 1Z-2"),
        ({"tracking_number": "1Z-1", "tracking_numbers": []}, "1Z-1"),
        ({"tracking_number": None, "tracking_numbers": ["1Z"] * 99}, ("1Z, " * 99)[:255]),
        ({}, None),
    ],
)
def test_numbers_of_one_fulfillment_stay_together(numbers: dict[str, object], tracking: str | None) -> None:
    units = [{"id": 7, "quantity": 2}, {"id": 8, "quantity": 0}]
    sent = {"status": "success", "created_at": "2026-01-10T12:00:00-05:00", "line_items": units, **numbers}

    found = order(body(line_items=[line(quantity=2), line(id=8)], fulfillments=[sent]))

    [parcel] = found.parcels
    assert (parcel.tracking, parcel.lines) == (tracking, (LineQuantity(line="7", quantity=2),))


# ---- lines


def test_a_removed_line_stays_with_nothing_and_a_gift_card_does_not_come_in() -> None:
    found = order(body("updated"))

    assert {line.id: line.quantity for line in found.lines} == {GREEN: 1, RED: 1, BLACK: 0}


@pytest.mark.parametrize(
    ("changed", "reference", "sku"),
    [
        ({}, "70", "RED/7 ü"),
        ({"variant_id": None}, "RED/7 ü", "RED/7 ü"),
        ({"sku": None}, "70", ""),
        ({"variant_id": None, "sku": ""}, "", ""),
    ],
)
def test_what_a_line_is_listed_as(changed: dict[str, object], reference: str, sku: str) -> None:
    (found,) = order(body(line_items=[line(**changed)])).lines

    assert (found.reference, found.sku) == (reference, sku)


@pytest.mark.parametrize(
    ("changed", "discount"),
    [
        ({"discount_allocations": [{"amount": "1.10"}, {"amount": 0.2}], "total_discount": "9.00"}, usd("1.30")),
        ({"discount_allocations": [], "total_discount": "9.00"}, usd("9.00")),
        ({}, None),
    ],
)
def test_the_discount_of_a_line(changed: dict[str, object], discount: Money | None) -> None:
    (found,) = order(body(line_items=[line(**changed)])).lines

    assert found.discount == discount


def test_the_taxes_of_a_line_add_up() -> None:
    (found,) = order(body(line_items=[line(tax_lines=[{"price": "0.10"}, {"price": "0.20"}])])).lines

    assert found.tax == usd("0.30")


# ---- the rest


def test_what_only_people_read_is_cut() -> None:
    found = order(body(note="x" * 6000, line_items=[line(name="long-" * 100)]))

    assert (len(found.note), len(found.lines[0].name)) == (5000, 255)


@pytest.mark.parametrize(
    ("of_order", "of_buyer", "expected"),
    [("a@example.com", "b@example.com", "a@example.com"), (None, "b@example.com", "b@example.com"), ("", None, "")],
)
def test_the_email_of_the_order_comes_first(of_order: str | None, of_buyer: str | None, expected: str) -> None:
    found = order(body(email=of_order, customer={"email": of_buyer}))

    assert found.customer == Customer(name="Bob Norman", email=expected)


@pytest.mark.parametrize(
    ("billing", "shipping", "expected"),
    [("Ada Lovelace", "Bob Norman", "Ada Lovelace"), (None, "Bob Norman", "Bob Norman"), (None, None, "ada_1815")],
)
def test_the_buyers_name_is_that_of_an_address_as_polls_have_no_account(
    billing: str | None, shipping: str | None, expected: str
) -> None:
    home = {"name": shipping, "city": "Berlin"}

    found = order(body(customer={"first_name": "ada_1815"}, billing_address={"name": billing}, shipping_address=home))

    assert found.customer.name == expected


def test_amounts_are_those_after_the_edit() -> None:
    found = order(body("updated"))

    assert (found.total, found.tax, found.discount) == (usd("441.28"), usd("23.28"), usd("10.00"))


def test_amounts_are_in_the_currency_of_the_shop() -> None:
    found = order(
        body(currency="JPY", presentment_currency="USD", total_tax="35", line_items=[line(price="1200")])
        | {name: "100" for name in body() if name.endswith(("_price", "_tax", "_discounts"))}
        | {"shipping_lines": []}
    )

    assert found.lines[0].unit_price == Money.of(1200, "JPY")
    assert found.shipping is None


def test_a_delivery_that_was_removed_is_not_the_method() -> None:
    removed = {"code": "Express", "price": "20.00", "is_removed": True}
    chosen = {"code": None, "title": "Post", "price": "4.00"}

    found = order(body(shipping_lines=[removed, chosen, {"title": "Insurance", "price": "1.00"}]))

    assert (found.delivery_method, found.shipping) == ("Post", usd("5.00"))


def test_withheld_customer_data_is_no_reason_to_refuse() -> None:
    address = {"first_name": None, "address1": None, "zip": None, "country_code": None}

    found = order(body(email=None, phone=None, customer=None, shipping_address=address, billing_address=None))

    assert (found.customer, found.ship_to, found.bill_to) == (Customer(), None, None)


def test_the_address_is_in_the_spelling_of_routing() -> None:
    theirs = {"name": "Bob", "city": "Louisville", "province": "Kentucky", "zip": "2139", "country": "United States"}

    found = order(body(shipping_address=theirs))

    assert found.ship_to == normalised(
        Address(name="Bob", city="Louisville", state="Kentucky", postcode="2139", country="United States")
    )
    assert found.ship_to.country == "US"
