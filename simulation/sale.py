"""Many buyers and few units in virtual time: a merchant of two warehouses, the buyers, and the result."""

import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Order
from packhorse.messages.orders import send_orders
from packhorse.store import catalogue, orders
from packhorse.store.commit import Write, commit
from simulation.aws.boundary import Call
from simulation.builders import NOON, a_channel, a_configuration, a_line, a_warehouse, an_order
from simulation.cloud import name_of
from simulation.expected import Answer
from simulation.faults import Fault
from simulation.listener import End, Listener
from simulation.merchant import put_stock, set_up
from simulation.order_documents import Document, holdings
from simulation.run import Case, Run
from simulation.stated_orders import TRADE, hand_order

EAST, WEST = "east", "west"
MUG, PAIR = "MUG", "MUG-PAIR"
KILLS = (Fault.KILL_BEFORE, Fault.KILL_AFTER)
KILLED = 0.02
"""The chance of a death at a call."""


class Sale(Listener):
    """A merchant who sells mugs, and pairs of them as kits.

    `answers` are the API's answers to buyers, `invocations` the names of all invocations, `places_read` the number of
    places of the backorder queue that they read.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.world = run.world
        self.answers: list[Answer] = []
        self.invocations: set[str] = set()
        self.places_read = 0
        run.deployment.listener = self

    def called(self, call: Call, end: End) -> None:
        """Count the invocations, and the places of the backorder queue that they read."""
        if not self.run.turns.task:
            return
        self.invocations.add(self.run.turns.task)
        if call.operation == "Query" and call.parameters["TableName"] == name_of("OrdersTable"):
            self.places_read += call.answer.get("ScannedCount", 0)

    def disturb(self, twice: float, kills: int) -> None:
        """Deliver a share of the messages twice from now on, and kill that many functions at a call."""
        dice, left = self.run.turns.random, [kills]
        self.run.deployment.is_lost = lambda _: dice.random() < twice
        self.run.faults.draw = lambda _: killed(dice, left)

    def slow_down(self, seconds: float) -> None:
        """Make every call of a function take that much longer."""
        before, turns = self.world.before, self.run.turns

        def slowly(call: Call) -> None:
            if turns.task in self.run.deployment.running:
                turns.sleep(seconds)
            before(call)

        self.world.before = slowly

    # ---- events --------------------------------------------------------------------------------------------

    def stock(self, units: Mapping[str, int]) -> None:
        """Set the mugs on hand of warehouses."""
        for warehouse, n in units.items():
            put_stock(n, MUG, warehouse)

    def buy(self, skus: Sequence[str], seconds: float) -> None:
        """Let buyers order these skus through the API, within that many seconds."""
        for number, sku in enumerate(skus):
            self._later(partial(self._place, f"buyer-{number}", sku), f"buyer-{number}", seconds)

    def _place(self, name: str, sku: str) -> None:
        body = hand_order(name, {sku: 1}, paid=True)
        del body["channel_order_id"]
        self.answers.append(self.run.outside.call_api("POST", "/orders", body))

    def send(self, channel_orders: Sequence[ChannelOrder], seconds: float) -> None:
        """Send the orders as the shop's messages, one by one, within that many seconds."""
        for order in channel_orders:
            self._later(partial(send_orders, [order], who="channel:trade"), f"shop-{order.number}", seconds)

    def _later(self, act: Callable[[], object], name: str, seconds: float) -> None:
        self.run.turns.spawn(act, name, after=seconds * self.run.turns.random.random())

    def queue_up(self, buyers: int) -> list[str]:
        """Create backorders of a mug each, placed a second after each other; return their ids, the oldest first."""
        newest = an_order(a_line(MUG), channel=TRADE)
        self.send([newest], seconds=0)
        self.until_quiet()
        stored = orders.get_order(newest.order_id)
        changes = [Change(_like(stored, number)) for number in range(1, buyers)]
        commit([Write(change, None, "test") for change in changes], NOON)
        return [*(change.order.id for change in reversed(changes)), stored.id]

    def receive(self, units: int, warehouse: str = EAST) -> None:
        """Receive mugs by the API."""
        receipt = {"sku": MUG, "warehouse": warehouse, "quantity": units}
        self.run.outside.call_api("POST", "/stock/receipts", {"receipts": [receipt]})

    def until_quiet(self) -> None:
        """Run until nothing happens any more; the books are checked after every step."""
        self.run.until_quiet()

    # ---- results ------------------------------------------------------------------------------------------

    @property
    def orders(self) -> Mapping[str, Document]:
        """All orders, by id."""
        return self.run.books.orders

    @property
    def sold(self) -> "Counter[str]":
        """The mugs that orders have committed, by warehouse."""
        sold = Counter[str]()
        for document in self.orders.values():
            for (_, warehouse), units in holdings(document)[0].items():
                sold[warehouse] += units
        return sold

    @property
    def left(self) -> Mapping[str, int]:
        """The mugs available, by warehouse."""
        return {warehouse: balance["available"] for (_, warehouse), balance in self.run.books.stock.items()}

    @property
    def served(self) -> list[str]:
        """The orders with all their units, sorted."""
        return sorted(name for name, each in self.orders.items() if each["lines"][0].get("allocations"))

    @property
    def served_in_turn(self) -> list[str]:
        """The orders in the sequence in which the ledger commits mugs to them."""
        return [each["reference"] for each in self.run.books.movements if each["kind"] == "commit"]

    @property
    def waiting(self) -> list[str]:
        """The backorders for mugs, the oldest first."""
        return [orders.id_in_key(place) for place in orders.orders_waiting_for(f"stock#{MUG}")]

    @property
    def handed_over(self) -> list[str]:
        """The orders of all executions, sorted; an order of several executions appears several times."""
        return sorted(each.name.rpartition("-")[0] for each in self.world.states.executions.values())

    @property
    def errors(self) -> list[object]:
        """The errors of functions and buyers, and messages that are left in queues."""
        left = [message.body for queue in self.world.sqs.queues.values() for message in queue.messages]
        return [*self.run.deployment.errors, *self.run.turns.failures, *left]


def killed(dice: random.Random, left: list[int]) -> Fault | None:
    """Return the kill at a call, if one strikes; `left` counts the kills that remain."""
    if not left[0] or dice.random() > KILLED:
        return None
    left[0] -= 1
    return dice.choice(KILLS)


def _like(order: Order, number: int) -> Order:
    """Return a copy of an order, placed that many seconds before."""
    name, at = f"{order.number}-{number}", order.placed_at - timedelta(seconds=number)
    return order.replace(channel_order_id=name, number=name, placed_at=at, version=0)


def by_age(channel_orders: Sequence[ChannelOrder]) -> list[str]:
    """Return the ids of orders, the oldest first."""
    return [name for _, name in sorted((order.placed_at, order.order_id) for order in channel_orders)]


@contextmanager
def a_sale(seed: int) -> Iterator[Sale]:
    """Run a merchant in virtual time, without stock."""
    run = Run(Case(seed, points=()))
    logging.disable(logging.CRITICAL)
    try:
        with run.turns.installed(), run.world.installed():
            set_up(a_configuration(a_warehouse(EAST), a_warehouse(WEST), channel=a_channel(TRADE)), MUG)
            catalogue.put_product(Product(sku=PAIR, kind=ProductKind.KIT, components={MUG: 2}))
            yield Sale(run)
    finally:
        logging.disable(logging.NOTSET)
