"""`make demo`: a small merchant's day. Orders come in by webhook, file and poll, are routed, shipped and completed."""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import httpx
from rich.console import Console
from rich.table import Table

from local.api import Api, wait_for
from local.home import Home, StackError
from local.scenario import EXAMPLES, Example, order_file, shipped_on_shopify, shop_order, shopify_order
from local.seed import PRODUCTS, SHOP, SHOPIFY, TRADE, secrets_of, stock_up
from local.stack import Stack, up
from local.world.shopify import post_webhook

Orders = dict[str, dict[str, Any]]
out = Console(width=max(130, Console().width))


class Offer(NamedTuple):
    """How many units of a sku each shop can sell."""

    shopify: int | None
    shop: int | None


class Demo:
    """One run: its orders have ids of their own, so that it can be run again on the same stack."""

    def __init__(self, stack: Stack, api: Api) -> None:
        self.stack, self.api = stack, api
        first = int(datetime.now(UTC).timestamp()) * 100
        self.examples = [replace(each, id=self._id(each, first + n)) for n, each in enumerate(EXAMPLES, 1)]
        self.sent: Orders = {}

    def _id(self, example: Example, number: int) -> str:
        return str(number) if example.channel == SHOPIFY else f"{example.channel[:1].upper()}-{number}"

    def of(self, channel: str) -> list[Example]:
        """The orders of a channel."""
        return [example for example in self.examples if example.channel == channel]

    def send(self) -> None:
        """Orders come in: signed webhooks, a file in the bucket, and a shop that is polled."""
        for example in self.of(SHOPIFY):
            self.sent[example.id] = shopify_order(example, example.id)
            self.webhook("orders/create", self.sent[example.id])
        out.print(f"  {len(self.of(SHOPIFY))} Shopify webhooks, signed and answered")
        self.webhook("orders/create", self.sent[self.of(SHOPIFY)[0].id])
        out.print("  one of them once more, as Shopify does")
        self.drop([(example, example.id) for example in self.of(TRADE)])
        shop_url = self.stack.world["shop_url"]
        orders = [shop_order(example, example.id) for example in self.of(SHOP)]
        httpx.post(f"{shop_url}/_control/orders?webhook=false", json=orders).raise_for_status()
        self.api.post(f"/channels/{SHOP}/poll")
        out.print(f"  {len(orders)} orders in the corner shop, which is polled")

    def webhook(self, topic: str, order: dict[str, Any]) -> None:
        """As Shopify posts it."""
        url = f"{self.stack.api_url}/webhooks/{SHOPIFY}"
        answer = post_webhook(url, secrets_of(self.stack.home)["shopify"], topic, order)
        if answer.is_error:
            raise StackError(f"{topic}: {answer.status_code} {answer.text}")

    def drop(self, orders: list[tuple[Example, str]]) -> None:
        """A file with trade orders, one of them wrong; its report says what is wrong with it."""
        upload = self.api.post("/uploads", {"channel": TRADE, "filename": "trade-orders.csv"})
        httpx.put(upload["url"], content=order_file(orders).encode()).raise_for_status()
        path = f"/uploads/{upload['id']}"
        report = wait_for(lambda: self._done(path), "the report of the file")
        out.print(f"  a CSV file with {report['rows']} rows: {report['orders']}")
        for error in report["errors"]:
            out.print(f"    row {error['row']}, {error['column']}: {error['message']}", style="yellow")

    def _done(self, path: str) -> dict[str, Any] | None:
        answer = self.api.call("GET", path)
        report = answer.json() if answer.status_code == 200 else {}
        return report if report.get("state") in ("done", "failed") else None

    def routed(self) -> Orders:
        """The orders, once every line of each has been routed and what can go is with its warehouse."""
        return {example.id: self.wait(example, _is_with_its_warehouse) for example in self.examples}

    def wait(self, example: Example, done: Any) -> dict[str, Any]:
        """The order once it is so far."""
        return wait_for(lambda: self._found(example, done), f"order {example.id} ({example.name})", 90)

    def _found(self, example: Example, done: Any) -> dict[str, Any] | None:
        number = f"{example.id[-5:]}" if example.channel == SHOPIFY else example.id
        for summary in self.api.get(f"/orders?channel={example.channel}&q={quote(number)}")["items"]:
            order = self.api.get(f"/orders/{summary['id']}")
            if order["channel_order_id"] == example.id and done(example, order):
                return dict(order)
        return None

    def ship(self, orders: Orders) -> None:
        """Every order is closed in its way."""
        for example in self.examples:
            order = orders[example.id]
            if example.ends in ("tracking", "parcels"):
                self.enter_tracking(example, order)
            elif example.ends == "storefront":
                self.webhook("orders/fulfilled", shipped_on_shopify(self.sent[example.id]))
            elif example.ends == "cancelled":
                moment = datetime.now(UTC).isoformat()
                news = {"updated_at": moment, "cancelled_at": moment}
                self.webhook("orders/cancelled", {**self.sent[example.id], **news})
            elif example.ends == "by hand":
                self.api.post(f"/orders/{order['id']}/complete")

    def enter_tracking(self, example: Example, order: dict[str, Any]) -> None:
        """The warehouse types in carrier and tracking number, one parcel or two."""
        for work in order["fulfilments"]:
            tracking = f"1Z{order['id'][:8].upper()}{work['number']}"
            parcels: list[dict[str, Any]] = [{"carrier": "UPS", "tracking": tracking}]
            if example.ends == "parcels":
                line = work["lines"][0]["line"]
                parcels.insert(
                    0, {"carrier": "UPS", "tracking": f"{tracking}A", "lines": [{"line": line, "quantity": 2}]}
                )
            self.api.post(f"/orders/{order['id']}/fulfilments/{work['number']}/ship", {"parcels": parcels})

    def offered(self) -> dict[str, Offer]:
        """How many of each sku the two shops can sell, as they know it."""
        store = httpx.get(f"{self.stack.world['shopify_url']}/_control/received").json()["variants"]
        shop = httpx.get(f"{self.stack.world['shop_url']}/_control/received").json()["stock"]
        levels = {each["sku"]: next(iter(each["levels"].values())) for each in store.values()}
        return {sku: Offer(levels[sku], shop.get(sku)) for sku in levels}

    def told(self) -> dict[str, Offer]:
        """The same, once both have heard of all that happened."""
        wanted = offers(self.stock())
        return wait_for(lambda: _with(self.offered(), wanted), "both shops to know the stock", 90)

    def stock(self) -> dict[tuple[str, str], dict[str, int]]:
        """The balances of everything."""
        return {(each["sku"], each["warehouse"]): each for each in self.api.all("/stock?limit=100")}


