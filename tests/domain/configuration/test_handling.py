from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from packhorse.domain.configuration.handling import Handling, Weekday


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("handling", "start", "leaves"),
    [
        (Handling(), "2026-11-23T13:59", "2026-11-24T23:59:59"),
        (Handling(), "2026-11-23T14:00", "2026-11-25T23:59:59"),
        (Handling(), "2026-11-28T08:00", "2026-12-01T23:59:59"),
        (Handling(days=0), "2026-11-23T09:00", "2026-11-23T23:59:59"),
        (Handling(days=0), "2026-11-27T15:00", "2026-11-30T23:59:59"),
        (Handling(closed_on=(date(2026, 11, 24),)), "2026-11-23T09:00", "2026-11-25T23:59:59"),
        (Handling(working_days=(Weekday.SATURDAY,)), "2026-11-23T09:00", "2026-12-05T23:59:59"),
        (Handling(time_zone="Asia/Tokyo", days=0), "2026-11-23T06:00", "2026-11-24T14:59:59"),
        (Handling(time_zone="America/New_York"), "2026-10-30T17:00", "2026-11-03T04:59:59"),
        (Handling(time_zone="America/Los_Angeles", cut_off="17:00"), "2026-11-24T00:00", "2026-11-26T07:59:59"),
        (Handling(time_zone="Pacific/Auckland", cut_off="12:00"), "2026-11-24T00:00", "2026-11-25T10:59:59"),
    ],
    ids=[
        *"in_time at_the_cut-off on_Saturday same_day Friday_evening closed one_day_a_week zone summer_time".split(),
        *"day_in_the_west day_in_the_east".split(),
    ],
)
def test_an_order_leaves_so_many_working_days_after_the_one_on_which_it_is_begun(
    handling: Handling, start: str, leaves: str
) -> None:
    assert handling.ship_by(moment(start)) == moment(leaves)


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Olympus"), ("time_zone", "../etc/passwd"), ("cut_off", "24:00"), ("working_days", [])],
)
def test_handling_that_makes_no_sense_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError, match=field):
        Handling.model_validate({field: value})
