"""Patterns of dates and times in suppliers' files: few directives of strftime, or seconds since 1970."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, StringConstraints

from packhorse.domain.supply.whole_day import WholeDay
from packhorse.domain.values import in_utc

EPOCH = "epoch"
EPOCH_MS = "epoch_ms"
ISO = "iso"
DIRECTIVES = frozenset("YymdHMSzj")
MAX_EPOCH = 100_000_000_000
"""Seconds up to the year 5138; a larger number is milliseconds."""
_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)
_NUMBER = re.compile(r"\d{1,14}", re.ASCII)


def _is_pattern(pattern: str) -> str:
    if pattern in {EPOCH, EPOCH_MS, ISO}:
        return pattern
    found = _DIRECTIVE.findall(pattern)
    if not found or not set(found) <= DIRECTIVES:
        allowed = ", ".join(f"%{each}" for each in sorted(DIRECTIVES))
        raise ValueError(f"is not epoch, epoch_ms, iso or a pattern of {allowed}, such as %d/%m/%Y")
    return pattern


DatePattern = Annotated[str, StringConstraints(min_length=1, max_length=40), AfterValidator(_is_pattern)]
"""`epoch`, `epoch_ms`, `iso`, or a pattern such as `%d/%m/%Y`."""


def written_date(moment: datetime, pattern: str, time_zone: str) -> str:
    """Return a moment in the pattern and zone.

    >>> written_date(datetime(2026, 11, 19, 23, 30, tzinfo=UTC), "%d/%m/%Y", "Europe/Berlin")
    '20/11/2026'
    """
    if pattern == EPOCH:
        return str(int(moment.timestamp()))
    if pattern == EPOCH_MS:
        return str(int(moment.timestamp() * 1000))
    local = moment.astimezone(ZoneInfo(time_zone))
    return local.isoformat(timespec="seconds") if pattern == ISO else local.strftime(pattern)


def written_day(day: date, pattern: str, time_zone: str) -> str:
    """Return a day in the pattern: no zone makes it another one. As a moment it is that of its beginning in the zone.

    >>> written_day(date(2026, 12, 1), "%d/%m/%Y", "America/New_York"), written_day(date(2026, 12, 1), ISO, "UTC")
    ('01/12/2026', '2026-12-01')
    """
    if pattern == ISO:
        return day.isoformat()
    return written_date(datetime.combine(day, time(), ZoneInfo(time_zone)), pattern, time_zone)


def has_time(pattern: str) -> bool:
    """Return whether the pattern has a time of day."""
    return pattern in {EPOCH, EPOCH_MS, ISO} or "%H" in pattern


def read_date(text: str, pattern: str, time_zone: str) -> datetime:
    """Return the moment that a text in this pattern is; without a zone of its own it is local to `time_zone`.

    Raises ValueError for a text in another pattern: the order of day and month is never guessed.

    >>> read_date("19/11/2026 09:30", "%d/%m/%Y %H:%M", "Europe/Berlin").isoformat()
    '2026-11-19T08:30:00+00:00'
    """
    try:
        found = _written(text, pattern)
        aware = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(time_zone))
        return in_utc(aware)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"“{text[:40]}” is not a date in the pattern {pattern}") from error


def read_when(text: str, pattern: str, time_zone: str) -> datetime | WholeDay:
    """Return the moment that a text is, or the day if it has no time of day; raises ValueError as `read_date` does.

    Midnight is no time of day: databases, and JSON, write days so.

    >>> read_when("19/11/2026", "%d/%m/%Y", "Europe/Berlin").begins.isoformat()
    '2026-11-18T23:00:00+00:00'
    >>> read_when("2026-11-19T00:00:00Z", ISO, "Europe/Berlin").begins.isoformat()
    '2026-11-18T23:00:00+00:00'
    """
    moment = read_date(text, pattern, time_zone)
    written = _written(text, pattern)
    if written.time() != time():
        return moment
    begins = datetime.combine(written.date(), time(), ZoneInfo(time_zone))
    next_day = begins + timedelta(days=1)  # 23 or 25 hours where clocks change
    return WholeDay(begins=begins.astimezone(UTC), ends=next_day.astimezone(UTC))


def read_day(text: str, pattern: str, time_zone: str) -> date:
    """Return the day that a text in this pattern is, in that zone; raises ValueError for another pattern.

    With an offset from UTC it is the day that is written, and so it is at midnight.

    >>> read_day("01/12/2026", "%d/%m/%Y", "America/New_York").isoformat()
    '2026-12-01'
    >>> read_day("2026-12-01T00:00:00+01:00", ISO, "UTC").isoformat()
    '2026-12-01'
    >>> read_day("2026-12-01T00:00:00Z", ISO, "America/New_York").isoformat()
    '2026-12-01'
    """
    moment, written = read_date(text, pattern, time_zone), _written(text, pattern)
    is_of_its_own = bool(written.utcoffset()) or written.time() == time()
    return (written if is_of_its_own else moment.astimezone(ZoneInfo(time_zone))).date()


def _written(text: str, pattern: str) -> datetime:
    """Return the date and time of day that are written, without a zone where the text has none."""
    return _epoch(text, pattern) if pattern in {EPOCH, EPOCH_MS} else _local(text, pattern)


def _local(text: str, pattern: str) -> datetime:
    return datetime.fromisoformat(text) if pattern == ISO else datetime.strptime(text, pattern)  # noqa: DTZ007


def _epoch(text: str, pattern: str) -> datetime:
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number = int(text)
    if (number > MAX_EPOCH) != (pattern == EPOCH_MS):
        raise ValueError("seconds and milliseconds differ by a factor of 1000")
    return datetime.fromtimestamp(number / 1000 if pattern == EPOCH_MS else number, UTC)
