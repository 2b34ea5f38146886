"""What becomes of eBay's orders: who is paid, what is shipped where, and what is not shipped by us at all."""

import json
from typing import Any

import pytest

from packhorse.channels.ebay.orders import CANCEL_REQUESTED, to_our_order
from packhorse.domain.errors import Rejected
from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import ChannelOrder, Customer
from tests.channels.ebay.shop import DATA, MUG, TOWEL, an_order, with_instruction

HUB = {
    "fullName": "Charles Babbage",
    "companyName": "eBay International Shipping",
    "contactAddress": {"addressLine1": "1850 Airport Exchange Blvd", "city": "Erlanger", "stateOrProvince": "KY"},
}


def read(order: dict[str, Any]) -> ChannelOrder:
    found = to_our_order(order, "ebay-1")
    assert found
    return found


def test_an_order_in_our_terms() -> None:
    expected = json.loads((DATA / "read/order.json").read_text())

    found = read(an_order())

    assert found.model_dump(mode="json") == expected


def test_a_buyer_is_known_by_the_account_and_never_by_its_name() -> None:
    found = read(an_order())

    assert (found.customer.id, found.customer.name, found.customer.email) == (
        "ada_1815",
        "Ada Müller",
        "0a1b2c@members.ebay.com",
    )


def test_a_parcel_of_international_shipping_goes_to_the_hub_with_its_reference_above_the_street() -> None:
    step = {"shipTo": HUB, "shipToReferenceId": "1234567890123456", "shippingServiceCode": "UPSGround"}
    home = {"addressLine1": "Turmstraße 21", "city": "Berlin", "countryCode": "DE"}

    found = read(
        with_instruction(ebaySupportedFulfillment=True, shippingStep=step, finalDestinationAddress=home)
    ).ship_to

    assert found
    assert (found.name, found.city) == ("Charles Babbage", "Erlanger")
    assert found.company == "eBay International Shipping, Reference #1234567890123456"
    assert found.address1 == "1850 Airport Exchange Blvd"


@pytest.mark.parametrize("kind", ["DIGITAL", "FULFILLED_BY_EBAY"])
def test_what_is_sent_by_ebay_is_no_order_of_ours(kind: str) -> None:
    assert to_our_order(with_instruction(fulfillmentInstructionsType=kind), "ebay-1") is None


@pytest.mark.parametrize("step", [None, {"shippingServiceCode": "Pickup"}])
def test_nor_is_what_the_buyer_fetches_at_the_seller_s(step: dict[str, Any] | None) -> None:
    picked_up = with_instruction(
        fulfillmentInstructionsType="PREPARE_FOR_PICKUP",
        pickupStep={"merchantLocationKey": "store-1"},
        shippingStep=step,
    )

    assert to_our_order(picked_up, "ebay-1") is None


def test_what_the_buyer_collects_at_another_store_is_shipped_to_that() -> None:
    store = {
        "fullName": "Ada Müller",
        "companyName": "Corner Shop 4711",
        "contactAddress": {"addressLine1": "1 High Street", "city": "Leeds", "postalCode": "LS1 1AA"},
    }

    found = read(with_instruction(fulfillmentInstructionsType="PREPARE_FOR_PICKUP", shippingStep={"shipTo": store}))

    assert found.ship_to
    assert (found.ship_to.name, found.ship_to.company, found.ship_to.city) == (
        "Ada Müller",
        "Corner Shop 4711",
        "Leeds",
    )


@pytest.mark.parametrize(
    ("order", "field"),
    [
        (with_instruction(fulfillmentInstructionsType="BY_DRONE"), "fulfillmentInstructionsType"),
        ({**an_order(), "orderPaymentStatus": "IN_INSTALMENTS"}, "orderPaymentStatus"),
    ],
)
def test_a_word_that_is_not_known_here_is_for_a_person_to_see(order: dict[str, Any], field: str) -> None:
    with pytest.raises(Rejected) as refusal:
        to_our_order(order, "ebay-1")

    assert [each.field for each in refusal.value.errors] == [field]


def test_gift_cards_are_sent_by_ebay() -> None:
    order = an_order()
    order["lineItems"][1]["giftDetails"] = {"recipientEmail": "ada@example.com"}

    assert [line.id for line in read(order).lines] == [MUG]
    order["lineItems"] = order["lineItems"][1:]
    assert to_our_order(order, "ebay-1") is None


def test_a_listing_stands_for_the_sku_that_it_lacks() -> None:
    mug, towel = read(an_order()).lines

    assert (mug.sku, mug.reference) == ("MUG-BLUE-0.3L", "item:110012345678/MUG-BLUE-0.3L")
    assert (towel.id, towel.sku, towel.reference) == (TOWEL, "item:110099988877", "item:110099988877")


