"""Many buyers and few units in virtual time: a merchant of two warehouses, who buys there, and what came of it."""

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
from simulation.books import Document, holdings
from simulation.builders import NOON, a_channel, a_configuration, a_line, a_warehouse, an_order
from simulation.cloud import name_of
from simulation.faults import Fault
from simulation.listener import End, Listener
from simulation.merchant import put_stock, set_up
from simulation.outside import TRADE, Answer, hand_order
from simulation.run import Case, Run

EAST, WEST = "east", "west"
MUG, PAIR = "MUG", "MUG-PAIR"
KILLS = (Fault.KILL_BEFORE, Fault.KILL_AFTER)
KILLED = 0.02
"""How likely it is at a call."""


class Sale(Listener):
    """A merchant who sells mugs, and pairs of them as kits.

    `answers` are what buyers were told by the API, `invocations` the names of all that ran, `places_read` is how much
    of the queue of those who wait they read.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.world = run.world
        self.answers: list[Answer] = []
        self.invocations: set[str] = set()
        self.places_read = 0
        run.deployment.listener = self

    def called(self, call: Call, end: End) -> None:
        """Note which invocations run, and what they read of the queue."""
        if not self.run.turns.task:
            return
        self.invocations.add(self.run.turns.task)
        if call.operation == "Query" and call.parameters["TableName"] == name_of("OrdersTable"):
            self.places_read += call.answer.get("ScannedCount", 0)

    def disturb(self, twice: float, kills: int) -> None:
        """Has a share of what is delivered come twice from now on, and so many functions die at a call."""
        dice, left = self.run.turns.random, [kills]
        self.run.deployment.is_lost = lambda _: dice.random() < twice
        self.run.faults.draw = lambda _: killed(dice, left)

    def slow_down(self, seconds: float) -> None:
        """Has every call of a function take so much longer."""
        before, turns = self.world.before, self.run.turns

        def slowly(call: Call) -> None:
            if turns.task in self.run.deployment.running:
                turns.sleep(seconds)
            before(call)

        self.world.before = slowly

    # ---- what happens --------------------------------------------------------------------------------------

    def stock(self, units: Mapping[str, int]) -> None:
        """Puts so many mugs into warehouses."""
        for warehouse, n in units.items():
            put_stock(n, MUG, warehouse)

    def buy(self, skus: Sequence[str], seconds: float) -> None:
        """Each sku is bought by somebody through the API, within so many seconds."""
        for number, sku in enumerate(skus):
            self._later(partial(self._place, f"buyer-{number}", sku), f"buyer-{number}", seconds)

    def _place(self, name: str, sku: str) -> None:
        body = hand_order(name, {sku: 1}, paid=True)
        del body["channel_order_id"]
        self.answers.append(self.run.outside.call_api("POST", "/orders", body))

    def send(self, channel_orders: Sequence[ChannelOrder], seconds: float) -> None:
        """The shop tells of the orders, one by one, within so many seconds."""
        for order in channel_orders:
            self._later(partial(send_orders, [order], who="channel:trade"), f"shop-{order.number}", seconds)

    def _later(self, act: Callable[[], object], name: str, seconds: float) -> None:
        self.run.turns.spawn(act, name, after=seconds * self.run.turns.random.random())

    def queue_up(self, buyers: int) -> list[str]:
        """So many wait for a mug each, placed a second after each other; their orders, the oldest first."""
        newest = an_order(a_line(MUG), channel=TRADE)
        self.send([newest], seconds=0)
        self.until_quiet()
        stored = orders.get_order(newest.order_id)
        changes = [Change(_like(stored, number)) for number in range(1, buyers)]
        commit([Write(change, None, "test") for change in changes], NOON)
        return [*(change.order.id for change in reversed(changes)), stored.id]

    def receive(self, units: int, warehouse: str = EAST) -> None:
        """Mugs arrive."""
        receipt = {"sku": MUG, "warehouse": warehouse, "quantity": units}
        self.run.outside.call_api("POST", "/stock/receipts", {"receipts": [receipt]})

    def until_quiet(self) -> None:
        """Until nothing happens any more; the books are checked after every step."""
        self.run.until_quiet()

    # ---- what came of it -----------------------------------------------------------------------------------

    @property
    def orders(self) -> Mapping[str, Document]:
        """All orders, by id."""
        return self.run.books.orders

    @property
    def sold(self) -> "Counter[str]":
        """Mugs that orders hold, by warehouse."""
        sold = Counter[str]()
        for document in self.orders.values():
            for (_, warehouse), units in holdings(document)[0].items():
                sold[warehouse] += units
        return sold

    @property
    def left(self) -> Mapping[str, int]:
        """Mugs that could still be sold, by warehouse."""
        return {warehouse: balance["available"] for (_, warehouse), balance in self.run.books.stock.items()}

    @property
    def served(self) -> list[str]:
        """Orders that hold all that they ordered, sorted."""
        return sorted(name for name, each in self.orders.items() if each["lines"][0].get("allocations"))

    @property
    def served_in_turn(self) -> list[str]:
        """Orders as the ledger has them take mugs, one after the other."""
        return [each["reference"] for each in self.run.books.movements if each["kind"] == "commit"]

    @property
    def waiting(self) -> list[str]:
        """Orders in the queue for mugs, the oldest first."""
        return [orders.id_in_key(place) for place in orders.orders_waiting_for(f"stock#{MUG}")]

    @property
    def handed_over(self) -> list[str]:
        """Orders that an execution runs for, sorted; one that has several is there several times."""
        return sorted(each.name.rpartition("-")[0] for each in self.world.states.executions.values())

    @property
    def errors(self) -> list[object]:
        """What functions and buyers broke of, and messages that were left somewhere."""
        left = [message.body for queue in self.world.sqs.queues.values() for message in queue.messages]
        return [*self.run.deployment.errors, *self.run.turns.failures, *left]


def killed(dice: random.Random, left: list[int]) -> Fault | None:
    """Whether a function dies at a call, of so many that are left to die."""
    if not left[0] or dice.random() > KILLED:
        return None
    left[0] -= 1
    return dice.choice(KILLS)


def _like(order: Order, number: int) -> Order:
    """Another one, placed so many seconds before."""
    name, at = f"{order.number}-{number}", order.placed_at - timedelta(seconds=number)
    return order.replace(channel_order_id=name, number=name, placed_at=at, version=0)


def by_age(channel_orders: Sequence[ChannelOrder]) -> list[str]:
    """The ids of orders, the oldest first."""
    return [name for _, name in sorted((order.placed_at, order.order_id) for order in channel_orders)]


@contextmanager
def a_sale(seed: int) -> Iterator[Sale]:
    """A merchant in virtual time, with nothing on the shelves yet."""
    run = Run(Case(seed, points=()))
    logging.disable(logging.CRITICAL)
    try:
        with run.turns.installed(), run.world.installed():
            set_up(a_configuration(a_warehouse(EAST), a_warehouse(WEST), channel=a_channel(TRADE)), MUG)
            catalogue.save_product(Product(sku=PAIR, kind=ProductKind.KIT, components={MUG: 2}))
            yield Sale(run)
    finally:
        logging.disable(logging.NOTSET)
