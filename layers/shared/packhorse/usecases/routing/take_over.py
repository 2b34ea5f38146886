"""Have orders that wait take over units to come that the orders they are made for do not need any more.

So what is drafted for orders that wait and the exceptions about units that no order needs go by the same: what is
counted for an order is its own, by name.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from packhorse.domain.purchasing import unneeded as bought
from packhorse.domain.purchasing.additions import for_orders
from packhorse.domain.purchasing.made_for import MadeFor
from packhorse.domain.purchasing.need import Need, claims
from packhorse.domain.purchasing.purchase_order import PurchaseOrder
from packhorse.domain.purchasing.short_lines import bought_units, called, needs_of
from packhorse.domain.stock.goods import Goods, Shelf, take
from packhorse.domain.values import OrderId
from packhorse.domain.work_orders import unneeded as built
from packhorse.domain.work_orders.effects import effects_of
from packhorse.domain.work_orders.steps import WorkChange
from packhorse.domain.work_orders.work_order import WorkOrder
from packhorse.messages.release import send_orders_to_buy_for
from packhorse.store import configuration, orders
from packhorse.store.backoff import retry_conflicts
from packhorse.store.made_for import bought_writes, times_bought
from packhorse.store.register import Write
from packhorse.store.work_orders import WORK_ORDERS
from packhorse.usecases.supply.change_purchase import save_purchase
from packhorse.usecases.supply.short_lines import Document, unfinished_documents

WHO = "packhorse"


class _Taken(NamedTuple):
    """A document after needs took over units of it, whom these are for now, and what the needs still lack."""

    document: Document
    made_for: tuple[MadeFor, ...]
    rest: tuple[Need, ...]


class _TakenOver(NamedTuple):
    """The orders that took units over, and whether more units of the shelf are to come that no order needs."""

    orders: frozenset[OrderId]
    is_more_left: bool


def take_over(shelf: Shelf, order_ids: Collection[OrderId]) -> bool:
    """Name the orders, in their sequence, for units to come to a shelf that none needs; return whether some are left.

    These orders are reviewed after that: one may have been cancelled meanwhile. Repeating it changes nothing.
    """
    found = retry_conflicts(lambda: _take_over(shelf, order_ids))
    send_orders_to_buy_for(sorted(found.orders))
    return found.is_more_left


def _take_over(shelf: Shelf, order_ids: Collection[OrderId]) -> _TakenOver:
    """Read how often something was bought for the orders before all else: who buys for them meanwhile conflicts."""
    now, times = datetime.now(UTC), times_bought(order_ids)
    documents = sorted(unfinished_documents(), key=lambda each: each.created_at)
    free = sum(each.given_up[shelf] for each in documents)
    needs = tuple(_claims(shelf, _unnamed(shelf, order_ids, documents), free))
    numbers, named, left = called(needs), set[OrderId](), 0
    for before in (each for each in documents if each.given_up[shelf]):
        taken = _taken(before, needs)
        left += taken.document.given_up[shelf]
        if taken.made_for:
            concerned = {OrderId(each.order) for each in taken.made_for}
            detail = for_orders(shelf.sku, taken.made_for, numbers)
            after = taken.document.with_entry(now, "taken over", WHO, detail)
            _save(before, after, now, list(bought_writes(concerned, times, now)))
            times.update(concerned)
            named |= concerned
        needs = taken.rest
    return _TakenOver(frozenset(named), left > 0)


def _unnamed(shelf: Shelf, order_ids: Collection[OrderId], documents: Iterable[Document]) -> Iterator[Need]:
    """Yield what the orders lack of a shelf beyond the units that name them."""
    found, named = orders.find_orders(order_ids), bought_units(documents)
    in_turn = (found[each] for each in order_ids if each in found)
    for need in needs_of(in_turn, configuration.current()):
        lacking = need.units - named[need.purpose]
        if shelf in need.shelves and lacking > 0:
            yield need._replace(units=lacking)


def _claims(shelf: Shelf, needs: Iterable[Need], units: int) -> Iterator[Need]:
    """Yield what needs take of so many units of a shelf: of kits and whole lines at another one, none in part."""
    free = Goods({shelf: units})
    for need in needs:
        for _, claim in claims([need], free):
            take(free, shelf, claim.units)
            yield claim


def _taken(document: Document, needs: Sequence[Need]) -> _Taken:
    made_for, rest = [], []
    for need in needs:
        document, left = _taken_over(document, need)
        if units := need.units - left.units:
            made_for.append(MadeFor(order=need.order, line=need.line, units=units))
        rest.append(left)
    return _Taken(document, tuple(made_for), tuple(rest))


def _taken_over(document: Document, need: Need) -> tuple[Document, Need]:
    if isinstance(document, WorkOrder):
        return built.taken_over(document, need)
    return bought.taken_over(document, need)


def _save(before: Document, after: Document, at: datetime, beside: list[Write]) -> None:
    if isinstance(before, WorkOrder) and isinstance(after, WorkOrder):
        WORK_ORDERS.save(before, after, effects_of(before, WorkChange(after)), at, beside)
    elif isinstance(before, PurchaseOrder) and isinstance(after, PurchaseOrder):
        save_purchase(before, after, (), at, beside)
