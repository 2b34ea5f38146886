"""Days that were stated without a time, and are stored as moments."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

END_OF_DAY = time(23, 59, 59)
LATEST_END_OF_DAY = timedelta(hours=10)
"""After midnight in UTC, when the day before has ended wherever goods are sold: in Hawaii."""


def end_of_day(day: date, time_zone: str) -> datetime:
    """Return the last second of a day in a zone.

    >>> end_of_day(date(2026, 11, 23), "America/Los_Angeles").isoformat()
    '2026-11-24T07:59:59+00:00'
    """
    return datetime.combine(day, END_OF_DAY, ZoneInfo(time_zone)).astimezone(UTC)


def day_due(until: datetime) -> date | None:
    """Return the day with whose last second, in any time zone, a promise ends; None for any other moment.

    It is the same day wherever people read it.

    >>> day_due(datetime(2026, 11, 24, 7, 59, 59, tzinfo=UTC)), day_due(datetime(2026, 11, 24, 8, tzinfo=UTC))
    (datetime.date(2026, 11, 23), None)
    """
    is_last_second = until.second == 59 and until.minute % 15 == 14  # some zones are a quarter of an hour off
    return (until - LATEST_END_OF_DAY).date() if is_last_second else None


def day_placed(moment: datetime) -> date | None:
    """Return the day of an order that came with a day alone, stored as its beginning in UTC; None for any other."""
    return moment.date() if moment.time() == time() else None
