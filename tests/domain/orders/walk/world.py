"""What a history is about: one to two orders of a channel, five warehouses of every kind, their stock, and a clock."""

from collections import Counter
from datetime import datetime, timedelta
from random import Random
from typing import Any

from packhorse.domain.configuration.account import Restock
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import ShipsOn, WarehouseKind
from packhorse.domain.orders.change import MAX_SHELVES, Change, movements_of, owed_change
from packhorse.domain.orders.channel_order import ChannelOrder, ChannelParcel
from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.matching import Match, Matches
from packhorse.domain.orders.order import Order
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import Sku, WarehouseId
from simulation.builders import NOON, a_configuration, a_warehouse
from tests.domain.order_builders import LAMP, MUG

KIT = "SET 2+1"
UNKNOWN = "NEVER HEARD OF"
SKUS = (MUG, MUG, LAMP, LAMP, KIT, UNKNOWN)
PRODUCTS = {
    MUG: Match(Sku(MUG)),
    LAMP: Match(Sku(LAMP)),
    KIT: Match(Sku(KIT), {Sku(MUG): 2, Sku(LAMP): 1}),
}
KINDS = {
    "east": WarehouseKind.OWN,
    "main": WarehouseKind.OWN,
    "acme": WarehouseKind.DROPSHIP,
    "depot": WarehouseKind.THIRD_PARTY,
    "amazon": WarehouseKind.FBA,
}
SHELVES = tuple(Shelf(Sku(sku), WarehouseId(house)) for sku in (MUG, LAMP) for house in KINDS)
OPTIONS = ("split_lines", "fewest_shipments", "ship_partial_lines", "ship_complete")
RULES_OF_RESTOCK = (Restock.UNSHIPPED, Restock.UNSHIPPED, Restock.ALWAYS, Restock.NEVER)


class World:
    """The stock and the settings that the orders of a history share; all of it follows from the dice."""

    def __init__(self, dice: Random) -> None:
        self.seconds = 0
        self.ships_on = dice.choice([*ShipsOn])
        self.is_notified = dice.random() < 0.7
        self.is_listed = False
        self.settings = _settings(dice)
        full = dice.sample([*KINDS], dice.randint(1, 3))
        self.on_hand = Goods({shelf: dice.randint(0, 4) if shelf.warehouse in full else 0 for shelf in SHELVES})
        self.committed, self.quarantined = Goods(), Goods()
        self.stories: list[Story] = []
        self.checked = -1

    def now(self) -> datetime:
        """Return a time that is later than all before."""
        self.seconds += 60
        return NOON + timedelta(seconds=self.seconds)

    def name(self, kind: str) -> str:
        """Return a name that nothing else has."""
        self.seconds += 1
        return f"{kind}{self.seconds}"

    @property
    def available(self) -> Goods:
        """What is on the shelves for whoever comes next."""
        return self.on_hand - self.committed - self.quarantined

    def matches(self, order: Order) -> Matches:
        """Return the products of lines, as far as they are known by now."""
        known = PRODUCTS | ({UNKNOWN: Match(Sku(LAMP))} if self.is_listed else {})
        return {line.id: known[line.sku] for line in order.lines if line.sku in known}


def _settings(dice: Random) -> Configuration:
    houses = dice.sample([*KINDS], len(KINDS))
    account: dict[str, Any] = {name: dice.random() < 0.5 for name in OPTIONS}
    restock = {kind: dice.choice(RULES_OF_RESTOCK) for kind in WarehouseKind} if dice.random() < 0.5 else {}
    return a_configuration(*(a_warehouse(each, kind=KINDS[each]) for each in houses), restock=restock, **account)


class Story:
    """One order: what its channel has of it, every message that says so, and what became of it here.

    `told` is the order as the channel has it, without fulfilments that we made there: these are in `there`, by id.
    `ids` are our ids of lines by those of the channel.
    """

    def __init__(self, world: World, told: ChannelOrder) -> None:
        self.world = world
        self.told = told
        self.there: dict[str, ChannelParcel] = {}
        self.messages: list[ChannelOrder] = []
        self.stored: Order | None = None
        self.returned = Goods()
        self.amazon: dict[int, Any] = {}
        self.batches = 0
        self.is_edited = False
        self.is_cancelled_by_any = False
        self.log: list[str] = []

    @property
    def order(self) -> Order:
        """The order as it is stored."""
        assert self.stored
        return self.stored

    def say(self, what: object) -> None:
        """Write down what an act chose."""
        self.log.append(str(what))

    def commit(self, change: Change) -> None:
        """Store a change and its stock, in parts that fit one transaction each."""
        change = change.affordable()
        self._transact(change)
        while self.order.owed:
            self._transact(owed_change(self.order).affordable())

    def _transact(self, change: Change) -> None:
        world, movements = self.world, list(movements_of(change, NOON, "test"))
        assert len(movements) <= 2 * MAX_SHELVES
        for each in movements:
            world.on_hand[each.shelf] += each.on_hand
            world.committed[each.shelf] += each.committed
            world.quarantined[each.shelf] += each.quarantined
        self.returned.update(change.returned)
        if self.stored:
            entries = self.stored.timeline
            assert change.order.timeline[: len(entries)] == entries, "a step takes something from the timeline"
        self.stored = change.order.replace(version=change.order.version + 1)

    # ---- what acts choose from

    def fulfilments(self, *kinds: WarehouseKind) -> list[FulfilmentOrder]:
        """Return those that are open, of warehouses of these kinds; of any kind without one."""
        return [each for each in self.order.fulfilments if each.is_open and each.kind in (kinds or [*WarehouseKind])]

    def any_fulfilment(self, dice: Random, *kinds: WarehouseKind) -> FulfilmentOrder | None:
        """Return an open one, rarely one that has ended, None without any."""
        ended = [each for each in self.order.fulfilments if each.kind in (kinds or [*WarehouseKind])]
        found = (dice.random() < 0.9 and self.fulfilments(*kinds)) or ended
        return dice.choice(found) if found else None

    def id_here(self, line: str) -> str:
        """Return our id of a line of the channel."""
        named = (each.id for each in self.order.lines if line in (each.id_there, *each.ids_there))
        return next(named, line)


def some(dice: Random, units: "Counter[str]") -> "Counter[str]":
    """Return some of the units, at least one if there is any."""
    if not units:
        return Counter()
    part = Counter({name: dice.randint(0, most) for name, most in units.items()})
    return +part or Counter({dice.choice([*units]): 1})
