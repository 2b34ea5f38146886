"""Find the boxes that a code names: short id, tracking number, order number; or the next one that needs a product."""

from collections.abc import Iterator

from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.orders.fulfilment_rows import FulfilmentRow, View
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.packing import PackingState
from packhorse.domain.orders.short_id import parse_short_id
from packhorse.domain.values import Instant, OrderId, Sku
from packhorse.store import orders, parcels, short_ids
from packhorse.store.order_search import folded, numbered_ids
from packhorse.store.parcels import FulfilmentKey
from packhorse.store.row_search import RowFilter, rows_of_view

MAX_NAMED = 20
NEXT_ROWS = 20
"""Rows with the product that are checked in each view: more packers than that do not begin one at a moment."""


def boxes_named(code: str) -> list[tuple[Order, int]]:
    """Return the fulfilment orders that a scanned or typed code names, none for one that names none."""
    for find in (_by_short_id, _by_tracking, _by_number):
        if found := list(find(code)):
            return found
    return []


def _by_short_id(code: str) -> Iterator[tuple[Order, int]]:
    named = parse_short_id(code)
    for order in orders.find_orders(short_ids.orders_with(named.order_prefix)).values() if named else ():
        if named and order.fulfilment(named.number):
            yield order, named.number


def _by_tracking(code: str) -> Iterator[tuple[Order, int]]:
    for box in parcels.fulfilment_orders_of((code,)).get(code, ()):
        yield orders.get_order(box.order), box.number


def _by_number(code: str) -> Iterator[tuple[Order, int]]:
    ids = [each for each, _ in zip(numbered_ids(code), range(MAX_NAMED), strict=False)]
    for order in orders.find_orders(ids).values() if ids else ():
        for fulfilment in order.fulfilments:
            if fulfilment.kind is WarehouseKind.OWN:
                yield order, fulfilment.number


def next_with(sku: Sku, warehouse: str, now: Instant) -> FulfilmentKey | None:
    """Return the fulfilment order of that product alone that a warehouse is to pack next, None without one.

    Read of the rows of the views to-pack and to-ship: of each at most five thousand rows, half a write unit's size.
    """
    only = RowFilter(warehouse=warehouse, words=(folded(sku),), now=now)
    for view in (View.TO_PACK, View.TO_SHIP):
        rows = rows_of_view(view, only, "", NEXT_ROWS, is_backwards=False).rows.values()
        for box in (_box(row) for row in rows if row.fulfilment and row.skus == (sku,)):
            if _is_free(box):
                return box
    return None


def _box(row: FulfilmentRow) -> FulfilmentKey:
    return FulfilmentKey(OrderId(row.order_id), row.fulfilment or 0)


def _is_free(box: FulfilmentKey) -> bool:
    order = orders.find_order(box.order)
    fulfilment = order.fulfilment(box.number) if order else None
    return fulfilment is not None and fulfilment.packing_state is PackingState.UNOPENED
