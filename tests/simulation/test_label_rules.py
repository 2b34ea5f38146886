"""The rules that no two labels are bought for the same units, and that none waits for its carrier in silence."""

from typing import Any

from simulation.label_rules import bought_twice, faults_of_unanswered
from simulation.order_documents import moment


def label(**units: int) -> dict[str, Any]:
    return {"id": "-".join(units), "state": "buying", "units": units}


def work(*labels: dict[str, Any], **lines: int) -> dict[str, Any]:
    return {"lines": [{"line": name, "quantity": units} for name, units in lines.items()], "labels": list(labels)}


def test_units_of_two_labels_are_bought_twice() -> None:
    first, second = label(mug=2), label(mug=1)
    assert bought_twice(second, work(first, second, mug=2)) == {"mug": 1}
    assert not bought_twice(second, work(first, second, mug=3))


def test_a_label_for_what_was_removed_meanwhile_is_none_of_the_others() -> None:
    removed, ours = label(cup=1), label(mug=2)
    assert not bought_twice(ours, work(removed, ours, mug=2))


def test_a_label_that_waits_for_its_carrier_for_hours_is_said_to() -> None:
    waiting = {"id": "L-1", "state": "buying", "attempted_at": "2026-11-02T12:00:00Z"}
    silent = {"fulfilments": [{"labels": [waiting]}]}
    said = {**silent, "exceptions": [{"cause": "label_unfinished", "tracking": ["L-1"]}]}
    later = moment("2026-11-02T16:00:00Z").timestamp()
    assert list(faults_of_unanswered({"O-1": silent}, later))
    assert not list(faults_of_unanswered({"O-1": said}, later))
    assert not list(faults_of_unanswered({"O-1": silent}))


def test_a_label_that_its_carrier_answered_is_not_said_to_wait() -> None:
    bought = {"id": "L-1", "state": "bought", "attempted_at": "2026-11-02T12:00:00Z"}
    said = {"fulfilments": [{"labels": [bought]}], "exceptions": [{"cause": "label_unfinished", "tracking": ["L-1"]}]}
    assert list(faults_of_unanswered({"O-1": said}))