def offers(stock: Mapping[tuple[str, str], Mapping[str, int]]) -> dict[str, Offer]:
    """What the shops are to offer of each product: Shopify all there is but ten, the corner shop what is in Leeds."""
    there: Counter[str] = Counter()
    for (sku, _), balance in stock.items():
        there[sku] += balance["available"]
    leeds = {sku: balance["available"] for (sku, warehouse), balance in stock.items() if warehouse == "leeds"}
    return {sku: Offer(min(999, max(0, there[sku] - 10)), min(200, leeds.get(sku, 0))) for sku in PRODUCTS}


def _with(offered: dict[str, Offer], wanted: dict[str, Offer]) -> dict[str, Offer] | None:
    return offered if wanted.items() <= offered.items() else None


def _is_with_its_warehouse(example: Example, order: dict[str, Any]) -> bool:
    if example.ends == "waits":
        return "backordered" in order["flags"]
    works = order["fulfilments"]
    return bool(works) and all(work["status"] != "queued" for work in works)


def _is_at_its_end(example: Example, order: dict[str, Any]) -> bool:
    return bool(order["status"] == example.status)


def wrong(example: Example, order: dict[str, Any]) -> Iterator[str]:
    """What is not as it has to be."""
    if order["status"] != example.status:
        yield f"{example.name}: {order['status']}, not {example.status}"
    for line in order["lines"]:
        warehouse, rule = example.goes[line["sku"]]
        went = ",".join(part["warehouse"] for part in line["allocations"])
        if (went, line["routing"]["rule"]) != (warehouse, rule):
            yield f"{example.name}: {line['sku']} went to {went or 'nobody'} by {line['routing']['rule']}"


