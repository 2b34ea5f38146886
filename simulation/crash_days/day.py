"""What short days without luck share: what one is, and what people do on most of them."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from local.world.shop import now
from simulation import day
from simulation.closing import Closing
from simulation.expected import Promise
from simulation.order_documents import works_of
from simulation.outside import Outside
from simulation.scene import Scene
from simulation.stated_orders import SHOP, shop_order

T = TypeVar("T")
PATIENCE, LOOKS = 60.0, 20
"""Seconds between two reads of what an act waits for, and how often it reads: longer than a dead process is missed."""


class CrashDay(NamedTuple):
    """A day: its acts by name, its seed, and its scene, if the seed does not draw it.

    `end` says whether people finish all orders at the end of the day; the seed draws it, if it is not given.
    """

    acts: Sequence[tuple[str, day.Act]]
    seed: int = 1
    scene: Scene | None = None
    end: Callable[[Closing], None] = Closing.close


def awaited(outside: Outside, found: Callable[[], T]) -> T:
    """Return what is found as soon as it is not empty, else what it is in the end."""
    for _ in range(LOOKS):
        if seen := found():
            return seen
        outside.turns.sleep(PATIENCE)
    return found()


def buys_in_the_shop(outside: Outside, name: str, lines: Mapping[str, int], *, times: int = 1) -> None:
    """Place an order in the shop, which sends its webhook."""
    order = outside.change_order(name, **shop_order(name, lines, paid_at=now()))
    for _ in range(times):
        if outside.post(order, "order.created"):
            outside.expected.promised.add(Promise(SHOP, name))


def a_warehouse(outside: Outside, _: str) -> None:
    """Ships every fulfilment order that was handed over."""
    outside.turns.sleep(400)
    outside.ship_all()


def handed_over(outside: Outside, place: str) -> list[tuple[str, int]]:
    """Return the fulfilment orders that a warehouse has."""
    return [
        (order_id, number)
        for order_id, document in sorted(outside.books.orders.items())
        for number, work in enumerate(works_of(document), 1)
        if work["warehouse"] == place and work.get("status") in ("requested", "accepted")
    ]
