"""Calls keep their distance."""

from packhorse.channels.pace import Pace


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
