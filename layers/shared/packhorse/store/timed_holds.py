"""Orders with a hold that ends by itself, by when: an item of the Orders table, in the transaction of its order.

question                          | pk     | sk
orders with a hold that ends soon | HOLDS  | until#order

The key says it all: of the hold that ends first.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from packhorse.aws.settings import settings
from packhorse.domain.orders.order import Order
from packhorse.domain.values import OrderId, iso
from packhorse.store import expressions
from packhorse.store.expressions import at_most, equals
from packhorse.store.reading import first_items

PK = "HOLDS"


class TimedHold(NamedTuple):
    """The key of an order that has a hold with an end."""

    pk: str
    sk: str

    @property
    def order_id(self) -> OrderId:
        """The order."""
        return OrderId(self.sk.partition("#")[2])


def key_of(order: Order) -> TimedHold | None:
    """Return the key of an order, None if it is over or none of its holds ends by itself."""
    ends = [] if order.is_over else [hold.until for hold in order.holds if hold.until]
    return TimedHold(PK, f"{iso(min(ends))}#{order.id}") if ends else None


def timed_hold_writes(before: Order | None, order: Order) -> Iterator[dict[str, Any]]:
    """Return the writes that bring the item of an order up to date: at most two."""
    return expressions.moves(settings.orders_table, key_of(before) if before else None, key_of(order))


def ended_holds(now: datetime, limit: int) -> Iterator[TimedHold]:
    """Yield orders with a hold whose time is over, those first that waited longest."""
    condition = equals("pk", PK) & at_most("sk", f"{iso(now)}~")
    for item in first_items(limit, expressions.query(settings.orders_table, condition)):
        yield TimedHold(item["pk"]["S"], item["sk"]["S"])
