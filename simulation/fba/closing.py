"""The end of a day on which Amazon ships: all that it knows is read, and both sides agree."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from packhorse.store import configuration
from simulation.books import Violation, check
from simulation.day import poll
from simulation.fba.acts import exchange, give_numbers, send_notifications, ship_everything
from simulation.fba.opening import ABROAD, ACCOUNT, FRANCE, GERMANY, WAREHOUSE, put_stock
from simulation.fba.rules import AmazonBooks
from simulation.opening import WEST
from simulation.order_documents import OPEN_FULFILMENT, OVER, Document
from simulation.outside import Outside

SETTLED = 1600.0
"""Longer than until a request that Amazon does not have counts as lost, by a clock that is ten minutes wrong."""
TIMES = 3
"""Exchanges until what is taken back is read, and what Amazon does not ship went elsewhere."""
MOST_TIMES = 10
"""Exchanges within which people have decided about all that Amazon leaves in part, since each may bring more of it.

Within these, what waits for its turn at Amazon's rates is sent, too: a wrong clock may take them for used up.
"""
UNFULFILLABLE = "unfulfillable"
DIFFERS = "amazon_differs"
Do = Callable[[Callable[[], None]], None]


def close_amazon(day: Outside, books: AmazonBooks, do: Do) -> None:
    """Let everything be sent and read that is on its way, and check that it was."""
    send_notifications(day, books)
    give_numbers(books)
    for number in range(MOST_TIMES):
        do(partial(hear_of_amazon, day, f"closing-{number}"))
        if number >= TIMES and not has_differences(day) and not any(unsent(unfinished(day))):
            break
        do(partial(decide_differences, day, books))
    check_amazon(day, books)
    check_turns(day, books, do)


def check_turns(day: Outside, books: AmazonBooks, do: Do) -> None:
    """Check that each country of the seller is polled in turn, whichever one's schedule rings."""
    if ABROAD not in configuration.current().channels:
        return
    books.polled.clear()
    for number in range(2):
        day.turns.sleep(SETTLED)
        do(partial(poll, day, f"turn-{number}", ACCOUNT))
    if {*books.polled} != {GERMANY, FRANCE}:
        raise Violation(f"of the seller's countries only {books.polled} were polled")


def hear_of_amazon(day: Outside, name: str) -> None:
    """Have what waits sent and requested, and what changed read, once no request is under way any more."""
    day.turns.sleep(SETTLED)
    exchange(day, name, at_once=True)


def decide_differences(day: Outside, books: AmazonBooks) -> None:
    """Have people take from Amazon what it leaves in part, such as a kit of which it does not find a component."""
    for order_id, number in list(differences(day)):
        books.decided.add(order_id)
        path = f"/orders/{order_id}/fulfilments/{number}/reject"
        day.call_api("POST", path, {"reason": "other", "override": True})


def differences(day: Outside) -> Iterator[tuple[str, int]]:
    """Yield the fulfilment orders that people have to decide about, each by its order and number."""
    for order_id, order in day.books.orders.items():
        for each in order.get("exceptions", ()) if order["status"] not in OVER else ():
            if each["cause"] == DIFFERS:
                yield order_id, each["fulfilment"]


def has_differences(day: Outside) -> bool:
    """Return whether people have to decide about any."""
    return any(True for _ in differences(day))


def help_amazon(day: Outside, books: AmazonBooks, found: Mapping[str, int]) -> None:
    """Have Amazon find that many units, decide about what it left in part, and move the lines that it refused."""
    decide_differences(day, books)
    for sku, units in found.items():
        put_stock(books.amazon, sku, units)
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
    check((*unsent(unfinished(day)), *books.disagreeing(day.books.orders, day.books.completed)))


def unfinished(day: Outside) -> dict[str, Document]:
    """Return the orders that were not completed."""
    return {name: each for name, each in day.books.orders.items() if name not in day.books.completed}


def unsent(orders: dict[str, Document]) -> Iterator[str]:
    """Yield each fulfilment order that Amazon was never sent."""
    for order in orders.values():
        for work in order.get("fulfilments", ()):
            is_its_own = work["warehouse"] == WAREHOUSE and work.get("status", "queued") in OPEN_FULFILMENT - {"queued"}
            if is_its_own and not order.get("holds") and not work.get("mcf"):
                yield f"{work['id']} was not sent to Amazon"
