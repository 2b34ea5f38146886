"""A short day without luck on which Amazon ships, each of whose calls may be the last of its process."""

from local.world.shop import now
from simulation import opening
from simulation.crash_days.day import CrashDay, a_warehouse, awaited, buys_in_the_shop
from simulation.fba.acts import exchange, happens
from simulation.fba.rules import AmazonBooks
from simulation.outside import Outside
from simulation.scene import AMAZON, Scene


def buyers_of_amazon(outside: Outside, name: str) -> None:
    """Buy what Amazon has: it ships one order in two parcels, lacks the units of one, and keeps one back."""
    for number, lines in enumerate(({opening.MUG: 1, opening.CUP: 1}, {opening.MUG: 1}, {opening.CUP: 1})):
        buys_in_the_shop(outside, f"{name}-{number}", lines)
    books = outside.amazon
    awaited(outside, lambda: books is not None and len(books.amazon.outbound) >= 3)
    outside.expected.cancelled.add(f"{name}-2")
    outside.post(outside.change_order(f"{name}-2", cancelled_at=now()), "order.updated")


def a_schedule(outside: Outside, name: str) -> None:
    """Has Amazon called every minute and a half."""
    for number in range(8):
        outside.turns.sleep(90)
        exchange(outside, f"{name}-{number}")


def a_warehouse_of_amazon(outside: Outside, _: str) -> None:
    """Ships an item of the first order, then the other, and does not find the second order's."""
    if (books := outside.amazon) is None:
        return
    awaited(outside, lambda: len(books.amazon.outbound) >= 3)
    for item in range(2):
        outside.turns.sleep(120)
        for name in _named(outside, books, "-0"):
            for each in books.amazon.outbound[name]["items"][item : item + 1]:
                part = {each["sellerFulfillmentOrderItemId"]: 1}
                box = {"carrierCode": "UPS", "trackingNumber": f"1Z{name}{item}", "units": part}
                happens(outside, books, name, "ship", packages=[box])
    for name in _named(outside, books, "-1"):
        happens(outside, books, name, "fail")


def _named(outside: Outside, books: AmazonBooks, end: str) -> list[str]:
    """Return the order at Amazon of the buyer whose number ends so."""
    orders = outside.books.orders
    return [name for name in books.amazon.outbound if orders[name[:32]]["channel_order_id"].endswith(end)]


BY_AMAZON = CrashDay(
    (
        ("buyers", buyers_of_amazon),
        ("schedule", a_schedule),
        ("amazon", a_warehouse_of_amazon),
        ("warehouse", a_warehouse),
    ),
    scene=Scene(
        AMAZON, {(opening.MUG, opening.EAST): 2, (opening.CUP, opening.EAST): 2, (opening.MUG, opening.WEST): 1}
    ),
)
