"""The part of the demo on Amazon: its orders, their parcels there, and an order of another channel that it ships."""

from collections.abc import Callable, Sequence
from typing import Any

import httpx

from local.api import Api, wait_for
from local.running import Stack
from local.scenario import Example, now
from local.seed_amazon import AMAZON, UNITED_STATES, received

TIMEOUT = 300
Order = dict[str, Any]


def amazon_order(example: Example, order_id: str) -> Order:
    """Return an order as the Orders API has it."""
    address = {
        "name": "Grace Hopper",
        "addressLine1": "1 Harbor Street",
        "city": example.to["city"],
        "stateOrRegion": example.to["state"],
        "postalCode": example.to["postcode"],
        "countryCode": example.to["country"],
    }
    return {
        "orderId": order_id,
        "createdTime": now(),
        "lastUpdatedTime": now(),
        "salesChannel": {"channelName": "AMAZON", "marketplaceId": UNITED_STATES},
        "buyer": {"buyerName": "Grace Hopper"},
        "recipient": {"deliveryAddress": address},
        "fulfillment": {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"},
        "orderItems": [
            {
                "orderItemId": f"{order_id}-{index}",
                "quantityOrdered": quantity,
                "product": {
                    "sellerSku": sku,
                    "title": sku,
                    "price": {"unitPrice": {"amount": "19.00", "currencyCode": "USD"}},
                },
                "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": quantity},
            }
            for index, (sku, quantity) in enumerate(example.lines.items(), 1)
        ],
    }


def send(stack: Stack, api: Api, examples: Sequence[Example], say: Callable[[str], None]) -> None:
    """Place orders on Amazon: those called polled are found by a poll, its notifications name each other one."""
    for example in examples:
        is_polled = "polled" in example.name
        _put(stack, "settings", {"has_notifications": not is_polled})
        _put(stack, "orders", [amazon_order(example, example.id)])
        _put(stack, "settings", {"has_notifications": True})
    api.post(f"/channels/{AMAZON}/poll")
    say(f"{len(examples)} orders on Amazon, one named by its notification, one found by a poll")


def ship(stack: Stack, api: Api, order: Order, say: Callable[[str], None]) -> None:
    """Have Amazon pick and ship an order of another channel, and wait until its parcel is here."""
    [work] = wait_for(lambda: _at_amazon(api, order), "the order at Amazon", TIMEOUT)
    sent, fee = received(stack)["outbound"][work["id"]]["order"], work["mcf"]["fee"]
    say(f"Amazon was requested to ship order {order['number']}, at {fee['amount']} {fee['currency']} by its preview")
    say(f"  as {sent['sellerFulfillmentOrderId']}, {sent['shippingSpeedCategory']}")
    for step in ("plan", "pick", "ship"):
        _move(stack, work["id"], step)
    wait_for(lambda: _has_parcels(api, order), "the parcel of Amazon", TIMEOUT)
    say("  it picked and shipped it: its notifications say so")


def _at_amazon(api: Api, order: Order) -> list[Order] | None:
    """Return the fulfilment orders once Amazon took them; a later message says that it received them."""
    works: list[Order] = api.get(f"/orders/{order['id']}")["fulfilments"]
    return works if all((each["mcf"] or {}).get("status") in {"new", "received"} for each in works) else None


def _has_parcels(api: Api, order: Order) -> bool:
    return all(each["parcels"] for each in api.get(f"/orders/{order['id']}")["fulfilments"])


def parcels(stack: Stack) -> set[str]:
    """Return the tracking numbers of the packages that Amazon was notified of."""
    orders = received(stack)["orders"].values()
    return {each["trackingNumber"] for order in orders for each in order["packages"]}


def _move(stack: Stack, name: str, step: str) -> None:
    httpx.post(f"{stack.world['amazon_url']}/_control/outbound/{name}/{step}").raise_for_status()


def _put(stack: Stack, what: str, body: object) -> None:
    httpx.put(f"{stack.world['amazon_url']}/_control/{what}", json=body).raise_for_status()