def test_a_variation_without_sku_is_known_by_its_number() -> None:
    order = an_order()
    del order["lineItems"][0]["sku"]

    assert read(order).lines[0].sku == "item:110012345678/410000000123"


@pytest.mark.parametrize(
    ("status", "paid", "refunded"),
    [
        ("PENDING", False, False),
        ("FAILED", False, False),
        ("PAID", True, False),
        ("PARTIALLY_REFUNDED", True, False),
        ("FULLY_REFUNDED", True, True),
    ],
)
def test_money_that_came_and_went(status: str, paid: bool, refunded: bool) -> None:
    found = read(an_order(orderPaymentStatus=status))

    assert (found.paid_at is not None, found.is_unpaid, found.refunded_at is not None) == (paid, not paid, refunded)
    assert [line.quantity for line in found.lines] == [2, 1]


def test_a_cancelled_order_was_cancelled_when_ebay_says() -> None:
    at = "2026-11-20T10:00:00.000Z"

    found = read(an_order(cancelStatus={"cancelState": "CANCELED", "cancelledDate": at, "cancelRequests": []}))

    assert found.cancelled_at
    assert found.cancelled_at.isoformat() == "2026-11-20T10:00:00+00:00"


def test_a_cancellation_that_is_only_requested_is_a_note() -> None:
    found = read(an_order(cancelStatus={"cancelState": "IN_PROGRESS", "cancelRequests": []}))

    assert found.cancelled_at is None
    assert found.note == f"{CANCEL_REQUESTED}\nLeave it with the neighbour"


def test_an_address_that_ebay_withholds_is_none() -> None:
    assert read(with_instruction(shippingStep={"shippingServiceCode": "DE_DHLPaket"})).ship_to is None


def test_of_an_old_order_place_and_street_are_no_address_without_name_and_phone_and_words_no_email() -> None:
    order = an_order()
    step = order["fulfillmentStartInstructions"][0]["shippingStep"]
    step["shipTo"] = {"contactAddress": step["shipTo"]["contactAddress"], "email": "Invalid Request"}
    order["buyer"] = {"username": "ada_1815"}

    found = read(order)

    assert (found.ship_to, found.customer) == (None, Customer(id="ada_1815"))


def test_amounts_have_the_decimals_of_their_currency() -> None:
    order = an_order()
    for line in order["lineItems"]:
        line["lineItemCost"] = {"value": "1000.0", "currency": "JPY"}
        line.pop("discountedLineItemCost", None)
    order["lineItems"][0]["quantity"] = 3

    found = read(order)

    assert found.currency == "JPY"
    assert found.lines[0].unit_price == Money(minor=333, currency="JPY")
    assert "lines.0.unit_price" in found.adjusted


def test_parcels_that_left_hold_the_units_that_ebay_names() -> None:
    sent = [
        {"fulfillmentId": "JJD01", "shipmentTrackingNumber": "JJD01", "shippingCarrierCode": "DHL",
         "shippedDate": "2026-11-21T08:00:00.000Z", "lineItems": [{"lineItemId": MUG, "quantity": 1}]},
        {"fulfillmentId": "999", "shippedDate": "2026-11-22T08:00:00.000Z", "lineItems": [{"lineItemId": TOWEL}]},
    ]  # fmt: skip

    found = read(an_order(orderFulfillmentStatus="FULFILLED", shippingFulfillments=sent))

    assert [
        (each.id, each.tracking, [(part.line, part.quantity) for part in each.lines]) for each in found.parcels
    ] == [
        ("JJD01", "JJD01", [(MUG, 1)]),
        ("999", None, [(TOWEL, 1)]),
    ]
    assert found.shipped_at
    assert found.shipped_at.isoformat() == "2026-11-22T08:00:00+00:00"


@pytest.mark.parametrize(
    ("state", "fulfilments", "units"),
    [("IN_PROGRESS", 1, [1]), ("FULFILLED", 1, [3]), ("FULFILLED", 2, [1, 1]), ("", 1, [1])],
)
def test_a_fulfilment_without_a_number_of_units_has_one_or_all_that_left(
    state: str, fulfilments: int, units: list[int]
) -> None:
    order = an_order()
    order["lineItems"][0] |= {"quantity": 3, "lineItemFulfillmentStatus": state}
    sent = [{"fulfillmentId": str(n), "lineItems": [{"lineItemId": MUG}]} for n in range(fulfilments)]

    found = read({**order, "shippingFulfillments": sent})

    assert [[part.quantity for part in each.lines] for each in found.parcels] == [[each] for each in units]


@pytest.mark.parametrize("field", ["orderId", "creationDate", "lastModifiedDate", "lineItems"])
def test_an_order_without_what_it_cannot_do_without_is_rejected_with_the_field(field: str) -> None:
    order = an_order()
    del order[field]

    with pytest.raises(Rejected) as refusal:
        to_our_order(order, "ebay-1")

    assert [error.field for error in refusal.value.errors] == [field]
