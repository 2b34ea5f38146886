"""A flash sale in virtual time: all orders want one sku, which is in one warehouse. Run by `bench.hot_sku`.

What is real: the handler of the orders queue and all beneath it, down to the AWS client. Its calls go to the stand-ins
of simulation/, where DynamoDB counts write units and refuses what is beyond 1000 a second for a partition key.
One-line orders come in steadily, invocations side by side take them in batches as template.yaml has it (BatchSize,
batching window), and a share of the batches is delivered twice. An invocation that is under way when the time is over
is cut off there; what is written must agree all the same.

Assumed, since no emulator measures it:
- a read takes 5 ms, a transaction 15, a StartExecution 25, the function's own processor time among it;
- `held`: the seconds for which a transaction holds its items; others that want them meanwhile are cancelled
  (TransactionConflict). AWS names no figure; with 0 no transaction is ever cancelled for that.
"""

import io
import json
import logging
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import redirect_stdout
from datetime import UTC, datetime
from typing import Any, NamedTuple

from packhorse.aws.queues import message_body
from packhorse.domain.orders.channel_order import ChannelOrder, Customer
from packhorse.messages.orders import OrderReceived
from packhorse.store import configuration
from simulation.aws.boundary import Call, World
from simulation.aws.clock import Time
from simulation.aws.dynamodb.capacity import Cost, PartitionLimit
from simulation.aws.dynamodb.values import Item
from simulation.aws.messages import Message
from simulation.aws.refusals import cancelled
from simulation.builders import an_order
from simulation.cloud import make, name_of
from simulation.deployment import Context
from simulation.functions import functions
from simulation.merchant import MUG, put_stock, set_up
from simulation.order_documents import holdings
from simulation.template import queue_name, resources, template
from simulation.turns import Turns

READ, TRANSACT, START = 0.005, 0.015, 0.025
TICK = 0.01
ORDERS_A_TICK = 60
TWICE = 0.05
UNITS = 1_000_000
PLACE = (str(MUG), "main")
ROUTE, QUEUE = "RouteFunction", "OrdersQueue"
Figures = dict[str, Any]


class Terms(NamedTuple):
    """What is measured: so many invocations at once (0: as many as template.yaml has), for so many virtual seconds.

    `tables` are those whose partitions have a limit, by logical id; none: all of them.
    """

    at_once: int = 0
    seconds: float = 2.0
    tables: tuple[str, ...] = ("StockTable",)
    held: float = 0.0


class Source(NamedTuple):
    """How the orders queue calls its function."""

    batch: int
    window: float
    at_once: int


def source() -> Source:
    """As template.yaml has it, in an account of the standard size."""
    parameters = resources("AWS::Serverless::Function")[ROUTE]["Events"]["Orders"]["Properties"]
    at_once = template()["Mappings"]["MostAtOnce"]["standard"]["Orders"]
    return Source(parameters["BatchSize"], parameters["MaximumBatchingWindowInSeconds"], at_once)


class Limits(PartitionLimit):
    """1000 write units a second for each partition of some tables, a tenth saved up; `refused` are those without room.

    AWS lets five minutes be saved up, where it can; a sale that lasts has spent them.
    """

    def __init__(self, clock: Time, tables: Iterable[str]) -> None:
        super().__init__(clock, burst=0.1)
        self.refused: Counter[str] = Counter()
        self._tables = {name_of(name): name for name in tables}

    def allows(self, costs: Iterable[Cost]) -> bool:
        """Return whether all partitions that have a limit have room."""
        full = [cost for cost in self._limited(costs) if not super(Limits, self).allows([cost])]
        self.refused.update(map(self._name, full))
        return not full

    def take(self, costs: Iterable[Cost]) -> None:
        """Take the costs off the partitions that have a limit."""
        super().take(self._limited(costs))

    def _limited(self, costs: Iterable[Cost]) -> list[Cost]:
        return [cost for cost in costs if cost.table in self._tables]

    def _name(self, cost: Cost) -> str:
        return " ".join(filter(None, (self._tables[cost.table], cost.index_name, str(cost.partition))))


class Services:
    """Calls take their time, and transactions that want the same items at once are cancelled; `conflicts` of them."""

    def __init__(self, world: World, turns: Turns, held: float) -> None:
        self.turns = turns
        self.conflicts = 0
        self._seconds = held
        self._held: dict[tuple[str, ...], str] = {}
        world.before, world.after = self.before, self.after

    def before(self, call: Call) -> None:
        """Let the time up to the effect of the call pass; cancel a transaction whose items are held."""
        if not self.turns.task:
            return
        if call.operation != "TransactWriteItems":
            self.turns.sleep(START if call.operation == "StartExecution" else READ)
            return
        self.turns.sleep((TRANSACT - self._seconds) * self.turns.random.random())
        self._prepare(call)

    def _prepare(self, call: Call) -> None:
        keys = list(keys_of(call))
        wanted_by_others = [key in self._held for key in keys]
        if any(wanted_by_others):
            self.conflicts += 1
            raise cancelled([{"Code": "TransactionConflict" if is_held else "None"} for is_held in wanted_by_others])
        if self._seconds:
            self._held.update(dict.fromkeys(keys, self.turns.task))
            self.turns.sleep(self._seconds)

    def after(self, call: Call) -> None:
        """Let the time from the effect back to the caller pass."""
        if self.turns.task and call.operation == "TransactWriteItems":
            for key in keys_of(call):
                self._held.pop(key, None)
            self.turns.sleep((TRANSACT - self._seconds) / 2)


