"""Suggest what to order from whom, and draft it: page by page, so that memory does not grow with the catalogue."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from packhorse.domain.errors import FieldError, Rejected
from packhorse.domain.purchasing.additions import added
from packhorse.domain.purchasing.demand import Demand, velocity
from packhorse.domain.purchasing.drafting import drafted
from packhorse.domain.purchasing.per_order import collected
from packhorse.domain.purchasing.purchase_order import PurchaseOrder, PurchaseState
from packhorse.domain.purchasing.suggestions import (
    NOTHING_COLLECTED,
    Collected,
    StockPosition,
    Suggestion,
    drafts_of,
    suggested,
)
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import WarehouseId
from packhorse.store import catalogue, configuration, demand, stock, suppliers
from packhorse.store.backoff import retry_conflicts
from packhorse.store.purchases import PURCHASES
from packhorse.store.stock import Balance
from packhorse.usecases.supply.change_purchase import save_purchase, why_not_received_at
from packhorse.usecases.supply.short_lines import all_waiting_units, shelves_count_waiting, waiting_units

READ_PAGE = 100
MAX_READ = 1000
"""Shelves that a page of suggestions reads at most."""
MAX_DRAFTED = 5000
"""Shelves of which one request drafts what is suggested: some seconds."""
NOTHING_ON_SHELVES: Mapping[Shelf, Collected] = MappingProxyType({})


class SuggestionScope(NamedTuple):
    """What suggestions are to be about, and what they go by; without `shelves` they are about all."""

    weeks: int
    safety_days: int
    warehouse: str | None = None
    supplier: str | None = None
    shelves: frozenset[Shelf] = frozenset()


class SuggestedDrafts(NamedTuple):
    """The purchase orders that were made or got more, and where the next request goes on; None at the end."""

    purchases: tuple[PurchaseOrder, ...]
    next: Shelf | None


class _Merchant(NamedTuple):
    """What all suggestions are made with; `waiting` is None where shelves count what orders wait for.

    `collected` is what drafts that collect have; nothing where what is suggested is added to these.
    """

    suppliers: frozenset[str]
    drafted: Goods
    waiting: Goods | None
    now: datetime
    collected: Mapping[Shelf, Collected] = NOTHING_ON_SHELVES


def check_wanted(wanted: SuggestionScope, chosen: Sequence[Shelf] = ()) -> None:
    """Raise Rejected for a supplier, a warehouse or a product that does not exist: nothing is suggested of it.

    Nor is it for a chosen shelf at a warehouse that nothing is suggested for, or at another than the wanted one.
    """
    warehouses, products = configuration.current().warehouses, catalogue.find_products(each.sku for each in chosen)
    errors = []
    if wanted.warehouse and WarehouseId(wanted.warehouse) not in warehouses:
        errors.append(FieldError("warehouse", f"there is no warehouse {wanted.warehouse}"))
    if wanted.supplier and wanted.supplier not in {each.id for each in suppliers.all_suppliers()}:
        errors.append(FieldError("supplier", f"there is no supplier {wanted.supplier}"))
    for number, each in enumerate(chosen):
        if each.sku not in products:
            errors.append(FieldError(f"shelves.{number}.sku", f"there is no product {each.sku}"))
        if reason := _why_not_suggested(each.warehouse, wanted):
            errors.append(FieldError(f"shelves.{number}.warehouse", reason))
    if errors:
        raise Rejected("nothing can be suggested for that", errors)


def _why_not_suggested(name: WarehouseId, wanted: SuggestionScope) -> str | None:
    """Return why nothing is suggested for a warehouse, None if something may be."""
    if reason := why_not_received_at(name):
        return reason
    if not configuration.current().warehouses[name].active:
        return f"warehouse {name} is inactive: activate it first"
    return f"{name} is not {wanted.warehouse}" if wanted.warehouse not in (None, name) else None


def suggest_purchases(
    wanted: SuggestionScope, after: Shelf | None, limit: int
) -> tuple[list[Suggestion], Shelf | None]:
    """Return a page of suggestions, by warehouse and sku, and the shelf after which the next page starts.

    A page ends after MAX_READ shelves: it may be short, or empty, and have a next one.
    """
    unfinished, found = list(PURCHASES.unfinished()), list[Suggestion]()
    merchant = _merchant(datetime.now(UTC), unfinished)._replace(collected=_collected(unfinished))
    for read, (at, each) in enumerate(_suggestions(wanted, after, merchant), start=1):
        found += [each] if each else []
        if len(found) == limit or read == MAX_READ:
            return found, at
    return found, None


def draft_suggestions(wanted: SuggestionScope, after: Shelf | None, request: str, who: str) -> SuggestedDrafts:
    """Draft what is suggested, by supplier; at once again, nothing is left to draft.

    Numbers follow the one that was read first: if another purchase order is made meanwhile, all is read again.
    """
    done: dict[str, PurchaseOrder] = {}

    def draft() -> SuggestedDrafts:
        now, number = datetime.now(UTC), PURCHASES.next_number()
        unfinished = list(PURCHASES.unfinished())
        shelves = list(islice(_suggestions(wanted, after, _merchant(now, unfinished)), MAX_DRAFTED))
        found = (each for _, each in shelves if each)
        last = shelves[-1][0] if len(shelves) == MAX_DRAFTED else None
        changed, drafts = collected(unfinished, drafts_of(found, now))
        for before, purchase in zip(unfinished, changed, strict=True):
            if before != purchase:
                entered = purchase.with_entry(now, "suggestions added", who, added(before.lines, purchase.lines, {}))
                done[purchase.id] = save_purchase(before, entered, (), now)
        for index, each_draft in enumerate(drafts):
            order = drafted(PURCHASES.id_of(number + index), each_draft, who, now, called={}).replace(collects=True)
            done[order.id] = PURCHASES.create(order, number + index, f"{request}#{number + index}", now)
        return SuggestedDrafts(tuple(done.values()), last)

    return retry_conflicts(draft)


def _merchant(now: datetime, unfinished: list[PurchaseOrder]) -> _Merchant:
    drafted_units = Goods()
    for purchase in unfinished:
        if purchase.state is PurchaseState.NEW:
            for line in purchase.lines:
                drafted_units[purchase.shelf(line)] += line.open
    waiting = None if shelves_count_waiting() else all_waiting_units()
    return _Merchant(frozenset(suppliers.sellers()), drafted_units, waiting, now)


def _collected(unfinished: Iterable[PurchaseOrder]) -> Mapping[Shelf, Collected]:
    """Return the units that drafts which collect order, by shelf, supplier and currency."""
    found: defaultdict[Shelf, Counter[tuple[str, str]]] = defaultdict(Counter)
    for purchase in unfinished:
        if purchase.collects and purchase.state is PurchaseState.NEW:
            for line in purchase.lines:
                found[purchase.shelf(line)][purchase.supplier, purchase.currency] += line.ordered
    return found


def _suggestions(
    wanted: SuggestionScope, after: Shelf | None, merchant: _Merchant
) -> Iterator[tuple[Shelf, Suggestion | None]]:
    """Yield every shelf after one, or those that are named, with what is suggested for it; None for nothing."""
    names = sorted(each for each in configuration.current().warehouses if not _why_not_suggested(each, wanted))
    if wanted.shelves:
        there = stock.balances_at(wanted.shelves)
        chosen = (each for each in sorted(wanted.shelves) if each.warehouse in names)
        yield from _of_page(wanted, [there.get(each) or stock.empty_balance(each) for each in chosen], merchant)
        return
    for warehouse in (name for name in names if not after or name >= after.warehouse):
        last = after if after and after.warehouse == warehouse else None
        while True:
            page, following = stock.page(WarehouseId(warehouse), last, READ_PAGE)
            uncounted = _uncounted(warehouse, last, following, merchant.waiting) - {each.shelf for each in page}
            balances = [*page, *map(stock.empty_balance, uncounted)]
            yield from _of_page(wanted, sorted(balances, key=lambda each: each.shelf), merchant)
            if (last := following) is None:
                break


def _uncounted(warehouse: str, after: Shelf | None, last: Shelf | None, waiting: Goods | None) -> set[Shelf]:
    """Return the shelves behind one, up to the last one, that orders wait for and that do not count it.

    Some of them never had anything, and are no part of the stock.
    """
    found = (shelf for shelf, units in (waiting or Goods()).items() if units and shelf.warehouse == warehouse)
    return {at for at in found if (after is None or at > after) and (last is None or at <= last)}


def _of_page(
    wanted: SuggestionScope, page: list[Balance], merchant: _Merchant
) -> Iterator[tuple[Shelf, Suggestion | None]]:
    """Yield the shelves of a page; of those that no audit has read yet it counts only who waits for them."""
    taken = {(each.sku, each.warehouse): each for each in demand.find(there.shelf for there in page)}
    products = catalogue.find_products(there.shelf.sku for there in page)
    counted = Goods({there.shelf: there.waiting for there in page})
    waiting = merchant.waiting
    if waiting is None:
        waiting = counted & waiting_units({shelf.sku for shelf, units in counted.items() if units})
    for there in page:
        shelf, product = there.shelf, products.get(there.shelf.sku)
        if product is None:
            yield shelf, None
            continue
        position = StockPosition(there.available, there.incoming, merchant.drafted[shelf], waiting[shelf])
        speed = velocity(taken.get(shelf) or Demand(**shelf._asdict()), wanted.weeks, merchant.now.date())
        collected_there = merchant.collected.get(shelf, NOTHING_COLLECTED)
        found = suggested(
            product, shelf.warehouse, speed, position, wanted.safety_days, merchant.suppliers, collected_there
        )
        yield shelf, found if found and wanted.supplier in (None, found.supplier) else None
