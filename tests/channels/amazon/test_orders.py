"""What an order of Amazon becomes."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from packhorse.channels.amazon.orders import CANCEL_REQUESTED, to_our_order
from packhorse.domain.errors import Rejected
from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import ChannelOrder, Customer
from tests.channels.amazon.shop import DATA, MUG, TOWEL, an_order


def ours(body: dict[str, Any]) -> ChannelOrder:
    found = to_our_order(body, "amazon-de")
    assert found is not None
    return found


def package(number: str = "7", units: int = 2, **changed: Any) -> dict[str, Any]:
    return {
        "packageReferenceId": number,
        "packageStatus": {"status": "SHIPPED"},
        "carrier": "DHL",
        "shipTime": "2026-10-03T12:00:00Z",
        "trackingNumber": f"JJD{number}",
        "packageItems": [{"orderItemId": MUG, "quantity": units}],
        **changed,
    }


def test_every_field_of_an_order() -> None:
    read = ours(an_order()).model_dump(mode="json", exclude_defaults=True)

    assert read == json.loads((DATA / "read/order.json").read_text())


@pytest.mark.parametrize(("status", "category"), [("PENDING", "payment"), ("PENDING_AVAILABILITY", "delivery_date")])
def test_a_pending_order_is_held_without_address_price_and_payment(status: str, category: str) -> None:
    order = an_order(status)
    del order["recipient"], order["proceeds"], order["buyer"]
    for line in order["orderItems"]:
        del line["product"]["price"]

    read = ours(order)

    assert (read.paid_at, read.ship_to, read.currency, read.total) == (None, None, "EUR", None)
    assert [(hold.id, hold.category) for hold in read.holds_there or ()] == [(status, category)]
    assert [line.has_price for line in read.lines] == [False] * 2


def test_what_is_left_of_an_address_without_its_street_is_none() -> None:
    order = an_order()
    shown = order["recipient"]["deliveryAddress"]
    order["recipient"]["deliveryAddress"] = {name: shown[name] for name in ("city", "countryCode")}
    order["buyer"] = {}

    assert (ours(order).ship_to, ours(order).customer) == (None, Customer())


@pytest.mark.parametrize("by", ["MERCHANT", "AMAZON"])
def test_a_state_that_is_not_known_here_is_for_a_person_to_see(by: str) -> None:
    order = an_order("INVOICE_UNCONFIRMED")
    order["fulfillment"]["fulfilledBy"] = by

    with pytest.raises(Rejected, match="makes no sense") as refusal:
        to_our_order(order, "amazon-de")

    assert [each.message for each in refusal.value.errors] == ["'INVOICE_UNCONFIRMED' is not known here"]


def test_a_released_order_has_no_hold() -> None:
    assert ours(an_order()).holds_there == ()


def test_the_sku_is_kept_as_the_reference_and_matched_without_blanks() -> None:
    [mug, _] = ours(an_order()).lines

    assert (mug.reference, mug.sku) == ("Mug-Blue ", "Mug-Blue")


def test_what_amazon_fulfils_is_recorded_once_it_has_left_and_takes_no_stock() -> None:
    open_order, left = an_order("UNSHIPPED"), an_order("SHIPPED")
    for order in (open_order, left):
        order["fulfillment"]["fulfilledBy"] = "AMAZON"

    assert to_our_order(open_order, "amazon-de") is None
    read = ours(left)
    [parcel] = read.parcels
    assert parcel.is_foreign
    assert {each.line: each.quantity for each in parcel.lines} == {MUG: 2, TOWEL: 1}


def test_what_we_had_amazon_fulfil_for_another_channel_is_no_order() -> None:
    assert to_our_order(an_order(salesChannel={"channelName": "NON_AMAZON"}), "amazon-de") is None


def test_packages_are_parcels_without_those_that_were_withdrawn() -> None:
    gone = package("8", packageStatus={"status": "CANCELLED"})
    read = ours(an_order("PARTIALLY_SHIPPED", packages=[package(units=1), gone]))

    [parcel] = read.parcels
    assert (parcel.id, parcel.carrier, parcel.tracking) == ("7", "DHL", "JJD7")
    assert [(each.line, each.quantity) for each in parcel.lines] == [(MUG, 1)]
    assert read.shipped_at is None


@pytest.mark.parametrize("detail", ["PENDING_SCHEDULE", "PENDING_PICK_UP", "PENDING_DROP_OFF"])
def test_a_package_that_its_carrier_does_not_have_yet_has_not_left(detail: str) -> None:
    waits = package("8", packageStatus={"status": "PENDING", "detailedStatus": detail}, shipTime="2026-10-09T12:00:00Z")

    assert ours(an_order(packages=[waits])).parcels == ()
    assert ours(an_order("SHIPPED", packages=[package(), waits])).shipped_at == datetime(2026, 10, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize("detail", ["LABEL_CANCELLED", "PICKED_UP"])
def test_any_other_pending_package_has_left(detail: str) -> None:
    pending = package(packageStatus={"status": "PENDING", "detailedStatus": detail})

    assert [each.id for each in ours(an_order(packages=[pending])).parcels] == ["7"]


@pytest.mark.parametrize(("sent", "left"), [(0, []), (1, ["7"]), (2, ["7", "8"])])
def test_a_pending_package_without_a_detail_has_left_as_amazon_counts_its_units(sent: int, left: list[str]) -> None:
    order = an_order(packages=[package(units=1), package("8", units=1, packageStatus={"status": "PENDING"})])
    order["packages"][0]["packageStatus"] = {"status": "SHIPPED" if sent else "PENDING"}
    order["orderItems"][0]["fulfillment"] = {"quantityFulfilled": sent, "quantityUnfulfilled": 2 - sent}

    assert [each.id for each in ours(order).parcels] == left


def test_of_an_order_that_shipped_each_pending_package_without_a_detail_has_left() -> None:
    order = an_order("SHIPPED", packages=[package(packageStatus={"status": "PENDING"})])

    assert [each.id for each in ours(order).parcels] == ["7"]


def test_shipped_when_the_last_package_left() -> None:
    later = package("8", shipTime="2026-10-04T12:00:00Z", packageItems=[{"orderItemId": TOWEL, "quantity": 1}])

    assert ours(an_order("SHIPPED", packages=[package(), later])).shipped_at == datetime(2026, 10, 4, 12, tzinfo=UTC)


def test_a_cancelled_order_and_a_cancelled_line() -> None:
    assert ours(an_order("CANCELLED")).cancelled_at is not None
    order = an_order()
    order["orderItems"][0]["cancellation"] = {"cancellationExecution": {"cancelledBy": "MERCHANT"}}
    order["orderItems"][0]["fulfillment"] = {"quantityFulfilled": 0, "quantityUnfulfilled": 1}

    assert [line.quantity for line in ours(order).lines] == [1, 1]


def test_gift_messages_of_lines_are_one_and_none_is_there_twice() -> None:
    order = an_order()
    for line, words in zip(order["orderItems"] * 2, ("Alles Gute!", "Für Ada", "Alles Gute!"), strict=False):
        line["fulfillment"]["packing"] = {"giftOption": {"giftMessage": words}}

    read = ours(order)

    assert read.gift_message.splitlines() == ["Alles Gute!", "Für Ada"]
    assert "Gift" not in read.note


def test_a_buyers_request_to_cancel_is_the_first_line_of_the_note() -> None:
    order = an_order()
    order["orderItems"][0]["cancellation"] = {"cancellationRequest": {"cancelReason": "Bought twice"}}

    assert ours(order).note.splitlines()[0] == f"{CANCEL_REQUESTED} (Bought twice)"


def test_a_promotion_of_the_shipping_leaves_the_price_of_the_goods_as_it_is() -> None:
    order = an_order()
    parts = {"ITEM": "-1.00", "SHIPPING": "-4.90", "GIFT_WRAP": "-0.50"}
    discount = {
        "type": "DISCOUNT",
        "subtotal": {"amount": "-6.40", "currencyCode": "EUR"},
        "detailedBreakdowns": [
            {"subtype": kind, "value": {"amount": amount, "currencyCode": "EUR"}} for kind, amount in parts.items()
        ],
    }
    for proceeds in (order["proceeds"], order["orderItems"][0]["proceeds"]):
        proceeds["breakdowns"] = [discount]

    read = ours(order)

    assert (read.discount, read.lines[0].discount) == (Money.of("6.40", "EUR"), Money.of("1.00", "EUR"))


def test_yen_has_no_decimals() -> None:
    order = an_order()
    for line in order["orderItems"]:
        line["product"]["price"]["unitPrice"] = {"amount": "1500", "currencyCode": "JPY"}

    read = ours(order)

    assert (read.currency, read.lines[0].unit_price) == ("JPY", Money.of("1500", "JPY"))


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        (
            {"orderItems": [{"orderItemId": "1", "quantityOrdered": "two", "product": {}}]},
            "orderItems.0.quantityOrdered",
        ),
        ({"createdTime": "yesterday"}, "createdTime"),
        ({"salesChannel": {"channelName": "AMAZON", "marketplaceId": "NOWHERE"}, "orderItems": []}, "marketplaceId"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(Rejected) as refused:
        to_our_order(an_order(**changed), "amazon-de")

    assert field in refused.value.in_full
