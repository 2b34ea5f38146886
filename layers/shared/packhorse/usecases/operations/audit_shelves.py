"""Audit shelves: the ledger adds up to the balance, orders hold what is committed, what is on its way comes.

As every ledger is read, what was taken of its shelf day by day is kept beside, for suggestions of what to order. As
everything on its way is read, what is late is marked.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime
from functools import partial
from typing import NamedTuple

from packhorse.aws.telemetry import logger
from packhorse.domain.audits import AuditRun
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.soundness import holdings
from packhorse.domain.problem import Cause, Subject
from packhorse.domain.purchasing.demand import demand_of
from packhorse.domain.purchasing.late import with_late as late_purchase
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.transfers.expecting import with_late as late_transfer
from packhorse.domain.values import OrderId, Sku, WarehouseId
from packhorse.domain.work_orders.soundness import faults, moved_by
from packhorse.domain.work_orders.work_order import WorkOrder
from packhorse.store import configuration, demand, exceptions, ledger, orders, stock, work_orders
from packhorse.store.purchases import PURCHASES
from packhorse.store.transfers import TRANSFERS
from packhorse.store.work_orders import WORK_ORDERS
from packhorse.usecases.operations.audit_findings import AUDIT_PAGE, AuditPage, check_repeatedly, record_result, tally
from packhorse.usecases.supply.mark_late import mark_late


def audit_shelves(run: AuditRun, after: str | None, now: datetime, is_late: Callable[[], bool]) -> AuditPage:
    """Audit a page of shelves, or a part of it if time is short; ledgers are long.

    A ledger that was not read in time is the first one of the next invocation; one that was the first already is left
    out, and said in the log.
    """
    balances, last = stock.page(None, shelf_at(after) if after else None, AUDIT_PAGE)
    shelves = [balance.shelf for balance in balances]
    if after is None:
        day_at = partial(configuration.current().day_at, moment=now)
        on_its_way = OnItsWay.read(day_at)
        mark_late(on_its_way.late_purchases, on_its_way.late_transfers, day_at, is_late)
    else:
        on_its_way = OnItsWay.read()
    wrong_before = exceptions.unresolved(Cause.LEDGER_DIFFERS, map(Subject.of_shelf, shelves))
    read: dict[Shelf, ledger.Sums] = {}
    for place, shelf in enumerate(shelves):
        outcome = check_repeatedly(partial(shelf_faults, shelf, on_its_way, read, is_late))
        if shelf not in read and place:
            last = shelves[place - 1]
            break
        if shelf not in read:
            logger.warning("ledger too long to audit", extra={"sku": shelf.sku, "warehouse": shelf.warehouse})
        record_result(Cause.LEDGER_DIFFERS, Subject.of_shelf(shelf), outcome, wrong_before, now)
        run = tally(run, outcome)
        if is_late():
            last = shelf
            break
    demand.keep(demand_of(shelf.sku, shelf.warehouse, found.days, now.date()) for shelf, found in read.items())
    return run, cursor_at(last) if last else None


def cursor_at(shelf: Shelf) -> str:
    """Return the cursor after a shelf; the id of a warehouse has no slash."""
    return f"{shelf.warehouse}/{shelf.sku}"


def shelf_at(after: str) -> Shelf:
    """Return the shelf of a cursor."""
    warehouse, _, sku = after.partition("/")
    return Shelf(Sku(sku), WarehouseId(warehouse))


class OnItsWay(NamedTuple):
    """The units by shelf that purchase orders, transfer orders and work orders still have to bring.

    Beside them are the ids of those that are late, and not marked so yet.
    """

    bought: Goods
    sent: Goods
    built: Goods
    late_purchases: tuple[str, ...] = ()
    late_transfers: tuple[str, ...] = ()

    @classmethod
    def read(cls, day_at: Callable[[str], date] = lambda _: date.min) -> "OnItsWay":
        """Read it as it is now; what was expected before the day that it is at its warehouse is late."""
        bought, sent, late, delayed = Goods(), Goods(), list[str](), list[str]()
        for purchase in PURCHASES.unfinished():
            bought.update(purchase.incoming)
            late += [purchase.id] if late_purchase(purchase, day_at(purchase.warehouse)) != purchase else []
        for transfer in TRANSFERS.unfinished():
            sent.update(transfer.in_transit)
            delayed += [transfer.id] if late_transfer(transfer, day_at(transfer.to_warehouse)) != transfer else []
        return cls(bought, sent, work_orders.incoming(), tuple(late), tuple(delayed))

    def of(self, shelf: Shelf) -> tuple[int, int]:
        """Return what is incoming on a shelf, and what of it in transit."""
        return self.bought[shelf] + self.sent[shelf] + self.built[shelf], self.sent[shelf]


def shelf_faults(
    shelf: Shelf, on_its_way: OnItsWay, read: dict[Shelf, ledger.Sums], is_late: Callable[[], bool]
) -> str | None:
    """Return what is wrong with a shelf, empty if nothing is; None if its balance changed during the check, or late.

    What is on its way was read a moment ago; where it differs it is read again. The sums of the ledger go into `read`.
    """
    before = current_balance(shelf)
    found = ledger.sums_in_time(shelf, is_late)
    if found is None:
        return None
    read[shelf] = found
    works = WORK_ORDERS.find(name for name in found.by_reference if WORK_ORDERS.may_name(name))
    names = (OrderId(name) for name, units in found.by_reference.items() if units and name not in works)
    held = _held(shelf, orders.find_orders(names), works)
    wrong = [*_unequal(before, found), *_unheld(found, held), *_unexpected(before, on_its_way)]
    wrong += _unworked(shelf, found, works)
    return "; ".join(wrong) if current_balance(shelf) == before else None


def current_balance(shelf: Shelf) -> stock.Balance:
    """Return the balance as it is stored now."""
    return stock.balances_at([shelf]).get(shelf) or stock.empty_balance(shelf)


def _unequal(balance: stock.Balance, found: ledger.Sums) -> Iterator[str]:
    if balance.available != balance.on_hand - balance.committed - balance.quarantined:
        quarantined = f" and {balance.quarantined} quarantined" if balance.quarantined else ""
        less = f"{balance.committed} committed{quarantined}"
        yield f"{balance.available} available, and {balance.on_hand} on hand less {less}"
    if (found.on_hand, found.committed) != (balance.on_hand, balance.committed):
        yield (
            f"{balance.on_hand} on hand and {balance.committed} committed, "
            f"{found.on_hand} and {found.committed} by the ledger"
        )
    if found.quarantined != balance.quarantined:
        yield f"{balance.quarantined} quarantined, {found.quarantined} by the ledger"


def _held(shelf: Shelf, holding: dict[OrderId, Order], works: dict[str, WorkOrder]) -> "Counter[str]":
    """Return what orders and work orders say that they have committed on a shelf."""
    by_orders = {str(name): holdings(order)[shelf] for name, order in holding.items()}
    return Counter(by_orders | {name: work.reserved[shelf] for name, work in works.items()})


def _unheld(found: ledger.Sums, held: "Counter[str]") -> Iterator[str]:
    for name, units in sorted(found.by_reference.items()):
        if units != held[name]:
            yield f"order {name} holds {held[name]} and has committed {units}"


def _unworked(shelf: Shelf, found: ledger.Sums, works: dict[str, WorkOrder]) -> Iterator[str]:
    """Yield where work orders contradict themselves, or the ledger: what they used and made is done by the recipe."""
    for name, work in sorted(works.items()):
        yield from (f"work order {name}: {fault}" for fault in faults(work))
        if (moved := moved_by(work)[shelf]) != found.worked[name]:
            yield f"work order {name} changed {moved} on hand, {found.worked[name]} by the ledger"


def _unexpected(balance: stock.Balance, on_its_way: OnItsWay) -> Iterator[str]:
    if (balance.incoming, balance.in_transit) == on_its_way.of(balance.shelf):
        return
    found = OnItsWay.read()
    if (balance.incoming, balance.in_transit) != found.of(balance.shelf):
        shelf = balance.shelf
        ways = ((found.bought, "purchase"), (found.sent, "transfer"), (found.built, "work"))
        expected = ", ".join(f"{goods[shelf]} by {way} orders" for goods, way in ways)
        yield f"{balance.incoming} incoming, {balance.in_transit} of them in transit; {expected}"
