"""WooCommerce's webhooks, from bodies in the form of its REST API."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from packhorse.channels.woocommerce import WOOCOMMERCE
from packhorse.channels.woocommerce.orders import WooCommerce
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.errors import Rejected
from packhorse.domain.money import Money
from packhorse.domain.orders.channel_order import ChannelOrder, DeletedOrder
from packhorse.domain.orders.intake import new_order, updated
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.orders.pricing import price_paid
from packhorse.domain.orders.restock import unshipped_only

DATA = Path(__file__).parents[2] / "data/woocommerce"
CREATED = datetime(2026, 11, 23, 9, 2, 11, tzinfo=UTC)
MODIFIED = datetime(2026, 11, 23, 9, 2, 19, tzinfo=UTC)
MUG, SHIRT = "315", "316"


def body(**changed: object) -> dict[str, Any]:
    return {**json.loads((DATA / "order-created.json").read_text()), **changed}


def line(**changed: object) -> dict[str, Any]:
    return {"id": 7, "product_id": 70, "quantity": 1, "subtotal": "1.00", "total": "1.00", "sku": "RED/7 ü", **changed}


def read(
    body: object, topic: str = "order.updated", states: dict[str, str] | None = None
) -> ChannelOrder | DeletedOrder | None:
    shop = WooCommerce(Channel(id="woo", kind=ChannelKind.WOOCOMMERCE, order_states=states or {}))
    return shop.read({"X-WC-Webhook-Topic": topic}, json.dumps(body).encode())


def order(body: object, **more: Any) -> ChannelOrder:
    found = read(body, **more)
    assert isinstance(found, ChannelOrder)
    return found


def test_a_known_signature_as_openssl_makes_it() -> None:
    shop = WooCommerce(Channel(id="woo", kind=ChannelKind.WOOCOMMERCE))
    headers = {"X-WC-Webhook-Signature": "QPF8T1ti8Gpf6xXRoKZDI2G/2Fp8v4tKnau8MqDdx3o="}

    assert shop.verify(headers, b'{"id":450789469}', ["hush"])


# ---- which messages are orders


@pytest.mark.parametrize("raw", [b"webhook_id=1", b"webhook_id=12345678901"])
def test_a_ping_is_recognised_by_its_whole_body(raw: bytes) -> None:
    assert WOOCOMMERCE.is_ping
    assert WOOCOMMERCE.is_ping(raw)


@pytest.mark.parametrize("raw", [b"", b"webhook_id=", b"webhook_id=1&id=2", b"webhook_id=1\n", b"id=1", b'{"id": 1}'])
def test_what_is_nearly_a_ping_is_none(raw: bytes) -> None:
    assert WOOCOMMERCE.is_ping
    assert not WOOCOMMERCE.is_ping(raw)


@pytest.mark.parametrize("topic", ["", "product.updated", "customer.created", "coupon.deleted", "action.wc_x"])
def test_other_topics_are_passed_over_unread(topic: str) -> None:
    assert read("not an order", topic) is None


def test_a_deleted_order_is_named() -> None:
    assert read({"id": 5127}, "order.deleted") == DeletedOrder(channel="woo", channel_order_id="5127")


def test_a_restored_order_is_read_whole() -> None:
    assert order(body(), topic="order.restored") == order(body(), topic="order.created").replace(is_restored=True)


@pytest.mark.parametrize("status", ["checkout-draft", "auto-draft"])
def test_a_draft_is_no_order_yet(status: str) -> None:
    assert read(body(status=status)) is None


@pytest.mark.parametrize("needs_processing", [True, False])
def test_an_order_without_lines_stays_out_and_a_stored_one_loses_those_that_were_taken_out(
    needs_processing: bool,
) -> None:
    whole, empty = order(body()), order(body(line_items=[], needs_processing=needs_processing))
    assert empty.only_if_stored

    stored = new_order(whole, MODIFIED, "woo").order
    emptied = updated(stored, empty, MODIFIED, "woo", restock=unshipped_only).order

    assert [line.quantity for line in emptied.lines] == [0, 0]


def test_an_order_of_downloads_alone_changes_a_stored_one_and_makes_none() -> None:
    cancelled = order(body(needs_processing=False, status="cancelled", date_modified_gmt="2026-11-23T09:05:00"))

    assert cancelled.only_if_stored
    assert taken_in(order(body()), cancelled).status is Status.CANCELLED


@pytest.mark.parametrize(
    ("changed", "is_stored"),
    [
        ({"status": "processing"}, True),
        ({"status": "processing", "date_completed_gmt": "2026-11-23T09:03:00"}, True),  # its completion was undone
        ({"status": "cancelled"}, True),
        ({"status": "refunded"}, True),
        ({"status": "completed"}, False),
        ({"status": "refunded", "date_completed_gmt": "2026-11-23T09:03:00"}, False),
    ],
)
@pytest.mark.parametrize("gone", [{"product_id": 0}, {"product_id": 0, "variation_id": 0, "sku": None}])
def test_lines_without_a_product_may_be_goods_unless_the_order_was_completed(
    gone: dict[str, Any], changed: dict[str, Any], is_stored: bool
) -> None:
    found = order(body(needs_processing=False, line_items=[line(), line(id=8, **gone)], **changed))

    assert found.only_if_stored is not is_stored


def test_an_order_is_known_by_its_id_and_shown_by_its_number() -> None:
    found = order(body(id=5127, number="WC-1007"))

    assert (found.channel_order_id, found.number) == ("5127", "WC-1007")
    assert WOOCOMMERCE.has_order_ids


# ---- states


@pytest.mark.parametrize(
    ("status", "paid", "cancelled", "refunded", "shipped"),
    [
        ("pending", None, None, None, None),
        ("on-hold", None, None, None, None),
        ("failed", None, None, None, None),
        ("processing", MODIFIED, None, None, None),
        ("completed", MODIFIED, None, None, MODIFIED),
        ("cancelled", MODIFIED, MODIFIED, None, None),
        ("trash", MODIFIED, MODIFIED, None, None),
        ("refunded", MODIFIED, None, MODIFIED, None),
    ],
)
def test_what_each_state_means(
    status: str,
    paid: datetime | None,
    cancelled: datetime | None,
    refunded: datetime | None,
    shipped: datetime | None,
) -> None:
    found = order(body(status=status))

    facts = (found.paid_at, found.cancelled_at, found.refunded_at, found.shipped_at)
    assert facts == (paid, cancelled, refunded, shipped)


@pytest.mark.parametrize(("status", "failed"), [("pending", False), ("on-hold", False), ("failed", True)])
def test_a_declined_payment_has_failed(status: str, failed: bool) -> None:
    assert (order(body(status=status)).is_unpaid, order(body(status=status)).payment_failed) == (True, failed)


@pytest.mark.parametrize("status", ["pending", "on-hold", "failed"])
def test_an_order_that_is_not_paid_any_more_is_held_until_it_is_in_processing_again(status: str) -> None:
    taken_back = order(body(status=status, date_modified_gmt="2026-11-23T09:05:00"))
    again = order(body(date_modified_gmt="2026-11-23T09:06:00"))

    held, released = taken_in(order(body()), taken_back), taken_in(order(body()), taken_back, again)

    assert [[hold.id for hold in found.holds] for found in (held, released)] == [["unpaid"], []]


def test_a_cancelled_order_that_is_put_back_to_processing_is_an_exception() -> None:
    gone = order(body(status="cancelled", date_modified_gmt="2026-11-23T09:05:00"))
    again = order(body(date_modified_gmt="2026-11-23T09:06:00"))

    found = taken_in(order(body()), gone, again)

    assert (found.status, [each.cause for each in found.exceptions]) == (Status.CANCELLED, ["uncancelled_in_channel"])


def test_an_order_that_is_paid_on_delivery_is_sent() -> None:
    found = order(body(status="processing", date_paid_gmt=None, payment_method="cod"))

    assert (found.paid_at, found.payment[0]) == (CREATED, "cod")


def test_a_completed_order_left_when_it_was_completed() -> None:
    done = "2026-11-24T14:00:01"

    assert order(body(status="completed", date_completed_gmt=done)).shipped_at == CREATED.replace(
        day=24, hour=14, minute=0, second=1
    )
    for status in ("processing", "refunded"):  # the store keeps the time of a completion that was undone
        assert order(body(status=status, date_completed_gmt=done)).shipped_at is None


@pytest.mark.parametrize("name", ["packed", "wc-packed"])
@pytest.mark.parametrize("status", ["packed", "wc-packed"])
def test_a_state_of_a_plugin_is_mapped_by_the_setting(name: str, status: str) -> None:
    assert order(body(status=status), states={name: "processing"}).paid_at == MODIFIED
    assert read(body(status=status), states={name: "draft"}) is None


def test_a_state_that_is_not_mapped_is_an_error_that_names_the_setting() -> None:
    with pytest.raises(Rejected) as refusal:
        read(body(status="packed"))

    assert refusal.value.in_full.endswith(
        "status: 'packed' is no state of WooCommerce; map it in the channel's setting order_states"
    )


def test_a_standard_state_may_mean_something_else_in_a_store() -> None:
    assert order(body(status="failed"), states={"failed": "cancelled"}).cancelled_at == MODIFIED


# ---- lines and amounts


def test_amounts_with_many_decimals_are_rounded_to_their_currency() -> None:
    found = order(body())

    assert [each.unit_price.amount for each in found.lines] == ["8.41", "8.40"]
    assert [each.discount for each in found.lines] == [Money.of("2.12", "EUR"), None]
    assert [price_paid(each, each.quantity) for each in new_order(found, MODIFIED, "woo").order.lines] == [
        Money.of("23.11", "EUR"),
        Money.of("8.40", "EUR"),
    ]


@pytest.mark.parametrize(
    ("quantity", "subtotal", "total", "each", "paid"),
    [
        (1000, "4.00", "4.00", "0.01", "4.00"),
        (10, "82.644628", "82.644628", "8.27", "82.64"),
        (3, "25.22", "0.00", "8.41", "0.00"),
        (3, "25.20", "25.20", "8.40", "25.20"),
    ],
)
def test_what_was_paid_for_a_line_is_what_the_store_states_though_a_unit_has_no_such_price(
    quantity: int, subtotal: str, total: str, each: str, paid: str
) -> None:
    found = order(body(line_items=[line(quantity=quantity, subtotal=subtotal, total=total)]))

    stored = new_order(found, MODIFIED, "woo").order.lines[0]
    assert (stored.unit_price.amount, price_paid(stored, quantity)) == (each, Money.of(paid, "EUR"))


@pytest.mark.parametrize(("currency", "price"), [("JPY", "8"), ("KWD", "8.403"), ("EUR", "8.40")])
def test_a_price_has_the_decimals_of_its_currency(currency: str, price: str) -> None:
    found = order(body(currency=currency, line_items=[line(subtotal="8.403361344537815")]))

    assert found.lines[0].unit_price == Money.of(price, currency)


def test_the_float_of_a_price_is_not_read() -> None:
    found = order(body(line_items=[line(quantity=3, subtotal="0.30", total="0.30", price=0.09999999999999999)]))

    assert found.lines[0].unit_price == Money.of("0.10", "EUR")


def test_a_line_that_a_plugin_made_dearer_has_no_negative_discount() -> None:
    found = order(body(line_items=[line(subtotal="1.00", total="3.00")]))

    assert (found.lines[0].unit_price, found.lines[0].discount) == (Money.of("3.00", "EUR"), None)


def test_a_variation_is_listed_by_product_and_variation() -> None:
    found = order(body(line_items=[line(product_id=22, variation_id=23), line(id=8, product_id=22, variation_id=0)]))

    assert [each.reference for each in found.lines] == ["22:23", "22"]


def test_a_line_of_a_deleted_product_has_its_sku() -> None:
    assert order(body(line_items=[line(product_id=0)])).lines[0].reference == "RED/7 ü"


def test_a_line_without_a_sku_is_found_by_its_reference_alone() -> None:
    assert [(each.sku, each.reference) for each in order(body()).lines][1] == ("", "22:23")


def test_fees_and_delivery_are_not_shipped() -> None:
    assert [each.id for each in order(body()).lines] == [MUG, SHIRT]


@pytest.mark.parametrize("quantity", [1.5, "2", None, True])
def test_a_quantity_that_is_no_whole_number_is_an_error_of_its_line(quantity: object) -> None:
    with pytest.raises(Rejected) as refusal:
        read(body(line_items=[line(quantity=quantity)]))

    assert [error.field for error in refusal.value.errors] == ["line_items.0.quantity"]


# ---- people and addresses


def test_without_a_shipping_address_the_goods_go_to_the_billing_address() -> None:
    empty = {**dict.fromkeys(body()["shipping"], ""), "country": "DE"}
    found = order(body(shipping=empty))

    assert found.ship_to == found.bill_to
    assert found.ship_to
    assert found.ship_to.address1 == "Torstraße 1"


@pytest.mark.parametrize("method", ["local_pickup", "pickup_location", "legacy_local_pickup"])
@pytest.mark.parametrize("given", [{}, body()["billing"]])  # the classic checkout copies the billing address
def test_goods_that_the_buyer_fetches_have_no_address_whatever_the_store_has(given: Any, method: str) -> None:
    found = order(body(shipping=given, shipping_lines=[{"method_id": method, "method_title": "Shop"}]))

    assert (found.ship_to, found.is_fetched, found.delivery_method) == (None, True, "Shop")


@pytest.mark.parametrize("methods", [[], ["local_pickup", "flat_rate"], ["legacy_local_delivery"], ["store_pickup_7"]])
def test_goods_of_which_a_part_is_sent_have_an_address(methods: list[str]) -> None:
    found = order(body(shipping={}, shipping_lines=[{"method_id": each} for each in methods]))

    assert found.ship_to == found.bill_to
    assert not found.is_fetched


def test_an_order_that_the_buyer_fetches_after_all_is_sent_nowhere() -> None:
    pickup = [{"method_id": "local_pickup"}]
    fetched = order(body(date_modified_gmt="2026-11-23T09:05:00", shipping_lines=pickup))

    assert taken_in(order(body()), fetched).ship_to is None


def test_a_guest_without_any_address_is_read() -> None:
    found = order(body(customer_id=0, billing={}, shipping={}))

    assert (found.ship_to, found.bill_to, found.customer.name) == (None, None, "")


def test_the_phone_of_the_buyer_is_that_of_the_parcel_where_it_has_none() -> None:
    found = order(body())

    assert found.ship_to
    assert found.ship_to.phone == "+49 30 901820"


def test_times_without_an_offset_are_gmt() -> None:
    found = order(body(date_created="2026-11-23T20:02:11"))

    assert (found.placed_at, found.modified_at) == (CREATED, MODIFIED)


# ---- our own parcels


def test_a_parcel_that_we_sent_is_listed_with_our_id() -> None:
    found = order(json.loads((DATA / "order-completed.json").read_text()))

    [parcel] = found.parcels
    assert (parcel.id, parcel.tracking) == ("6f1d-a", "00340434161094")
    assert parcel.lines == (LineQuantity(line=MUG, quantity=3), LineQuantity(line=SHIRT, quantity=1))


@pytest.mark.parametrize("value", ["", 7, [], {"lines": [{"line": MUG, "quantity": -1}]}, {"lines": "none"}])
def test_meta_data_of_a_parcel_that_was_changed_into_nonsense_is_no_parcel(value: object) -> None:
    assert order(body(meta_data=[{"id": 1, "key": "_packhorse_parcel_x", "value": value}])).parcels == ()


def parcel_in_meta_data(name: str, line: str) -> dict[str, Any]:
    value = {"carrier": "UPS", "tracking": "1ZOLD", "lines": [{"line": line, "quantity": 1}]}
    return {"id": 1, "key": f"_packhorse_parcel_{name}", "value": value}


OTHER, THIS = "0" * 32, order(body()).order_id


@pytest.mark.parametrize(
    ("name", "line", "counts"),
    [
        (f"{OTHER}-1-1", "215", False),  # duplicated by a plugin, with lines of its own
        (f"{OTHER}-1-1", MUG, True),  # sent when the channel had another id
        (f"{THIS}-1-1", MUG, True),
        (f"{THIS}-1-1", "215", True),  # of a line that was removed since
    ],
)
def test_a_parcel_of_ours_counts_in_its_own_order(name: str, line: str, counts: bool) -> None:
    found = order(body(meta_data=[parcel_in_meta_data(name, line)])).parcels

    assert [each.id for each in found] == [name] * counts


# ---- equal times: they have no fractions of a second


def taken_in(*messages: ChannelOrder) -> Order:
    first, *others = messages
    found = new_order(first, MODIFIED, "woo").order
    for number, each in enumerate(others, 1):
        found = updated(found, each, MODIFIED + timedelta(minutes=number), "woo", restock=unshipped_only).order
    return found


def test_a_payment_within_the_second_of_the_order_counts_in_either_order() -> None:
    pending, paid = order(body(status="pending", date_paid_gmt=None)), order(body())

    assert pending.modified_at == paid.modified_at
    assert [taken_in(pending, paid).status, taken_in(paid, pending).status] == [Status.OPEN] * 2


def test_units_removed_within_the_second_stay_removed_in_either_order() -> None:
    fewer = [{**body()["line_items"][0], "quantity": 1}, body()["line_items"][1]]
    whole, less = order(body()), order(body(line_items=fewer))

    ends = [taken_in(whole, less), taken_in(less, whole)]

    assert [[(each.id, each.quantity) for each in end.lines] for end in ends] == [[(MUG, 1), (SHIRT, 1)]] * 2


def test_a_line_removed_within_the_second_stays_removed() -> None:
    whole, less = order(body()), order(body(line_items=body()["line_items"][:1]))

    assert [(each.id, each.quantity) for each in taken_in(whole, less, whole).lines] == [(MUG, 3), (SHIRT, 0)]


def test_an_order_that_is_read_by_webhook_and_poll_is_one() -> None:
    once, again = taken_in(order(body())), taken_in(order(body()), order(body(), topic="order.created"))

    assert again.replace(timeline=once.timeline) == once
