"""How much of a shelf orders take: by day, as its ledger says, and how fast over the last weeks."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, NamedTuple

from pydantic import Field

from packhorse.domain.stock.movement import MovementKind
from packhorse.domain.values import Identifier, SkuText, Value, Whole

BY_ORDERS = frozenset({MovementKind.COMMIT, MovementKind.RELEASE, MovementKind.SHIP, MovementKind.VOID})
"""Movements by which orders and work orders take units, or give them back; what left was taken before."""
MAX_WEEKS = 26
DAYS_KEPT = timedelta(weeks=MAX_WEEKS)
A_DAY = timedelta(days=1)

Weeks = Annotated[Whole, Field(ge=1, le=MAX_WEEKS)]


class DayChange(NamedTuple):
    """The change of what is available in a day, and the units that orders took in it."""

    available: int = 0
    taken: int = 0

    def plus(self, kind: str, available: int) -> "DayChange":
        """Return it with one more movement."""
        return DayChange(self.available + available, self.taken - (available if kind in BY_ORDERS else 0))


class EmptyDays(Value):
    """Days without any unit, both included; without a `last` one, it is so until the ledger says otherwise."""

    first: date
    last: date | None = None


class Demand(Value):
    """The units that orders took of a shelf in each of the last days, and the days on which it had none.

    `first` is the day of its first movement. Only days that are over count.
    """

    sku: SkuText
    warehouse: Identifier
    first: date | None = None
    taken: Mapping[date, int] = {}
    empty: tuple[EmptyDays, ...] = ()


class Velocity(NamedTuple):
    """The units taken in the days that had any, and how many days without any were left out."""

    taken: int
    days: int
    empty_days: int


def demand_of(sku: str, warehouse: str, days: Mapping[date, DayChange], today: date) -> Demand:
    """Return what the changes of all days of a shelf say."""
    over = {day: days[day] for day in sorted(days) if day < today}
    since = today - DAYS_KEPT
    taken = {day: each.taken for day, each in over.items() if day >= since and each.taken}
    empty = tuple(each for each in _empty(over) if each.last is None or each.last >= since)
    return Demand(sku=sku, warehouse=warehouse, first=min(over, default=None), taken=taken, empty=empty)


def _empty(days: Mapping[date, DayChange]) -> Iterator[EmptyDays]:
    """Yield the spans of days, which are in their order, that began and ended with nothing and saw nothing taken."""
    available, began = 0, None
    for day, change in days.items():
        before, available = available, available + change.available
        stays = before <= 0 and available <= 0 and not change.taken
        if began and not stays:
            if began < day:
                yield EmptyDays(first=began, last=day - A_DAY)
            began = None
        if available <= 0 and began is None:
            began = day + A_DAY
    if began:
        yield EmptyDays(first=began)


def velocity(demand: Demand, weeks: int, today: date) -> Velocity:
    """Return how fast orders took units in the last weeks, or since the first movement if that is later."""
    start = today - timedelta(weeks=weeks)
    if demand.first is None or demand.first >= today:
        return Velocity(0, 0, 0)
    start = max(start, demand.first)
    empty = sum(_overlap(each, start, today) for each in demand.empty)
    taken = sum(units for day, units in demand.taken.items() if start <= day < today)
    return Velocity(max(0, taken), (today - start).days - empty, empty)


def _overlap(span: EmptyDays, start: date, end: date) -> int:
    last = min(span.last or end - A_DAY, end - A_DAY)
    return max(0, (last - max(span.first, start)).days + 1)
