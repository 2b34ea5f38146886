"""`make demo`: orders arrive by webhook, file and poll, are routed, shipped and completed."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx
from rich.console import Console

from local import demo_amazon, demo_ebay, demo_purchase, demo_supplier, demo_transfer, demo_woocommerce, demo_work
from local.api import Api, wait_for
from local.demo_tables import Offer, Orders, expected_offers, offers_table, orders_table, stock_table, timeline_table
from local.home import Home, StackError
from local.progress import Update, step
from local.running import Stack
from local.scenario import EXAMPLES, Example, order_by_hand, order_file, shipped_on_shopify, shop_order, shopify_order
from local.seed import SHOP, SHOPIFY, TRADE, secrets_of, stock_up
from local.seed_amazon import AMAZON, quantities_on_amazon
from local.seed_ebay import EBAY, quantities_on_ebay
from local.seed_woocommerce import WOO
from local.stack import up
from local.world.shopify import post_webhook

Condition = Callable[[Example, dict[str, Any]], bool]
out = Console(width=max(130, Console().width))


def say(text: str) -> None:
    """Print what happened in a step."""
    out.print(f"  {text}", soft_wrap=True, highlight=False)


TIMEOUT = 300  # seconds of each wait: on a busy machine a dozen cold starts take minutes


class Demo:
    """One run. Its order ids are made of the time, so that it can run again on the same stack."""

    def __init__(self, stack: Stack, api: Api) -> None:
        self.stack, self.api = stack, api
        first = int(datetime.now(UTC).timestamp()) * 100
        self.examples = [replace(each, id=self._id(each, first + n)) for n, each in enumerate(EXAMPLES, 1)]
        self.sent: Orders = {}
        self.problems: list[str] = []
        self.bought: list[demo_purchase.Bought] = []

    def _id(self, example: Example, number: int) -> str:
        if example.channel == AMAZON:
            return f"902-{number // 10**7:07}-{number % 10**7:07}"
        return str(number) if example.channel in (SHOPIFY, WOO) else f"{example.channel[:1].upper()}-{number}"

    def of(self, channel: str) -> list[Example]:
        """Return the orders of a channel."""
        return [example for example in self.examples if example.channel == channel]

    def send(self) -> None:
        """Send all orders: signed webhooks, a file in the bucket, shops that are polled, notifications, by hand."""
        self.send_webhooks()
        self.upload([(example, example.id) for example in self.of(TRADE) if not example.by_hand])
        self.place_by_hand()
        self.poll()
        demo_ebay.send(self.stack, self.api, self.of(EBAY), say)
        demo_amazon.send(self.stack, self.api, self.of(AMAZON), say)

    def send_webhooks(self) -> None:
        """Post the Shopify orders, the first of them twice, as Shopify may."""
        for example in self.of(SHOPIFY):
            self.sent[example.id] = shopify_order(example, example.id)
            self.put_in_store(self.sent[example.id])
            self.webhook("orders/create", self.sent[example.id])
        out.print(f"  {len(self.of(SHOPIFY))} Shopify webhooks, signed and answered")
        self.webhook("orders/create", self.sent[self.of(SHOPIFY)[0].id])
        out.print("  one of them once more, as Shopify does")

    def place_by_hand(self) -> None:
        """Place the orders that a person enters."""
        for example in (example for example in self.examples if example.by_hand):
            self.api.post("/orders", order_by_hand(example, example.id), **{"Idempotency-Key": example.id})
            say("an order that a person entered")

    def poll(self) -> None:
        """Place orders in the corner shop and in the WooCommerce store, and request polls."""
        shop_url = self.stack.world["shop_url"]
        first, *others = [shop_order(example, example.id) for example in self.of(SHOP)]
        httpx.post(f"{shop_url}/_control/orders", json=first, timeout=60).raise_for_status()
        httpx.post(f"{shop_url}/_control/orders?webhook=false", json=others).raise_for_status()
        self.api.post(f"/channels/{SHOP}/poll")
        for text in demo_woocommerce.place(self.stack, self.of(WOO)):
            out.print(f"  {text}")
        self.api.post(f"/channels/{WOO}/poll")
        say(f"{1 + len(others)} orders in the corner shop: one is posted by its webhook, a poll finds the others")

    def webhook(self, topic: str, order: dict[str, Any]) -> None:
        """Post an order as Shopify does; raise StackError if it is refused."""
        url = f"{self.stack.api_url}/webhooks/{SHOPIFY}"
        response = post_webhook(url, secrets_of(self.stack.home)["shopify"], topic, order)
        if response.is_error:
            raise StackError(f"{topic}: {response.status_code} {response.text}")

    def upload(self, orders: list[tuple[Example, str]]) -> None:
        """Upload a file of trade orders with a wrong row, and print its report."""
        upload = self.api.post("/uploads", {"channel": TRADE, "filename": "trade-orders.csv"})
        httpx.put(upload["url"], content=order_file(orders).encode()).raise_for_status()
        path = f"/uploads/{upload['id']}"
        report = wait_for(lambda: self._report(path), "the report of the file", TIMEOUT)
        counts = ", ".join(f"{count} {outcome}" for outcome, count in report["orders"].items())
        out.print(f"  a CSV file with {report['rows']} rows, orders: {counts}")
        if report["orders"] != {"accepted": len(orders), "duplicate": 0, "rejected": 1}:
            self.problems.append(
                f"the CSV file holds {len(orders)} orders and one that is wrong, its report says {counts}"
            )
        for error in report["errors"]:
            out.print(f"    row {error['row']}, {error['column']}: {error['message']}", style="yellow")

    def _report(self, path: str) -> dict[str, Any] | None:
        response = self.api.call("GET", path)
        report = response.json() if response.status_code == 200 else {}
        return report if report.get("state") in ("done", "failed") else None

    def wait_for_orders(self, done: Condition, update: Update) -> Orders:
        """Return all orders once the condition holds for each; the update shows how many are left."""
        orders: Orders = {}
        for example in self.examples:
            update(f"{len(orders)} of {len(self.examples)} orders")
            orders[example.id] = self.wait_for_order(example, done)
        return orders

    def wait_for_order(self, example: Example, done: Condition) -> dict[str, Any]:
        """Return the order once the condition holds for it."""
        return wait_for(lambda: self._find(example, done), f"order {example.id} ({example.name})", TIMEOUT)

    def _find(self, example: Example, done: Condition) -> dict[str, Any] | None:
        number = f"{example.id[-5:]}" if example.channel == SHOPIFY else example.id
        for summary in self.api.get(f"/orders?channel={example.channel}&q={quote(number)}")["items"]:
            order = self.api.get(f"/orders/{summary['id']}")
            if order["channel_order_id"] == example.id and done(example, order):
                return dict(order)
        return None

    def ship(self, orders: Orders) -> None:
        """Close every order as its example says."""
        orders = orders | self.supply(orders)
        self.ship_by_amazon(orders)
        self.print_slip(orders)
        self.buy_labels(orders)
        orders = orders | self.buy()
        for example in self.examples:
            order = orders[example.id]
            if example.ends in ("tracking", "parcels", "rejected", "bought"):
                self.enter_tracking(example, order)
            elif example.ends == "storefront":
                self.ship_in_store(shipped_on_shopify(self.sent[example.id]))
            elif example.ends == "cancelled" and example.channel == WOO:
                demo_woocommerce.cancel(self.stack, example)
            elif example.ends == "cancelled":
                moment = datetime.now(UTC).isoformat()
                cancelled = {"updated_at": moment, "cancelled_at": moment}
                self.webhook("orders/cancelled", {**self.sent[example.id], **cancelled})
            elif example.ends == "cancelled here":
                self.api.post(f"/orders/{order['id']}/cancel", {"reason": "the buyer called"})
            elif example.ends == "by hand":
                self.api.post(f"/orders/{order['id']}/complete")

    def ship_in_store(self, order: dict[str, Any]) -> None:
        """Ship an order in the Shopify store itself, which then posts it."""
        self.put_in_store(order)
        self.webhook("orders/fulfilled", order)

    def put_in_store(self, order: dict[str, Any]) -> None:
        """Add or replace an order of the Shopify store."""
        httpx.put(f"{self.stack.world['shopify_url']}/_control/orders", json=[order]).raise_for_status()

    def supply(self, orders: Orders) -> Orders:
        """Have a supplier ship orders, and reject one, which is routed again; return them as they are then."""
        examples = [example for example in self.examples if example.ends in ("supplier", "rejected")]
        done = demo_supplier.exchange(self.stack, self.api, [orders[example.id] for example in examples])
        demo_supplier.lines_of(done, say)
        for example, order in zip(examples, done.orders, strict=True):
            rejected = [work["warehouse"] for work in order["fulfilments"] if work["status"] == "rejected"]
            if bool(rejected) != (example.ends == "rejected"):
                self.problems.append(f"{example.name}: rejected by {rejected}")
        return {example.id: order for example, order in zip(examples, done.orders, strict=True)}

    def ship_by_amazon(self, orders: Orders) -> None:
        """Have Amazon ship orders of other channels."""
        for example in (example for example in self.examples if example.ends == "amazon"):
            demo_amazon.ship(self.stack, self.api, orders[example.id], say)

    def buy(self) -> Orders:
        """Buy what orders wait for; return these as they are once it has arrived."""
        bought = demo_purchase.buy(self.stack, self.api)
        self.bought.append(bought)
        demo_purchase.lines_of(bought, say)
        waiting = [example for example in self.examples if example.ends == "bought"]
        return {each.id: self.wait_for_order(each, _is_with_warehouse) for each in waiting}

    def print_slip(self, orders: Orders) -> None:
        """Print the packing slip of an order, and store it as a file."""
        order = next(orders[example.id] for example in self.examples if example.ends == "label")
        slip = self.api.get(f"/orders/{order['id']}/fulfilments/1/packing-slip")
        file = self.stack.home.folder / "packing-slip.pdf"
        file.write_bytes(httpx.get(slip["url"]).raise_for_status().content)
        out.print(f"  the packing slip of order {order['number']}: {file}")

    def buy_labels(self, orders: Orders) -> None:
        """Buy the labels of a batch, store the file to print, and have a parcel delivered."""
        wanted = [orders[example.id] for example in self.examples if example.ends == "label"]
        refs = [
            {"order": order["id"], "fulfilment": each["number"]} for order in wanted for each in order["fulfilments"]
        ]
        started = self.api.post("/label-batches", {"fulfilments": refs})
        batch = wait_for(lambda: self._labelled(started["id"]), "the labels", TIMEOUT)
        for each in batch["items"]:
            if each["state"] != "bought":
                self.problems.append(f"label of {each['number']}: {each['state']}, {each['message']}, {each['errors']}")
        if batch["url"]:
            file = self.stack.home.folder / "labels.pdf"
            file.write_bytes(httpx.get(batch["url"]).raise_for_status().content)
            out.print(f"  {len(refs)} labels bought as one batch; the file to print: {file}")
        self.deliver(batch["items"])

    def _labelled(self, batch_id: str) -> dict[str, Any] | None:
        batch = self.api.get(f"/label-batches/{batch_id}")
        return dict(batch) if batch["done"] else None

    def deliver(self, labels: list[dict[str, Any]]) -> None:
        """Have the carrier scan the first parcel at the buyer's door: its webhook says so."""
        parcel = {"tracking": labels[0]["tracking"], "status": "delivered", "message": "Left at the front door"}
        control = f"{self.stack.world['easypost_url']}/_control/parcels"
        httpx.post(control, json=parcel).raise_for_status()
        wait_for(lambda: self._delivered(labels[0]), "the carrier's report of a parcel", TIMEOUT)
        out.print(f"  {labels[0]['tracking']} was delivered, says the carrier")

    def _delivered(self, label: dict[str, Any]) -> bool:
        fulfilments = self.api.get(f"/orders/{label['order']}")["fulfilments"]
        parcels = (parcel for each in fulfilments for parcel in each["parcels"])
        return any((parcel["transit"] or {}).get("status") == "delivered" for parcel in parcels)

    def enter_tracking(self, example: Example, order: dict[str, Any]) -> None:
        """Enter carrier and tracking number for each fulfilment order, in one parcel or two."""
        for fulfilment in (each for each in order["fulfilments"] if each["status"] != "rejected"):
            tracking = f"1Z{order['id'][:8].upper()}{fulfilment['number']}"
            parcels: list[dict[str, Any]] = [{"carrier": "UPS", "tracking": tracking}]
            if example.ends == "parcels":
                line = fulfilment["lines"][0]["line"]
                parcels.insert(
                    0, {"carrier": "UPS", "tracking": f"{tracking}A", "lines": [{"line": line, "quantity": 2}]}
                )
            self.api.post(f"/orders/{order['id']}/fulfilments/{fulfilment['number']}/ship", {"parcels": parcels})

    def wait_for_notices(self, orders: Orders) -> None:
        """Wait until the shops have every parcel of their orders, and print how many that are."""
        examples = [each for each in self.examples if each.channel in (SHOPIFY, SHOP, WOO, EBAY, AMAZON)]
        parcels = [
            parcel["tracking"]
            for example in examples
            for each in orders[example.id]["fulfilments"]
            for parcel in each["parcels"]
            if parcel["tracking"]
        ]
        wait_for(lambda: {*parcels} <= self._parcels_in_shops(), "the notices of parcels", TIMEOUT)
        out.print(f"  {len(parcels)} parcels of {len(examples)} orders: each shop has its own, with carrier and number")
        wait_for(lambda: not demo_woocommerce.not_completed(self.stack, self.of(WOO)), "completed orders", TIMEOUT)
        out.print("  the WooCommerce store has completed the orders that left")

    def wait_for_cancellations(self, orders: Orders) -> None:
        """Wait until the shops have cancelled what was cancelled here."""
        names = {orders[each.id]["channel_order_id"] for each in self.examples if each.ends == "cancelled here"}
        wait_for(lambda: names <= self._cancelled_in_shops(), "the cancellations", TIMEOUT)
        out.print(f"  {len(names)} orders are cancelled in their shops, too; no money moved")

    def _cancelled_in_shops(self) -> set[str]:
        """Return the orders that are cancelled in the shops, by their ids there."""
        store = httpx.get(f"{self.stack.world['shopify_url']}/_control/received").json()["orders"]
        shop = httpx.get(f"{self.stack.world['shop_url']}/_control/received").json()["orders"]
        return {
            *(name for name, order in {**store, **shop}.items() if order.get("cancelled_at")),
            *demo_woocommerce.cancelled_in_store(self.stack),
        }

    def _parcels_in_shops(self) -> set[str | None]:
        """Return the tracking numbers that the shops have."""
        store = httpx.get(f"{self.stack.world['shopify_url']}/_control/received").json()["orders"]
        shop = httpx.get(f"{self.stack.world['shop_url']}/_control/received").json()["shipments"]
        sent = (each for order in store.values() for each in order["fulfillments"])
        theirs = {number for each in sent for number in (each.get("tracking_numbers") or [each.get("tracking_number")])}
        theirs |= demo_ebay.parcels(self.stack) | demo_woocommerce.parcels_in_store(self.stack)
        theirs |= demo_amazon.parcels(self.stack)
        return theirs | {parcel["tracking"] for each in shop for parcel in each["parcels"]}

    def offers(self) -> dict[str, Offer]:
        """Return the quantities that the shops show now."""
        store = httpx.get(f"{self.stack.world['shopify_url']}/_control/received").json()["variants"]
        shop = httpx.get(f"{self.stack.world['shop_url']}/_control/received").json()["stock"]
        levels = {each["sku"]: next(iter(each["levels"].values())) for each in store.values()}
        others = (
            demo_woocommerce.stock_in_store(self.stack),
            quantities_on_ebay(self.stack),
            quantities_on_amazon(self.stack),
        )
        return {sku: Offer(levels[sku], shop.get(sku), *(each.get(sku) for each in others)) for sku in levels}

    def wait_for_offers(self) -> dict[str, Offer]:
        """Return the same once the shops show what follows from the stock."""
        expected = expected_offers(self.stock())
        return wait_for(lambda: _if_contains(self.offers(), expected), "the stock of the shops", TIMEOUT)

    def stock(self) -> dict[tuple[str, str], dict[str, int]]:
        """Return the balances of all shelves."""
        return {(each["sku"], each["warehouse"]): each for each in self.api.all("/stock?limit=100")}


