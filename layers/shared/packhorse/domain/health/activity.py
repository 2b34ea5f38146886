"""How many orders are placed an hour, and of a day's orders how many leave late and which rules route their lines.

Figures are measured when they are requested, and kept: a span that is long over is never measured again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from packhorse.domain.orders.order import Flag, Order
from packhorse.domain.routing.decision import Rule
from packhorse.domain.values import Instant, Value, Whole, start_of_day

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
HOURS, DAYS = 24, 14
SAMPLE = 100
"""So many orders of a day are read: more would make the figures slower, not truer."""


class HourFigures(Value):
    """The orders that were placed in the hour from `start`."""

    start: Instant
    measured_at: Instant
    orders: Whole


class DayFigures(Value):
    """Of the last orders that were placed on the day from `start`: their number, and how many of them left late.

    `rules` are their routed lines by rule. An order that has not left is late once it should have.
    """

    start: Instant
    measured_at: Instant
    orders: Whole
    late: Whole
    rules: Mapping[Rule, int]


class Span(NamedTuple):
    """The length of a span, how often it is measured, and how long after its end for the last time."""

    length: timedelta
    again_after: timedelta
    final_after: timedelta

    def is_current(self, start: datetime, measured_at: datetime, now: datetime) -> bool:
        """Return whether what was measured of the span from `start` stands."""
        is_final = measured_at >= start + self.length + self.final_after
        return is_final or now - measured_at < self.again_after


BY_HOUR = Span(HOUR, again_after=timedelta(minutes=1), final_after=2 * HOUR)
BY_DAY = Span(DAY, again_after=HOUR, final_after=WEEK)


def hours_shown(now: datetime) -> list[datetime]:
    """Return the starts of the last hours, the running one first, then those of a week before."""
    running = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    last = [running - place * HOUR for place in range(HOURS)]
    return [*last, *(each - WEEK for each in last)]


def days_shown(now: datetime) -> list[datetime]:
    """Return the starts of the last days in UTC, today first."""
    today = start_of_day(now.astimezone(UTC))
    return [today - place * DAY for place in range(DAYS)]


def figures_of(start: datetime, orders: Iterable[Order], now: datetime) -> DayFigures:
    """Return the figures of the orders of a day; those that nothing says when to ship are never late."""
    read = list(orders)
    rules = Counter(line.routing.rule for order in read for line in order.lines if line.routing)
    late = sum(is_late(order, now) for order in read)
    return DayFigures(start=start, measured_at=now, orders=len(read), late=late, rules=dict(rules))


def is_late(order: Order, now: datetime) -> bool:
    """Return whether a part of the order left after it should have, or should have left and has not."""
    parts = ((each, order.due_from(each.warehouse)) for each in order.fulfilments)
    left = any(due and parcel.shipped_at > due for each, due in parts for parcel in each.parcels)
    return left or Flag.LATE in order.flags_at(now)
