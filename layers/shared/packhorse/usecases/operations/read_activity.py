"""Read how many orders come in and how many leave late: from what was measured before, and a bounded part anew."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from packhorse.domain.health.activity import (
    BY_DAY,
    BY_HOUR,
    SAMPLE,
    DayFigures,
    HourFigures,
    Span,
    days_shown,
    figures_of,
    hours_shown,
)
from packhorse.domain.values import Value
from packhorse.store import activity

MOST_HOURS, MOST_DAYS = 12, 3
"""How much is measured at most for one answer; what is left out comes with the next ones."""


class Activity(Value):
    """The last hours and days, newest first, as far as they are measured; `usual` are the same hours a week before."""

    hours: tuple[HourFigures, ...]
    usual: tuple[HourFigures, ...]
    days: tuple[DayFigures, ...]


def read_activity(now: datetime) -> Activity:
    """Return the activity; at most MOST_HOURS and MOST_DAYS of it are measured, the newest first."""
    starts = hours_shown(now)
    hours = activity.find_hours(starts)
    counted = [_counted(start, now) for start in _stale(starts, hours, BY_HOUR, now)[:MOST_HOURS]]
    days = activity.find_days(days_shown(now))
    read = [_read(start, now) for start in _stale(days_shown(now), days, BY_DAY, now)[:MOST_DAYS]]
    activity.keep([*counted, *read])
    hours |= {each.start: each for each in counted}
    days |= {each.start: each for each in read}
    last, usual = starts[: len(starts) // 2], starts[len(starts) // 2 :]
    return Activity(
        hours=tuple(hours[start] for start in last if start in hours),
        usual=tuple(hours[start] for start in usual if start in hours),
        days=tuple(days[start] for start in days_shown(now) if start in days),
    )


def _stale(
    starts: Sequence[datetime], measured: Mapping[datetime, HourFigures | DayFigures], span: Span, now: datetime
) -> list[datetime]:
    return [
        start
        for start in starts
        if start not in measured or not span.is_current(start, measured[start].measured_at, now)
    ]


def _counted(start: datetime, now: datetime) -> HourFigures:
    return HourFigures(start=start, measured_at=now, orders=activity.count_placed(start, BY_HOUR.length))


def _read(start: datetime, now: datetime) -> DayFigures:
    return figures_of(start, activity.last_placed(start, BY_DAY.length, SAMPLE), now)
