"""Dates in suppliers' files, as far as they can be stored, and the days that they are."""

from datetime import UTC, date, datetime, timedelta

import pytest

from packhorse.domain.supply.patterns import EPOCH, ISO, read_date, read_day, read_when
from packhorse.domain.supply.whole_day import WholeDay


@pytest.mark.parametrize(
    ("text", "pattern"),
    [("9999-12-31", ISO), ("0001-01-01", ISO), ("0999-12-31", ISO), ("31.12.9999", "%d.%m.%Y")],
)
def test_a_date_that_no_record_can_hold_is_refused(text: str, pattern: str) -> None:
    with pytest.raises(ValueError, match="is not a date in the pattern"):
        read_date(text, pattern, "Europe/Berlin")


@pytest.mark.parametrize("zone", ["America/New_York", "Europe/Berlin", "Pacific/Auckland"])
@pytest.mark.parametrize("text", ["2026-12-01T00:00:00Z", "2026-12-01T00:00:00.000+00:00", "2026-12-01"])
def test_a_day_that_json_writes_as_midnight_in_utc_is_that_day(text: str, zone: str) -> None:
    assert read_day(text, ISO, zone) == date(2026, 12, 1)


def test_a_moment_in_utc_is_on_the_day_that_it_is_there() -> None:
    assert read_day("2026-12-01T05:00:00Z", ISO, "America/New_York") == date(2026, 12, 1)
    assert read_day("2026-11-30T23:00:00Z", ISO, "Europe/Berlin") == date(2026, 12, 1)


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("2026-12-01", ISO),
        ("2026-12-01T00:00:00Z", ISO),
        ("2026-12-01T00:00:00+01:00", ISO),
        ("2026-12-01 00:00:00", "%Y-%m-%d %H:%M:%S"),
        ("1796083200", EPOCH),
    ],
)
def test_what_left_at_midnight_left_on_that_day(text: str, pattern: str) -> None:
    begins = datetime(2026, 12, 1, 5, tzinfo=UTC)

    assert read_when(text, pattern, "America/New_York") == WholeDay(begins=begins, ends=begins + timedelta(days=1))


def test_what_left_at_another_time_left_then() -> None:
    assert read_when("2026-12-01T00:00:01Z", ISO, "America/New_York") == datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC)
