"""Set the stock of a supplier's warehouse by the numbers of its feed.

A number is absolute, and the shelf must be as it was read: whichever process dies, the same feed again sets the same.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from packhorse.domain.batching import batched
from packhorse.domain.errors import Conflict
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import goods_of
from packhorse.domain.stock.adjustment import ShelfUnits
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.supply.answer_layout import FeedLayout
from packhorse.domain.supply.batches import BatchState
from packhorse.domain.supply.feeds import FeedFile, FeedState, counted_before, on_hand_by
from packhorse.domain.supply.sending import was_sent_to
from packhorse.domain.supply.supplier import Supplier, author_of
from packhorse.domain.values import OrderId, Sku, WarehouseId, iso
from packhorse.store import orders, row_search, stock, supplier_files, supplier_work
from packhorse.store.backoff import MAX_TRIES, pause
from packhorse.store.commit import commit_movements
from packhorse.store.row_search import RowFilter

TOGETHER = 45
"""Shelves of a transaction: a balance and a movement each, beside one check."""


class FedStock(NamedTuple):
    """The shelves of a warehouse as they were read, and the units of orders there that the supplier has."""

    warehouse: WarehouseId
    layout: FeedLayout
    units: Mapping[Shelf, ShelfUnits]
    known: Goods

    def shelf(self, sku: Sku) -> Shelf:
        """Return the shelf of a sku."""
        return Shelf(sku, self.warehouse)

    def before(self) -> dict[Sku, int]:
        """Return the numbers that a feed would have for the shelves as they are."""
        counts = self.layout.counts
        return {shelf.sku: counted_before(units, self.known[shelf], counts) for shelf, units in self.units.items()}

    def on_hand(self, sku: Sku, fed: int) -> int:
        """Return the units on hand of a sku by its number in a feed."""
        shelf = self.shelf(sku)
        return on_hand_by(fed, self.units.get(shelf, ShelfUnits()), self.known[shelf], self.layout.counts)


def read_fed_stock(supplier: Supplier, layout: FeedLayout, skus: Sequence[Sku], file: FeedFile) -> FedStock:
    """Return the stock of these skus as it is, and then which orders the supplier had when the feed was written.

    In this order: an order that ships in between changes what is on hand, which is a condition of the write.
    """
    warehouse = WarehouseId(supplier.fed_warehouse or "")
    balances = stock.balances_at(Shelf(sku, warehouse) for sku in skus)
    units = {shelf: balance.units for shelf, balance in balances.items()}
    until = file.written_at - timedelta(minutes=layout.orders_known_after_minutes)
    return FedStock(warehouse, layout, units, known_goods(supplier, warehouse, until))


def all_skus(warehouse: WarehouseId) -> Iterator[Sku]:
    """Yield the skus that the warehouse has a balance of."""
    after: Shelf | None = None
    while True:
        page, after = stock.page(warehouse, after, 500)
        yield from (balance.sku for balance in page)
        if after is None:
            return


def known_goods(supplier: Supplier, warehouse: WarehouseId, until: datetime) -> Goods:
    """Return the goods of open fulfilment orders that were sent to a supplier until then, or to another one ever.

    What another one ships never leaves this supplier's stock.
    """
    members = set(_in_batches(warehouse, until))
    sent_at: dict[int, datetime | None] = {}
    goods = Goods()
    stored = orders.find_orders({order_id for order_id, _ in members})
    for order_id, number in sorted(members):
        order = stored.get(order_id)
        fulfilment = order.fulfilment(number) if order else None
        if order is None or fulfilment is None or fulfilment.batch is None or fulfilment.warehouse != warehouse:
            continue
        if not was_sent_to(fulfilment, supplier):
            goods.update(_remaining(order, number, warehouse))
            continue
        if fulfilment.batch not in sent_at:
            sent_at[fulfilment.batch] = _sent_at(supplier, fulfilment.batch)
        moment = sent_at[fulfilment.batch]
        if moment and moment.replace(microsecond=0) <= until:  # servers keep whole seconds
            goods.update(_remaining(order, number, warehouse))
    return goods


def _remaining(order: Order, number: int, warehouse: WarehouseId) -> Goods:
    fulfilment = order.fulfilment(number)
    return goods_of(order, warehouse, fulfilment.remaining) if fulfilment else Goods()


def _in_batches(warehouse: WarehouseId, now: datetime) -> Iterator[tuple[OrderId, int]]:
    """Yield the fulfilment orders of a warehouse that are in a batch of a supplier."""
    for row in row_search.rows_with_fulfillers(RowFilter(warehouse=warehouse, now=now)):
        if row.fulfilment and row.batch is not None:
            yield row.order_id, row.fulfilment


def _sent_at(supplier: Supplier, number: int) -> datetime | None:
    """Return since when a supplier has the orders of a batch, None while that is open."""
    batch = supplier_work.get_batch(supplier.id, number)
    return batch.waits_since or batch.sent_at if batch.state is BatchState.SENT else None


def set_stock(
    supplier: Supplier, layout: FeedLayout, fed: Mapping[Sku, int], file: FeedFile, state: FeedState, now: datetime
) -> dict[Sku, int]:
    """Set the stock of the skus by their numbers; return those of which fewer are fed than orders have, with these.

    Raises Conflict for shelves that changed at every try: the others are set. So it does once another process has
    stored how far feeds are since that `state`: its feed may be a newer one.
    """
    left = sorted(fed)
    kept: dict[Sku, int] = {}
    for attempt in range(MAX_TRIES):
        found = read_fed_stock(supplier, layout, left, file)
        kept |= dict(_kept(found, {sku: fed[sku] for sku in left}))
        again: list[Sku] = []
        for skus in batched(left, TOGETHER):
            try:
                _set_together(supplier, found, {sku: fed[sku] for sku in skus}, file, state, now)
            except Conflict:
                again += skus
        if not again:
            return kept
        supplier_files.require_unchanged(supplier.id, state)
        left = again
        pause(attempt)
    raise Conflict(f"stock of {', '.join(left[:5])} changes at every try")


def _kept(found: FedStock, fed: Mapping[Sku, int]) -> Iterator[tuple[Sku, int]]:
    """Yield the skus of which orders have more units than the feed leaves, and how many these have."""
    for sku, number in fed.items():
        units = found.units.get(found.shelf(sku), ShelfUnits())
        after = units._replace(on_hand=found.on_hand(sku, number))
        if counted_before(after, found.known[found.shelf(sku)], found.layout.counts) > number:
            yield sku, units.committed + units.quarantined


def _set_together(
    supplier: Supplier, found: FedStock, fed: Mapping[Sku, int], file: FeedFile, state: FeedState, now: datetime
) -> None:
    """Set the stock of some skus in one transaction; raises Conflict if a shelf or the state is not as it was."""
    movements = []
    was: dict[Shelf, int] = {}
    for sku, number in fed.items():
        shelf = found.shelf(sku)
        before = found.units.get(shelf, ShelfUnits()).on_hand
        if change := found.on_hand(sku, number) - before:
            was[shelf] = before
            movements.append(_movement(supplier, shelf, change, file, now))
    if movements:
        commit_movements(movements, was, [supplier_files.unchanged_check(supplier.id, state)])


def _movement(supplier: Supplier, shelf: Shelf, change: int, file: FeedFile, now: datetime) -> Movement:
    return Movement(
        sku=shelf.sku,
        warehouse=shelf.warehouse,
        event=f"feed#{supplier.id}#{file.id}#{iso(now)}",
        kind=MovementKind.FEED,
        on_hand=change,
        committed=0,
        reference=file.name,
        reason=f"stock feed of {supplier.id}",
        who=author_of(supplier.id),
        at=now,
    )
