"""Audit shelves: the ledger is the balance, and what is committed is what orders hold."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from packhorse.domain.audits import Run
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.soundness import holdings
from packhorse.domain.stock.goods import Place
from packhorse.domain.values import OrderId, Sku, WarehouseId
from packhorse.store import exceptions, ledger, orders, stock
from packhorse.usecases.audit_findings import PAGE, Page, report, settled, tally


def shelves(run: Run, after: str | None, now: datetime, is_late: Callable[[], bool]) -> Page:
    """A page of the stock, or as much of it as there is time for: ledgers are long."""
    balances, last = stock.page(None, place_at(after) if after else None, PAGE)
    shelf = {f"{balance.sku} in {balance.warehouse}": Place(balance.sku, balance.warehouse) for balance in balances}
    wrong_before = exceptions.unresolved("ledger_differs", shelf)
    for name, place in shelf.items():
        outcome = settled(partial(shelf_faults, place))
        report("ledger_differs", name, outcome, wrong_before, now)
        run = tally(run, outcome)
        if is_late():
            return run, reached_at(place)
    return run, reached_at(last) if last else None


def reached_at(place: Place) -> str:
    """The place that a page ended with, as text; a warehouse has no slash in it."""
    return f"{place.warehouse}/{place.sku}"


def place_at(after: str) -> Place:
    """The place that a page ended with."""
    warehouse, _, sku = after.partition("/")
    return Place(Sku(sku), WarehouseId(warehouse))


def shelf_faults(place: Place) -> str | None:
    """What is wrong with the stock of a place; None where it changed while it was looked at."""
    before = balance_at(place)
    found = ledger.sums(place)
    holding = orders.find(OrderId(name) for name, units in found.by_reference.items() if units)
    wrong = [*_unequal(before, found), *_unheld(place, found, holding)]
    return "; ".join(wrong) if balance_at(place) == before else None


def balance_at(place: Place) -> stock.Balance:
    """The balance as it is now."""
    return stock.balances_at([place]).get(place) or stock.nothing_at(place)


def _unequal(balance: stock.Balance, found: ledger.Sums) -> Iterator[str]:
    if balance.available != balance.on_hand - balance.committed:
        yield f"{balance.available} available, and {balance.on_hand} on hand less {balance.committed} committed"
    if (found.on_hand, found.committed) != (balance.on_hand, balance.committed):
        yield (
            f"{balance.on_hand} on hand and {balance.committed} committed, "
            f"{found.on_hand} and {found.committed} by the ledger"
        )


def _unheld(place: Place, found: ledger.Sums, holding: dict[OrderId, Order]) -> Iterator[str]:
    for name, units in sorted(found.by_reference.items()):
        order = holding.get(OrderId(name))
        held = holdings(order)[place] if order else 0
        if units and units != held:
            yield f"order {name} holds {held} and has committed {units}"
