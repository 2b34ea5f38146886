"""Balances, now and in the past, and the ledger."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter
from pydantic import TypeAdapter

from packhorse.api.access import AT_WAREHOUSES, VIEWING, allow
from packhorse.api.limits import of_warehouse
from packhorse.api.paging import Cursor, Key, PageSize, cursor_of, position_of
from packhorse.api.paths import PathValue
from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Instant, OrderId, Sku, Value, WarehouseId
from packhorse.store import catalogue, orders, stock
from packhorse.store.product_search import SearchPosition
from packhorse.usecases.stock.read_past_stock import PastPosition, past_stock
from packhorse.usecases.stock.read_stock import LedgerEntry, LedgerPosition, balances_of, entries_before, newest_entries
from packhorse.usecases.stock.search_stock import search_stock

router = APIGatewayHttpRouter()


SHELF_KEY: TypeAdapter[tuple[str, str]] = TypeAdapter(tuple[Key, Key])
PAST_POSITION = TypeAdapter(PastPosition)
SEARCH_POSITION = TypeAdapter(SearchPosition)


class NamedBalance(stock.Balance):
    """The balance of a shelf; `name` is that of the product, empty where it does not exist any more."""

    name: str


class StockPage(Value):
    """A page of balances."""

    items: tuple[NamedBalance, ...]
    next: str | None


class NamedEntry(LedgerEntry):
    """A movement; `order_number` is what people call the order that it is of, None if it is of none."""

    order_number: str | None


class Ledger(Value):
    """A page of movements."""

    items: tuple[NamedEntry, ...]
    next: str | None


@router.get("/stock", summary="Stock by sku and warehouse", tags=["stock"])
@allow(VIEWING | AT_WAREHOUSES, of_warehouse)
def show(
    sku: Annotated[str | None, Query(max_length=100)] = None,
    q: Annotated[str | None, Query(max_length=100)] = None,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    at: Annotated[Instant | None, Query()] = None,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> StockPage:
    """Strongly consistent if a sku is given; with `at`, the balances at that moment, by the ledger.

    With `q`, the stock of products whose sku begins with it, in any case, then of those that have all its words in sku,
    name or barcode; `limit` then counts products, and of what is rare a page may have none, and `next` continue.
    With `at`, `incoming` and `waiting` are 0: only their numbers of now are stored. A page ends early, perhaps without
    items, where the ledger is long; `next` continues there.
    """
    only = WarehouseId(warehouse) if warehouse else None
    if q:
        _check_search(sku, at)
        return _search_page(q, only, cursor, limit)
    if at:
        _check_moment(at)
        past = past_stock(Sku(sku) if sku else None, only, at, position_of(cursor, PAST_POSITION), limit)
        return StockPage(items=_named(past.items), next=cursor_of(past.next))
    if sku:
        found = [balance for balance in balances_of(Sku(sku), stock.of_sku) if only in (None, balance.warehouse)]
        return StockPage(items=_named(found), next=None)
    after = position_of(cursor, SHELF_KEY)
    balances, last = stock.page(only, _shelf_of(*after) if after else None, limit)
    return StockPage(items=_named(balances), next=cursor_of(last))


def _check_search(sku: str | None, at: datetime | None) -> None:
    other = "sku" if sku else "at" if at else None
    if other:
        raise Rejected(f"q goes without {other}", [FieldError(other, "goes without q")])


def _search_page(text: str, only: WarehouseId | None, cursor: str | None, limit: int) -> StockPage:
    found = search_stock(text, position_of(cursor, SEARCH_POSITION), limit)
    items = (each for each in found.balances if only in (None, each.warehouse))
    named = tuple(NamedBalance(**dict(each), name=found.names.get(each.sku, "")) for each in items)
    return StockPage(items=named, next=cursor_of(found.next))


def _named(balances: Sequence[stock.Balance]) -> tuple[NamedBalance, ...]:
    names = catalogue.names_of(each.sku for each in balances)
    return tuple(NamedBalance(**dict(each), name=names.get(each.sku, "")) for each in balances)


def _check_moment(at: datetime) -> None:
    if at > datetime.now(UTC):
        raise Rejected("that moment is in the future", [FieldError("at", "is in the future")])


def _shelf_of(sku: str, warehouse: str) -> Shelf:
    return Shelf(Sku(sku), WarehouseId(warehouse))


LEDGER_POSITION = TypeAdapter(LedgerPosition)


@router.get("/stock/<sku>/movements", summary="The ledger of a sku, newest first", tags=["stock"])
@allow(VIEWING | AT_WAREHOUSES, of_warehouse)
def movements(
    sku: PathValue,
    warehouse: Annotated[str | None, Query(max_length=40)] = None,
    limit: PageSize = 50,
    cursor: Cursor = None,
) -> Ledger:
    """Each movement with the balance after it, calculated backwards from the balance now.

    A movement of a moment ago may be missing in the list; the balances in it are wrong by as much then.
    """
    position = position_of(cursor, LEDGER_POSITION)
    found = (
        entries_before(Sku(sku), position, warehouse, limit) if position else newest_entries(Sku(sku), warehouse, limit)
    )
    return Ledger(items=_with_numbers(found.items), next=cursor_of(found.next))


ORDER_ID = re.compile(r"[0-9a-f]{32}")
"""What a reference looks like that may be our id of an order: requests have such ids, too."""


def _with_numbers(entries: Sequence[LedgerEntry]) -> tuple[NamedEntry, ...]:
    numbers = orders.numbers_of({OrderId(each.reference) for each in entries if ORDER_ID.fullmatch(each.reference)})
    return tuple(NamedEntry(**dict(each), order_number=numbers.get(OrderId(each.reference))) for each in entries)
