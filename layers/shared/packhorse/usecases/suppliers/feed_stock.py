"""Set the stock of a supplier's warehouse by the numbers of its feed.

A number is absolute, and the shelf must be as it was read: whichever process dies, the same feed again sets the same.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from packhorse.domain.batching import batched
from packhorse.domain.errors import Conflict
from packhorse.domain.stock.adjustment import ShelfUnits
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.supply.answer_layout import FeedLayout
from packhorse.domain.supply.feeds import FeedFile, FeedState, counted_before, on_hand_by
from packhorse.domain.supply.supplier import Supplier, author_of
from packhorse.domain.values import Sku, WarehouseId, iso
from packhorse.store import stock, supplier_files
from packhorse.store.backoff import MAX_TRIES, pause
from packhorse.store.commit import SHELVES_SET, commit_movements
from packhorse.usecases.suppliers.known_orders import KnownOrders

READ_AT_ONCE = 2000
"""Shelves that are read before any of them is set: of a long feed, what an invocation sets stays set if it dies."""
LATE = timedelta(minutes=5)
"""How old a feed is whose numbers are brought forward: no order is sent and ships within that."""


class Feed(NamedTuple):
    """A stock feed as it is applied: whose it is, its layout and file, and how far feeds were when it was read."""

    supplier: Supplier
    layout: FeedLayout
    file: FeedFile
    state: FeedState
    now: datetime

    @property
    def warehouse(self) -> WarehouseId:
        """The warehouse whose stock it sets."""
        return WarehouseId(self.supplier.fed_warehouse or "")

    def known_orders(self) -> KnownOrders:
        """Return which orders the supplier had when its file was written, to be read once."""
        return KnownOrders(self.supplier, self.layout, self.file)


class FedStock(NamedTuple):
    """The shelves of a warehouse as they were read, and what the supplier knew when its feed was written.

    `known` are the units of orders there that the supplier had, `left` those that have left since and that the feed
    still counts.
    """

    warehouse: WarehouseId
    layout: FeedLayout
    units: Mapping[Shelf, ShelfUnits]
    known: Goods
    left: Goods

    def shelf(self, sku: Sku) -> Shelf:
        """Return the shelf of a sku."""
        return Shelf(sku, self.warehouse)

    def before(self) -> dict[Sku, int]:
        """Return the numbers that a feed would have for the shelves as they are."""
        counts = self.layout.counts
        return {shelf.sku: counted_before(units, self.known[shelf], counts) for shelf, units in self.units.items()}

    def number(self, sku: Sku, fed: int) -> int:
        """Return the number of a sku in a feed, without what has left since."""
        return max(0, fed - self.left[self.shelf(sku)])

    def on_hand(self, sku: Sku, fed: int) -> int:
        """Return the units on hand of a sku by its number in a feed."""
        shelf, number = self.shelf(sku), self.number(sku, fed)
        return on_hand_by(number, self.units.get(shelf, ShelfUnits()), self.known[shelf], self.layout.counts)

    def change(self, sku: Sku, fed: int) -> int:
        """Return the change of what is on hand of a sku by its number in a feed."""
        return self.on_hand(sku, fed) - self.units.get(self.shelf(sku), ShelfUnits()).on_hand


def read_fed_stock(feed: Feed, skus: Iterable[Sku], known: KnownOrders) -> FedStock:
    """Return the stock of these skus as it is, and then which orders the supplier had when the feed was written.

    In this order: an order that ships in between changes what is on hand, which is a condition of the write.
    """
    units = stock.units_at(Shelf(sku, feed.warehouse) for sku in skus)
    return FedStock(feed.warehouse, feed.layout, units, known.open_goods(), Goods())


def read_brought_forward(feed: Feed, fed: Mapping[Sku, int]) -> FedStock:
    """Return the stock of the skus of a feed as `read_fed_stock` does, with what has left since it was written.

    That is a query for each shelf which the feed would change, thus not made of a feed that has just been written.
    """
    known = feed.known_orders()
    found = read_fed_stock(feed, fed, known)
    if feed.now - feed.file.written_at <= LATE:
        return found
    changing = [found.shelf(sku) for sku, number in fed.items() if found.change(sku, number)]
    return found._replace(left=known.left_since(changing))


def set_stock(feed: Feed, fed: Mapping[Sku, int]) -> dict[Sku, int]:
    """Set the stock of the skus by their numbers; return those of which fewer are fed than orders have, with these.

    Raises Conflict for shelves that changed at every try: the others are set. So it does once another process has
    stored how far feeds are since: its feed may be a newer one.
    """
    kept: dict[Sku, int] = {}
    changing: list[Sku] = []
    for skus in batched(sorted(fed), READ_AT_ONCE):
        part = _set_part(feed, {sku: fed[sku] for sku in skus})
        kept |= part.kept
        changing += part.changing
    if changing:
        raise Conflict(f"stock of {', '.join(changing[:5])} changes at every try")
    return kept


class _Part(NamedTuple):
    """What `set_stock` returns of some skus, and those that changed at every try."""

    kept: Mapping[Sku, int]
    changing: Sequence[Sku]


def _set_part(feed: Feed, fed: Mapping[Sku, int]) -> _Part:
    left: list[Sku] = list(fed)
    kept: dict[Sku, int] = {}
    for attempt in range(MAX_TRIES):
        found = read_brought_forward(feed, {sku: fed[sku] for sku in left})
        kept |= dict(_kept(found, {sku: fed[sku] for sku in left}))
        again: list[Sku] = []
        for skus in batched(left, SHELVES_SET):
            try:
                _set_together(feed, found, {sku: fed[sku] for sku in skus})
            except Conflict:
                again += skus
        left = again
        if not left:
            break
        supplier_files.require_unchanged(feed.supplier.id, feed.state)
        pause(attempt)
    return _Part(kept, left)


def _kept(found: FedStock, fed: Mapping[Sku, int]) -> Iterator[tuple[Sku, int]]:
    """Yield the skus of which orders have more units than the feed leaves, and how many these have."""
    for sku, number in fed.items():
        units = found.units.get(found.shelf(sku), ShelfUnits())
        after = units._replace(on_hand=found.on_hand(sku, number))
        if counted_before(after, found.known[found.shelf(sku)], found.layout.counts) > found.number(sku, number):
            yield sku, units.committed + units.quarantined


def _set_together(feed: Feed, found: FedStock, fed: Mapping[Sku, int]) -> None:
    """Set the stock of some skus in one transaction; raises Conflict if a shelf or the state is not as it was."""
    movements = []
    was: dict[Shelf, int] = {}
    for sku, number in fed.items():
        shelf = found.shelf(sku)
        if change := found.change(sku, number):
            was[shelf] = found.units.get(shelf, ShelfUnits()).on_hand
            movements.append(_movement(feed, shelf, change, found.left[shelf]))
    if movements:
        commit_movements(movements, was, [supplier_files.unchanged_check(feed.supplier.id, feed.state)])


def _movement(feed: Feed, shelf: Shelf, change: int, left: int) -> Movement:
    name = feed.supplier.id
    return Movement(
        sku=shelf.sku,
        warehouse=shelf.warehouse,
        event=f"feed#{name}#{feed.file.id}#{iso(feed.now)}",
        kind=MovementKind.FEED,
        on_hand=change,
        committed=0,
        reference=feed.file.name,
        reason=f"stock feed of {name}" + (f", less {left} that left after it was written" if left else ""),
        who=author_of(name),
        at=feed.now,
    )
