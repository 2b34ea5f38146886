"""How much of a shelf orders, work orders and Amazon take: by day, as its ledger says, and how fast of late."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Annotated, NamedTuple

from pydantic import Field

from packhorse.domain.stock.movement import MovementKind
from packhorse.domain.values import Identifier, SkuText, Value, Whole

BY_ORDERS = frozenset({MovementKind.COMMIT, MovementKind.RELEASE, MovementKind.SHIP, MovementKind.VOID})
"""Movements by which orders and work orders take units, or give them back; what left was taken before."""
REJECTED = frozenset({MovementKind.SHORT_PICK, MovementKind.QUARANTINE})
"""Movements by which units that an order took turn out not to be there, or not to be sold: it has them no more."""
MAX_WEEKS = 26
DAYS_KEPT = timedelta(weeks=MAX_WEEKS)
A_DAY = timedelta(days=1)

Weeks = Annotated[Whole, Field(ge=1, le=MAX_WEEKS)]


class DayChange(NamedTuple):
    """The change of what is available in a day, and the units that orders of it took, some of them `later`."""

    available: int = 0
    taken: int = 0
    later: int = 0

    def plus(self, other: "DayChange") -> "DayChange":
        """Return both together."""
        return DayChange(self.available + other.available, self.taken + other.taken, self.later + other.later)


def day_changes(
    kind: str,
    day: date,
    available: int,
    committed: int = 0,
    waited_since: date | None = None,
    is_demand: bool | None = None,
) -> Iterator[tuple[date, DayChange]]:
    """Yield the days that a movement changes: what an order waited for was wanted on the day on which the order came.

    Counted on the day on which it was served, what was ordered in weeks without stock would be the pace of one day. So
    does what an order gives back: counted on the day on which it was cancelled, an old order would hide the demand of
    now. A movement that says itself whether it `is_demand` goes by that.
    """
    is_taken = kind in BY_ORDERS if is_demand is None else is_demand
    taken = committed if kind in REJECTED else -available if is_taken else 0
    if waited_since and waited_since < day:
        yield day, DayChange(available)
        yield waited_since, DayChange(taken=taken, later=max(taken, 0))
    else:
        yield day, DayChange(available, taken)


class EmptyDays(Value):
    """Days without any unit that say nothing about the pace, both included; without a `last` one, they go on."""

    first: date
    last: date | None = None


class Demand(Value):
    """The units that orders of each of the last days took of a shelf, and the days that are left out.

    `first` is the day of its first movement, or of the first order that waited. Only days that are over count.
    """

    sku: SkuText
    warehouse: Identifier
    first: date | None = None
    taken: Mapping[date, int] = {}
    empty: tuple[EmptyDays, ...] = ()


class Velocity(NamedTuple):
    """The units taken, in how many days, and how many days without any unit were left out."""

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
    """Yield the spans of days, which are in their order, that began and ended with nothing and saw nothing taken.

    A span before an order that waited says something about the pace: until that order, it could be ordered.
    """
    available, began = 0, None
    for day, change in days.items():
        before, available = available, available + change.available
        stays = before <= 0 and available <= 0 and change.taken <= 0
        if began and not stays:
            if began < day and not change.later:
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
