"""Which orders a supplier had when its feed was written: what its numbers leave out, and what they still count."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from packhorse.domain.orders.fulfilment_order import FulfilmentOrder
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.shipping import goods_of
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import MovementKind
from packhorse.domain.supply.answer_layout import FeedLayout, Reads
from packhorse.domain.supply.batches import BatchState
from packhorse.domain.supply.feeds import FeedFile, left_after
from packhorse.domain.supply.sending import was_sent_to
from packhorse.domain.supply.supplier import Supplier
from packhorse.domain.values import OrderId, WarehouseId
from packhorse.store import orders, row_search, stock, supplier_work
from packhorse.store.row_search import RowFilter

LEFT = frozenset({MovementKind.SHIP, MovementKind.VOID})


class KnownOrders:
    """The orders of a supplier's warehouse, by what it knew of them when a feed was written."""

    def __init__(self, supplier: Supplier, layout: FeedLayout, file: FeedFile) -> None:
        self._supplier = supplier
        self._counts = layout.counts
        self._written_at = file.written_at
        self._until = file.written_at - timedelta(minutes=layout.orders_known_after_minutes)
        self.warehouse = WarehouseId(supplier.fed_warehouse or "")
        self._sent_at: dict[int, datetime | None] = {}

    def open_goods(self) -> Goods:
        """Return the goods of open fulfilment orders that the supplier knew, or that another one ever had.

        What another one ships never leaves this supplier's stock.
        """
        members = set(_in_batches(self.warehouse, self._until))
        goods = Goods()
        stored = orders.find_orders({order_id for order_id, _ in members})
        for order_id, number in sorted(members):
            order = stored.get(order_id)
            fulfilment = order.fulfilment(number) if order else None
            if order is None or fulfilment is None or fulfilment.batch is None:
                continue
            is_here = fulfilment.warehouse == self.warehouse
            if is_here and (not was_sent_to(fulfilment, self._supplier) or self._knew(fulfilment)):
                goods.update(goods_of(order, self.warehouse, fulfilment.remaining))
        return goods

    def left_since(self, shelves: Iterable[Shelf]) -> Goods:
        """Return the goods that have left shelves since the feed was written, and that its numbers still count.

        Of what is available there, those are units of orders that the supplier did not know; of what lies there, all.
        """
        moved = {shelf: _left_by_order(shelf, self._written_at) for shelf in shelves}
        stored = orders.find_orders({order_id for by_order in moved.values() for order_id in by_order})
        counted = {order.id: self._counted(order) for order in stored.values()}
        goods = Goods()
        for shelf, by_order in moved.items():
            for order_id, units in by_order.items():
                goods[shelf] += min(units, counted.get(order_id, Goods())[shelf])
        return goods

    def _counted(self, order: Order) -> Goods:
        """Return the goods in parcels of an order that the numbers of the feed still count."""
        goods = Goods()
        for fulfilment in order.fulfilments:
            is_theirs = fulfilment.batch is None or was_sent_to(fulfilment, self._supplier)
            if fulfilment.warehouse != self.warehouse or not is_theirs:
                continue
            if self._counts is Reads.ON_HAND or not self._knew(fulfilment):
                goods.update(left_after(order, fulfilment, self._written_at, self._sent(fulfilment)))
        return goods

    def _knew(self, fulfilment: FulfilmentOrder) -> bool:
        moment = self._sent(fulfilment)
        return moment is not None and moment.replace(microsecond=0) <= self._until  # servers keep whole seconds

    def _sent(self, fulfilment: FulfilmentOrder) -> datetime | None:
        """Return since when the supplier has a fulfilment order, None if it is in no batch, or in one that is open."""
        number = fulfilment.batch
        if number is None:
            return None
        if number not in self._sent_at:
            batch = supplier_work.get_batch(self._supplier.id, number)
            is_sent = batch.state is BatchState.SENT
            self._sent_at[number] = (batch.waits_since or batch.sent_at) if is_sent else None
        return self._sent_at[number]


def _in_batches(warehouse: WarehouseId, now: datetime) -> Iterator[tuple[OrderId, int]]:
    """Yield the fulfilment orders of a warehouse that are in a batch of a supplier."""
    for row in row_search.rows_with_fulfillers(RowFilter(warehouse=warehouse, now=now)):
        if row.fulfilment and row.batch is not None:
            yield row.order_id, row.fulfilment


def _left_by_order(shelf: Shelf, since: datetime) -> Mapping[OrderId, int]:
    """Return how many units of each order have left a shelf since then."""
    found: Counter[OrderId] = Counter()
    for movement in stock.movements_since(shelf, since):
        if movement.kind in LEFT:
            found[OrderId(movement.reference)] -= movement.on_hand
    return +found
