"""Labels on the deployed local stack, from a simulated EasyPost behind a real socket."""

import io
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pypdf import PdfReader

from local.api import Api, wait_for
from local.running import Stack
from local.seed import TRADE

pytestmark = pytest.mark.e2e


def an_order(api: Api, sku: str = "LABELLED", quantity: int = 1) -> str:
    """The id of a paid order to Nevada that has been handed over."""
    api.put(f"/products/{sku}", {"name": "Labelled", "weight_g": 500})
    api.post("/stock/adjustments", {"adjustments": [{"sku": sku, "warehouse": "reno", "add": 10, "reason": "test"}]})
    order: dict[str, Any] = {
        "channel": TRADE,
        "paid": True,
        "ship_to": {
            "name": "Grace Hopper",
            "address1": "1 Main St",
            "city": "Reno",
            "state": "NV",
            "postcode": "89501",
            "country": "US",
        },
        "lines": [{"sku": sku, "quantity": quantity, "unit_price": {"amount": "3.00", "currency": "USD"}}],
    }
    order_id = str(api.post("/orders", order)["id"])
    wait_for(lambda: _is_requested(api, order_id), "the hand-over")
    return order_id


def _is_requested(api: Api, order_id: str) -> bool:
    found = api.call("GET", f"/orders/{order_id}")
    return found.status_code == 200 and [each["status"] for each in found.json()["fulfilments"]] == ["requested"]


def buy(api: Api, order_id: str, **wanted: Any) -> Any:
    """The label, requested under one key until it is bought: a cold function may take longer than its caller waits."""
    key = uuid4().hex

    def attempt() -> Any:
        try:
            answer = api.call("POST", f"/orders/{order_id}/fulfilments/1/label", wanted, **{"Idempotency-Key": key})
        except httpx.TimeoutException:
            return None
        assert answer.status_code in (201, 503, 504), answer.text
        return answer.json() if answer.status_code == 201 else None

    return wait_for(attempt, "the label", 300)


def purchases(stack: Stack) -> int:
    return len(httpx.get(f"{stack.world['easypost_url']}/_control/received").json()["purchases"])


def status(api: Api, order_id: str) -> str:
    return str(api.get(f"/orders/{order_id}")["status"])


def test_a_label_is_bought_voided_and_bought_again_and_its_parcel_followed(stack: Stack, api: Api) -> None:
    order, before = an_order(api), purchases(stack)

    label = buy(api, order, carrier="USPS")
    assert (label["state"], label["carrier"], status(api, order)) == ("bought", "USPS", "complete")
    assert len(PdfReader(io.BytesIO(httpx.get(label["url"]).content)).pages) == 1

    assert api.post(f"/orders/{order}/fulfilments/1/void", {})["status"] == "in_fulfilment"
    again = buy(api, order, carrier="UPS")
    assert (again["carrier"], status(api, order), purchases(stack)) == ("UPS", "complete", before + 2)

    parcel = {"tracking": again["tracking"], "status": "delivered", "times": 2}
    httpx.post(f"{stack.world['easypost_url']}/_control/parcels", json=parcel).raise_for_status()

    def is_delivered() -> bool:
        [found] = api.get(f"/orders/{order}")["fulfilments"][0]["parcels"]
        return bool((found["transit"] or {}).get("status") == "delivered")

    wait_for(is_delivered, "the carrier's report")
    told = [entry["what"] for entry in api.get(f"/orders/{order}")["timeline"]]
    assert told.count("delivered") == 1


def test_a_purchase_whose_answer_is_lost_is_one_purchase(stack: Stack, api: Api) -> None:
    order, before = an_order(api), purchases(stack)
    lost = {"status": 0, "method": "POST", "ending": "/buy", "after": True}
    httpx.post(f"{stack.world['easypost_url']}/_control/failures", json=lost).raise_for_status()

    label = buy(api, order)

    assert (label["state"], purchases(stack)) == ("bought", before + 1)


def test_a_batch_is_bought_and_printed_in_one_file(stack: Stack, api: Api) -> None:
    orders, before = [an_order(api, quantity=units) for units in (2, 1)], purchases(stack)

    started = api.post("/label-batches", {"fulfilments": [{"order": order, "fulfilment": 1} for order in orders]})

    def done() -> Any:
        found = api.get(f"/label-batches/{started['id']}")
        return found if found["done"] else None

    batch = wait_for(done, "the batch")
    assert (batch["counts"], purchases(stack)) == ({"bought": 2}, before + 2)
    assert [each["order"] for each in batch["items"]] == orders[::-1]
    assert len(PdfReader(io.BytesIO(httpx.get(batch["url"]).content)).pages) == 2
