"""The Orders table.

question                                   | pk         | sk           | index
one order                                  | order id   | ORDER        | -
orders that are not over, oldest first     | status     | placed       | by_state
orders that wait for stock or a listing    | WAIT#what  | placed       | -

`placed` is the time of the order and its id: unique, and sorted by time. `body` is the order as compressed JSON. What
is recorded of an order that was deleted before we received it is in no index, nor in any list. The orders that wait are
read from base items, strongly consistent: one that began to wait a moment ago is found. Searches and their indexes are
in store/order_search.py.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import groupby, islice
from typing import Any

from pydantic import TypeAdapter

from packhorse.aws.settings import settings
from packhorse.domain.batching import batched
from packhorse.domain.errors import NotFound
from packhorse.domain.orders.order import MANY_WAITS, OVER, Flag, Order, Status
from packhorse.domain.schema import Document, Reader, stamped
from packhorse.domain.values import OrderId
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, Request, contains, equals, greater, missing
from packhorse.store.order_search import attributes, placed_key
from packhorse.store.reading import batch_get, pages

KIND_OF_SCHEMA_1 = re.compile(r"(?P<cause>.*?)(?:_(?P<fulfilment>\d+)(?:_(?P<tracking>.*))?)?", re.DOTALL)


def from_schema_1(order: Document) -> Document:
    """Return a document of schema 2: its source is read from the timeline, its exceptions from their kinds."""
    first = order.get("timeline") or [{}]
    exceptions = [exception_from_schema_1(each) for each in order.get("exceptions", ())]
    return {**order, "source": first[0].get("detail", ""), "exceptions": exceptions}


def exception_from_schema_1(exception: Document) -> Document:
    """Split the kind of an exception: `shipment_refused_1_1Z9` is a cause, a fulfilment and tracking numbers.

    Several tracking numbers stay joined as one: `OrderException.kind`, which identifies the exception, is made of them.
    """
    found = KIND_OF_SCHEMA_1.fullmatch(exception["kind"])
    named = found.groupdict() if found else {"cause": exception["kind"]}
    tracking = (named.pop("tracking", None),)
    return {**exception, **named, "tracking": tuple(filter(None, tracking))}


ORDER = Reader(TypeAdapter(Order), {1: from_schema_1})
OrderItem = Mapping[str, Any]
SMALL_PAGE = 64
"""Keys in a page of waiting orders: a page of full size has ten thousand, of which few are served."""
MOST_READ = 256
"""Orders with many waits that one search for what waits reads."""


def get_order(order_id: OrderId) -> Order:
    """Return the order as it is now; raises NotFound."""
    found = find_order(order_id)
    if found is None:
        raise NotFound(f"there is no order {order_id}")
    return found


def find_order(order_id: OrderId) -> Order | None:
    """Return the order as it is now, None if it does not exist."""
    return find_orders((order_id,)).get(order_id)


def find_orders(order_ids: Iterable[OrderId]) -> dict[OrderId, Order]:
    """Return those of the orders that exist, as they are now."""
    items = batch_get(settings.orders_table, (_key(order_id) for order_id in order_ids))
    return {order.id: order for order in map(order_of, items)}


def recent_orders(order_ids: Iterable[OrderId]) -> list[Order]:
    """Return those of the orders that exist, read eventually consistent for half the price; do not decide on them."""
    items = batch_get(settings.orders_table, (_key(order_id) for order_id in order_ids), ConsistentRead=False)
    return list(map(order_of, items))


def numbers_of(order_ids: Iterable[OrderId]) -> dict[OrderId, str]:
    """Return what people call those of the orders that exist."""
    return {order.id: order.number or order.channel_order_id for order in recent_orders(order_ids)}


def existing_ids(order_ids: Iterable[OrderId]) -> set[OrderId]:
    """Return which of the orders exist; the reads cost as much as whole orders, but no order is sent or parsed."""
    keys = (_key(order_id) for order_id in order_ids)
    items = batch_get(settings.orders_table, keys, ProjectionExpression="pk, placed")
    return {OrderId(item["pk"]["S"]) for item in items if "placed" in item}


def _key(order_id: OrderId) -> Request:
    return expressions.key(order_id, "ORDER")


def order_of(item: OrderItem) -> Order:
    """Return the order of an item of the table, or of its stream."""
    order = ORDER.read(zlib.decompress(item["body"]["B"]))
    return order.replace(version=int(item["version"]["N"]))


def order_write(order: Order) -> dict[str, Any]:
    """Return the write of an order over the version it was read at."""
    condition = equals("version", order.version) if order.version else missing("pk")
    return {"Put": expressions.put(settings.orders_table, _attributes(order), condition)}


def order_check(order: Order) -> dict[str, Any]:
    """Return the part of a transaction that fails if the order is not at the version it was read at."""
    return {
        "ConditionCheck": expressions.check(settings.orders_table, _key(order.id), equals("version", order.version))
    }


def _attributes(order: Order) -> Attributes:
    body = zlib.compress(stamped(order.model_dump_json(exclude={"version"}, exclude_defaults=True)).encode())
    listed = {} if order.is_placeholder else attributes(order)
    return {"pk": order.id, "sk": "ORDER", **listed, "version": order.version + 1, "body": body}


def wait_writes(before: Order | None, order: Order) -> Iterator[dict[str, Any]]:
    """Yield the writes that bring the items of what the order waits for up to date."""
    waited = before.waits_for if before else frozenset()
    for what in sorted(order.waits_for - waited):
        yield {"Put": expressions.put(settings.orders_table, {"pk": f"WAIT#{what}", "sk": placed_key(order)})}
    for what in sorted(waited - order.waits_for):
        waiting = expressions.key(f"WAIT#{what}", placed_key(order))
        yield {"Delete": expressions.delete(settings.orders_table, waiting)}


def orders_waiting_for(*waits: str, after: str = "") -> Iterator[str]:
    """Return the sort keys (`placed`) of orders that wait for any of these, oldest first, after one of them.

    The format of a wait is that of `Order.all_waits`. Of the orders that have not all waits as places, the oldest
    MOST_READ are read, in pages as the iterator comes to them; those behind count as waiting for anything.
    """
    places = (_waiting(what, after) for what in waits)
    return (key for key, _ in groupby(merge(*places, _waiting_for_many(frozenset(waits), after))))


def _waiting_for_many(waits: frozenset[str], after: str) -> Iterator[str]:
    """Yield those of the orders under MANY_WAITS that wait for any of these."""
    keys = _waiting(MANY_WAITS, after)
    for page in batched(islice(keys, MOST_READ), SMALL_PAGE):
        found = find_orders(map(id_in_key, page))
        for key in page:
            order = found.get(id_in_key(key))
            if order and not waits.isdisjoint(order.all_waits):
                yield key
    yield from keys


def is_before_others(order: Order, wait: str) -> bool:
    """Return whether younger orders wait for the same as the order."""
    return any(True for _ in orders_waiting_for(wait, after=placed_key(order)))


def _waiting(what: str, after: str) -> Iterator[str]:
    keys = equals("pk", f"WAIT#{what}") & greater("sk", after or " ")
    query = expressions.query(settings.orders_table, keys, ConsistentRead=True, Limit=SMALL_PAGE)
    for item in pages("query", **query):
        yield item["sk"]["S"]


def unfinished_orders(after: str = "", flag: Flag | None = None) -> Iterator[str]:
    """Return the sort keys (`placed`) of all orders that are not over, oldest first, after one of them."""
    return merge(*(_oldest(status, after, flag) for status in Status if status not in OVER))


def _oldest(status: Status, after: str, flag: Flag | None) -> Iterator[str]:
    keys = equals("status", status) & greater("placed", after or " ")
    flagged = contains("flags", flag) if flag else None
    query = expressions.query(settings.orders_table, keys, index="by_state", only=flagged)
    for item in pages("query", **query):
        yield item["placed"]["S"]


def id_in_key(key: str) -> OrderId:
    """Return the id in a sort key.

    >>> id_in_key("2026-11-23T09:30:00.000000Z#web-1001")
    'web-1001'
    """
    return OrderId(key.partition("#")[2])
