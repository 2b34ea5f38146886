"""Every point at which a process can die: before and after each call of a short day, alone and in pairs.

The day: an order comes by webhook, twice; another is a backorder until stock arrives; a person cancels a third, and
the shop a fourth; the warehouse ships. Wherever a function is killed, the day ends as it does without a death.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, product

from local.world.shop import now
from simulation import day
from simulation.faults import Fault, Point
from simulation.outside import SHOP, TRADE, Outside, Promise, hand_order, shop_order
from simulation.run import Case, Outcome, Run

Deaths = tuple[Point, ...]
KILLS = (Fault.KILL_BEFORE, Fault.KILL_AFTER)
SEED = 1


def a_buyer(outside: Outside, name: str) -> None:
    """Buys a kit; the shop sends the webhook twice."""
    order = outside.change_order(name, **shop_order(name, {day.SET: 1}, paid_at=now()))
    for _ in range(2):
        if outside.post(order, "order.created"):
            outside.expected.promised.add(Promise(SHOP, name))


def a_waiting_buyer(outside: Outside, name: str) -> None:
    """Buys more units than are available, by hand; a receipt brings the rest."""
    outside.turns.sleep(60)
    if outside.call_api("POST", "/orders", hand_order(name, {day.CUP: 9}, paid=True)).is_done:
        outside.expected.promised.add(Promise(TRADE, name))
    outside.turns.sleep(60)
    body = {"receipts": [{"sku": day.CUP, "warehouse": day.EAST, "quantity": 9}]}
    day.expect_units(outside, outside.call_api("POST", "/stock/receipts", body), (day.CUP, day.EAST), 9)


def a_cancelling_buyer(outside: Outside, name: str) -> None:
    """Buys by hand, and a person cancels the order."""
    outside.turns.sleep(200)
    answer = outside.call_api("POST", "/orders", hand_order(name, {day.MUG: 1}, paid=True))
    outside.expected.cancelled.add(name)
    outside.turns.sleep(20)
    if answer.is_done:
        outside.call_api("POST", f"/orders/{answer.body['id']}/cancel", {"reason": "too slow"})


def a_buyer_whose_shop_cancels(outside: Outside, name: str) -> None:
    """Buys in the shop, which cancels by webhook once the warehouse has the order."""
    outside.turns.sleep(250)
    order = outside.change_order(name, **shop_order(name, {day.MUG: 1}, paid_at=now()))
    if outside.post(order, "order.created"):
        outside.expected.promised.add(Promise(SHOP, name))
    outside.turns.sleep(60)
    outside.expected.cancelled.add(name)
    outside.post(outside.change_order(name, cancelled_at=now()), "order.updated")


def a_warehouse(outside: Outside, _: str) -> None:
    """Ships every fulfilment order that was handed over."""
    outside.turns.sleep(400)
    outside.ship_all()


ACTS: Sequence[tuple[str, day.Act]] = (
    ("buyer", a_buyer),
    ("waits", a_waiting_buyer),
    ("cancels", a_cancelling_buyer),
    ("shop-cancels", a_buyer_whose_shop_cancels),
    ("warehouse", a_warehouse),
)


def undisturbed() -> Outcome:
    """Run the day without a death; its calls until the end of faults are the crash points."""
    return killed_at(())


def killed_at(deaths: Deaths) -> Outcome:
    """Run the day with these deaths."""
    return Run(Case(SEED, frozenset(), deaths), acts=ACTS).run()


def singles(calls: int) -> list[Deaths]:
    """Return a death before and a death after each call."""
    return [(Point(call, kill),) for call in range(1, calls + 1) for kill in KILLS]


def pairs(calls: int) -> Iterator[Deaths]:
    """Yield every pair of deaths."""
    for (first, second), (one, other) in product(combinations(range(1, calls + 1), 2), product(KILLS, KILLS)):
        yield Point(first, one), Point(second, other)
