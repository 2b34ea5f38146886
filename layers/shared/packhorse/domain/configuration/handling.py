"""Handling: the days on which a warehouse works, and until when it ships an order."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, StringConstraints

from packhorse.domain.days import day_placed, end_of_day
from packhorse.domain.values import Value, Whole


class Weekday(StrEnum):
    """A day of the week, in the order of `date.weekday`."""

    MONDAY = "mon"
    TUESDAY = "tue"
    WEDNESDAY = "wed"
    THURSDAY = "thu"
    FRIDAY = "fri"
    SATURDAY = "sat"
    SUNDAY = "sun"


WEEK = tuple(Weekday)


def _is_known(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("is not a time zone such as Europe/Berlin") from error
    return name


TimeZone = Annotated[str, StringConstraints(min_length=1, max_length=60), AfterValidator(_is_known)]
"""The name of a time zone, such as `Europe/Berlin`."""


class Handling(Value):
    """When a warehouse ships what it has to ship.

    An order that is paid on a working day before the cut-off is begun that day, any other on the next working day; it
    leaves `days` working days later, by the end of the day. Days and times are those of the time zone.
    """

    working_days: Annotated[tuple[Weekday, ...], Field(min_length=1, max_length=7)] = WEEK[:5]
    cut_off: Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "14:00"
    days: Annotated[Whole, Field(ge=0, le=60)] = 1
    time_zone: TimeZone = "UTC"
    closed_on: Annotated[tuple[date, ...], Field(max_length=200)] = ()

    def ship_by(self, start: datetime) -> datetime:
        """Return until when an order that can be begun from `start` on is to leave.

        A day without a time is that day in any zone, and before its cut-off.

        >>> friday_evening = datetime(2026, 11, 27, 18, 0, tzinfo=ZoneInfo("UTC"))
        >>> Handling().ship_by(friday_evening).isoformat()
        '2026-12-01T23:59:59+00:00'
        """
        zone = ZoneInfo(self.time_zone)
        local = start.astimezone(zone)
        is_too_late = local.time() >= time.fromisoformat(self.cut_off)
        begins_on = day_placed(start) or local.date() + timedelta(days=1 if is_too_late else 0)
        working = self._working_days(begins_on)
        leaves_on = next(islice(working, self.days, None))
        return end_of_day(leaves_on, self.time_zone)

    def _working_days(self, day: date) -> Iterator[date]:
        while True:
            if WEEK[day.weekday()] in self.working_days and day not in self.closed_on:
                yield day
            day += timedelta(days=1)
