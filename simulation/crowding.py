"""Acts in which several things happen at once: people at one order, at one shelf, and a stack that restarts."""

from functools import partial
from typing import Any

from simulation.count_rules import of_count
from simulation.day import MEDDLING, MOST_TRIES, complete, place_by_hand, poll, receive, receive_file, some_shelf
from simulation.faults import Fault
from simulation.opening import SHOP_SETTINGS
from simulation.order_documents import OPEN_FULFILMENT, OVER, OVERRIDE
from simulation.outside import Outside
from simulation.stated_orders import SHOP


def a_crowd_at_one_order(day: Outside, name: str) -> None:
    """Sends several people to one order, who change it at the same moment; one of them completes it."""
    for turn in range(2):
        day.turns.sleep(60 * day.random.random())
        is_open = [order_id for order_id, each in sorted(day.books.orders.items()) if each["status"] not in OVER]
        if not is_open:
            continue
        order_id = day.random.choice(is_open)
        if day.random.random() < 0.5:
            day.storm("dynamodb", day.turns.now, 20, Fault.SLOW)
        for number, step in enumerate((complete, *day.random.sample(MEDDLING, 3))):
            does = partial(step, day, order_id, day.books.orders[order_id])
            day.turns.spawn(does, f"{name}-{turn}-{number}", 0.1 * day.random.random())


def a_careful_person(day: Outside, name: str) -> None:
    """Holds an order that a warehouse has; others try to ship it, and override the hold, or it is released."""
    day.turns.sleep(100 * day.random.random())
    handed_over = [
        (order_id, number)
        for order_id, document in sorted(day.books.orders.items())
        for number, fulfilment in enumerate(document.get("fulfilments", ()), 1)
        if fulfilment.get("status") in OPEN_FULFILMENT
    ]
    if not handed_over:
        return
    order_id, number = day.random.choice(handed_over)
    day.call_api("POST", f"/orders/{order_id}/hold", {"reason": "is it stolen?"})
    day.turns.sleep(30 * day.random.random())
    day.ship(order_id, number)
    what = day.random.random()
    if what < 0.4:
        day.ship(order_id, number, name=OVERRIDE, override=True)
    if what < 0.7:
        day.turns.sleep(30 * day.random.random())
        day.call_api("POST", f"/orders/{order_id}/release")


def a_publisher(day: Outside, name: str) -> None:
    """Publishes all stock of the shop at the moment at which units arrive, and again."""
    for number in range(3):
        sku, place = some_shelf(day)
        day.turns.spawn(partial(receive, day, sku, place, day.units), f"{name}-{number}", 2 * day.random.random())
        day.call_api("POST", f"/channels/{SHOP}/sync-now")
        day.turns.sleep(40 * day.random.random())


def a_stocktaker(day: Outside, name: str) -> None:
    """Sets a shelf to two numbers at once, without saying what was expected, while an order takes from it."""
    sku, place = some_shelf(day)
    day.turns.spawn(partial(place_by_hand, day, f"{name}-buyer", {sku: 1}, paid=True), f"{name}-buyer")
    for number in range(2):
        counted: dict[str, Any] = {
            "sku": sku,
            "warehouse": place,
            "set": day.random.choice((0, 2, 5)) * day.units,
            "reason": "counted",
        }
        sets = partial(day.call_api, "POST", "/stock/adjustments", {"adjustments": [counted]})
        day.turns.spawn(sets, f"{name}-{number}", 2 * day.random.random())


def a_counter(day: Outside, name: str) -> None:
    """Counts a shelf and enters that some time later, as a number for what was there then; others pick meanwhile."""
    for number in range(3):
        sku, place = some_shelf(day)
        there = day.books.stock.get((sku, place), {}).get("on_hand", 0)
        day.turns.spawn(partial(day.ship_all, only_some=0.3), f"{name}-{number}-picks", 20 * day.random.random())
        day.turns.sleep(20 * day.random.random())
        counted = max(0, there + day.random.choice((-1, 0, 0, 1)))
        count = {
            "sku": sku,
            "warehouse": place,
            "counted": counted,
            "expected": there,
            "reason": of_count(there, counted),
        }
        day.call_api("POST", "/stock/counts", {"counts": [count]})


def a_restart(day: Outside, name: str) -> None:
    """Stops every process of the stack at once, twice, while a file is read; new ones go on with what was under way."""
    for number in range(2):
        day.turns.sleep(120 * day.random.random())
        receive_file(day, f"{name}-{number}", 9)
        day.turns.sleep(2 * day.random.random())
        day.report(lambda: f"the stack restarts; {len(day.deployment.running)} processes die", is_trouble=True)
        day.deployment.restart()


def a_pause(day: Outside, name: str) -> None:
    """Pauses the shop's channel for a while, and polls it once it is resumed."""
    set_active(day, is_active=False)
    day.turns.sleep(day.random.choice((60, 1800)) * day.random.random())
    poll(day, f"{name}-paused")
    set_active(day, is_active=True)
    poll(day, f"{name}-resumed")


def set_active(day: Outside, *, is_active: bool) -> None:
    """Pause the shop's channel, or resume it, with retries until that is done."""
    for _ in range(MOST_TRIES):
        if day.call_api("PUT", f"/channels/{SHOP}", {**SHOP_SETTINGS, "active": is_active}).is_done:
            day.expected.is_paused = not is_active
            return
    day.expected.gave_up = True
