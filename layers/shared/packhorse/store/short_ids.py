"""Short ids that were printed, in the Orders table.

question                              | pk             | sk
which orders a printed short id means | SHORT#prefix   | order id

An item costs one write unit, once for each printed order, outside of any transaction: it only says where to look, and
the order that is read then decides. So nothing has to be removed either.
"""

from collections.abc import Iterable

from packhorse.aws.settings import settings
from packhorse.domain.orders.short_id import DIGITS
from packhorse.domain.values import OrderId
from packhorse.store import expressions
from packhorse.store.expressions import equals
from packhorse.store.putting import write_together
from packhorse.store.reading import pages


def remember(order_ids: Iterable[OrderId]) -> None:
    """Store where the short ids of these orders are found, before they are printed."""
    found = [{"pk": _pk(order_id), "sk": order_id} for order_id in dict.fromkeys(order_ids)]
    write_together(settings.orders_table, found)


def orders_with(prefix: str) -> list[OrderId]:
    """Return the printed orders whose ids begin with the prefix of a short id, strongly consistent."""
    query = expressions.query(settings.orders_table, equals("pk", f"SHORT#{prefix}"), ConsistentRead=True)
    return [OrderId(item["sk"]["S"]) for item in pages("query", **query)]


def _pk(order_id: OrderId) -> str:
    return f"SHORT#{order_id[:DIGITS]}"
