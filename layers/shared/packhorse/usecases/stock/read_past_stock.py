"""Read balances at a moment of the past, shelf by shelf, from the ledger; a request reads a bounded part of it.

A shelf is never removed, also where its product or warehouse is: what was there remains readable.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Instant, Sku, Value, WarehouseId
from packhorse.store import catalogue, ledger, stock
from packhorse.store.ledger import PartOfLedger
from packhorse.store.stock import Balance
from packhorse.usecases.stock.read_stock import balances_of

MAX_LEDGER_READS = 100
"""Pages of the ledger that a request reads at most, each of a megabyte at most: a list has as many shelves at most."""


class PastPosition(Value):
    """Where a list of past balances continues: after a shelf, and with the ledger of the next one partly read."""

    at: Instant
    after: tuple[str, str] | None
    begun: PartOfLedger | None = None


class PastPage(NamedTuple):
    """Balances of the past, the cursor of the next page, and how many pages of the ledger were read."""

    items: tuple[Balance, ...]
    next: PastPosition | None
    reads: int = 0


ShelfPages = Callable[[Shelf | None], tuple[Sequence[Shelf], Shelf | None]]
"""A function that returns the shelves after one, and the shelf after which the next page starts."""


def past_stock(
    sku: Sku | None, warehouse: WarehouseId | None, at: datetime, position: PastPosition | None, limit: int
) -> PastPage:
    """Return a page of balances at a moment: of a sku, of a warehouse, or of all; raises Rejected."""
    if sku is None:
        return past_page(shelves_in(warehouse, limit), at, position)
    if any(product.is_kit for product in catalogue.find_products([sku]).values()):
        made = balances_of(sku, past_components(at))
        return PastPage(tuple(each for each in made if warehouse in (None, each.warehouse)), None)
    return past_page(shelves_of(sku, warehouse), at, position)


def past_page(shelves: ShelfPages, at: datetime, position: PastPosition | None) -> PastPage:
    """Return a page of balances at a moment, of the shelves that had a movement by then.

    It ends early, perhaps empty, where the ledger is long; its cursor continues there.
    """
    if position and position.at != at:
        raise Rejected("not a cursor of this list", [FieldError("cursor", "belongs to another moment")])
    after = Shelf(Sku(position.after[0]), WarehouseId(position.after[1])) if position and position.after else None
    page, last = shelves(after)
    begun, reads = position.begun if position else None, 0
    found: list[Balance] = []
    for shelf in page:
        part = begun if begun and begun.shelf == shelf else PartOfLedger(**shelf._asdict())
        while not part.is_whole and reads < MAX_LEDGER_READS:
            part, reads = ledger.read_on(part, at), reads + 1
        if not part.is_whole:
            return PastPage(tuple(found), PastPosition(at=at, after=after, begun=part), reads)
        found += [part.balance] if part.has_movements else []
        after = shelf
    return PastPage(tuple(found), PastPosition(at=at, after=last) if last else None, reads)


def shelves_in(warehouse: WarehouseId | None, limit: int) -> ShelfPages:
    """Return the pages of the shelves of one warehouse, or of all."""

    def page(after: Shelf | None) -> tuple[Sequence[Shelf], Shelf | None]:
        balances, last = stock.page(warehouse, after, limit)
        return [balance.shelf for balance in balances], last

    return page


def shelves_of(sku: Sku, warehouse: WarehouseId | None) -> ShelfPages:
    """Return the pages of the shelves of a sku, which are one page, in one warehouse or in all."""

    def page(after: Shelf | None) -> tuple[Sequence[Shelf], Shelf | None]:
        shelves = [balance.shelf for balance in stock.of_sku(sku) if warehouse in (None, balance.warehouse)]
        return [shelf for shelf in shelves if after is None or shelf.warehouse > after.warehouse], None

    return page


def past_components(at: datetime) -> Callable[[Sku], list[Balance]]:
    """Return a function that reads the balances of a component at a moment.

    All of them together read no more than one list; beyond that it raises Rejected.
    """
    left = MAX_LEDGER_READS

    def read(sku: Sku) -> list[Balance]:
        nonlocal left
        found = past_page(shelves_of(sku, None), at, None)
        left -= found.reads
        if found.next or left < 0:
            raise Rejected("too many movements", [FieldError("sku", "is a kit with many: list its components instead")])
        return list(found.items)

    return read
