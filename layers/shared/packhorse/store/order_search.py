"""Searches of the Orders table, each with a bounded number of reads.

question                                   | pk           | sk     | index
orders of a status, by their time          | status       | placed | by_state (what filters compare beside it)
open orders, by when they are to ship      | status       | due    | by_ship_by (the same beside it)
orders with a number                       | number_key   |        | by_number
orders of a customer, by e-mail or name    | customer_key | placed | by_customer
orders to a name                           | name_key     | placed | by_name
orders with a tracking number              | tracking_key | placed | by_tracking (the first parcel's number)
orders of a buyer, and those to be erased  | buyer_key    | placed | by_buyer (store/buyers.py)

`searched` is the text in which parts of names, numbers and skus are found: DynamoDB filters by it on the index. `due`
is the time until which the order ships, with its id; an order that is over has none.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from packhorse.aws.settings import settings
from packhorse.domain.orders.order import Flag, Order, Status
from packhorse.domain.orders.parcel import tracking_numbers
from packhorse.domain.values import Instant, OrderId, Value, iso
from packhorse.store import expressions
from packhorse.store.expressions import Expression, Request, at_most, between, contains, equals
from packhorse.store.reading import pages, whole_pages

MAX_KEYS_READ = 1000
MAX_KEY_PAGES = 5
MAX_NAMED = 1000
SMALL_PAGE = 64
MAX_SEARCHED = 4000
"""Characters of the text that is searched: an index entry of an ordinary order stays below one write unit."""
NEVER = "9999"
"""The time in `due` of an open order that nothing says when to ship."""
TO_ERASE = "#"
"""The `buyer_key` of an order whose buyer is to be erased; the account of a buyer begins with its channel."""
LAST = "~"
"""A sort key after all others."""


class Sort(StrEnum):
    """The order of a list; with a minus sign, the last first."""

    NEWEST = "-placed"
    OLDEST = "placed"
    SHIP_BY = "ship_by"
    LATEST_SHIP_BY = "-ship_by"

    @property
    def is_backwards(self) -> bool:
        """Whether the last comes first."""
        return self.startswith("-")

    @property
    def is_by_due(self) -> bool:
        """Whether open orders are sorted by when they are to ship."""
        return self.endswith("ship_by")


class OrderFilter(Value):
    """What a list of orders is limited to; None is no limit. Limits of time include both ends."""

    status: Status | None = None
    channel: str | None = None
    flag: Flag | None = None
    warehouse: str | None = None
    delivery_method: str | None = None
    tag: str | None = None
    placed_from: Instant | None = None
    placed_to: Instant | None = None
    ship_by_from: Instant | None = None
    ship_by_to: Instant | None = None
    words: tuple[str, ...] = ()
    now: Instant

    def conditions(self, sorted_by: str) -> Expression | None:
        """Return the condition on the attributes beside the sort key of an index, None without any."""
        return expressions.all_of(self._conditions(sorted_by))

    def _conditions(self, sorted_by: str) -> Iterator[Expression]:
        if self.channel:
            yield equals("channel", self.channel)
        if self.flag and self.flag is not Flag.LATE:
            yield contains("flags", self.flag)
        if self.warehouse:
            yield contains("warehouses", f" {self.warehouse} ")
        if self.delivery_method:
            yield equals("method", folded(self.delivery_method))
        if self.tag:
            yield contains("tags", listed((folded(self.tag),)))
        yield from self._times(sorted_by)
        yield from (contains("searched", word) for word in self.words)

    def _times(self, sorted_by: str) -> Iterator[Expression]:
        """Yield the limits of the times that are no sort key of the index: those of the key are its range."""
        if sorted_by != "due" and self.limits_due:
            yield between("due", *self.due_reach)
        if sorted_by != "placed" and (self.placed_from or self.placed_to):
            yield between("placed", *self.placed_reach)

    @property
    def limits_due(self) -> bool:
        """Whether it is about when orders ship: an order that nothing says when to ship is none of them."""
        return bool(self.ship_by_from or self.ship_by_to or self.flag is Flag.LATE)

    @property
    def due_reach(self) -> tuple[str, str]:
        """The first and the last `due`."""
        first, last = _reach(self.ship_by_from, self.ship_by_to, NEVER if self.limits_due else LAST)
        return (first, max(first, min(last, iso(self.now)))) if self.flag is Flag.LATE else (first, last)

    @property
    def placed_reach(self) -> tuple[str, str]:
        """The first and the last `placed`."""
        return _reach(self.placed_from, self.placed_to, LAST)

    def fits(self, order: Order) -> bool:
        """Return whether the order as it is passes the limits, the words aside."""
        has = attributes(order)
        due, placed = has.get("due", ""), has["placed"]
        return all(
            (
                self.status in (None, order.status),
                self.channel in (None, order.channel),
                not self.flag or self.flag in order.flags_at(self.now),
                not self.warehouse or f" {self.warehouse} " in has.get("warehouses", ""),
                not self.delivery_method or folded(self.delivery_method) == has.get("method"),
                not self.tag or folded(self.tag) in order.tags,
                not self.limits_due or self.due_reach[0] <= due <= self.due_reach[1],
                self.placed_reach[0] <= placed <= self.placed_reach[1],
            )
        )


def _reach(first: Instant | None, last: Instant | None, end: str) -> tuple[str, str]:
    """Return the first and the last sort key between two times; of a range without any, one that no order has."""
    start = iso(first) if first else " "
    return start, max(start, f"{iso(last)}{LAST}" if last else end)


def listed(tags: Iterable[str]) -> str:
    """Return the text in which a whole tag, or name, is found between bars; they have none in them."""
    found = "|".join(tags)
    return f"|{found}|" if found else ""


def folded(text: str) -> str:
    """Return a text as it is compared: without case, its blanks single."""
    return " ".join(text.casefold().split())


# ---- what is written with an order -----------------------------------------------------------------------------


def attributes(order: Order) -> Mapping[str, str]:
    """Return the attributes by which an order is found, those without a value left out."""
    name = order.customer.name or (order.ship_to.name if order.ship_to else "")
    numbers = [number for parcel in order.parcels for number in sorted(tracking_numbers(parcel.tracking))]
    allocated = sorted({part.warehouse for line in order.lines for part in line.allocations})
    found = {
        "status": order.status,
        "placed": placed_key(order),
        "due": "" if order.is_over else f"{iso(order.due_at) if order.due_at else NEVER}#{order.id}",
        "channel": order.channel,
        "flags": " ".join(sorted(order.flags)),
        "warehouses": f" {' '.join(allocated)} " if allocated else "",
        "tags": listed(order.tags),
        "method": folded(order.delivery_method),
        "searched": _searched(order, numbers),
        "number_key": search_key(order.number or order.channel_order_id),
        "customer_key": search_key(order.customer.email or order.customer.name),
        "name_key": search_key(name),
        "tracking_key": search_key(numbers[0]) if numbers else "",
        "buyer_key": _buyer_key(order),
    }
    return {name: value for name, value in found.items() if value}


def _buyer_key(order: Order) -> str:
    """Return the account of the buyer, or TO_ERASE from the request until the buyer is erased."""
    if order.erase_requested_at:
        return "" if order.erased_at else TO_ERASE
    return account_key(order.channel, order.customer.id) if order.customer.id else ""


def account_key(channel: str, customer: str) -> str:
    """Return the key of a buyer's account; a channel's id has no `#`."""
    return f"{channel}#{customer}"


def _searched(order: Order, numbers: list[str]) -> str:
    names = (order.customer.name, order.customer.email, order.ship_to.name if order.ship_to else "")
    skus = (text for line in order.lines for text in (line.matched, line.sku))
    written = (*order.tags, *(note.text for note in order.internal_notes))
    texts = (order.number, order.channel_order_id, *names, *numbers, *skus, *written)
    return "\n".join(dict.fromkeys(folded(text) for text in texts if text))[:MAX_SEARCHED]


def placed_key(order: Order) -> str:
    """Return the sort key of an order in lists: its time and its id, unique."""
    return f"{iso(order.placed_at)}#{order.id}"


def search_key(text: str) -> str:
    """Return the form in which numbers and names are compared: without case, without a leading `#`.

    >>> search_key(" #1001 ")
    '1001'
    """
    return folded(text).removeprefix("#")[:200]


def words_of(text: str) -> tuple[str, ...]:
    """Return the words that all have to be in the searched text of an order.

    >>> words_of(" #1001  Lovelace ")
    ('1001', 'lovelace')
    """
    return tuple(word for word in (each.removeprefix("#") for each in folded(text).split(" ")) if word)


def has_words(order: Order, text: str) -> bool:
    """Return whether each word of the text is in what is searched of the order."""
    searched = attributes(order).get("searched", "")
    return all(word in searched for word in words_of(text))


def is_named(order: Order, text: str) -> bool:
    """Return whether an index has the order under that text as a whole."""
    has = attributes(order)
    keys = (has.get(key) for key in ("number_key", "customer_key", "name_key"))
    return search_key(text) in {order.id, *keys} or _tracking_key(text) == has.get("tracking_key")


# ---- lists ---------------------------------------------------------------------------------------------------------


class KeyPage(NamedTuple):
    """The sort keys that were found, and the one up to which all were read (empty: to the end)."""

    keys: list[str]
    read_to: str


def keys_of_status(status: Status, only: OrderFilter, sort: Sort, after: str | None, limit: int) -> KeyPage:
    """Return up to `limit` sort keys of orders in a status that pass the filter, after one of them.

    A read ends after MAX_KEY_PAGES: of what is rare it may return fewer, and not be at the end.
    """
    by = "due" if sort.is_by_due else "placed"
    filtering = only.conditions(by)
    query = expressions.query(
        settings.orders_table,
        equals("status", status) & between(by, *_bounds(only, sort, after)),
        index="by_ship_by" if sort.is_by_due else "by_state",
        only=filtering,
        ScanIndexForward=not sort.is_backwards,
        Limit=MAX_KEYS_READ if filtering else limit + 1,
    )
    keys: list[str] = []
    for page in islice(whole_pages("query", **query), MAX_KEY_PAGES):
        keys += [key for item in page["Items"] if (key := item[by]["S"]) != after]
        if len(keys) >= limit:
            return KeyPage(keys[:limit], keys[limit - 1])
    return KeyPage(keys, page["LastEvaluatedKey"][by]["S"] if "LastEvaluatedKey" in page else "")


def _bounds(only: OrderFilter, sort: Sort, after: str | None) -> tuple[str, str]:
    """Return the first and the last sort key to read; `after` is among them, as DynamoDB has no open ranges."""
    first, last = only.due_reach if sort.is_by_due else only.placed_reach
    if after is None:
        return first, last
    return (first, max(first, min(last, after))) if sort.is_backwards else (max(first, after), max(first, after, last))


def named_keys(text: str, numbered: Iterable[Order], before: str | None) -> Iterator[str]:
    """Yield the sort keys (`placed`) of orders that an index has under the text, newest first, before one of them.

    `numbered` are those that have it as their number or id: that index has no times.
    """
    key = search_key(text)
    named = (("customer_key", key), ("name_key", key), ("tracking_key", _tracking_key(text)))
    by_name = (_of_name(field, each, before) for field, each in named if each)
    found = merge(sorted(map(placed_key, numbered), reverse=True), *by_name, reverse=True)
    last = None
    for placed in found:
        if placed != last and (before is None or placed < before):
            yield placed
        last = placed


def _tracking_key(text: str) -> str:
    numbers = sorted(tracking_numbers(text))
    return search_key(numbers[0]) if len(numbers) == 1 else ""


def numbered_ids(number: str) -> Iterator[OrderId]:
    """Yield the orders of any channel that have the number, spelled in any way; those of the last second may lack."""
    if not (key := search_key(number)):
        return iter(())  # which no index has, and DynamoDB refuses to look up
    query = expressions.query(settings.orders_table, equals("number_key", key), index="by_number")
    return (OrderId(item["pk"]["S"]) for item in islice(pages("query", **query), MAX_NAMED))


def _of_name(field: str, key: str, before: str | None) -> Iterator[str]:
    keys = equals(field, key) & at_most("placed", before or LAST)
    backwards: Request = {"ScanIndexForward": False, "Limit": SMALL_PAGE}
    index = f"by_{field.removesuffix('_key')}"
    found: Iterator[Mapping[str, Any]] = pages(
        "query", **expressions.query(settings.orders_table, keys, index=index, **backwards)
    )
    return (item["placed"]["S"] for item in found)
