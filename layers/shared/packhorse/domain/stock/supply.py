"""What of the stock each order may take, one after the other: an order takes only what those before it cannot use.

Every other order that waits is taken to be before it. Only who serves a sku's queue from its head knows better: there
those before it are those nearer to the head. A kit has its place in the queue of each component.
"""

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.shelf_change import Reserved
from packhorse.domain.values import OrderId, Sku


class Queue:
    """The orders that wait for a sku, as far as they are served, oldest first, and the units each waits for."""

    def __init__(self, sku: Sku, kept: Goods, former: Mapping[OrderId, Goods] = MappingProxyType({})) -> None:
        """Start behind orders that wait for the units `kept`; `former` are those of its pages before."""
        self.sku = sku
        self._kept = kept
        self._former = former
        self._page: dict[OrderId, Goods] = {}

    def enter(self, order: OrderId, waiting: Goods) -> None:
        """Add the next order with what it waits for; one that is in the queue keeps its place."""
        self._page[order] = Goods({shelf: units for shelf, units in waiting.items() if shelf.sku == self.sku})

    def __contains__(self, order: OrderId) -> bool:
        """Return whether the order has a place in the queue."""
        return order in self._page

    def kept_before(self, order: OrderId) -> Goods:
        """Return the units that the orders before this one wait for."""
        kept = Goods(self._kept)
        for other, waiting in self._page.items():
            if other == order:
                break
            kept.update(waiting)
        return kept

    @property
    def kept(self) -> Goods:
        """The units that are kept for the orders served so far, since these still wait for them."""
        return sum(self._page.values(), self._kept)

    @property
    def served(self) -> Mapping[OrderId, Goods]:
        """The orders served so far in this queue, with the units that each still waits for."""
        return {**self._former, **self._page}

    def turn_page(self) -> "Queue":
        """Return the queue behind the orders served so far."""
        return Queue(self.sku, self.kept, self.served)


class TurnStock:
    """The stock that the orders of a turn find: what is available, and what waits.

    Where `waiting` is None, nothing is kept for others.
    """

    def __init__(self, available: Goods, waiting: Goods | None = None, queues: Iterable[Queue] = ()) -> None:
        self.available = available
        self.waiting = waiting
        self.queues = {queue.sku: queue for queue in queues}

    def kept_from(self, order: OrderId, own: Goods) -> Goods:
        """Return the available units that are kept for others before the order, which waits for its `own` ones."""
        before = sum((queue.kept_before(order) for queue in self.queues.values()), Goods())
        waits = [(shelf, units) for shelf, units in (self.waiting or Goods()).items() if units > 0]
        kept = {shelf: before[shelf] if self._is_queued(order, shelf) else units - own[shelf] for shelf, units in waits}
        return Goods({shelf: min(units, self.available[shelf]) for shelf, units in kept.items() if units > 0})

    def _is_queued(self, order: OrderId, shelf: Shelf) -> bool:
        return shelf.sku in self.queues and order in self.queues[shelf.sku]

    def reserved(self, order: OrderId, taken: Goods, kept: Goods, left: Collection[Sku] = ()) -> dict[Shelf, Reserved]:
        """Return what must hold of the shelves that an order takes units from; nothing of skus that `left`."""
        if self.waiting is None:
            return {}
        shelves = [shelf for shelf in +taken if shelf.sku not in left]
        limits = {shelf: None if self._is_queued(order, shelf) else self.waiting[shelf] for shelf in shelves}
        return {shelf: Reserved(kept[shelf], limit) for shelf, limit in limits.items()}

    def after(self, order: OrderId, taken: Goods, own: Goods, waiting: Goods) -> None:
        """Count what an order has taken, and that it waits for those units instead of its `own` ones."""
        self.available.subtract(taken)
        if self.waiting is not None:
            self.waiting.update(waiting)
            self.waiting.subtract(own)
        for queue in self.queues.values():
            if order in queue:
                queue.enter(order, waiting)
