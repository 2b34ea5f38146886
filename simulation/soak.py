"""A soak: thousands of orders over every way out, with refusals, part receipts, cancellations and duplicates.

Each day of it has some dozens of orders, and a partner in turn: none, a supplier, Amazon. It ends in two steps. A week
after the last act every order is over or has an open exception, and the audits of everything are content. Then people
finish what is open, and every promise is checked as at the end of any day. Acts of a new way out go into `ALWAYS`, or
into `PARTNERS` beside the partner that they take.
"""

import gc
import json
import math
import os
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from functools import partial
from typing import NamedTuple

from local.world.shop import now
from simulation.asking import a_person_who_takes_back
from simulation.audit_rules import faults_of_audits
from simulation.books import Violation, check
from simulation.building import a_workshop
from simulation.closing import Closing
from simulation.day import Act, a_delivery, a_trader, a_transfer, a_warehouse, some_lines
from simulation.expected import Promise
from simulation.fba.acts import (
    a_list_of_amazon,
    a_person_at_amazon,
    a_schedule_of_amazon,
    a_warehouse_of_amazon,
    buyers_of_amazon,
)
from simulation.opening import EAST, STOCKED, WEST
from simulation.order_documents import OVER
from simulation.outside import Outside
from simulation.purchasing import a_purchaser
from simulation.rejecting import a_warehouse_that_rejects
from simulation.run import Case, Run
from simulation.scene import ALONE, AMAZON, SUPPLIER, Scene
from simulation.stated_orders import SHOP, shop_order
from simulation.supplying import a_schedule_of_a_supplier, a_supplier
from simulation.transferring import a_van

ORDERS_AT_ONCE = 8
"""Orders of one act of buyers."""
ROUNDS = 3
"""Deliveries of what orders lack, each followed by shipments: what is rejected goes elsewhere meanwhile."""
MOST_ROUNDS = 8
"""As many if orders still wait: some warehouse rejects what came as damaged, and keeps it apart."""


def many_buyers(day: Outside, name: str) -> None:
    """Buy in the shop, whose webhooks come once or more; some cancel, at once or once it is on its way."""
    for number in range(ORDERS_AT_ONCE):
        order = f"{name}-{number}"
        placed = day.change_order(order, **shop_order(order, some_lines(day), paid_at=now()))
        for _ in range(day.random.choice((1, 1, 2, 3))):
            if day.post(placed, "order.created"):
                day.expected.promised.add(Promise(SHOP, order))
        if day.random.random() < 0.2:
            day.turns.spawn(partial(_cancel, day, order), f"{order}-cancels", 400 * day.random.random())
        day.turns.sleep(60 * day.random.random())


def _cancel(day: Outside, order: str) -> None:
    day.expected.cancelled.add(order)
    cancelled = day.change_order(order, cancelled_at=now())
    for _ in range(day.random.choice((1, 2))):
        day.post(cancelled, "order.updated")


ALWAYS: Sequence[Act] = (
    *[many_buyers] * 4,
    a_trader,
    *[a_warehouse] * 3,
    *[a_warehouse_that_rejects] * 2,
    *[a_delivery] * 3,
    *[a_purchaser] * 2,
    *[a_van] * 2,
    a_transfer,
    a_person_who_takes_back,
)
PARTNERS: Mapping[str, Sequence[Act]] = {
    ALONE: (a_workshop, a_workshop),
    SUPPLIER: (a_workshop, a_schedule_of_a_supplier, a_schedule_of_a_supplier, a_supplier, a_supplier),
    AMAZON: (
        a_schedule_of_amazon,
        buyers_of_amazon,
        a_warehouse_of_amazon,
        a_warehouse_of_amazon,
        a_person_at_amazon,
        a_list_of_amazon,
    ),
}


class Soaked(NamedTuple):
    """A day of the soak: the broken rule, if any, its orders, how many of them ended as exceptions, and its faults."""

    seed: int
    violation: str | None
    orders: int
    excepted: int
    faults: int


def soak(seed: int) -> Soaked:
    """Run a day of the soak."""
    partner = tuple(PARTNERS)[seed % len(PARTNERS)]
    acts = [
        (f"{act.__name__.partition('_')[2]}-{number}", act) for number, act in enumerate((*ALWAYS, *PARTNERS[partner]))
    ]
    stock = {(sku, place): 4 + (seed + len(sku + place)) % 9 for sku in STOCKED for place in (EAST, WEST)}
    excepted: list[int] = []
    run = Run(Case(seed), acts=acts, scene=Scene(partner, stock), end=partial(_end, excepted))
    outcome = run.run()
    return Soaked(seed, outcome.violation, outcome.orders, sum(excepted), len(outcome.points))


def _end(excepted: list[int], closing: Closing) -> None:
    """Check that each order is over or has an exception, and that audits are content; then finish the day."""
    closing.check_the_day()
    for number in range(MOST_ROUNDS):
        if number >= ROUNDS and not closing.is_any_short:
            break
        closing.do(closing.restock)
        closing.do(closing.ship)
        closing.audit(whole=True)
    closing.wait_too_long()
    check(faults_of_audits(closing.day))
    left = {name: each for name, each in closing.books.orders.items() if each["status"] not in OVER}
    about = str(list(closing.exceptions()))
    for name, each in left.items():
        if not each.get("exceptions") and name not in about:
            raise Violation(f"order {each['channel_order_id']} is {each['status']}, and no exception says so")
    excepted.append(len(left))
    closing.go_on_to_the_end()


def soak_orders(orders: int, first: int = 0, seconds: float = math.inf) -> int:
    """Run days of the soak on all cores until so many orders were placed, or so long; return 1 for a violation.

    They begin with the day of the seed `first`.
    """
    began, cores = time.monotonic(), os.cpu_count() or 1
    figures = {"days": 0, "orders": 0, "excepted": 0, "faults": 0, "violations": 0}
    with ProcessPoolExecutor(max_workers=cores, initializer=gc.freeze) as pool:
        running = {pool.submit(soak, seed) for seed in range(first, first + cores)}
        seed = first + len(running)
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                figures = _counted(figures, each.result())
                print(json.dumps(figures), file=sys.stderr, flush=True)
                if figures["orders"] < orders and time.monotonic() - began < seconds:
                    running.add(pool.submit(soak, seed))
                    seed += 1
    print(json.dumps({**figures, "seconds": round(time.monotonic() - began, 1)}))
    return 1 if figures["violations"] else 0


def _counted(figures: Mapping[str, int], day: Soaked) -> dict[str, int]:
    """Return the figures with those of a day, whose violation is printed."""
    if day.violation:
        print(f"soak {day.seed}: {day.violation}", file=sys.stderr, flush=True)
    more = (1, day.orders, day.excepted, day.faults, bool(day.violation))
    return {name: figures[name] + each for name, each in zip(figures, more, strict=True)}
