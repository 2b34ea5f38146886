"""Polls of a Shopify store: what they read is what its webhooks say, over a real socket."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.world.server import server
from local.world.shop import Shop
from local.world.shopify_fulfilments import fulfillment_orders
from local.world.shopify_store import Bucket, Store
from packhorse.channels.http import connect
from packhorse.channels.protocol import Keys, Page
from packhorse.channels.shopify import SHOPIFY, sign_in
from packhorse.channels.shopify.order_answers import LinePart
from packhorse.channels.shopify.order_bodies import line_body
from packhorse.channels.shopify.order_queries import MAX_PARTS
from packhorse.channels.shopify.orders import Shopify
from packhorse.channels.shopify.polling import PAGE_SIZE, ShopifyPolling
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.errors import CredentialsRefused, Rejected, Unavailable
from packhorse.domain.orders.channel_order import ChannelHold, ChannelOrder, DeletedOrder
from packhorse.domain.orders.hold_notice import HoldCategory

DATA = Path(__file__).parents[2] / "data/shopify"
TOPICS = ("create", "updated", "paid", "cancelled", "fulfilled", "partially_fulfilled")
START = datetime(2026, 1, 1, tzinfo=UTC)
KEYS = Keys("shpat_of-the-store")


def body(topic: str = "create", **changed: Any) -> dict[str, Any]:
    return {**json.loads((DATA / f"orders-{topic}.json").read_text()), **changed}


def order(number: int, minute: int = 0, **changed: Any) -> dict[str, Any]:
    return body(id=number, updated_at=f"2026-02-01T10:{minute:02}:00Z", **changed)


def by_webhook(body: dict[str, Any]) -> ChannelOrder | None:
    found = Shopify("shopify-us").read({"X-Shopify-Topic": "orders/updated"}, json.dumps(body).encode())
    assert not isinstance(found, DeletedOrder)
    return found


def as_polled(body: dict[str, Any]) -> ChannelOrder | None:
    """The order of a webhook with what only a poll says: that no holds are on it, of which fulfilment orders."""
    found = by_webhook(body)
    to_fulfil = [each for each in fulfillment_orders(Store(), body) if each["status"] == "OPEN"]
    names = tuple(each["id"].rpartition("/")[2] for each in to_fulfil)
    return found and found.replace(holds_there=(), parts_not_held=names)


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture
def channel(store: Store) -> Iterator[Channel]:
    http = server(Shop(), store=store)
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    url = f"http://127.0.0.1:{http.server_address[1]}/shopify"
    yield Channel(id="shopify-us", kind=ChannelKind.SHOPIFY, base_url=url, calls_per_second=100)
    http.shutdown()
    http.server_close()


def put(store: Store, *orders: dict[str, Any]) -> None:
    for each in orders:
        store.put_order(each)


def poll(channel: Channel, cursor: str | None = None, since: datetime = START, keys: Keys = KEYS) -> Page:
    assert SHOPIFY.poll
    with connect(channel, sign_in, keys) as http:
        return SHOPIFY.poll(channel, http).orders_since(since, cursor)


def polled(channel: Channel) -> ChannelOrder:
    page = poll(channel)
    assert page.refused == ()
    (found,) = page.orders
    return found


# ---- an order


@pytest.mark.parametrize("topic", TOPICS)
def test_a_poll_reads_what_the_webhook_says(store: Store, channel: Channel, topic: str) -> None:
    put(store, body(topic))

    assert polled(channel).replace(read_at=None) == as_polled(body(topic))


def test_units_that_came_back_and_units_that_were_cancelled_are_told_apart(store: Store, channel: Channel) -> None:
    first, second, third = body()["line_items"]
    items = [
        {**first, "quantity": 3, "current_quantity": 2, "fulfillable_quantity": 1},
        {**second, "quantity": 2, "current_quantity": 1, "fulfillable_quantity": 1},
        {**third, "quantity": 1, "current_quantity": 0, "fulfillable_quantity": 0},
    ]
    sent = {"id": 1, "status": "success", "service": "3pl", "created_at": "2026-02-01T10:00:00Z", "location_id": 7002}
    sent |= {"tracking_company": "UPS", "tracking_numbers": ["1Z1", "1Z2"]}
    sent["line_items"] = [{"id": first["id"], "quantity": 2}]
    refunds = [
        {"id": 5, "refund_line_items": [{"line_item_id": first["id"], "quantity": 1, "restock_type": "return"}]},
        {"id": 6, "refund_line_items": [{"line_item_id": second["id"], "quantity": 1, "restock_type": "cancel"}]},
    ]
    changed = order(1, line_items=items, fulfillments=[sent], refunds=refunds)
    put(store, changed)

    found = polled(channel)

    assert found.replace(read_at=None) == as_polled(changed)
    assert [(line.quantity, line.returned) for line in found.lines] == [(3, 1), (1, 0), (0, 0)]
    assert [(parcel.is_foreign, parcel.tracking) for parcel in found.parcels] == [(True, "1Z1, 1Z2")]


@pytest.mark.parametrize("restock_type", ["return", "no_restock"])
def test_a_refunded_unit_that_was_sent_is_not_taken_off_those_that_remain(
    store: Store, channel: Channel, restock_type: str
) -> None:
    first = {**body()["line_items"][0], "quantity": 3, "current_quantity": 2, "fulfillable_quantity": 2}
    sent = {"id": 1, "status": "success", "service": "manual", "created_at": "2026-02-01T10:00:00Z"}
    sent["line_items"] = [{"id": first["id"], "quantity": 1}]
    unit = {"line_item_id": first["id"], "quantity": 1, "restock_type": restock_type}
    changed = order(1, line_items=[first], fulfillments=[sent], refunds=[{"id": 5, "refund_line_items": [unit]}])
    put(store, changed)

    found = polled(channel)

    assert found.replace(read_at=None) == as_polled(changed)
    assert [line.quantity for line in found.lines] == [3]


@pytest.mark.parametrize(
    ("unfulfilled", "current", "sent", "refunded", "left"),
    [
        (1, 2, 1, 1, 2),  # 3 ordered, 1 of them sent and refunded
        (2, 2, 1, 1, 2),  # the same, if a store counts as webhooks do
        (0, 1, 1, 2, 1),  # 2 refunded, 1 of them after it was sent
        (1, 2, 1, 0, 1),  # 1 sent, another cancelled
        (-1, 0, 1, 1, 0),  # 1 ordered, sent and refunded
        (3, 1, 0, 2, 1),  # removed units are not wanted, whatever the store counts
    ],
)
def test_what_is_left_does_not_count_a_unit_twice(
    unfulfilled: int, current: int, sent: int, refunded: int, left: int
) -> None:
    line = {"id": "gid://shopify/LineItem/9", "quantity": 3, "currentQuantity": current}
    line |= {"unfulfilledQuantity": unfulfilled}

    assert line_body(LinePart.model_validate(line), sent, refunded)["fulfillable_quantity"] == left


def test_a_line_that_was_refunded_after_it_was_sent_has_no_fewer_units_than_were_sent(
    store: Store, channel: Channel
) -> None:
    first = {**body()["line_items"][0], "quantity": 1, "current_quantity": 0, "fulfillable_quantity": 0}
    sent = {"id": 1, "status": "success", "service": "manual", "created_at": "2026-02-01T10:00:00Z"}
    sent["line_items"] = [{"id": first["id"], "quantity": 1}]
    put(store, order(1, line_items=[first], fulfillments=[sent], fulfillment_status="fulfilled"))

    assert [line.quantity for line in polled(channel).lines] == [1]


def test_lines_and_lines_of_a_fulfillment_have_pages(store: Store, channel: Channel) -> None:
    first = body()["line_items"][0]
    items = [{**first, "id": 9000 + number, "sku": f"SKU {number}"} for number in range(120)]
    sent = {"id": 1, "status": "success", "service": "manual", "created_at": "2026-02-01T10:00:00Z"}
    sent["line_items"] = [{"id": line["id"], "quantity": 1} for line in items]
    put(store, order(1, line_items=items, fulfillments=[sent], fulfillment_status="fulfilled"))

    found = polled(channel)

    assert [line.id for line in found.lines] == [str(line["id"]) for line in items]
    assert [len(parcel.lines) for parcel in found.parcels] == [120]


def test_a_poll_reads_the_holds_of_every_fulfilment_order_with_who_put_them_there(
    store: Store, channel: Channel
) -> None:
    first, second, _ = body()["line_items"]
    items = [first, {**second, "location_id": "7002"}]
    fraud = {"id": 51, "reason": "high_risk_of_fraud", "notes": "call the buyer", "app": "Guard", "place": "7001"}
    upsell = {"id": 52, "reason": "online_store_post_purchase_cross_sell", "place": "7002"}
    put(store, order(1, line_items=items, holds=[fraud, upsell]))

    assert polled(channel).holds_there == (
        ChannelHold(id="51", reason="high risk of fraud: call the buyer (Guard)", category=HoldCategory.FRAUD),
        ChannelHold(id="52", reason="online store post purchase cross sell"),
    )


def test_an_order_is_as_it_was_found_by_a_request_that_left_at_the_time_of_its_reading(
    store: Store, channel: Channel
) -> None:
    put(store, order(1), order(2))
    before = datetime.now(UTC)

    first, second = (found.read_at for found in poll(channel).orders)

    assert first
    assert second
    assert before < first < second < datetime.now(UTC)


def test_the_order_of_a_fulfilment_order_is_read_whatever_its_time(store: Store, channel: Channel) -> None:
    put(store, order(1), order(2, holds=[{"id": 51, "reason": "other", "place": "7001"}]))
    (held,) = fulfillment_orders(store, store.orders["2"])
    assert SHOPIFY.read

    with connect(channel, sign_in, KEYS) as http:
        page = SHOPIFY.read(channel, http).orders_named([held["id"], held["id"], "gid://shopify/FulfillmentOrder/9"])

    assert [(found.channel_order_id, found.holds_there) for found in page.orders] == [
        ("2", (ChannelHold(id="51", reason="other"),))
    ]
    assert page.next is None


def test_a_webhook_does_not_say_whether_holds_are_on_the_order() -> None:
    found = by_webhook(body())

    assert found
    assert found.holds_there is None


def test_a_partial_refund_with_and_without_restock_removes_the_units_either_way(store: Store, channel: Channel) -> None:
    first, second, third = body()["line_items"]
    items = [
        {**first, "quantity": 3, "current_quantity": 2, "fulfillable_quantity": 2},
        {**second, "quantity": 2, "current_quantity": 1, "fulfillable_quantity": 2},
        {**third, "quantity": 1, "current_quantity": 1, "fulfillable_quantity": 1},
    ]
    refunds = [
        {"id": 5, "refund_line_items": [{"line_item_id": first["id"], "quantity": 1, "restock_type": "cancel"}]},
        {"id": 6, "refund_line_items": [{"line_item_id": second["id"], "quantity": 1, "restock_type": "no_restock"}]},
        {"id": 7, "refund_line_items": []},
    ]
    changed = order(1, line_items=items, refunds=refunds, financial_status="partially_refunded")
    put(store, changed)

    found = polled(channel)

    assert found.replace(read_at=None) == as_polled(changed)
    assert [(line.quantity, line.returned) for line in found.lines] == [(2, 0), (1, 0), (1, 0)]
    assert (found.refunded_at, found.paid_at is None) == (None, False)


def test_an_address_that_the_store_withholds_is_none(store: Store, channel: Channel) -> None:
    put(store, order(1, shipping_address=None, billing_address=None))

    assert polled(channel).ship_to is None


def test_a_store_that_shows_no_personal_data_is_read_without_it(store: Store, channel: Channel) -> None:
    store.settings.hides_buyers = True
    put(store, order(1))

    found = polled(channel)

    assert (found.ship_to, found.bill_to, found.customer.email, found.customer.phone) == (None, None, "", "")
    assert [line.id for line in found.lines] == [str(line["id"]) for line in body()["line_items"]]


# ---- which orders


def test_every_order_is_found_page_by_page_oldest_first(store: Store, channel: Channel) -> None:
    put(store, *(order(number, 59 - number) for number in range(1, 2 * PAGE_SIZE + 2)))
    pages = [poll(channel)]
    while pages[-1].next:
        pages.append(poll(channel, pages[-1].next))

    assert [len(page.orders) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 1]
    found = [order.modified_at for page in pages for order in page.orders]
    assert found == sorted(found)
    assert len({order.channel_order_id for page in pages for order in page.orders}) == 2 * PAGE_SIZE + 1


def test_test_orders_and_gift_cards_alone_are_passed_over(store: Store, channel: Channel) -> None:
    card = {**body()["line_items"][0], "requires_shipping": False}
    put(store, order(1, test=True), order(2, minute=9, line_items=[card]), order(3))

    page = poll(channel)

    assert ([found.channel_order_id for found in page.orders], page.refused) == (["3"], ())
    assert page.read_until == datetime(2026, 2, 1, 10, 9, tzinfo=UTC)


def test_an_unreadable_order_stops_no_other_and_can_be_read_again_as_a_webhook(store: Store, channel: Channel) -> None:
    put(store, order(1, created_at="2096-01-01T00:00:00Z", processed_at=None), order(2))

    page = poll(channel)

    assert [found.channel_order_id for found in page.orders] == ["2"]
    (bad,) = page.refused
    assert (bad.id, "placed_at" in bad.reason) == ("1", True)
    with pytest.raises(Rejected):
        Shopify("shopify-us").read(bad.headers, bad.raw.encode())


def test_an_order_with_more_parts_than_are_read_is_unreadable(store: Store, channel: Channel) -> None:
    refunds = [{"id": 700 + number, "refund_line_items": []} for number in range(MAX_PARTS)]
    put(store, order(1, refunds=refunds))

    page = poll(channel)

    assert ([bad.id for bad in page.refused], page.orders) == (["1"], ())


# ---- the store's limits


def test_a_poll_waits_for_points(store: Store, channel: Channel) -> None:
    store.bucket = Bucket(maximum=1000, restored=2000, available=800)
    put(store, *(order(number) for number in range(1, 9)))

    assert len(poll(channel).orders) == 8


def test_a_poll_that_would_wait_too_long_is_for_later(store: Store, channel: Channel) -> None:
    store.bucket = Bucket(maximum=1000, restored=1, available=100)
    put(store, order(1))

    with pytest.raises(Unavailable, match="throttled"):
        poll(channel)


def test_a_cursor_that_the_store_refuses_is_rejected(channel: Channel) -> None:
    with pytest.raises(Rejected):
        poll(channel, "expired")


def test_a_missing_scope_is_for_a_person() -> None:
    denied = {"errors": [{"message": "Access denied for orders field.", "extensions": {"code": "ACCESS_DENIED"}}]}
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=denied)), base_url="https://s")

    with pytest.raises(CredentialsRefused, match="Access denied for orders"):
        ShopifyPolling("shopify-us", http).orders_since(START, None)


def test_so_is_one_for_what_a_poll_needs_though_there_is_data() -> None:
    refusal = {"message": "Access denied", "path": ["order", "refunds"], "extensions": {"code": "ACCESS_DENIED"}}
    denied = {"data": {"order": {"refunds": None}}, "errors": [refusal]}
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=denied)), base_url="https://s")

    with pytest.raises(CredentialsRefused):
        ShopifyPolling("shopify-us", http).orders_since(START, None)


def test_an_answer_of_another_shape_is_for_later() -> None:
    answer: dict[str, Any] = {"data": {"orders": {"edges": []}}}
    http = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200, json=answer)), base_url="https://s")

    with pytest.raises(Unavailable, match="does not fit"):
        ShopifyPolling("shopify-us", http).orders_since(START, None)


def test_an_order_deleted_since_the_page_was_listed_is_passed_over() -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        listed = {"id": "gid://shopify/Order/1", "updatedAt": "2026-02-01T10:00:00Z"}
        nodes = {"nodes": [listed], "pageInfo": {"hasNextPage": False}}
        data = {"orders": nodes} if b"query list" in request.content else {"order": None}
        return httpx.Response(200, json={"data": data})

    http = httpx.Client(transport=httpx.MockTransport(answers), base_url="https://s")

    assert ShopifyPolling("shopify-us", http).orders_since(START, None).orders == ()