def keys_of(call: Call) -> Iterator[tuple[str, ...]]:
    """Yield the keys of the items of a transaction."""
    for action in call.parameters["TransactItems"]:
        (parameters,) = action.values()
        key = parameters.get("Key") or parameters["Item"]
        yield parameters["TableName"], key["pk"]["S"], key["sk"]["S"]


class Sale:
    """A sale that is running; `batches` were begun."""

    def __init__(self, terms: Terms) -> None:
        self.turns = Turns(seed=1)
        configuration.cached = None
        self.world = World(self.turns)
        make(self.world)
        self.terms, self.source = terms, source()
        self.queue = self.world.sqs.queues[queue_name(QUEUE)]
        self.services = Services(self.world, self.turns, terms.held)
        limited = terms.tables or resources("AWS::DynamoDB::Table").keys() - {"RequestsTable"}
        self.limits = Limits(self.turns, limited)
        self.batches = 0
        self._sample = an_order()
        self._numbers = 0

    def run(self) -> Figures:
        """Start the sale, let a second pass until it is at full speed, and measure."""
        set_up()
        put_stock(UNITS)
        self.world.dynamodb.limit = self.limits
        self.turns.spawn(self._sell, "buyers")
        for number in range(self.terms.at_once or self.source.at_once):
            self.turns.spawn(self._poll, f"poller-{number}", after=self.turns.random.random())
        self._go_on(1.0)
        before, began = self._so_far(), self.turns.now
        self._go_on(self.terms.seconds)
        lines, units = (now - then for now, then in zip(self._so_far(), before, strict=True))
        self._check()
        return {
            "lines_per_second": round(lines / (self.turns.now - began)),
            "write_units_per_line": round(units / lines, 3),
            "limits": list(self.limits.refused),
            "conflicts_per_batch": round(self.services.conflicts / self.batches, 1),
        }

    def _go_on(self, seconds: float) -> None:
        end = self.turns.now + seconds
        while self.turns.now < end:
            self.turns.step()

    # ---- what comes in ---------------------------------------------------------------------------------------

    def _sell(self) -> None:
        while True:
            for _ in range(ORDERS_A_TICK):
                parameters = OrderReceived(order=self._order(), who="channel:shop")
                self.queue.send({"MessageBody": message_body(parameters)})
            self.turns.sleep(TICK)

    def _order(self) -> ChannelOrder:
        self._numbers += 1
        name = f"sale-{self._numbers}"
        buyer, at = Customer(name=name, email=f"{name}@example.com"), datetime.now(UTC)
        return self._sample.replace(channel_order_id=name, number=name, customer=buyer, placed_at=at, modified_at=at)

    def _poll(self) -> None:
        """Run invocations one after the other, as one of those that run side by side."""
        while True:
            messages = self._batch()
            event = self.queue.event(messages)
            if self.turns.random.random() < TWICE:
                for message in messages:
                    message.visible_at = self.turns.now + self.turns.random.random()
            self.batches += 1
            function = functions()[ROUTE]
            context = Context(function.name, self.turns.now + function.timeout, self.turns)
            self.queue.settle(event, function.handler(event, context))

    def _batch(self) -> list[Message]:
        """Return as many messages as fit into a batch, or as come within the window."""
        messages: list[Message] = []
        closes = self.turns.now + self.source.window
        while len(messages) < self.source.batch and (self.turns.now < closes or not messages):
            messages += self.queue.receive(self.source.batch - len(messages))
            if len(messages) < self.source.batch:
                self.turns.sleep(TICK)
        return messages

    # ---- what came of it -------------------------------------------------------------------------------------

    def _so_far(self) -> tuple[int, int]:
        """Return how many lines hold their unit, and the write units that their balance used."""
        return self._committed(), self.world.dynamodb.units.by_item[name_of("StockTable"), PLACE]

    def _committed(self) -> int:
        balance = self.world.dynamodb.tables[name_of("StockTable")].get(PLACE)
        return int(balance.item["committed"]["N"]) if balance else 0

    def _items(self, table: str) -> Iterator[Item]:
        return (stored.item for stored in self.world.dynamodb.tables[name_of(table)].storage.walk_all(None))

    def _check(self) -> None:
        """Check that every committed unit is held by one order, and that every order took its unit once."""
        written = [item for item in self._items("OrdersTable") if item["sk"]["S"] == "ORDER"]
        documents: list[Mapping[str, Any]] = [json.loads(zlib.decompress(item["body"]["B"])) for item in written]
        held = Counter(holdings(document)[0][PLACE] for document in documents)
        takes = Counter(
            item["reference"]["S"] for item in self._items("MovementsTable") if item["kind"]["S"] == "commit"
        )
        runs = Counter(each.name.rpartition("-")[0] for each in self.world.states.executions.values())
        sold = self._committed()
        if held != {1: sold} or takes != dict.fromkeys((item["pk"]["S"] for item in written), 1) or runs - takes:
            raise AssertionError(
                f"{sold} units are committed, {len(written)} orders hold {held}, {len(takes)} took any"
            )


def held_in(terms: Terms) -> Figures:
    """Run a sale on these terms; return its figures."""
    sale = Sale(terms)
    logging.disable(logging.CRITICAL)
    with redirect_stdout(io.StringIO()), sale.turns.installed(), sale.world.installed():
        return sale.run()
