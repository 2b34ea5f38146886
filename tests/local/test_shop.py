"""The simulated generic shop keeps to the protocol that the generic channel is written for."""

import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from local.world import saved
from local.world.server import server
from local.world.shop import Settings, Shop


@pytest.fixture
def shop() -> Iterator[httpx.Client]:
    with (
        _serving(server(Shop())) as url,
        httpx.Client(base_url=url, headers={"Authorization": "Bearer shop-token"}) as c,
    ):
        yield c


@pytest.fixture
def received() -> Iterator[tuple[str, list[Any]]]:
    """A URL that receives webhooks, and the received ones."""
    calls: list[Any] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            calls.append((self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(202)
            self.end_headers()

    with _serving(ThreadingHTTPServer(("127.0.0.1", 0), Listener)) as url:
        yield url, calls


class _serving:  # noqa: N801 -- reads as a word
    def __init__(self, http: ThreadingHTTPServer) -> None:
        self.http = http

    def __enter__(self) -> str:
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()
        return f"http://127.0.0.1:{self.http.server_address[1]}"

    def __exit__(self, *_: object) -> None:
        self.http.shutdown()
        self.http.server_close()


def order(number: int, **fields: Any) -> dict[str, Any]:
    return {"id": str(number), "modified_at": f"2026-11-01T00:00:0{number}Z", **fields}


def put(shop: httpx.Client, *orders: dict[str, Any]) -> Any:
    return shop.post("/_control/orders", json=list(orders)).json()


def test_orders_come_page_by_page_oldest_change_first(shop: httpx.Client) -> None:
    put(shop, order(3), order(1), order(2))

    first = shop.get("/orders", params={"limit": 2}).json()
    second = shop.get("/orders", params={"limit": 2, "cursor": first["next"]}).json()

    assert [o["id"] for o in first["orders"] + second["orders"]] == ["1", "2", "3"]
    assert second["next"] is None


def test_orders_are_those_modified_since_then(shop: httpx.Client) -> None:
    put(shop, order(1), order(2), order(3))

    found = shop.get("/orders", params={"modified_since": "2026-11-01T00:00:02Z"}).json()

    assert [o["id"] for o in found["orders"]] == ["2", "3"]


def test_a_request_without_the_token_is_refused(shop: httpx.Client) -> None:
    assert shop.get("/orders", headers={"Authorization": "Bearer wrong"}).status_code == 401


def test_a_stock_quantity_is_absolute(shop: httpx.Client) -> None:
    shop.put("/stock/RED%2FXL", json={"quantity": 5})
    shop.put("/stock/RED%2FXL", json={"quantity": 3})

    received = shop.get("/_control/received").json()

    assert received["stock"] == {"RED/XL": 3}
    assert [update["quantity"] for update in received["stock_updates"]] == [5, 3]


def test_stock_includes_the_shops_own_sales(shop: httpx.Client) -> None:
    shop.put("/stock/RED%2FXL", json={"quantity": 5})
    shop.put("/stock/BLUE", json={"quantity": 0})
    shop.post("/_control/stock", json={"RED/XL": 4})

    stock = shop.get("/stock", params={"reference": ["RED/XL", "BLUE", "GREEN"]}).json()

    assert stock == {"stock": [{"reference": "RED/XL", "quantity": 4}, {"reference": "BLUE", "quantity": 0}]}
    assert len(shop.get("/_control/received").json()["stock_updates"]) == 2


@pytest.mark.parametrize("references", [[], ["x"] * 51])
def test_a_request_for_stock_has_one_to_fifty_references(shop: httpx.Client, references: list[str]) -> None:
    assert shop.get("/stock", params={"reference": references}).status_code == 400


def test_a_shipment_sent_twice_is_one(shop: httpx.Client) -> None:
    put(shop, order(1))
    parcel = {"carrier": "dhl", "tracking": "T1", "lines": [{"line": "1", "quantity": 1}]}
    shipment = {"id": "s1", "parcels": [parcel]}

    answers = [shop.post("/orders/1/shipments", json=shipment) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(shop.get("/_control/received").json()["shipments"]) == 1
    assert shop.get("/orders").json()["orders"][0]["parcels"] == [{"id": "s1", **parcel}]


def test_webhooks_are_the_order_signed(shop: httpx.Client, received: tuple[str, list[Any]]) -> None:
    url, calls = received
    shop.put("/_control/settings", json={"webhook_url": url, "webhook_secret": "s3cret"})

    put(shop, order(1))
    put(shop, order(1, note="changed"))

    headers, body = calls[1]
    assert [call[0]["X-Packhorse-Topic"] for call in calls] == ["order.created", "order.updated"]
    at, _, digest = headers["X-Packhorse-Signature"].removeprefix("t=").partition(",v1=")
    assert digest == hmac.new(b"s3cret", at.encode() + b"." + body, "sha256").hexdigest()
    assert json.loads(body) == shop.get("/orders").json()["orders"][0]


def test_a_webhook_can_be_sent_again_under_its_event_id(shop: httpx.Client, received: tuple[str, list[Any]]) -> None:
    url, calls = received
    shop.put("/_control/settings", json={"webhook_url": url})
    [delivery] = put(shop, order(1))["deliveries"]

    again = shop.post("/_control/webhooks", json={"order": "1", "event": delivery["event"]}).json()

    assert again["status"] == 202
    assert {call[0]["X-Packhorse-Event-Id"] for call in calls} == {delivery["event"]}


def test_injected_failures_end(shop: httpx.Client) -> None:
    shop.post("/_control/failures", json={"status": 503, "times": 2, "method": "GET", "path": "/orders"})

    assert [shop.get("/orders").status_code for _ in range(3)] == [503, 503, 200]


def test_an_injected_failure_may_follow_the_effect(shop: httpx.Client) -> None:
    shop.post("/_control/failures", json={"status": 504, "method": "PUT", "after": True})

    assert [shop.put("/stock/BLUE", json={"quantity": 5}).status_code for _ in range(2)] == [504, 200]

    assert len(shop.get("/_control/received").json()["stock_updates"]) == 2


def test_its_state_can_be_saved_and_loaded(tmp_path: Path) -> None:
    shop = Shop()
    shop.put_order(order(1))
    shop.settings.token = "changed"
    saved.save(shop, tmp_path / "world.json")

    assert saved.load(Shop, Settings, tmp_path / "world.json") == shop
