"""Stock: seen, now and as it was, and its ledger read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import TypeAdapter

from packhorse.api.paging import Cursor, Key, Limit, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.domain.catalogue import kits
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import Movement, MovementKind
from packhorse.domain.values import Instant, Sku, Value, WarehouseId
from packhorse.store import catalogue, ledger, stock

router = APIGatewayHttpRouter()
MAX_BALANCE_READS = 3
"""How often a ledger is read whose stock changes meanwhile."""
SHELF_KEY: TypeAdapter[tuple[str, str]] = TypeAdapter(tuple[Key, Key])


class StockPage(Value):
    """A page of balances."""

    items: tuple[stock.Balance, ...]
    next: str | None


class Entry(Value):
    """A movement, with the balance that it led to."""

    at: Instant
    warehouse: str
    kind: MovementKind
    on_hand: int
    committed: int
    on_hand_after: int
    committed_after: int
    reference: str
    reason: str
    who: str


class Ledger(Value):
    """A page of movements."""

    items: tuple[Entry, ...]
    next: str | None


@router.get("/stock", summary="Stock by sku and warehouse", tags=["stock"])
def show(
    sku: Annotated[str | None, Query(max_length=100)] = None,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    at: Annotated[Instant | None, Query()] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> StockPage:
    """Strongly consistent when a sku is given; with `at` as well, as it was at that moment, by the ledger."""
    if at:
        _check_moment(sku, at)
    if sku:
        balances = balances_of(Sku(sku), partial(ledger.balances, at=at) if at else stock.of_sku)
        found = [balance for balance in balances if warehouse in (None, balance.warehouse)]
        return StockPage(items=tuple(found), next=None)
    after = position_of(cursor, SHELF_KEY)
    only = WarehouseId(warehouse) if warehouse else None
    balances, last = stock.page(only, _shelf_of(*after) if after else None, limit)
    return StockPage(items=tuple(balances), next=cursor_of(last))


def _check_moment(sku: str | None, at: datetime) -> None:
    if not sku:
        raise Rejected("a moment needs a sku", [FieldError("sku", "say of which sku")])
    if at > datetime.now(UTC):
        raise Rejected("that moment is not yet past", [FieldError("at", "is in the future")])


def _shelf_of(sku: str, warehouse: str) -> Shelf:
    return Shelf(Sku(sku), WarehouseId(warehouse))


def balances_of(sku: Sku, of_sku: Callable[[Sku], list[stock.Balance]]) -> list[stock.Balance]:
    """The stock of a sku by warehouse; of a kit, how many could be made of what is there."""
    known = catalogue.with_components([sku])
    if sku not in known or not known[sku].is_kit:
        return of_sku(sku)
    taken = kits.recipe(sku, known)
    reserves = {part: known[part].reserve for part in taken if part in known}
    available: dict[WarehouseId, dict[Sku, int]] = {}
    for part in taken:
        for balance in of_sku(part):
            available.setdefault(balance.warehouse, {})[part] = balance.available
    return [
        stock.Balance(sku=sku, warehouse=place, available=kits.makeable(taken, there, reserves))
        for place, there in sorted(available.items())
    ]


class LedgerPosition(Value):
    """Where a ledger goes on: before a moment, at these balances (on_hand, committed) by warehouse."""

    before: Key | None = None
    balances: Mapping[WarehouseId, tuple[int, int]]


LEDGER_POSITION = TypeAdapter(LedgerPosition)


@router.get("/stock/<sku>/movements", summary="The ledger of a sku, newest first", tags=["stock"])
def movements(
    sku: PathValue,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Ledger:
    """Each movement with the balance that it led to, read off the ledger from now backwards.

    What happened a moment ago may not be in the list yet, and then the balances in it are off by as much.
    """
    position = position_of(cursor, LEDGER_POSITION)
    if position:
        return _ledger(Sku(sku), position, warehouse, limit)
    now = _current_position(Sku(sku))
    for _ in range(MAX_BALANCE_READS):
        found = _ledger(Sku(sku), now, warehouse, limit)
        before, now = now, _current_position(Sku(sku))
        if before == now:
            break
    return found


def _current_position(sku: Sku) -> LedgerPosition:
    return LedgerPosition(balances={each.warehouse: (each.on_hand, each.committed) for each in stock.of_sku(sku)})


def _ledger(sku: Sku, position: LedgerPosition, warehouse: str | None, limit: int) -> Ledger:
    """A page that goes back from there."""
    balances = {where: left for where, left in position.balances.items() if warehouse in (None, where)}
    newest = (
        each for where in balances for each in stock.newest_movements(Shelf(sku, where), position.before, limit + 1)
    )
    found = sorted(newest, key=stock.time_key, reverse=True)
    items = tuple(_entries(found[:limit], balances))
    last = LedgerPosition(before=stock.time_key(found[limit - 1]), balances=balances) if len(found) > limit else None
    return Ledger(items=items, next=cursor_of(last))


def _entries(found: Iterable[Movement], balances: dict[WarehouseId, tuple[int, int]]) -> Iterator[Entry]:
    """The movements, newest first; the balances go back to what they were before them."""
    same = ("at", "warehouse", "kind", "on_hand", "committed", "reference", "reason", "who")
    for movement in found:
        on_hand, committed = balances[movement.warehouse]
        values = {field: getattr(movement, field) for field in same}
        yield Entry(**values, on_hand_after=on_hand, committed_after=committed)
        balances[movement.warehouse] = (on_hand - movement.on_hand, committed - movement.committed)