def _if_contains(offers: dict[str, Offer], expected: dict[str, Offer]) -> dict[str, Offer] | None:
    return offers if expected.items() <= offers.items() else None


def _is_handed_over(example: Example, order: dict[str, Any]) -> bool:
    if example.ends in ("waits", "bought"):
        return "backordered" in order["flags"]
    return _is_with_warehouse(example, order)


def _is_with_warehouse(_: Example, order: dict[str, Any]) -> bool:
    fulfilments = order["fulfilments"]
    return bool(fulfilments) and all(fulfilment["status"] != "queued" for fulfilment in fulfilments)


def _has_ended(example: Example, order: dict[str, Any]) -> bool:
    return bool(order["status"] == example.status)


def differences(example: Example, order: dict[str, Any]) -> Iterator[str]:
    """Yield each difference between the order and its expected result."""
    if order["status"] != example.status:
        yield f"{example.name}: {order['status']}, not {example.status}"
    for line in order["lines"]:
        warehouse, rule = example.goes[line["sku"]]
        went = ",".join(part["warehouse"] for part in line["allocations"])
        if (went, line["routing"]["rule"]) != (warehouse, rule):
            yield f"{example.name}: {line['sku']} went to {went or 'no warehouse'} by {line['routing']['rule']}"


def run(stack: Stack) -> list[str]:
    """Run the demo, print its tables, and return all differences from the expected results."""
    with closing(Api(stack)) as api:
        return _run(Demo(stack, api))


