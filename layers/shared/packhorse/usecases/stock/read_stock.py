"""Read the balances of a sku, and its ledger with the balance after each movement."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Annotated, NamedTuple

from pydantic import StringConstraints

from packhorse.domain.catalogue import kits
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Instant, Sku, Value, WarehouseId
from packhorse.store import catalogue, stock

MAX_BALANCE_READS = 3
"""How often a ledger is read if its balances change during the read."""


class LedgerEntry(Value):
    """A movement, with the balance after it."""

    at: Instant
    warehouse: str
    kind: MovementKind
    on_hand: int
    committed: int
    quarantined: int
    on_hand_after: int
    committed_after: int
    quarantined_after: int
    reference: str
    reason: str
    who: str


def balances_of(sku: Sku, of_sku: Callable[[Sku], list[stock.Balance]]) -> list[stock.Balance]:
    """Return the balances of a sku by warehouse; of a kit, how many can be made of its available components."""
    products = catalogue.with_components([sku])
    if sku not in products or not products[sku].is_kit:
        return of_sku(sku)
    taken = kits.recipe(sku, products)
    reserves = {part: products[part].reserve for part in taken if part in products}
    available: dict[WarehouseId, dict[Sku, int]] = {}
    for part in taken:
        for balance in of_sku(part):
            available.setdefault(balance.warehouse, {})[part] = balance.available
    return [
        stock.Balance(sku=sku, warehouse=warehouse, available=kits.makeable(taken, units, reserves))
        for warehouse, units in sorted(available.items())
    ]


class LedgerPosition(Value):
    """The cursor of a ledger: movements before a sort key, from these balances (on_hand, committed) by warehouse.

    `quarantined` is likewise, of warehouses that have such units.
    """

    before: Annotated[str, StringConstraints(min_length=1, max_length=1000)] | None = None
    balances: Mapping[WarehouseId, tuple[int, int]]
    quarantined: Mapping[WarehouseId, int] = {}


class LedgerPage(NamedTuple):
    """Movements, newest first, and the cursor of the next page."""

    items: tuple[LedgerEntry, ...]
    next: LedgerPosition | None


def newest_entries(sku: Sku, warehouse: str | None, limit: int) -> LedgerPage:
    """Return the newest page; read again if the balances changed during the read."""
    now = _current_position(sku)
    for _ in range(MAX_BALANCE_READS):
        found = entries_before(sku, now, warehouse, limit)
        before, now = now, _current_position(sku)
        if before == now:
            break
    return found


def _current_position(sku: Sku) -> LedgerPosition:
    found = stock.of_sku(sku)
    return LedgerPosition(
        balances={each.warehouse: (each.on_hand, each.committed) for each in found},
        quarantined={each.warehouse: each.quarantined for each in found if each.quarantined},
    )


def entries_before(sku: Sku, position: LedgerPosition, warehouse: str | None, limit: int) -> LedgerPage:
    """Return a page of movements before a cursor."""
    balances = {where: left for where, left in position.balances.items() if warehouse in (None, where)}
    newest = (
        each for where in balances for each in stock.newest_movements(Shelf(sku, where), position.before, limit + 1)
    )
    found = sorted(newest, key=stock.time_key, reverse=True)
    quarantined = Counter({where: position.quarantined.get(where, 0) for where in balances})
    items = tuple(_entries(found[:limit], balances, quarantined))
    if len(found) <= limit:
        return LedgerPage(items, None)
    rest = {warehouse: units for warehouse, units in quarantined.items() if units}
    return LedgerPage(
        items, LedgerPosition(before=stock.time_key(found[limit - 1]), balances=balances, quarantined=rest)
    )


def _entries(
    found: Iterable[Movement], balances: dict[WarehouseId, tuple[int, int]], quarantined: "Counter[WarehouseId]"
) -> Iterator[LedgerEntry]:
    """Yield the movements, newest first, and take each off the balances, which then are those before it."""
    same = ("at", "warehouse", "kind", "on_hand", "committed", "quarantined", "reference", "reason", "who")
    for movement in found:
        on_hand, committed = balances[movement.warehouse]
        values = {field: getattr(movement, field) for field in same}
        yield LedgerEntry(
            **values,
            on_hand_after=on_hand,
            committed_after=committed,
            quarantined_after=quarantined[movement.warehouse],
        )
        quarantined[movement.warehouse] -= movement.quarantined
        balances[movement.warehouse] = (on_hand - movement.on_hand, committed - movement.committed)
