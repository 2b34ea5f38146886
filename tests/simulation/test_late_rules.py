"""The rule that what is on its way is said to be late once its day has passed, and until nothing of it is to come."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from simulation.late_rules import faults_of_late

NOON_OF_THE_THIRD = datetime(2026, 11, 3, 12, tzinfo=UTC).timestamp()
Documents = dict[str, Any]
Made = Callable[[int, str], tuple[Documents, Documents]]


def transfer(received: int, day: str) -> tuple[Documents, Documents]:
    return {"T-1": {"expected_on": day, "lines": [{"id": "1", "sent": 2, "received": received}]}}, {}


def purchase(received: int, day: str) -> tuple[Documents, Documents]:
    lines = [{"id": "1", "ordered": 2, "received": received, "expected_on": day}]
    return {}, {"T-1": {"submitted_at": "2026-11-01T12:00:00Z", "lines": lines}}


def faults(made: Made, received: int, day: str, *opened: str) -> list[str]:
    transfers, purchases = made(received, day)
    return list(faults_of_late(transfers, purchases, opened, NOON_OF_THE_THIRD))


@pytest.mark.parametrize("made", [transfer, purchase])
def test_what_is_to_come_is_late_after_its_day(made: Made) -> None:
    assert faults(made, 1, "2026-11-02")
    assert not faults(made, 1, "2026-11-02", "T-1")
    assert not faults(made, 1, "2026-11-03")


@pytest.mark.parametrize("made", [transfer, purchase])
def test_what_came_is_late_no_more(made: Made) -> None:
    assert faults(made, 2, "2026-11-02", "T-1")
    assert not faults(made, 2, "2026-11-02")
