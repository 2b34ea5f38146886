"""Rows of the list that people ship from, in the Orders table, written in the transaction of their order.

question                                 | pk         | sk                                                | index
rows of a view, by when they are to ship | ROW#view   | due#expedited first#placed#order#number#warehouse | -

The attributes beside the key are what filters compare; `searched` is the text in which parts of names, numbers and skus
are found, without what a label does not need. `body` is the row as compressed JSON. The key has all that the counts of
rows are made of (see store/row_counts.py), so that their stream has keys only.
"""

import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from packhorse.aws.settings import settings
from packhorse.domain.orders.fulfilment_rows import FulfilmentRow, View, rows_of
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.parcel import tracking_numbers
from packhorse.domain.schema import Reader, stamped
from packhorse.domain.values import OrderId, WarehouseId, iso
from packhorse.store import expressions
from packhorse.store.expressions import Attributes, Request
from packhorse.store.order_search import NEVER, folded, listed
from packhorse.store.reading import batch_get

ROW = Reader(TypeAdapter(FulfilmentRow))
PREFIX = "ROW#"
MAX_SEARCHED = 300
"""Characters of the text that is searched: an ordinary row stays within one write unit."""
NO_WAREHOUSE = "-"


class RowKey(NamedTuple):
    """The key of a row."""

    pk: str
    sk: str

    @property
    def view(self) -> str:
        """The view that the row is in."""
        return self.pk.removeprefix(PREFIX)

    @property
    def order_id(self) -> OrderId:
        """The order that it is of."""
        return OrderId(self.sk.split("#")[3])

    @property
    def warehouse(self) -> WarehouseId | None:
        """The warehouse, None without one."""
        name = self.sk.rpartition("#")[2]
        return None if name == NO_WAREHOUSE else WarehouseId(name)

    @property
    def request(self) -> Request:
        """The key as DynamoDB takes it."""
        return expressions.key(self.pk, self.sk)


def partition(view: View) -> str:
    """Return the partition key of a view's rows."""
    return f"{PREFIX}{view}"


def key_of(row: FulfilmentRow) -> RowKey:
    """Return the key of a row: rows sort by when they are to ship, then expedited first, then by their order's time."""
    due = iso(row.due_at) if row.due_at else NEVER
    first = "0" if row.expedited else "1"
    place = row.warehouse or NO_WAREHOUSE
    sk = f"{due}#{first}#{iso(row.placed_at)}#{row.order_id}#{row.fulfilment or 0}#{place}"
    return RowKey(partition(row.view), sk)


def row_writes(before: Order | None, order: Order) -> Iterator[dict[str, Any]]:
    """Yield the writes that bring the rows of the order up to date: at most two for each of MAX_LISTED."""
    were, are = (_items(before) if before else {}), _items(order)
    yield from _writes(were, are)


def _writes(were: Mapping[RowKey, Attributes], are: Mapping[RowKey, Attributes]) -> Iterator[dict[str, Any]]:
    for key in were.keys() - are.keys():
        yield {"Delete": expressions.delete(settings.orders_table, key.request)}
    for key, item in are.items():
        if were.get(key) != item:
            yield {"Put": expressions.put(settings.orders_table, item)}


def _items(order: Order) -> dict[RowKey, Attributes]:
    return {key_of(row): _attributes(row, _numbers(order, row)) for row in rows_of(order)}


def _numbers(order: Order, row: FulfilmentRow) -> list[str]:
    """Return the tracking numbers of the row's own fulfilment order, so that a parcel writes no other row."""
    work = order.fulfilment(row.fulfilment) if row.fulfilment else None
    return sorted({each for parcel in (work.parcels if work else ()) for each in tracking_numbers(parcel.tracking)})


def _attributes(row: FulfilmentRow, numbers: list[str]) -> Attributes:
    key = key_of(row)
    found = {
        "pk": key.pk,
        "sk": key.sk,
        "channel": row.channel,
        "warehouse": row.warehouse or "",
        "country": row.country,
        "method": folded(row.delivery_method),
        "tags": listed(row.tags),
        "checks": listed(row.checks),
        "expedited": "yes" if row.expedited else "",
        "searched": _searched(row, numbers),
    }
    body = zlib.compress(stamped(row.model_dump_json(exclude_defaults=True)).encode())
    return {**{name: value for name, value in found.items() if value}, "body": body}


def _searched(row: FulfilmentRow, numbers: list[str]) -> str:
    texts = (row.number, row.recipient, *row.skus, *row.tags, *numbers)
    return "\n".join(dict.fromkeys(folded(text) for text in texts if text))[:MAX_SEARCHED]


def keys_of(order: Order) -> set[RowKey]:
    """Return the keys of the rows that the order should have."""
    return {key_of(row) for row in rows_of(order)}


def differing(orders: Iterable[Order]) -> set[OrderId]:
    """Return those of the orders that lack a row, or have one that shows something else.

    Read eventually consistent, for half the price: before something is repaired, it is read again.
    """
    expected = {key: item for order in orders for key, item in _items(order).items()}
    stored = _stored(expected, is_consistent=False)
    return {key.order_id for key, item in expected.items() if stored.get(key) != expressions.item(item)}


def mending_writes(order: Order, keys: Iterable[RowKey]) -> list[dict[str, Any]]:
    """Return the writes that put the rows which the order lacks, and delete those of `keys` which are not its own."""
    expected = _items(order)
    stored = _stored({*expected, *keys}, is_consistent=True)
    wrong = [key for key in stored if key not in expected]
    lacking = [item for key, item in expected.items() if stored.get(key) != expressions.item(item)]
    return [
        *({"Delete": expressions.delete(settings.orders_table, key.request)} for key in wrong),
        *({"Put": expressions.put(settings.orders_table, item)} for item in lacking),
    ]


def _stored(keys: Iterable[RowKey], *, is_consistent: bool) -> dict[RowKey, Request]:
    """Return the items of those rows that are stored."""
    read = batch_get(settings.orders_table, (key.request for key in keys), ConsistentRead=is_consistent)
    return {RowKey(item["pk"]["S"], item["sk"]["S"]): item for item in read}


def row_of(item: Mapping[str, Any]) -> FulfilmentRow:
    """Return the row of an item."""
    return ROW.read(zlib.decompress(item["body"]["B"]))
