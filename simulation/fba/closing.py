"""The end of a day on which Amazon ships: all that it knows is read, and both sides agree."""

from collections.abc import Callable, Iterator

from simulation.books import OVER, Document, Violation
from simulation.day import WEST
from simulation.fba.acts import exchange, give_numbers, send_notifications, ship_everything
from simulation.fba.opening import WAREHOUSE, put_stock
from simulation.fba.rules import OPEN, AmazonBooks
from simulation.outside import Outside

SETTLED = 1600.0
"""Longer than until a request that Amazon does not have counts as lost, by a clock that is ten minutes wrong."""
TIMES = 3
"""Exchanges until what is taken back is read, and what Amazon does not ship went elsewhere."""
UNFULFILLABLE = "unfulfillable"
DIFFERS = "amazon_differs"
Do = Callable[[Callable[[], None]], None]


def close_amazon(day: Outside, books: AmazonBooks, do: Do) -> None:
    """Let everything be sent and read that is on its way, and check that it was."""
    send_notifications(day, books)
    give_numbers(books)
    for number in range(TIMES):
        do(lambda number=number: hear_of_amazon(day, f"closing-{number}"))  # type: ignore[misc]  # a default binds it
        do(lambda: decide_differences(day, books))
    do(lambda: hear_of_amazon(day, "closing-decided"))
    check_amazon(day, books)


def hear_of_amazon(day: Outside, name: str) -> None:
    """Have what waits sent and requested, and what changed read, once no request is under way any more."""
    day.turns.sleep(SETTLED)
    exchange(day, name, at_once=True)


def decide_differences(day: Outside, books: AmazonBooks) -> None:
    """Have people take from Amazon what it leaves in part, such as a kit of which it does not find a component."""
    for order_id, order in list(day.books.orders.items()):
        for each in order.get("exceptions", ()) if order["status"] not in OVER else ():
            if each["cause"] == DIFFERS:
                books.decided.add(order_id)
                path = f"/orders/{order_id}/fulfilments/{each['fulfilment']}/reject"
                day.call_api("POST", path, {"reason": "other", "override": True})


def help_amazon(day: Outside, books: AmazonBooks, plenty: int) -> None:
    """Have Amazon find what it lacks, and move the lines that it refused to the other warehouse."""
    for sku in day.stocked:
        put_stock(books.amazon, sku, plenty)
    for order_id, order in list(day.books.orders.items()):
        if not any(each["cause"] == UNFULFILLABLE for each in order.get("exceptions", ())):
            continue
        for line in order["lines"] if order["status"] not in OVER else ():
            day.call_api("POST", f"/orders/{order_id}/lines/{line['id']}/move", {"warehouse": WEST})


def ship_from_amazon(day: Outside, books: AmazonBooks) -> None:
    """Have Amazon ship everything, and hear of it."""
    for number in range(TIMES):
        hear_of_amazon(day, f"ships-{number}")
        ship_everything(day, books)
    hear_of_amazon(day, "ships-at-last")


def check_amazon(day: Outside, books: AmazonBooks) -> None:
    """Check that Amazon has what it was to get, and that both sides agree on what left and what is to leave."""
    compared = {name: each for name, each in day.books.orders.items() if name not in day.books.completed}
    for fault in (*unsent(compared), *books.disagreeing(day.books.orders, day.books.completed)):
        raise Violation(fault)


def unsent(orders: dict[str, Document]) -> Iterator[str]:
    """Yield each fulfilment order that Amazon was never sent."""
    for order in orders.values():
        for work in order.get("fulfilments", ()):
            is_its_own = work["warehouse"] == WAREHOUSE and work.get("status", "queued") in OPEN - {"queued"}
            if is_its_own and not order.get("holds") and not work.get("mcf"):
                yield f"{work['id']} was not sent to Amazon"
