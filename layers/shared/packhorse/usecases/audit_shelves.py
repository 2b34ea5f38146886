"""Audit shelves: the ledger is the balance, and what is committed is what orders hold."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial

from packhorse.domain.audits import AuditRun
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.soundness import holdings
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import OrderId, Sku, WarehouseId
from packhorse.store import exceptions, ledger, orders, stock
from packhorse.usecases.audit_findings import AUDIT_PAGE, AuditPage, check_repeatedly, record_result, tally


def audit_shelves(run: AuditRun, after: str | None, now: datetime, is_late: Callable[[], bool]) -> AuditPage:
    """A page of the stock, or as much of it as there is time for: ledgers are long."""
    balances, last = stock.page(None, shelf_at(after) if after else None, AUDIT_PAGE)
    shelves = [Shelf(balance.sku, balance.warehouse) for balance in balances]
    wrong_before = exceptions.unresolved(Cause.LEDGER_DIFFERS, map(Subject.of_shelf, shelves))
    for place in shelves:
        outcome = check_repeatedly(partial(shelf_faults, place))
        record_result(Cause.LEDGER_DIFFERS, Subject.of_shelf(place), outcome, wrong_before, now)
        run = tally(run, outcome)
        if is_late():
            return run, cursor_at(place)
    return run, cursor_at(last) if last else None


def cursor_at(place: Shelf) -> str:
    """The place that a page ended with, as text; a warehouse has no slash in it."""
    return f"{place.warehouse}/{place.sku}"


def shelf_at(after: str) -> Shelf:
    """The place that a page ended with."""
    warehouse, _, sku = after.partition("/")
    return Shelf(Sku(sku), WarehouseId(warehouse))


def shelf_faults(place: Shelf) -> str | None:
    """What is wrong with the stock of a place; None where it changed while it was looked at."""
    before = current_balance(place)
    found = ledger.sums(place)
    holding = orders.find_orders(OrderId(name) for name, units in found.by_reference.items() if units)
    wrong = [*_unequal(before, found), *_unheld(place, found, holding)]
    return "; ".join(wrong) if current_balance(place) == before else None


def current_balance(place: Shelf) -> stock.Balance:
    """The balance as it is now."""
    return stock.balances_at([place]).get(place) or stock.empty_balance(place)


def _unequal(balance: stock.Balance, found: ledger.Sums) -> Iterator[str]:
    if balance.available != balance.on_hand - balance.committed:
        yield f"{balance.available} available, and {balance.on_hand} on hand less {balance.committed} committed"
    if (found.on_hand, found.committed) != (balance.on_hand, balance.committed):
        yield (
            f"{balance.on_hand} on hand and {balance.committed} committed, "
            f"{found.on_hand} and {found.committed} by the ledger"
        )


def _unheld(place: Shelf, found: ledger.Sums, holding: dict[OrderId, Order]) -> Iterator[str]:
    for name, units in sorted(found.by_reference.items()):
        order = holding.get(OrderId(name))
        held = holdings(order)[place] if order else 0
        if units and units != held:
            yield f"order {name} holds {held} and has committed {units}"
