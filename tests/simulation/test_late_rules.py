"""The rule that a transfer order is said to be late once its day has passed, and until nothing of it is on its way."""

from datetime import UTC, datetime
from typing import Any

from simulation.late_rules import faults_of_late

NOON_OF_THE_THIRD = datetime(2026, 11, 3, 12, tzinfo=UTC).timestamp()


def transfer(received: int, expected_on: str = "2026-11-02") -> dict[str, Any]:
    return {"T-1": {"expected_on": expected_on, "lines": [{"id": "1", "sent": 2, "received": received}]}}


def test_a_transfer_order_is_late_after_its_day() -> None:
    assert list(faults_of_late(transfer(1), (), NOON_OF_THE_THIRD))
    assert not list(faults_of_late(transfer(1), ("T-1",), NOON_OF_THE_THIRD))
    assert not list(faults_of_late(transfer(1, "2026-11-03"), (), NOON_OF_THE_THIRD))


def test_one_that_arrived_is_late_no_more() -> None:
    assert list(faults_of_late(transfer(2), ("T-1",), NOON_OF_THE_THIRD))
    assert not list(faults_of_late(transfer(2), (), NOON_OF_THE_THIRD))
