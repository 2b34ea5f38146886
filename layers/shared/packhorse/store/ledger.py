"""Sums of the Movements table: for audits, and for balances in the past (see store/stock.py for its keys)."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Any, NamedTuple

from pydantic import StringConstraints

from packhorse.aws.settings import settings
from packhorse.domain.purchasing.demand import DayChange, day_changes
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.stock.movement import MovementKind
from packhorse.domain.values import OrderId, Sku, Value, WarehouseId
from packhorse.store import expressions, stock
from packhorse.store.expressions import Expression, Request, begins_with, equals
from packhorse.store.reading import pages, whole_pages
from packhorse.store.stock import Balance

BY_WORK = frozenset({MovementKind.WORK_OUT, MovementKind.WORK_IN})


class Sums(NamedTuple):
    """The sums of all movements of a shelf; `by_reference` is what each order has committed there.

    `worked` is the change of what is on hand by each work order's reports.
    """

    on_hand: int
    committed: int
    quarantined: int
    by_reference: "Counter[str]"
    worked: "Counter[str]"
    days: Mapping[date, DayChange]


def sums_in_time(shelf: Shelf, is_late: Callable[[], bool]) -> Sums | None:
    """Return the sums of the whole ledger of a shelf; None if it is late before the last page."""
    is_whole = True

    def movements() -> Iterator[Mapping[str, Any]]:
        nonlocal is_whole
        for page in whole_pages("query", **_query(_of_shelf(shelf))):
            yield from page["Items"]
            if "LastEvaluatedKey" in page and is_late():
                is_whole = False
                return

    found = _sums(movements())
    return found if is_whole else None


def committed_by(shelf: Shelf, order_id: OrderId) -> int:
    """Return how many units an order has committed on a shelf, by its own movements."""
    return _sums(pages("query", **_query(_of_shelf(shelf) & begins_with("sk", f"{order_id}#")))).committed


def _of_shelf(shelf: Shelf) -> Expression:
    return equals("pk", f"{shelf.sku}#{shelf.warehouse}")


def _query(keys: Expression) -> Request:
    return expressions.query(settings.movements_table, keys, ConsistentRead=True)


def _sums(movements: Iterable[Mapping[str, Any]]) -> Sums:
    on_hand, quarantined, days = 0, 0, dict[date, DayChange]()
    by_reference, worked = Counter[str](), Counter[str]()
    for item in movements:
        names = ("on_hand", "committed", "quarantined")
        there, committed, kept_back = (int(item.get(name, stock.ZERO)["N"]) for name in names)
        on_hand += there
        quarantined += kept_back
        by_reference[item["reference"]["S"]] += committed
        if item["kind"]["S"] in BY_WORK:
            worked[item["reference"]["S"]] += there
        at, available = date.fromisoformat(item["at"]["S"][:10]), there - committed - kept_back
        kind, waited_since = item["kind"]["S"], stock.waited_since(item)
        for day, change in day_changes(kind, at, available, committed, waited_since, stock.is_demand(item)):
            days[day] = days.get(day, DayChange()).plus(change)
    return Sums(on_hand, by_reference.total(), quarantined, by_reference, worked, days)


class PartOfLedger(Value):
    """The sums of the oldest movements of a shelf, up to a key; `is_whole`: up to the moment that is wanted."""

    sku: Sku
    warehouse: WarehouseId
    after: Annotated[str, StringConstraints(min_length=1, max_length=1000)] = "0"
    on_hand: int = 0
    committed: int = 0
    quarantined: int = 0
    has_movements: bool = False
    is_whole: bool = False

    @property
    def shelf(self) -> Shelf:
        """The shelf whose ledger it is of."""
        return Shelf(self.sku, self.warehouse)

    @property
    def balance(self) -> Balance:
        """The balance of the shelf after these movements."""
        found = stock.empty_balance(self.shelf)
        available = self.on_hand - self.committed - self.quarantined
        return found.replace(
            on_hand=self.on_hand, committed=self.committed, quarantined=self.quarantined, available=available
        )


def read_on(part: PartOfLedger, until: datetime) -> PartOfLedger:
    """Return the sums with one more page of movements, up to a moment, included: a query of a megabyte at most."""
    found, last = stock.movement_page(part.shelf, part.after, until)
    return part.replace(
        after=last or part.after,
        on_hand=part.on_hand + sum(movement.on_hand for movement in found),
        committed=part.committed + sum(movement.committed for movement in found),
        quarantined=part.quarantined + sum(movement.quarantined for movement in found),
        has_movements=part.has_movements or bool(found),
        is_whole=last is None,
    )
