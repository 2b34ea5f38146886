"""The part of the demo on eBay: an order that a poll finds, one that a notification names, and their parcels."""

from collections.abc import Callable, Sequence
from typing import Any

import httpx

from local.api import Api
from local.home import StackError
from local.running import Stack
from local.scenario import Example, now
from local.seed_ebay import EBAY, TRADED

ATTEMPTS = 3
"""How often eBay sends a notification at most: on a busy machine two cold starts may outlast its patience."""


def ebay_order(example: Example, order_id: str) -> dict[str, Any]:
    """Return an order as the Fulfillment API has it."""
    place = {
        "addressLine1": "1 Harbor Street",
        "city": example.to["city"],
        "stateOrProvince": example.to["state"],
        "postalCode": example.to["postcode"],
        "countryCode": example.to["country"],
    }
    to = {"fullName": "Grace Hopper", "contactAddress": place, "email": "0a1b2c@members.ebay.com"}
    step = {"shipTo": to, "shippingServiceCode": "USPSPriority"}
    payment = {"paymentMethod": "EBAY", "paymentDate": now(), "paymentStatus": "PAID"}
    return {
        "orderId": order_id,
        "creationDate": now(),
        "lastModifiedDate": now(),
        "orderFulfillmentStatus": "NOT_STARTED",
        "orderPaymentStatus": "PAID",
        "buyer": {"username": "grace_1906"},
        "cancelStatus": {"cancelState": "NONE_REQUESTED", "cancelRequests": []},
        "paymentSummary": {"payments": [payment], "refunds": []},
        "fulfillmentStartInstructions": [{"fulfillmentInstructionsType": "SHIP_TO", "shippingStep": step}],
        "lineItems": [
            {
                "lineItemId": f"{order_id}-{index}",
                "legacyItemId": TRADED.get(sku, f"1100999{index:05}"),
                "sku": sku,
                "title": sku,
                "quantity": quantity,
                "lineItemCost": {"value": f"{19 * quantity}.0", "currency": "USD"},
                "lineItemFulfillmentStatus": "NOT_STARTED",
            }
            for index, (sku, quantity) in enumerate(example.lines.items(), 1)
        ],
    }


def send(stack: Stack, api: Api, examples: Sequence[Example], say: Callable[[str], None]) -> None:
    """Place orders on eBay: the first is found by a poll, each other one is named by a signed notification."""
    control = f"{stack.world['ebay_url']}/_control"
    for number, example in enumerate(examples):
        httpx.put(f"{control}/orders", json=[ebay_order(example, example.id)]).raise_for_status()
        if number == 0:
            api.post(f"/channels/{EBAY}/poll")
        else:
            notify(stack, example.id)
    say(f"{len(examples)} orders on eBay, the first found by a poll, the others named by signed notifications")


def notify(stack: Stack, order: str) -> None:
    """Have eBay send a notification, again if it is not taken; raise StackError if it never is."""
    body = {"topic": "ORDER_CONFIRMATION", "order": order, "url": f"{stack.api_url}/webhooks/{EBAY}"}
    statuses: list[int | None] = []
    for _ in range(ATTEMPTS):
        answer = httpx.post(f"{stack.world['ebay_url']}/_control/notifications", json=body, timeout=60)
        [delivery] = answer.raise_for_status().json()["deliveries"]
        if delivery["status"] == 200:
            return
        statuses.append(delivery["status"])
    raise StackError(f"eBay's notification of {order}: {statuses}")


def parcels(stack: Stack) -> set[str]:
    """Return the tracking numbers that eBay has."""
    received = httpx.get(f"{stack.world['ebay_url']}/_control/received").json()["fulfilments"]
    return {
        each["shipmentTrackingNumber"]
        for sent in received.values()
        for each in sent
        if "shipmentTrackingNumber" in each
    }
