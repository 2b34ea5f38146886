"""Calls keep their distance."""

import pytest

from packhorse.domain.errors import Unavailable
from packhorse.http.pace import CALL_MARGIN, Pace


def test_calls_in_a_row_wait_for_their_turn_and_rare_ones_do_not() -> None:
    clock, waited = [100.0], []

    def sleep(seconds: float) -> None:
        waited.append(round(seconds, 3))
        clock[0] += seconds

    pace = Pace(5, sleep, lambda: clock[0])
    for _ in range(3):
        pace()
    clock[0] += 1
    pace()

    assert waited == [0.2, 0.2]


def test_who_has_no_time_for_the_answer_does_not_ask_or_wait_and_hears_when_it_is_time() -> None:
    waited: list[float] = []
    pace = Pace(0.1, waited.append, lambda: 100.0, lambda: CALL_MARGIN + 5)
    pace()

    with pytest.raises(Unavailable) as refused:
        pace()

    assert (refused.value.retry_after, waited) == (10.0, [])
