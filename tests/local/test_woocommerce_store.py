"""The simulated WooCommerce store follows WooCommerce's rules."""

import base64
import json
from typing import Any

import pytest

from local.world.routes import reply_of
from local.world.woocommerce import server
from local.world.woocommerce.products import put_product
from local.world.woocommerce.store import Store

ORDER = {
    "id": 7,
    "status": "processing",
    "date_created_gmt": "2026-11-23T09:00:00",
    "line_items": [{"id": 1, "product_id": 93, "quantity": 2}],
}
KEY = f"Basic {base64.b64encode(b'ck_simulated:cs_simulated').decode()}"


class Answer:
    def __init__(self, status: int, content: Any) -> None:
        reply = reply_of(content)
        self.status, self.headers, self.body = status, reply.headers, json.loads(reply.body)

    @property
    def code(self) -> str:
        return str(self.body["code"])


@pytest.fixture
def store() -> Store:
    found = Store()
    put_product(found, {"id": 93, "stock_quantity": 10})
    found.put_order(ORDER)
    return found


def call(store: Store, method: str, path: str, body: Any = None, key: str = KEY) -> Answer:
    target = path if path.startswith(("/_", "/wp")) else f"/wp-json/wc/v3{path}"
    raw = b"" if body is None else json.dumps(body).encode()
    return Answer(*server.answer(store, method, f"/woocommerce{target}", key, raw))


@pytest.mark.parametrize("key", ["", "Bearer x", KEY[:-4]])
def test_without_the_key_nothing_is_answered(store: Store, key: str) -> None:
    answer = call(store, "GET", "/orders", key=key)

    assert (answer.status, answer.code) == (401, "woocommerce_rest_cannot_view")


def test_a_key_that_may_only_read_changes_nothing(store: Store) -> None:
    store.settings.permissions = "read"

    assert call(store, "PUT", "/orders/7", {"status": "completed"}).status == 401
    assert call(store, "GET", "/orders/7").body["status"] == "processing"


def test_pages_say_how_many_there_are(store: Store) -> None:
    for number in range(8, 19):
        store.put_order({**ORDER, "id": number})

    answer = call(store, "GET", "/orders?per_page=5&page=3")

    assert (len(answer.body), answer.headers) == (2, {"X-WP-Total": "12", "X-WP-TotalPages": "3"})
    assert call(store, "GET", "/orders?per_page=101").code == "rest_invalid_param"


def test_a_parameter_that_is_not_known_is_named(store: Store) -> None:
    store.settings.sorts_by_change = False

    answer = call(store, "GET", "/orders?orderby=modified")

    assert (answer.status, [*answer.body["data"]["params"]]) == (400, ["orderby"])


def test_times_are_those_of_the_site_unless_they_are_said_to_be_gmt(store: Store) -> None:
    store.orders["7"]["date_modified_gmt"] = "2026-11-23T09:00:00"
    after = "modified_after=2026-11-23T09:00:00"

    assert len(call(store, "GET", f"/orders?{after}").body) == 1
    assert call(store, "GET", f"/orders?{after}&dates_are_gmt=true").body == []


def test_a_state_that_no_plugin_has_is_refused(store: Store) -> None:
    assert call(store, "PUT", "/orders/7", {"status": "packed"}).code == "rest_invalid_param"

    call(store, "PUT", "/_control/settings", {"statuses": ["packed"]})
    assert call(store, "PUT", "/orders/7", {"status": "packed"}).body["status"] == "packed"


def test_stock_moves_once_by_the_state(store: Store) -> None:
    quantities = [store.products["93"]["stock_quantity"]]
    for status in ("completed", "cancelled", "cancelled", "processing"):
        call(store, "PUT", "/orders/7", {"status": status})
        quantities.append(store.products["93"]["stock_quantity"])

    assert quantities == [8, 8, 10, 10, 8]


def test_meta_data_is_changed_by_key_and_deleted_by_null(store: Store) -> None:
    call(store, "PUT", "/orders/7", {"meta_data": [{"key": "a", "value": {"x": 1}}, {"key": "b", "value": "2"}]})
    [first, _] = call(store, "PUT", "/orders/7", {"meta_data": [{"key": "b", "value": "3"}]}).body["meta_data"]

    left = call(store, "PUT", "/orders/7", {"meta_data": [{"id": first["id"], "key": "a", "value": None}]}).body

    assert [(each["key"], each["value"]) for each in left["meta_data"]] == [("b", "3")]


@pytest.mark.parametrize("tracking", ["", "fulfillments", "extension"])
def test_a_way_of_tracking_that_is_off_has_no_route(store: Store, tracking: str) -> None:
    store.settings.tracking = tracking
    extension = "/wp-json/wc-shipment-tracking/v3/orders/7/shipment-trackings"

    statuses = [call(store, "GET", path).status for path in ("/orders/7/fulfillments", extension)]

    assert statuses == [200 if tracking == way else 404 for way in ("fulfillments", "extension")]
    assert call(store, "GET", "/nothing").code == "rest_no_route"


def test_a_fulfillment_holds_units_of_the_order(store: Store) -> None:
    store.settings.tracking = "fulfillments"
    body = {"is_fulfilled": True, "meta_data": [{"key": "_items", "value": [{"item_id": 1, "qty": 3}]}]}

    assert call(store, "POST", "/orders/7/fulfillments", body).status == 400


def test_an_order_in_the_trash_is_in_no_list_but_that_of_the_trash(store: Store) -> None:
    call(store, "DELETE", "/_control/orders/7")

    assert call(store, "GET", "/orders").body == []
    assert [each["id"] for each in call(store, "GET", "/orders?status=trash").body] == [7]
    assert call(store, "GET", "/orders/8").code == "woocommerce_rest_shop_order_invalid_id"
