"""One run of the demo: its orders, and waiting for them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from rich.console import Console

from local.api import Api, wait_for
from local.demo.expected import ANEW
from local.demo.purchase import Bought
from local.demo.tables import Orders
from local.progress import Update
from local.running import Stack
from local.scenario import EXAMPLES, Example
from local.seed import SHOPIFY
from local.seed_amazon import AMAZON
from local.seed_woocommerce import WOO

Condition = Callable[[Example, dict[str, Any]], bool]
TIMEOUT = 300  # seconds of each wait: on a busy machine a dozen cold starts take minutes
out = Console(width=max(130, Console().width))


def say(text: str) -> None:
    """Print what happened in a step."""
    out.print(f"  {text}", soft_wrap=True, highlight=False)


class Demo:
    """One run. Its order ids are made of the time, so that it can run again on the same stack."""

    def __init__(self, stack: Stack, api: Api) -> None:
        self.stack, self.api = stack, api
        first = int(datetime.now(UTC).timestamp()) * 100
        self.examples = [replace(each, id=self._id(each, first + n)) for n, each in enumerate(EXAMPLES, 1)]
        self.sent: Orders = {}
        self.problems: list[str] = []
        self.bought: list[Bought] = []

    def _id(self, example: Example, number: int) -> str:
        if example.channel == AMAZON:
            return f"902-{number // 10**7:07}-{number % 10**7:07}"
        return str(number) if example.channel in (SHOPIFY, WOO) else f"{example.channel[:1].upper()}-{number}"

    def of(self, channel: str) -> list[Example]:
        """Return the orders of a channel."""
        return [example for example in self.examples if example.channel == channel]

    def wait_for_orders(self, done: Condition, update: Update) -> Orders:
        """Return all orders once the condition holds for each; the update shows how many are left."""
        orders: Orders = {}
        for example in self.examples:
            update(f"{len(orders)} of {len(self.examples)} orders")
            orders[example.id] = self.wait_for_order(example, done)
        return orders

    def wait_for_order(self, example: Example, done: Condition) -> dict[str, Any]:
        """Return the order once the condition holds for it."""
        name = f"order {example.id} ({example.name})"
        return wait_for(lambda: self._find(example, done), name, TIMEOUT, lambda: self._found(example))

    def _found(self, example: Example) -> str:
        order = self._find(example, lambda *_: True)
        return f". {described(order)} `make logs` says what happened; or {ANEW}" if order else ". It has not arrived."

    def _find(self, example: Example, done: Condition) -> dict[str, Any] | None:
        number = f"{example.id[-5:]}" if example.channel == SHOPIFY else example.id
        for summary in self.api.get(f"/orders?channel={example.channel}&q={quote(number)}")["items"]:
            order = self.api.get(f"/orders/{summary['id']}")
            if order["channel_order_id"] == example.id and done(example, order):
                return dict(order)
        return None

    def stock(self) -> dict[tuple[str, str], dict[str, int]]:
        """Return the balances of all shelves."""
        return {(each["sku"], each["warehouse"]): each for each in self.api.all("/stock?limit=100")}


def described(order: dict[str, Any]) -> str:
    """Return how far an order is that is not where the demo expects it."""
    lines = []
    for line in order["lines"]:
        places = [each["warehouse"] for each in line["allocations"]]
        short = f"{line['short']} short" if line["short"] else ""
        lines.append(f"{line['sku']}: {', '.join(filter(None, (*places, short))) or 'nowhere'}")
    return f"It is {', '.join((order['status'], *order['flags']))} ({'; '.join(lines)})."


def is_with_warehouse(_: Example, order: dict[str, Any]) -> bool:
    """Return whether all fulfilment orders of an order are with their warehouses."""
    fulfilments = order["fulfilments"]
    return bool(fulfilments) and all(fulfilment["status"] != "queued" for fulfilment in fulfilments)
