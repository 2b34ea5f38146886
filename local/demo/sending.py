"""The part of the demo in which orders come in: webhooks, a file, polls, notifications, by hand."""

from typing import Any

import httpx

from local.api import wait_for
from local.demo import amazon, ebay, woocommerce
from local.demo.run import TIMEOUT, Demo, out, say
from local.home import StackError
from local.scenario import Example, order_by_hand, order_file, shop_order, shopify_order
from local.seed import SHOP, SHOPIFY, TRADE, secrets_of
from local.seed_amazon import AMAZON
from local.seed_ebay import EBAY
from local.seed_woocommerce import WOO
from local.world.shopify import post_webhook


def send(demo: Demo) -> None:
    """Send all orders: signed webhooks, a file in the bucket, shops that are polled, notifications, by hand."""
    send_webhooks(demo)
    upload(demo, [(example, example.id) for example in demo.of(TRADE) if not example.by_hand])
    place_by_hand(demo)
    poll(demo)
    ebay.send(demo.stack, demo.api, demo.of(EBAY), say)
    amazon.send(demo.stack, demo.api, demo.of(AMAZON), say)


def send_webhooks(demo: Demo) -> None:
    """Post the Shopify orders, the first of them twice, as Shopify may."""
    for example in demo.of(SHOPIFY):
        demo.sent[example.id] = shopify_order(example, example.id)
        put_in_store(demo, demo.sent[example.id])
        webhook(demo, "orders/create", demo.sent[example.id])
    out.print(f"  {len(demo.of(SHOPIFY))} Shopify webhooks, signed and answered")
    webhook(demo, "orders/create", demo.sent[demo.of(SHOPIFY)[0].id])
    out.print("  one of them once more, as Shopify does")


def place_by_hand(demo: Demo) -> None:
    """Place the orders that a person enters."""
    for example in (example for example in demo.examples if example.by_hand):
        demo.api.post("/orders", order_by_hand(example, example.id), **{"Idempotency-Key": example.id})
        say("an order that a person entered")


def poll(demo: Demo) -> None:
    """Place orders in the corner shop and in the WooCommerce store, and request polls."""
    shop_url = demo.stack.world["shop_url"]
    first, *others = [shop_order(example, example.id) for example in demo.of(SHOP)]
    httpx.post(f"{shop_url}/_control/orders", json=first, timeout=60).raise_for_status()
    httpx.post(f"{shop_url}/_control/orders?webhook=false", json=others).raise_for_status()
    demo.api.post(f"/channels/{SHOP}/poll")
    for text in woocommerce.place(demo.stack, demo.of(WOO)):
        out.print(f"  {text}")
    demo.api.post(f"/channels/{WOO}/poll")
    say(f"{1 + len(others)} orders in the corner shop: one is posted by its webhook, a poll finds the others")


def webhook(demo: Demo, topic: str, order: dict[str, Any]) -> None:
    """Post an order as Shopify does; raise StackError if it is refused."""
    url = f"{demo.stack.api_url}/webhooks/{SHOPIFY}"
    response = post_webhook(url, secrets_of(demo.stack.home)["shopify"], topic, order)
    if response.is_error:
        raise StackError(f"{topic}: {response.status_code} {response.text}")


def upload(demo: Demo, orders: list[tuple[Example, str]]) -> None:
    """Upload a file of trade orders with a wrong row, and print its report."""
    upload = demo.api.post("/uploads", {"channel": TRADE, "filename": "trade-orders.csv"})
    httpx.put(upload["url"], content=order_file(orders).encode()).raise_for_status()
    path = f"/uploads/{upload['id']}"
    report = wait_for(lambda: _report(demo, path), "the report of the file", TIMEOUT)
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report["orders"].items())
    out.print(f"  a CSV file with {report['rows']} rows, orders: {counts}")
    if report["orders"] != {"accepted": len(orders), "duplicate": 0, "rejected": 1}:
        demo.problems.append(f"the CSV file holds {len(orders)} orders and one that is wrong, its report says {counts}")
    for error in report["errors"]:
        out.print(f"    row {error['row']}, {error['column']}: {error['message']}", style="yellow")


def _report(demo: Demo, path: str) -> dict[str, Any] | None:
    response = demo.api.call("GET", path)
    report = response.json() if response.status_code == 200 else {}
    return report if report.get("state") in ("done", "failed") else None


def put_in_store(demo: Demo, order: dict[str, Any]) -> None:
    """Add or replace an order of the Shopify store."""
    httpx.put(f"{demo.stack.world['shopify_url']}/_control/orders", json=[order]).raise_for_status()