def _run(demo: Demo) -> list[str]:
    with step("stocking up, and waiting until the shops show the stock"):
        stock_up(demo.api)
        before, offers = demo.stock(), demo.wait_for_offers()
    with step("sending orders: webhooks, notifications, polls, a CSV file, one by hand"):
        demo.send()
    with step("routing, and handing over to the warehouses") as update:
        handed_over = demo.wait_for_orders(_is_handed_over, update)
    with step("shipping: by a supplier, by Amazon, by labels, by hand, and what is bought first; some are cancelled"):
        demo.ship(handed_over)
    with step("waiting until every order has ended") as update:
        orders = demo.wait_for_orders(_has_ended, update)
    with step("notifying the shops of their parcels, and of what was cancelled here"):
        demo.wait_for_notices(orders)
        demo.wait_for_cancellations(orders)
    with step("moving plates to another warehouse: one comes damaged, one is lost and found"):
        moved = demo_transfer.move(demo.api)
    with step("building gift boxes of mugs and boards: a mug breaks, one box is taken apart"):
        built = demo_work.build(demo.api)
    with step("publishing the remaining stock to the shops"):
        offers_now = demo.wait_for_offers()
    out.print(
        "",
        orders_table(demo.examples, orders),
        stock_table(before, demo.stock()),
        offers_table(offers, offers_now),
        *(demo_purchase.purchase_table(each) for each in demo.bought),
        demo_transfer.transfer_table(moved),
        demo_work.work_table(built),
        timeline_table(orders[demo.examples[0].id]),
        timeline_table(next(orders[each.id] for each in demo.examples if each.ends == "rejected")),
    )
    missing = [each for purchase in demo.bought for each in demo_purchase.differences(demo.api, purchase)]
    missing += demo_transfer.differences(demo.api, moved)
    missing += demo_work.differences(demo.api, built)
    return [
        *demo.problems,
        *missing,
        *(each for example in demo.examples for each in differences(example, orders[example.id])),
    ]


def main() -> None:
    """Exit with 0 only if every order ended as expected."""
    started = time.monotonic()
    try:
        stack = up(Home())
        problems = run(stack)
    except StackError as error:
        sys.exit(f"packhorse: {error}")
    if problems:
        sys.exit("\n".join(problems))
    out.print(f"every order ended as expected, after {time.monotonic() - started:.0f} s. To look around:")
    out.print(f"  API           {stack.api_url}/orders    (described in docs/openapi.json)", soft_wrap=True)
    out.print(f'  try           curl -H "Authorization: Bearer $(make token)" {stack.api_url}/orders', soft_wrap=True)
    out.print(f"  addresses     {stack.home.stack_file}", soft_wrap=True)
    out.print(f"  console       {stack.console_url}", soft_wrap=True)
    out.print(
        f"                sign in as {stack.operator['user']}, password {stack.operator['password']}", soft_wrap=True
    )
    out.print("  stop          make down")


if __name__ == "__main__":
    main()
