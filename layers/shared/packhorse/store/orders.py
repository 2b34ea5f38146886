"""The Orders table.

question                                   | pk         | sk           | index
one order                                  | order id   | ORDER        | -
orders of a status, newest first           | status     | placed       | by_status (channel, flags beside it)
orders with a number                       | number_key |              | by_number
orders of a customer                       | customer_key | placed     | by_customer
orders that wait for stock or a listing    | WAIT#what  | placed       | -

`placed` is the time of the order and its id, so it is unique and sorts. `body` is the order as compressed JSON. Who
waits is asked of base items, strongly consistent: an order that began to wait a moment ago is found.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import groupby, islice
from typing import Any, NamedTuple

from packhorse.aws.clients import client
from packhorse.aws.settings import settings
from packhorse.domain.errors import NotFound
from packhorse.domain.orders.order import OVER, Flag, Order, Status
from packhorse.domain.values import OrderId, iso
from packhorse.store.reading import batch_get, pages

OrderItem = Mapping[str, Any]
CONDITIONS = {":status": "#status = :status", ":before": "placed < :before"}
FILTERS = {":channel": "channel = :channel", ":flag": "contains(flags, :flag)"}
MAX_KEYS_READ = 1000
MAX_KEY_PAGES = 5
SMALL_PAGE = 64
"""Of those who wait: a page of the table holds ten thousand, of whom few are served."""


def get_order(order_id: OrderId) -> Order:
    """The order as it is now; raises NotFound."""
    found = find_orders((order_id,))
    if order_id not in found:
        raise NotFound(f"there is no order {order_id}")
    return found[order_id]


def find_orders(order_ids: Iterable[OrderId]) -> dict[OrderId, Order]:
    """Those of the orders that exist, as they are now."""
    items = batch_get(settings.orders_table, (_key(order_id) for order_id in order_ids))
    return {order.id: order for order in map(order_of, items)}


def existing_ids(order_ids: Iterable[OrderId]) -> set[OrderId]:
    """Which of the orders exist."""
    return set(find_orders(order_ids))


def _key(order_id: OrderId) -> OrderItem:
    return {"pk": {"S": order_id}, "sk": {"S": "ORDER"}}


def order_of(item: OrderItem) -> Order:
    """The order that an item of the table, or of its stream, holds."""
    order = Order.model_validate_json(zlib.decompress(item["body"]["B"]))
    return order.model_copy(update={"version": int(item["version"]["N"])})


def placed_key(order: Order) -> str:
    """The sort key of listings, unique."""
    return f"{iso(order.placed_at)}#{order.id}"


def order_write(order: Order) -> dict[str, Any]:
    """The write of an order over the version it was read at."""
    condition = "version = :read" if order.version else "attribute_not_exists(pk)"
    action = {"TableName": settings.orders_table, "Item": _item(order), "ConditionExpression": condition}
    if order.version:
        action["ExpressionAttributeValues"] = {":read": {"N": str(order.version)}}
    return {"Put": action}


def _item(order: Order) -> dict[str, Any]:
    body = zlib.compress(order.model_dump_json(exclude={"version"}, exclude_defaults=True).encode())
    keys = {
        "status": order.status,
        "placed": placed_key(order),
        "channel": order.channel,
        "flags": " ".join(sorted(order.flags)),
        "number_key": search_key(order.number or order.channel_order_id),
        "customer_key": search_key(order.customer.email or order.customer.name),
    }
    attributes = {name: {"S": value} for name, value in keys.items() if value}
    return {**_key(order.id), **attributes, "version": {"N": str(order.version + 1)}, "body": {"B": body}}


def search_key(text: str) -> str:
    """How numbers and customers are looked up: without case, without a leading `#`.

    >>> search_key(" #1001 ")
    '1001'
    """
    return text.strip().removeprefix("#").casefold()[:200]


def wait_writes(before: Order | None, order: Order) -> Iterator[dict[str, Any]]:
    """The writes that bring the list of what the order waits for up to date."""
    waited = before.waits_for if before else frozenset()
    for what in sorted(order.waits_for - waited):
        yield {"Put": {"TableName": settings.orders_table, "Item": _wait(what, order)}}
    for what in sorted(waited - order.waits_for):
        yield {"Delete": {"TableName": settings.orders_table, "Key": _wait(what, order)}}


def _wait(what: str, order: Order) -> OrderItem:
    return {"pk": {"S": f"WAIT#{what}"}, "sk": {"S": placed_key(order)}}


def orders_waiting_for(*things: str, after: str = "") -> Iterator[str]:
    """The places in the queue (`placed`) of orders that wait for any of these, oldest first, beyond one of them.

    What they may wait for is at `Order.waits_for`.
    """
    return (place for place, _ in groupby(merge(*(_waiting(what, after) for what in things))))


def _waiting(what: str, after: str) -> Iterator[str]:
    query = {
        "ConsistentRead": True,
        "Limit": SMALL_PAGE,
        "KeyConditionExpression": "pk = :what AND sk > :after",
        "ExpressionAttributeValues": {":what": {"S": f"WAIT#{what}"}, ":after": {"S": after or " "}},
    }
    for item in pages("query", TableName=settings.orders_table, **query):
        yield item["sk"]["S"]


def unfinished_orders(after: str = "", flag: Flag | None = None) -> Iterator[str]:
    """The places (`placed`) of all orders that are not over, oldest first, beyond one of them."""
    return merge(*(_oldest(status, after, flag) for status in Status if status not in OVER))


def _oldest(status: Status, after: str, flag: Flag | None) -> Iterator[str]:
    query: dict[str, Any] = {
        "IndexName": "by_status",
        "KeyConditionExpression": "#status = :status AND placed > :after",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {":status": {"S": status}, ":after": {"S": after or " "}},
    }
    if flag:
        query["FilterExpression"] = FILTERS[":flag"]
        query["ExpressionAttributeValues"] |= {":flag": {"S": flag}}
    for item in pages("query", TableName=settings.orders_table, **query):
        yield item["placed"]["S"]


def id_in_key(place: str) -> OrderId:
    """The order at that place of a queue.

    >>> id_in_key("2026-11-23T09:30:00.000000Z#web-1001")
    'web-1001'
    """
    return OrderId(place.partition("#")[2])


class KeyPage(NamedTuple):
    """The sort keys that were found, newest first, and down to which one all were looked at (empty: to the end)."""

    keys: list[str]
    down_to: str


def newest_keys(status: Status, before: str | None, limit: int, channel: str | None, flag: Flag | None) -> KeyPage:
    """Up to `limit` sort keys (`placed`) of orders in a status, newest first, from before a sort key on.

    What is rare among very many is not looked for to the end at once.
    """
    query = _query(status, before, channel, flag) | {"Limit": MAX_KEYS_READ if channel or flag else limit}
    keys: list[str] = []
    for page in islice(client("dynamodb").get_paginator("query").paginate(**query), MAX_KEY_PAGES):
        keys += [item["placed"]["S"] for item in page["Items"]]
        if len(keys) >= limit:
            return KeyPage(keys[:limit], keys[limit - 1])
    return KeyPage(keys, page["LastEvaluatedKey"]["placed"]["S"] if "LastEvaluatedKey" in page else "")


def _query(status: Status, before: str | None, channel: str | None, flag: Flag | None) -> dict[str, Any]:
    asked = {":status": status, ":before": before, ":channel": channel, ":flag": flag}
    values = {name: {"S": str(value)} for name, value in asked.items() if value}
    query = {
        "TableName": settings.orders_table,
        "IndexName": "by_status",
        "ScanIndexForward": False,
        "KeyConditionExpression": _all_of(CONDITIONS, values),
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": values,
    }
    wanted = _all_of(FILTERS, values)
    return query | {"FilterExpression": wanted} if wanted else query


def _all_of(terms: Mapping[str, str], values: Mapping[str, Any]) -> str:
    return " AND ".join(term for name, term in terms.items() if name in values)


def matching_keys(text: str, before: str | None = None) -> Iterator[str]:
    """The sort keys (`placed`) of orders with that id or number, or of that customer, newest first, from before one on.

    A customer is an e-mail address or, without one, a name. Of orders with the same number a thousand are looked at.
    """
    key = search_key(text)
    if not key:
        return
    numbered = find_orders([OrderId(text.strip().lower()), *_numbered(key)]).values()
    both = merge(sorted(map(placed_key, numbered), reverse=True), _of_customer(key, before), reverse=True)
    for place, _ in groupby(both):
        if before is None or place < before:
            yield place


def _numbered(key: str) -> Iterator[OrderId]:
    found = pages("query", **_index("number", ":key"), ExpressionAttributeValues={":key": {"S": key}})
    return (OrderId(item["pk"]["S"]) for item in islice(found, MAX_KEYS_READ))


def _of_customer(key: str, before: str | None) -> Iterator[str]:
    values = {":key": {"S": key}, ":before": {"S": before or "9"}}
    query = _index("customer", ":key AND placed < :before")
    found = pages("query", **query, ExpressionAttributeValues=values, ScanIndexForward=False, Limit=SMALL_PAGE)
    return (item["placed"]["S"] for item in found)


def _index(name: str, wanted: str) -> dict[str, str]:
    return {
        "TableName": settings.orders_table,
        "IndexName": f"by_{name}",
        "KeyConditionExpression": f"{name}_key = {wanted}",
    }
