"""Orders: by webhook, twice; of more units than the stock has; cancelled by a person and by the shop."""

from local.world.shop import now
from simulation import day, opening
from simulation.crash_days.day import CrashDay, a_warehouse, buys_in_the_shop
from simulation.expected import Promise
from simulation.outside import Outside
from simulation.stated_orders import TRADE, hand_order


def a_buyer(outside: Outside, name: str) -> None:
    """Buys a kit; the shop sends the webhook twice."""
    buys_in_the_shop(outside, name, {opening.SET: 1}, times=2)


def a_waiting_buyer(outside: Outside, name: str) -> None:
    """Buys more units than are available, by hand; a receipt brings the rest."""
    outside.turns.sleep(60)
    if outside.call_api("POST", "/orders", hand_order(name, {opening.CUP: 9}, paid=True)).is_done:
        outside.expected.promised.add(Promise(TRADE, name))
    outside.turns.sleep(60)
    body = {"receipts": [{"sku": opening.CUP, "warehouse": opening.EAST, "quantity": 9}]}
    day.expect_units(outside, outside.call_api("POST", "/stock/receipts", body), (opening.CUP, opening.EAST), 9)


def a_cancelling_buyer(outside: Outside, name: str) -> None:
    """Buys by hand, and a person cancels the order."""
    outside.turns.sleep(200)
    answer = outside.call_api("POST", "/orders", hand_order(name, {opening.MUG: 1}, paid=True))
    outside.expected.cancelled.add(name)
    outside.turns.sleep(20)
    if answer.is_done:
        outside.call_api("POST", f"/orders/{answer.body['id']}/cancel", {"reason": "too slow"})


def a_buyer_whose_shop_cancels(outside: Outside, name: str) -> None:
    """Buys in the shop, which cancels by webhook once the warehouse has the order."""
    outside.turns.sleep(250)
    buys_in_the_shop(outside, name, {opening.MUG: 1})
    outside.turns.sleep(60)
    outside.expected.cancelled.add(name)
    outside.post(outside.change_order(name, cancelled_at=now()), "order.updated")


ORDERS = CrashDay(
    (
        ("buyer", a_buyer),
        ("waits", a_waiting_buyer),
        ("cancels", a_cancelling_buyer),
        ("shop-cancels", a_buyer_whose_shop_cancels),
        ("warehouse", a_warehouse),
    )
)
