"""The end of a day with stock feeds: a last one is read, accepted where it is held, and counts to the unit."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from simulation.audit_rules import open_exceptions_of
from simulation.books import check
from simulation.feed_rules import FED, FeedBooks, expected_on_hand
from simulation.feeding import decide, known_units, write_feed
from simulation.outside import Outside
from simulation.supplier import WAREHOUSE
from simulation.supply_rules import SupplierBooks
from simulation.supplying import exchange

LONG_SENT = 3600.0
"""Longer than since when a feed without a usable date may be, by clocks ten minutes wrong."""
TIMES = 3


def close_feeds(day: Outside, books: SupplierBooks, feeds: FeedBooks, do: Callable[[Callable[[], None]], None]) -> None:
    """Have the supplier count everything once more, a person accept that, and check what is on the shelves."""
    check(_unsaid(day, feeds))
    day.turns.sleep(LONG_SENT)
    seen = len(day.books.movements)
    known, before = known_units(day, books), {sku: _shelf(day, sku) for sku in sorted(day.stocked)}
    units = {sku: day.random.choice((0, 2, 9)) * day.units for sku in before}
    write_feed(day, feeds, units, None)
    for number in range(TIMES):
        do(partial(exchange, day, f"closing-feed-{number}", at_once=True))
        do(lambda: decide(day, accepts=True))
    moved = Counter[str]()
    for each in day.books.movements[seen:]:
        if each["place"][1] == WAREHOUSE and each["kind"] != FED:
            moved[each["place"][0]] += each["on_hand"]
    for sku, shelf in before.items():
        expected = expected_on_hand(feeds, units[sku], known[sku], shelf) + moved[sku]
        check(_miscounted(sku, expected, _shelf(day, sku)))


def _shelf(day: Outside, sku: str) -> Mapping[str, int]:
    nothing = dict.fromkeys(("on_hand", "committed", "quarantined"), 0)
    return day.books.stock.get((sku, WAREHOUSE), nothing)


def _miscounted(sku: str, expected: int, shelf: Mapping[str, int]) -> Iterator[str]:
    """Yield a shelf that is not as the last feed says, and what has left or come since."""
    if shelf["on_hand"] != expected:
        yield f"by the last feed and what followed {expected} {sku} are there, and the shelf is {dict(shelf)}"


def _unsaid(day: Outside, feeds: FeedBooks) -> Iterator[str]:
    """Yield feeds that are held, without an open exception."""
    if feeds.held and not any(open_exceptions_of(day, "supplier_feed_held")):
        yield f"{feeds.held} are held, and no exception says so"
