"""The rule that no two labels are bought for the same units."""

from typing import Any

from simulation.label_rules import bought_twice


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
