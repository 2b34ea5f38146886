"""A day without a time stands for a moment that can be: after the hand-over, not in the future, and on that day."""

from datetime import UTC, datetime

import pytest

from packhorse.domain.supply.whole_day import WholeDay

DAY = WholeDay(begins=datetime(2026, 11, 18, 23, tzinfo=UTC), ends=datetime(2026, 11, 19, 23, tzinfo=UTC))


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [
        ("18 09:00", "20 09:00", "19 11:00"),  # its noon there
        ("19 14:00", "20 09:00", "19 14:00"),  # handed over in the afternoon
        ("19 07:00", "19 08:00", "19 08:00"),  # read in the morning
        ("20 09:00", "20 10:00", "19 22:59"),  # handed over the day after: the supplier's day counts
        ("18 09:00", "18 10:00", "18 10:00"),  # tomorrow
    ],
)
def test_a_day_is_its_noon_within_what_is_possible(after: str, before: str, expected: str) -> None:
    found = DAY.moment(*(datetime.strptime(f"2026 11 {each} +0000", "%Y %m %d %H:%M %z") for each in (after, before)))

    assert f"{found:%d %H:%M}" == expected
