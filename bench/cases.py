"""What is used on AWS, case by case: run by `bench.bill`, `bench.idle` and `bench.cpu` in processes of their own.

The life of an order is its webhook, routing, the hand-over to its warehouses, a parcel from each of them over the API,
and its completion; it has two lines. Nothing is counted for people who read orders meanwhile.
"""

import gc
import json
import multiprocessing
import sys
from collections import Counter
from collections.abc import Callable
from typing import Any

from simulation.template import prepare

prepare()

from bench.deployed import Deployed  # noqa: E402 - after the environment is there
from bench.idle import SHELVES  # noqa: E402 - after prepare()
from bench.merchant import Merchant, Order  # noqa: E402 - after prepare()
from bench.prices import Usage  # noqa: E402 - after prepare()
from bench.scheduled import Day  # noqa: E402 - after prepare()
from bench.standing import DAYS, standing  # noqa: E402 - after prepare()
from bench.transform import transformed  # noqa: E402 - after prepare()
from bench.wire import Timed  # noqa: E402 - after prepare()
from local.world.shop import now  # noqa: E402 - after prepare()
from packhorse.aws.clients import client  # noqa: E402 - after prepare()
from packhorse.aws.settings import settings  # noqa: E402 - after prepare()
from simulation.functions import functions  # noqa: E402 - after prepare()

QUIET_ORDERS, BUSY_BATCHES, AT_ONCE = 12, 1, 40
EVERY = 300.0
"""Seconds from one order of a quiet shop to the next, and from one batch of a busy one."""
PACKED_IN = 60.0
OPEN_ORDERS = 80
BARE_CALLS = 20
Figures = dict[str, Any]


class Shop:
    """A merchant whose orders come in so many at once; on `deployed`, or on a deployment of its own."""

    def __init__(
        self, at_once: int, warehouses: int = 1, *, is_synced: bool = False, deployed: Deployed | None = None
    ) -> None:
        self.deployed = deployed or Deployed(at_once)
        skus = {"east": at_once, "west": at_once} if warehouses > 1 else {"east": 2 * at_once}
        self.merchant = Merchant(self.deployed, **skus, is_synced=is_synced)
        self._at_once, self._warehouses = at_once, warehouses

    def hand_over(self) -> list[Order]:
        """Post new orders, and have them handed over to the warehouses."""
        orders = self.merchant.orders(self._at_once, self._warehouses)
        for order in orders:
            self.merchant.post(order, "order.created")
        self.deployed.settle()
        return orders

    def live(self) -> list[Order]:
        """See new orders through to their end."""
        began = self.deployed.turns.now
        orders = self.hand_over()
        self.deployed.sleep(PACKED_IN)
        self.merchant.ship_all(self._warehouses)
        self.deployed.settle()
        self.deployed.sleep_until(began + EVERY)
        return orders

    def figures(self, work: Callable[[], object], orders: int) -> Figures:
        """Do some work and return what it uses, divided by the number of orders."""
        meter = self.deployed.meter
        calls, usage = meter.calls.copy(), meter.usage
        work()
        used = (meter.usage - usage) * (1 / orders)
        made = {name: count / orders for name, count in sorted((meter.calls - calls).items())}
        return {"usage": used, "calls": made, "metrics": sorted(meter.metrics)}


def life(at_once: int, batches: int, warehouses: int, *, is_synced: bool = False) -> Figures:
    """See orders through from their webhook to their end, after some that warm everything up."""
    shop = Shop(at_once, warehouses, is_synced=is_synced)
    with shop.deployed.installed():
        shop.merchant.open()
        shop.live()
        found = shop.figures(lambda: [shop.live() for _ in range(batches)], batches * at_once)
    complete = len(list(shop.merchant.order_ids("complete")))
    if complete != (batches + 1) * at_once:
        raise AssertionError(f"{complete} of {(batches + 1) * at_once} orders are complete")
    return found


def repeated_webhook() -> Figures:
    """Update complete orders with nothing new but the time of the change."""
    shop = Shop(at_once=1)
    with shop.deployed.installed():
        shop.merchant.open()
        orders = [order for _ in range(QUIET_ORDERS) for order in shop.live()]

        def update_all() -> None:
            for order in orders:
                began = shop.deployed.turns.now
                shop.merchant.post({**order, "modified_at": now()}, "order.updated")
                shop.deployed.settle()
                shop.deployed.sleep_until(began + EVERY)

        return shop.figures(update_all, len(orders))