def orders_table(examples: list[Example], orders: Orders) -> Table:
    """Per line of every order: the warehouse, the rule, what became of it."""
    table = Table("order", "channel", "line", "ships from", "rule", "parcels", "status", title="What happened")
    for example in examples:
        order = orders[example.id]
        parcels = [parcel["tracking"] or "-" for work in order["fulfilments"] for parcel in work["parcels"]]
        for index, line in enumerate(order["lines"]):
            places = ", ".join(part["warehouse"] for part in line["allocations"]) or f"{line['short']} short"
            first = index == 0
            table.add_row(
                example.name if first else "",
                example.channel if first else "",
                f"{line['quantity']} x {line['sku']}",
                "-" if order["status"] == "cancelled" else places,
                line["routing"]["rule"],
                "\n".join(parcels) if first else "",
                order["status"] + (" (" + ", ".join(order["flags"]) + ")" if order["flags"] else "") if first else "",
            )
    return table


def stock_table(before: dict[tuple[str, str], Any], after: dict[tuple[str, str], Any]) -> Table:
    """The balances that changed."""
    table = Table("sku", "warehouse", "on hand before", "after", "committed", "available", title="Stock")
    for place, now in after.items():
        if (was := before.get(place, {}).get("on_hand", 0)) != now["on_hand"] or now["committed"]:
            numbers = (was, now["on_hand"], now["committed"], now["available"])
            table.add_row(*place, *map(str, numbers))
    return table


def offers_table(before: Mapping[str, Offer], after: Mapping[str, Offer]) -> Table:
    """What the shops were told."""
    table = Table("sku", "Shopify before", "now", "corner shop before", "now", title="What the shops can sell")
    for sku, now in after.items():
        if (was := before.get(sku)) != now:
            numbers = (was and was.shopify, now.shopify, was and was.shop, now.shop)
            table.add_row(sku, *("-" if number is None else str(number) for number in numbers))
    return table


def timeline_table(order: dict[str, Any]) -> Table:
    """The life of one order."""
    table = Table("at", "what", "who", "detail", title=f"The life of order {order['number']}")
    for entry in order["timeline"]:
        table.add_row(entry["at"][11:19], entry["what"], entry["who"], entry["detail"])
    return table


def run(stack: Stack) -> list[str]:
    """Runs it, shows it, and says what went wrong."""
    with closing(Api(stack)) as api:
        return _run(Demo(stack, api))


def _run(demo: Demo) -> list[str]:
    stock_up(demo.api)
    before, offered = demo.stock(), demo.told()
    out.print("\norders come in")
    demo.send()
    out.print("routing, and handing over to the warehouses")
    routed = demo.routed()
    out.print("shipping: tracking typed in, one order shipped on Shopify, one cancelled there, one completed by hand")
    demo.ship(routed)
    orders = {example.id: demo.wait(example, _is_at_its_end) for example in demo.examples}
    out.print("the shops are told what is left")
    out.print(
        orders_table(demo.examples, orders),
        stock_table(before, demo.stock()),
        offers_table(offered, demo.told()),
        timeline_table(orders[demo.examples[0].id]),
    )
    return [problem for example in demo.examples for problem in wrong(example, orders[example.id])]


def main() -> None:
    """Exit 0 only if every order got where it should."""
    started = time.monotonic()
    try:
        stack = up(Home())
        problems = run(stack)
    except StackError as error:
        sys.exit(f"packhorse: {error}")
    if problems:
        sys.exit("\n".join(problems))
    out.print(f"every order got where it should, in {time.monotonic() - started:.0f} s. To look around:")
    out.print(f"  API           {stack.api_url}/orders    (a description: docs/openapi.json)", soft_wrap=True)
    out.print(f'  try           curl -H "Authorization: Bearer $(make token)" {stack.api_url}/orders', soft_wrap=True)
    out.print(f"  addresses     {stack.home.stack_file}", soft_wrap=True)
    out.print("  stop          make down")


if __name__ == "__main__":
    main()
