"""The rule that compares holds of orders with those that the store has of us."""

from datetime import datetime
from typing import Any

import pytest

from simulation.hold_rules import faults_of_ended_holds, faults_of_holds

OURS = {"id": 1, "ours": True}


def faults(document: dict[str, Any], *holds: dict[str, Any], **order: Any) -> list[str]:
    stored = {"channel": "store", "channel_order_id": "7", "status": "open", "is_notifiable": True, **document}
    return list(faults_of_holds({"a": stored}, {"7": {"holds": list(holds), **order}}, "store"))


@pytest.mark.parametrize(
    ("document", "holds"),
    [
        ({"holds": [{"is_shared": True}]}, [OURS]),
        ({"holds": [{"is_shared": False}]}, [{"id": 2}]),
        ({"holds": [{"is_shared": True}], "exceptions": [{"cause": "channel_not_held"}]}, []),
        ({"holds": [{"is_shared": True}], "status": "complete"}, []),
    ],
)
def test_both_sides_alike_or_an_exception_is_no_fault(document: dict[str, Any], holds: list[dict[str, Any]]) -> None:
    assert faults(document, *holds) == []


def test_a_hold_on_one_side_only_is_a_fault() -> None:
    assert faults({"holds": [{"is_shared": True}]}) == ["order 7: not on hold in the store, unlike here"]
    assert faults({}, OURS) == ["order 7: on hold in the store, unlike here"]
    assert faults({}, OURS, cancelled_at="2026-11-02T12:00:00Z") == []


@pytest.mark.parametrize(
    ("until", "status", "is_fault"),
    [
        ("2026-11-02T12:00:00Z", "open", True),
        ("2026-11-02T12:45:00Z", "open", False),
        ("2026-11-02T12:00:00Z", "complete", False),
        (None, "open", False),
    ],
)
def test_a_hold_that_outlasts_its_end_by_far_is_a_fault(until: str | None, status: str, is_fault: bool) -> None:
    held = {"channel_order_id": "7", "status": status, "holds": [{"until": until}]}
    now = datetime.fromisoformat("2026-11-02T13:00:00Z").timestamp()

    assert list(faults_of_ended_holds({"a": held}, now)) == ["order 7 is held although its hold is over"] * is_fault
