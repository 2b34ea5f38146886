"""Search orders: lists by filters, and by a text, first what has it as a name or number, then what has it within.

A request makes a bounded number of reads; what is rare comes on several pages, some of them short.

A caller who sees parts of orders only has those found that the text is in the part of. Where a page ends follows from
these alone: a cursor after what is hidden would say that it is there.
"""

from collections.abc import Callable, Iterator
from itertools import islice
from typing import NamedTuple

from packhorse.domain.orders.order import OVER, Order, Status
from packhorse.domain.values import OrderId
from packhorse.store import order_search, orders
from packhorse.store.order_search import OrderFilter, Sort

MAX_MATCHES_READ = 100
"""Orders that are read at most for a page of those with a name."""
LEAST_PART = 2
"""Characters that a part of a name needs."""


class ListPosition(NamedTuple):
    """Where a list goes on: after a sort key of the orders with the name, or of those with parts of it."""

    is_named: bool
    after: str


class OrdersFound(NamedTuple):
    """A page of orders, and where the next one starts (None at the end)."""

    orders: list[Order]
    next: ListPosition | None


Sees = Callable[[Order], bool]
"""Whether the caller finds an order: by what the caller sees of it."""


def search_orders(
    text: str | None, only: OrderFilter, sort: Sort, position: ListPosition | None, limit: int, sees: Sees | None
) -> OrdersFound:
    """Return a page of the orders that pass the filter and, with a text, have it as a name or within.

    `sees` is that of a caller who does not see all of every order.
    """
    if not text:
        found = _page(*listed_keys(only, sort, position.after if position else None, limit))
        return found._replace(orders=_seen(found.orders, sees))
    named: list[Order] = []
    if position is None or position.is_named:
        named, last = _named(text, only, position.after if position else None, limit, sees)
        position = None
        if last:
            return OrdersFound(named, ListPosition(is_named=True, after=last))
    words = order_search.words_of(text)
    if max(map(len, words), default=0) < LEAST_PART:
        return OrdersFound(named, None)
    if len(named) == limit:
        return OrdersFound(named, ListPosition(is_named=False, after=""))
    only, after, rest = only.replace(words=words), position.after if position else None, limit - len(named)
    found = _with_parts(text, only, sort, after, rest, sees)
    return OrdersFound([*named, *found.orders], found.next)


def _seen(found: list[Order], sees: Sees | None) -> list[Order]:
    return [each for each in found if sees is None or sees(each)]


def _with_parts(
    text: str, only: OrderFilter, sort: Sort, after: str | None, limit: int, sees: Sees | None
) -> OrdersFound:
    """Return a page of the orders that have the words of the text, without those that come first as named."""
    named = {orders.id_in_key(key) for key in islice(_named_keys(text, None), MAX_MATCHES_READ)}
    keys, last = listed_keys(only, sort, after, MAX_MATCHES_READ)
    keys = [key for key in keys if orders.id_in_key(key) not in named]
    read = _orders_of(keys if sees else keys[:limit])
    seen = {key: order for key, order in read.items() if sees is None or sees(order)}
    listed = list(seen) if sees else keys
    found = [seen[key] for key in listed[:limit] if key in seen]
    last = listed[limit - 1] if len(listed) > limit else last
    rest = {each.id: each for each in found if not order_search.is_named(each, text)}
    return OrdersFound(list(rest.values()), ListPosition(is_named=False, after=last) if last else None)


def _orders_of(keys: list[str]) -> dict[str, Order]:
    """Return the orders that are stored of those sort keys, by key."""
    read = orders.find_orders(OrderId(orders.id_in_key(key)) for key in keys)
    return {key: order for key in keys if (order := read.get(OrderId(orders.id_in_key(key))))}


def _named_keys(text: str, before: str | None) -> Iterator[str]:
    key = order_search.search_key(text)
    if not key:
        return iter(())
    numbered = orders.find_orders([OrderId(key), *order_search.numbered_ids(text)]).values()
    return order_search.named_keys(text, numbered, before)


def _named(text: str, only: OrderFilter, before: str | None, limit: int, sees: Sees | None) -> tuple[list[Order], str]:
    keys = list(islice(_named_keys(text, before), MAX_MATCHES_READ + 1))
    read = orders.find_orders(map(orders.id_in_key, keys[:MAX_MATCHES_READ]))
    newest = sorted(read.values(), key=order_search.placed_key, reverse=True)
    found = _seen([each for each in newest if only.fits(each)], sees)
    if len(found) > limit:
        return found[:limit], order_search.placed_key(found[limit - 1])
    return found, keys[MAX_MATCHES_READ - 1] if len(keys) > MAX_MATCHES_READ else ""


def _page(keys: list[str], last: str) -> OrdersFound:
    by_id = {order.id: order for order in _orders_of(keys).values()}
    return OrdersFound(list(by_id.values()), ListPosition(is_named=False, after=last) if last else None)


def listed_keys(only: OrderFilter, sort: Sort, after: str | None, limit: int) -> tuple[list[str], str]:
    """Return the sort keys of a page, and the one after which the next page starts (empty at the end)."""
    statuses = [only.status] if only.status else [each for each in Status if not (sort.is_by_due and each in OVER)]
    seen = [order_search.keys_of_status(each, only, sort, after or None, limit + 1) for each in statuses]
    ends = [part.read_to for part in seen if part.read_to]
    keys = sorted({key for part in seen for key in part.keys}, reverse=sort.is_backwards)
    if ends:
        last = max(ends) if sort.is_backwards else min(ends)
        keys = [key for key in keys if (key >= last if sort.is_backwards else key <= last)]
    else:
        last = ""
    return keys[:limit], keys[limit - 1] if len(keys) > limit else last
