"""Deliver a history, in turn or shuffled and repeated, and read how the order ends."""

import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from functions.allocate import route
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.problem import Cause
from packhorse.store import configuration
from simulation.aws.boundary import World
from simulation.books import Books
from simulation.builders import a_channel, a_configuration
from simulation.cloud import make
from simulation.histories.senders import SENDERS
from simulation.histories.sending import MARKETPLACE, SECRET, SELLER, SHOP, SHOP_URL
from simulation.histories.sold import SKUS, Happening, Sold, Step, first
from simulation.merchant import Context, put_stock, set_up
from simulation.order_documents import Document, shipped_units

PLENTY = 100
MOST_HAPPENINGS = 6
MOST_TOGETHER = 3


class Case(NamedTuple):
    """A history of a kind of channel, and the number from which its deliveries are shuffled."""

    kind: ChannelKind
    happenings: tuple[Happening, ...]
    seed: int


class Line(NamedTuple):
    """What became of a line: the units wanted and not cancelled, those that have left, those that stock is held for."""

    wanted: int
    gone: int
    held: int


class End(NamedTuple):
    """How an order ends: its facts, its lines, the units on hand and committed by sku, causes of its exceptions."""

    facts: Mapping[str, Any]
    lines: Mapping[str, Line]
    stock: Mapping[str, tuple[int, int]]
    causes: frozenset[str]

    @property
    def is_noticed(self) -> bool:
        """Whether a person has to check what the channel took back."""
        return Cause.FULFILMENT_CANCELLED in self.causes


def drawn(kind: ChannelKind, seed: int) -> Case:
    """Return the case of a seed."""
    dice = random.Random(seed)  # noqa: S311 - a case is repeated by its seed
    steps = [step for step in Step if step not in SENDERS[kind].never]
    count = dice.randint(1, MOST_HAPPENINGS)
    happenings = (Happening(dice.choice(steps), dice.randrange(len(SKUS)), dice.randrange(12)) for _ in range(count))
    return Case(kind, tuple(happenings), seed)


def versions(case: Case) -> list[Sold]:
    """Return the order as it was placed, and after each happening that changed something."""
    found = [first(paid=case.seed % 2 == 0)]
    for each in case.happenings:
        if found[-1].is_all_gone and SENDERS[case.kind].forgets_parcels:
            break
        after = found[-1].after(each)
        if after._replace(minute=0) != found[-1]._replace(minute=0):
            found.append(after)
    return found


def bodies(case: Case) -> list[bytes]:
    """Return what the channel sends."""
    return [json.dumps(SENDERS[case.kind].body(version)).encode() for version in versions(case)]


def difference(case: Case) -> str:
    """Return how deliveries in turn and shuffled ones end, if differently; empty if they end the same.

    A fulfilment that was received and then cancelled for good at the channel stays as sent, with an exception, since
    goods that left do not come back by themselves: then the ends may differ by what it had.
    """
    ends = in_turn(case), shuffled(case)
    if takes_back(case) and any(end.is_noticed for end in ends):
        ends = (without_sent(ends[0]), without_sent(ends[1]))
    return "" if ends[0] == ends[1] else f"in turn {ends[0]}\nshuffled {ends[1]}"


def takes_back(case: Case) -> bool:
    """Return whether fewer units have left at the end than before, according to the channel."""
    sent_versions = versions(case)
    last = sent_versions[-1]
    return any(each.gone(line) > last.gone(line) for each in sent_versions for line in range(len(SKUS)))


def without_sent(end: End) -> End:
    """Return the end without what depends on units that left."""
    return End({**end.facts, "status": None}, {}, {}, frozenset())


def in_turn(case: Case) -> End:
    """Return the end of deliveries in turn, each routed before the next one."""
    return delivered(case.kind, [[body] for body in bodies(case)])


def shuffled(case: Case) -> End:
    """Return the end of deliveries in any order, some of them twice, routed one or several at a time."""
    dice = random.Random(case.seed)  # noqa: S311 - a case is repeated by its seed
    sent = [body for body in bodies(case) for _ in range(dice.choice((1, 1, 2)))]
    dice.shuffle(sent)
    batches: list[list[bytes]] = []
    while sent:
        size = dice.randint(1, MOST_TOGETHER)
        batches.append(sent[:size])
        sent = sent[size:]
    return delivered(case.kind, batches)


def delivered(kind: ChannelKind, batches: Sequence[Sequence[bytes]]) -> End:
    """Return the end of an order that comes in these batches."""
    with a_deployment(kind) as (world, books):
        for batch in batches:
            for body in batch:
                SENDERS[kind].send(world, body)
            settle(world)
            books.check()
        [document] = books.orders.values()
        causes = frozenset(problem["cause"] for problem in document.get("exceptions", ()))
        return End(facts_of(document), lines_of(document), stock_of(books), causes)


def settle(world: World) -> None:
    """Route until the orders queue is empty; delayed messages come at once."""
    queue = world.sqs.queues[settings.orders_queue_url.rpartition("/")[2]]
    while queue.messages:
        world.clock.sleep(max(0.0, (queue.next_at() or 0.0) - world.clock.now))
        event = queue.event(queue.receive(40))
        if event["Records"]:
            queue.settle(event, route.handler(event, Context()))


@contextmanager
def a_deployment(kind: ChannelKind) -> Iterator[tuple[World, Books]]:
    """Run a merchant with one channel of that kind and plenty of stock."""
    secrets._cached_credentials.clear()
    configuration.cached = None
    world = World()
    make(world)
    for table in world.dynamodb.tables.values():
        table.view = table.view or "KEYS_ONLY"  # for the books
    books = Books(world)
    with world.installed():
        channel = a_channel(SHOP, kind, base_url=SHOP_URL, seller=SELLER, marketplace=MARKETPLACE, calls_per_second=50)
        set_up(a_configuration(channel=channel), *SKUS)
        secrets.save_credentials(SHOP, secrets.Credentials(webhook_secrets=(SECRET,)))
        for sku in SKUS:
            put_stock(PLENTY, sku)
        yield world, books


def facts_of(document: Document) -> Mapping[str, Any]:
    """Return what is true of an order at its end, without the way that it took there."""
    return {name: document.get(name) for name in ("status", "modified_at", "paid_at", "cancelled_at")}


def lines_of(document: Document) -> Mapping[str, Line]:
    """Return the units by line: wanted and not cancelled, gone, and held in stock; lines with none are left out."""
    sent = shipped_units(document)
    lines = {}
    for line in document["lines"]:
        gone = line.get("elsewhere", 0) + sent[line["id"]]
        held = sum(part["quantity"] for part in line.get("allocations", ())) - sent[line["id"]]
        lines[line["id"]] = Line(line["quantity"] - line.get("cancelled", 0), gone, held)
    return {name: units for name, units in lines.items() if any(units)}


def stock_of(books: Books) -> Mapping[str, tuple[int, int]]:
    """Return the units on hand and committed, by sku."""
    units = Counter(dict.fromkeys(SKUS, 0))
    committed = Counter(units)
    for (sku, _), balance in books.stock.items():
        units[sku] += balance["on_hand"]
        committed[sku] += balance["committed"]
    return {sku: (units[sku], committed[sku]) for sku in SKUS}
