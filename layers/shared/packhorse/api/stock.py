"""Stock: seen, adjusted, and its ledger read."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Annotated, Self

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import Field, TypeAdapter, model_validator

from packhorse.api.addresses import Known
from packhorse.api.caller import name, request_id
from packhorse.api.paging import Cursor, Key, Limit, cursor_of, position_of
from packhorse.domain import kits
from packhorse.domain.errors import FieldError, NotNow, Rejected
from packhorse.domain.goods import Place
from packhorse.domain.movement import Movement, MovementKind
from packhorse.domain.values import Identifier, Instant, Sku, SkuText, Text, Value, WarehouseId
from packhorse.patience import persistently
from packhorse.store import catalogue, configuration, stock
from packhorse.store.commit import adjust as adjust_all

router = APIGatewayHttpRouter()
PLACE: TypeAdapter[tuple[str, str]] = TypeAdapter(tuple[Key, Key])


class StockPage(Value):
    """A page of balances."""

    items: tuple[stock.Balance, ...]
    next: str | None


class Adjustment(Value):
    """A change to on_hand: `set` it, if it still is what is `expected`, or `add` to it."""

    sku: SkuText
    warehouse: Identifier
    set: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    add: Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)] | None = None
    expected: int | None = None
    reason: Text = ""

    @property
    def place(self) -> Place:
        """Where."""
        return Place(Sku(self.sku), WarehouseId(self.warehouse))

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.set is None) == (self.add is None):
            raise ValueError("give either set or add")
        if self.add is not None and self.expected is not None:
            raise ValueError("expected goes with set")
        return self


class Adjustments(Value):
    """Up to fifty adjustments, done together or not at all."""

    adjustments: Annotated[tuple[Adjustment, ...], Field(min_length=1, max_length=50)]


class Adjusted(Value):
    """The balances after it."""

    items: tuple[stock.Balance, ...]


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
    limit: Limit = 50,
    cursor: Cursor = None,
) -> StockPage:
    """Strongly consistent when a sku is given."""
    if sku:
        found = [balance for balance in balances_of(Sku(sku)) if warehouse in (None, balance.warehouse)]
        return StockPage(items=tuple(found), next=None)
    after = position_of(cursor, PLACE)
    only = WarehouseId(warehouse) if warehouse else None
    balances, last = stock.page(only, _place(*after) if after else None, limit)
    return StockPage(items=tuple(balances), next=cursor_of(last))


def _place(sku: str, warehouse: str) -> Place:
    return Place(Sku(sku), WarehouseId(warehouse))


def balances_of(sku: Sku) -> list[stock.Balance]:
    """The stock of a sku by warehouse; of a kit, how many could be made of what is there."""
    known = catalogue.with_components([sku])
    if sku not in known or not known[sku].is_kit:
        return stock.of_sku(sku)
    taken = kits.recipe(sku, known)
    reserves = {part: known[part].reserve for part in taken if part in known}
    available: dict[WarehouseId, dict[Sku, int]] = {}
    for part in taken:
        for balance in stock.of_sku(part):
            available.setdefault(balance.warehouse, {})[part] = balance.available
    return [
        stock.Balance(sku=sku, warehouse=place, available=kits.makeable(taken, there, reserves))
        for place, there in sorted(available.items())
    ]


@router.post("/stock/adjustments", summary="Set or add to what is on hand", tags=["stock"])
def adjust(new: Adjustments) -> Adjusted:
    """All or none. 409 where a balance is not what was expected, or more is committed than would be left."""
    event = router.current_event.raw_event
    now, who, request = datetime.now(UTC), name(event), request_id(event)
    _check(new.adjustments)
    persistently(lambda: _record(new.adjustments, request, now, who))
    balances = stock.balances_at(each.place for each in new.adjustments)
    return Adjusted(items=tuple(balances.get(each.place) or stock.nothing_at(each.place) for each in new.adjustments))


def _check(adjustments: tuple[Adjustment, ...]) -> None:
    errors = tuple(_wrong(adjustments))
    if errors:
        raise Rejected("the adjustments do not fit", errors)


def _wrong(adjustments: tuple[Adjustment, ...]) -> Iterator[FieldError]:
    warehouses = configuration.current().warehouses
    products = catalogue.products(Sku(each.sku) for each in adjustments)
    seen: set[Place] = set()
    for index, each in enumerate(adjustments):
        if each.sku not in products:
            yield FieldError(f"adjustments.{index}.sku", f"there is no product {each.sku}")
        elif products[Sku(each.sku)].is_kit:
            yield FieldError(f"adjustments.{index}.sku", f"{each.sku} is a kit: adjust its components")
        if each.warehouse not in warehouses:
            yield FieldError(f"adjustments.{index}.warehouse", f"there is no warehouse {each.warehouse}")
        if each.place in seen:
            yield FieldError(f"adjustments.{index}", "the same sku and warehouse twice")
        seen.add(each.place)


def _record(adjustments: tuple[Adjustment, ...], request: str, now: datetime, who: str) -> None:
    if any(stock.has_happened(each.place, _event(request, index)) for index, each in enumerate(adjustments)):
        return
    balances = stock.balances_at(each.place for each in adjustments)
    moved = [
        _movement(index, each, balances.get(each.place), request, now, who) for index, each in enumerate(adjustments)
    ]
    moved = [movement for movement in moved if movement.on_hand]
    if moved:
        adjust_all(moved)


def _event(request: str, index: int) -> str:
    return f"adjust#{request}#{index}"


def _movement(
    index: int, wanted: Adjustment, balance: stock.Balance | None, request: str, now: datetime, who: str
) -> Movement:
    now_there = balance or stock.nothing_at(wanted.place)
    field = f"adjustments.{index}"
    if wanted.expected is not None and wanted.expected != now_there.on_hand:
        message = f"expected {wanted.expected}, there are {now_there.on_hand}"
        raise NotNow("the stock is not what was expected", [FieldError(f"{field}.expected", message)])
    delta = wanted.add if wanted.add is not None else (wanted.set or 0) - now_there.on_hand
    if now_there.available + delta < 0:
        message = f"{now_there.on_hand + delta} would be left, {now_there.committed} are committed to open orders"
        raise NotNow("less than is committed", [FieldError(field, message)])
    return Movement(
        sku=Sku(wanted.sku),
        warehouse=WarehouseId(wanted.warehouse),
        event=_event(request, index),
        kind=MovementKind.ADJUST if wanted.add is not None else MovementKind.SET,
        on_hand=delta,
        committed=0,
        reference=request,
        reason=wanted.reason,
        who=who,
        at=now,
    )


class Position(Value):
    """Where a ledger goes on: before a moment, at these balances (on_hand, committed) by warehouse."""

    before: Key | None = None
    balances: dict[str, tuple[int, int]]


POSITION = TypeAdapter(Position)


@router.get("/stock/<sku>/movements", summary="The ledger of a sku, newest first", tags=["stock"])
def movements(
    sku: Known,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Ledger:
    """Each movement with the balance that it led to, read off the ledger from now backwards."""
    position = position_of(cursor, POSITION) or _now(Sku(sku))
    balances = {where: left for where, left in position.balances.items() if warehouse in (None, where)}
    found = sorted(_newest(Sku(sku), balances, position.before, limit + 1), key=stock.moment, reverse=True)
    items = tuple(_entries(found[:limit], balances))
    last = Position(before=stock.moment(found[limit - 1]), balances=balances) if len(found) > limit else None
    return Ledger(items=items, next=cursor_of(last))


def _now(sku: Sku) -> Position:
    return Position(balances={each.warehouse: (each.on_hand, each.committed) for each in stock.of_sku(sku)})


def _newest(sku: Sku, warehouses: Iterable[str], before: str | None, limit: int) -> Iterator[Movement]:
    for warehouse in warehouses:
        yield from stock.movements(Place(sku, WarehouseId(warehouse)), before, limit)


def _entries(found: Iterable[Movement], balances: dict[str, tuple[int, int]]) -> Iterator[Entry]:
    """The movements, newest first; the balances go back to what they were before them."""
    same = ("at", "warehouse", "kind", "on_hand", "committed", "reference", "reason", "who")
    for movement in found:
        on_hand, committed = balances[movement.warehouse]
        values = {field: getattr(movement, field) for field in same}
        yield Entry(**values, on_hand_after=on_hand, committed_after=committed)
        balances[movement.warehouse] = (on_hand - movement.on_hand, committed - movement.committed)
