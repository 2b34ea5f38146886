"""The part of the demo in which orders end: by each way out, by their store, cancelled."""

from datetime import UTC, datetime
from typing import Any

import httpx

from local.api import wait_for
from local.demo import amazon, purchase, supplier, woocommerce
from local.demo.run import TIMEOUT, Demo, is_with_warehouse, out, say
from local.demo.sending import put_in_store, webhook
from local.demo.tables import Orders
from local.scenario import Example, shipped_on_shopify
from local.seed_woocommerce import WOO


def ship(demo: Demo, orders: Orders) -> None:
    """Close every order as its example says."""
    orders = orders | supply(demo, orders)
    ship_by_amazon(demo, orders)
    print_slip(demo, orders)
    buy_labels(demo, orders)
    orders = orders | buy(demo)
    for example in demo.examples:
        order = orders[example.id]
        if example.ends in ("tracking", "parcels", "rejected", "bought"):
            enter_tracking(demo, example, order)
        elif example.ends == "storefront":
            ship_in_store(demo, shipped_on_shopify(demo.sent[example.id]))
        elif example.ends == "cancelled" and example.channel == WOO:
            woocommerce.cancel(demo.stack, example)
        elif example.ends == "cancelled":
            moment = datetime.now(UTC).isoformat()
            cancelled = {"updated_at": moment, "cancelled_at": moment}
            webhook(demo, "orders/cancelled", {**demo.sent[example.id], **cancelled})
        elif example.ends == "cancelled here":
            demo.api.post(f"/orders/{order['id']}/cancel", {"reason": "the buyer called"})
        elif example.ends == "by hand":
            demo.api.post(f"/orders/{order['id']}/complete")


def ship_in_store(demo: Demo, order: dict[str, Any]) -> None:
    """Ship an order in the Shopify store itself, which then posts it."""
    put_in_store(demo, order)
    webhook(demo, "orders/fulfilled", order)


def supply(demo: Demo, orders: Orders) -> Orders:
    """Have a supplier ship orders, and reject one, which is routed again; return them as they are then."""
    examples = [example for example in demo.examples if example.ends in ("supplier", "rejected")]
    done = supplier.exchange(demo.stack, demo.api, [orders[example.id] for example in examples])
    supplier.lines_of(done, say)
    for example, order in zip(examples, done.orders, strict=True):
        rejected = [work["warehouse"] for work in order["fulfilments"] if work["status"] == "rejected"]
        if bool(rejected) != (example.ends == "rejected"):
            demo.problems.append(f"{example.name}: rejected by {rejected}")
    return {example.id: order for example, order in zip(examples, done.orders, strict=True)}


def ship_by_amazon(demo: Demo, orders: Orders) -> None:
    """Have Amazon ship orders of other channels."""
    for example in (example for example in demo.examples if example.ends == "amazon"):
        amazon.ship(demo.stack, demo.api, orders[example.id], say)


def buy(demo: Demo) -> Orders:
    """Buy what orders wait for; return these as they are once it has arrived."""
    bought = purchase.buy(demo.stack, demo.api)
    demo.bought.append(bought)
    purchase.lines_of(bought, say)
    waiting = [example for example in demo.examples if example.ends == "bought"]
    return {each.id: demo.wait_for_order(each, is_with_warehouse) for each in waiting}


def print_slip(demo: Demo, orders: Orders) -> None:
    """Print the packing slip of an order, and store it as a file."""
    order = next(orders[example.id] for example in demo.examples if example.ends == "label")
    slip = demo.api.get(f"/orders/{order['id']}/fulfilments/1/packing-slip")
    file = demo.stack.home.folder / "packing-slip.pdf"
    file.write_bytes(httpx.get(slip["url"]).raise_for_status().content)
    out.print(f"  the packing slip of order {order['number']}: {file}")


def buy_labels(demo: Demo, orders: Orders) -> None:
    """Buy the labels of a batch, store the file to print, and have a parcel delivered."""
    wanted = [orders[example.id] for example in demo.examples if example.ends == "label"]
    refs = [{"order": order["id"], "fulfilment": each["number"]} for order in wanted for each in order["fulfilments"]]
    started = demo.api.post("/label-batches", {"fulfilments": refs})
    batch = wait_for(lambda: _labelled(demo, started["id"]), "the labels", TIMEOUT)
    for each in batch["items"]:
        if each["state"] != "bought":
            demo.problems.append(f"label of {each['number']}: {each['state']}, {each['message']}, {each['errors']}")
    if batch["url"]:
        file = demo.stack.home.folder / "labels.pdf"
        file.write_bytes(httpx.get(batch["url"]).raise_for_status().content)
        out.print(f"  {len(refs)} labels bought as one batch; the file to print: {file}")
    deliver(demo, batch["items"])


def _labelled(demo: Demo, batch_id: str) -> dict[str, Any] | None:
    batch = demo.api.get(f"/label-batches/{batch_id}")
    return dict(batch) if batch["done"] else None


def deliver(demo: Demo, labels: list[dict[str, Any]]) -> None:
    """Have the carrier scan the first parcel at the buyer's door: its webhook says so."""
    parcel = {"tracking": labels[0]["tracking"], "status": "delivered", "message": "Left at the front door"}
    control = f"{demo.stack.world['easypost_url']}/_control/parcels"
    httpx.post(control, json=parcel).raise_for_status()
    wait_for(lambda: _delivered(demo, labels[0]), "the carrier's report of a parcel", TIMEOUT)
    out.print(f"  {labels[0]['tracking']} was delivered, says the carrier")


def _delivered(demo: Demo, label: dict[str, Any]) -> bool:
    fulfilments = demo.api.get(f"/orders/{label['order']}")["fulfilments"]
    parcels = (parcel for each in fulfilments for parcel in each["parcels"])
    return any((parcel["transit"] or {}).get("status") == "delivered" for parcel in parcels)


def enter_tracking(demo: Demo, example: Example, order: dict[str, Any]) -> None:
    """Enter carrier and tracking number for each fulfilment order, in one parcel or two."""
    for fulfilment in (each for each in order["fulfilments"] if each["status"] != "rejected"):
        tracking = f"1Z{order['id'][:8].upper()}{fulfilment['number']}"
        parcels: list[dict[str, Any]] = [{"carrier": "UPS", "tracking": tracking}]
        if example.ends == "parcels":
            line = fulfilment["lines"][0]["line"]
            parcels.insert(0, {"carrier": "UPS", "tracking": f"{tracking}A", "lines": [{"line": line, "quantity": 2}]})
        demo.api.post(f"/orders/{order['id']}/fulfilments/{fulfilment['number']}/ship", {"parcels": parcels})
