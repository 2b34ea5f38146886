"""The local stack stopped and started in the middle of work: every order gets where it should."""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from local.api import Api, wait_for
from local.running import Stack
from local.stack import down, up
from tests.e2e.shopify import an_order, post
from tests.e2e.test_orders import (
    a_product,
    execution,
    has_status,
    is_requested,
    stock_of,
    the_ledger_holds,
    when,
)

pytestmark = pytest.mark.e2e


def deliver(stack: Stack, order: dict[str, Any]) -> None:
    """Send a webhook until it is accepted, as a channel does."""
    while True:
        try:
            if post(stack, order).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.5)


def test_a_restart_under_traffic_loses_no_order(stack: Stack, api: Api) -> None:
    sku, buyers = "E2E-RESTART", 30
    a_product(api, sku, buyers)
    before, *others = [an_order(sku) for _ in range(buyers)]
    deliver(stack, before)
    handed_over = when(api, before, is_requested)
    late = an_order("E2E-RESTART-SHORT")
    a_product(api, "E2E-RESTART-SHORT", 0)
    deliver(stack, late)
    when(api, late, lambda order: "backordered" in order["flags"])

    with ThreadPoolExecutor(6) as channels:
        deliveries = [channels.submit(deliver, stack, order) for order in others]
        wait_for(lambda: sum(each.done() for each in deliveries) >= 5, "the first webhooks")
        down(stack.home)
        up(stack.home, empty=True)
        for each in deliveries:
            each.result(timeout=120)

    orders = [when(api, order, is_requested, 120) for order in (before, *others)]
    assert orders[0]["fulfilments"] == handed_over["fulfilments"], "it is not asked again"
    for order in orders:
        assert execution(stack, order) == "RUNNING"
        api.post(f"/orders/{order['id']}/fulfilments/1/ship", {"parcels": [{"carrier": "UPS", "tracking": "1Z"}]})
    for told in (before, *others):
        order = when(api, told, has_status("complete"))
        assert not order["flags"]
        assert "restarted" not in [entry["what"] for entry in order["timeline"]]
    wait_for(lambda: execution(stack, orders[0]) == "SUCCEEDED", "the end of the execution")
    assert stock_of(api, sku) == (0, 0, 0)
    assert the_ledger_holds(api, sku)

    adjustment = {"sku": "E2E-RESTART-SHORT", "warehouse": "reno", "add": 1}
    api.post("/stock/adjustments", {"adjustments": [adjustment]})
    when(api, late, is_requested)


def test_a_channel_without_credentials_is_removed(api: Api) -> None:
    api.put("/channels/never-connected", {"kind": "offline", "name": "Never connected"})

    assert api.call("DELETE", "/channels/never-connected").status_code == 204