def day(orders: int) -> Figures:
    """Run all schedules on the first day that so many orders wait in their warehouse."""
    shop = Shop(AT_ONCE)
    with shop.deployed.installed():
        shop.merchant.open()
        for _ in range(orders // AT_ONCE):
            shop.hand_over()
        return shop.figures(Day(shop.deployed).run, OPEN_ORDERS)


def standing_costs() -> Figures:
    """Return what the resources of template.yaml use in a month, and how many of them do, by line."""
    lines: dict[str, Usage] = {}
    counts: Counter[str] = Counter()
    for name, usage in standing(transformed()):
        lines[name] = lines.get(name, Usage()) + usage
        counts[name] += 1
    return {"lines": lines, "counts": counts}


def idle_month(shops: int = 0, shelves: int = 0) -> Figures:
    """Return what schedules start in a month without orders, with metrics and secrets.

    By their third day: what the night stores of a new shelf's first movement is written once.
    """
    deployed = Deployed(AT_ONCE)
    with deployed.installed():
        Merchant(deployed, shops, east=shelves, is_synced=True).open()
        day = Day(deployed)
        day.run()
        day.run()
        deployed.meter.metrics.clear()
        before = deployed.meter.usage
        day.run()
    metrics = {"metric_month": len(deployed.meter.metrics)}
    return {"usage": (deployed.meter.usage - before) * DAYS + metrics + {"secret_month": shops}}


def cpu(at_once: int, batches: int) -> Figures:
    """Time an order's life and a bare call, in milliseconds of the processor: the quickest of some batches."""
    timed = Timed(at_once)
    shop = Shop(at_once, deployed=timed)
    lives, bare = [], []
    with timed.installed():
        shop.merchant.open()
        gc.freeze()  # what stand-ins hold is not the function's to look through
        for _ in range(batches):
            lives.append(milliseconds(timed, shop.live) / at_once)
            bare.append(milliseconds(timed, lambda: timed.run(lambda *_: bare_calls(), None, None)) / BARE_CALLS)
    return {"milliseconds": min(lives), "bare_call": min(bare)}


def milliseconds(timed: Timed, work: Callable[[], object]) -> float:
    """Return the processor time that functions take meanwhile."""
    before = timed.seconds
    work()
    return 1000 * (timed.seconds - before)


def bare_calls() -> None:
    """Read an item that is not there, over and over."""
    table, key = settings.settings_table, {"pk": {"S": "nothing"}, "sk": {"S": "nothing"}}
    for _ in range(BARE_CALLS):
        client("dynamodb").get_item(TableName=table, Key=key)


CASES: dict[str, Callable[[], Figures]] = {
    "one_warehouse_quiet": lambda: life(1, QUIET_ORDERS, 1),
    "one_warehouse_busy": lambda: life(AT_ONCE, BUSY_BATCHES, 1),
    "two_warehouses_quiet": lambda: life(1, QUIET_ORDERS, 2),
    "two_warehouses_busy": lambda: life(AT_ONCE, BUSY_BATCHES, 2),
    "synced_quiet": lambda: life(1, QUIET_ORDERS, 1, is_synced=True),
    "synced_busy": lambda: life(AT_ONCE, BUSY_BATCHES, 1, is_synced=True),
    "repeated_webhook": repeated_webhook,
    "day_open": lambda: day(OPEN_ORDERS),
    "day_without_orders": lambda: day(0),
    "standing": standing_costs,
    "idle_empty": idle_month,
    "idle_shop": lambda: idle_month(shops=1),
    "idle_shelves": lambda: idle_month(shelves=SHELVES),
    "cpu_quiet": lambda: cpu(1, 60),
    "cpu_busy": lambda: cpu(AT_ONCE, 5),
}


def figures_of(case: str) -> Figures:
    """Return the figures of a case."""
    return CASES[case]()


def main(cases: list[str]) -> None:
    """Print the figures of these cases as JSON; each is a process forked off here, so that none finds caches filled."""
    transformed()
    functions()  # imported once
    with multiprocessing.get_context("fork").Pool(2, maxtasksperchild=1) as pool:
        found = pool.map(figures_of, cases, chunksize=1)
    print(json.dumps(dict(zip(cases, found, strict=True))))


if __name__ == "__main__":
    main(sys.argv[1:])
