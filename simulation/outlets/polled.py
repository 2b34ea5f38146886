"""Acts about orders of outlets that polls alone can bring: old ones that are imported, and one that fails by itself."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from local.world.ebay import PATH
from local.world.failures import Failure
from packhorse.domain.values import iso
from simulation.audit_rules import open_exceptions_of
from simulation.day import poll
from simulation.expected import Promise
from simulation.opening import MUG
from simulation.outlets.acts import TOPICS, connect, ebay_of
from simulation.outlets.ebay import EBAY
from simulation.outlets.outlet import Outlet
from simulation.outside import Outside

DAYS = 3
"""How old the orders are that are imported: further back than any poll looks by itself."""
MANY = 10_000
"""More than all requests of a day."""


def an_owner_who_imports_orders(day: Outside, name: str) -> None:
    """Has an outlet's orders of the last days imported while it is polled; no webhook has ever named one of them."""
    outlet = day.random.choice(day.outlets)
    day.turns.sleep(200 * day.random.random())
    number = outlet.sell({MUG: 1})
    then = datetime.fromtimestamp(day.turns.now, UTC) - timedelta(days=DAYS)
    outlet.date_back(number, then)
    day.report(lambda: f"the order {number} of {outlet.id} is {DAYS} days old, and its owner imports what is")
    day.expected.since[outlet.id] = iso(then - timedelta(hours=1))
    day.expected.unconnected.add(outlet.id)
    for time in range(day.random.choice((0, 1, 2))):
        poll(day, f"{name}-{time}", outlet.id)
    connect(day, outlet)


def a_seller_whose_order_fails(day: Outside, name: str) -> None:
    """Ships an order on eBay, which fails whenever its parcels are requested, and gives others that are sold later."""
    ebay = ebay_of(day)
    if ebay is None:
        return
    number = ebay.sell({MUG: 1})
    failure = Failure(500, times=MANY, method="GET", path=f"{PATH}/{number}/shipping_fulfillment")
    ebay.ebay.failures.append(failure)
    day.report(lambda: f"{EBAY} fails whenever the parcels of its order {number} are requested", is_trouble=True)
    if day.random.random() < 0.5:
        day.post_event(EBAY, ebay.event(number, TOPICS[EBAY]), None)
    day.turns.sleep(60 * day.random.random())
    day.expected.edited.add(number)
    day.reports(number, ebay.ship(number))
    for time in range(4):
        poll(day, f"{name}-{time}", EBAY)
        day.turns.sleep(400 + 400 * day.random.random())
        ebay.sell({MUG: 1})
    ebay.ebay.failures.remove(failure)


def faults_of_polls(day: Outside, outlet: Outlet) -> Iterator[str]:
    """Yield each order of an outlet that does not exist here although it was polled, and each said not to be."""
    for number in outlet.orders:
        if day.order_of(Promise(outlet.id, number)) is None:
            yield f"order {number} of {outlet.id} was polled, and does not exist here"
    for each in open_exceptions_of(day, "order_not_read"):
        if outlet.id in each["concerns"]["S"]:
            yield f"{each['concerns']['S']} was read, and its exception is open"
