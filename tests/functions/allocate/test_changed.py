"""The stream of the stock table, through the real handler."""

from typing import Any

import pytest

from functions.allocate import changed
from packhorse.aws.settings import settings
from packhorse.messages import changes
from simulation.merchant import MUG, Context
from tests.conftest import invoked

pytestmark = pytest.mark.usefixtures("cloud")


def record(sku: str, before: int | None, after: int | None, at: float = 1_000_000, number: int = 1) -> dict[str, Any]:
    """A change of what is available in `main`; None: not there."""
    keys = {"pk": {"S": sku}, "sk": {"S": "main"}}
    images = {"OldImage": before, "NewImage": after}
    told = {name: {**keys, "available": {"N": str(n)}} for name, n in images.items() if n is not None}
    return {
        "eventID": f"{sku}-{number}",
        "eventName": "MODIFY",
        "dynamodb": {"Keys": keys, "ApproximateCreationDateTime": at, **told},
    }


def hear(*batches: list[dict[str, Any]]) -> tuple[list[str], list[str]]:
    """The skus that go on to the channels, and those whose backorders are looked at, after these batches."""
    for batch in batches:
        changed.handler({"Records": batch}, Context())
    told = [each["sku"] for burst in invoked(settings.publish_function) for each in burst["changes"]]
    return told, [each["sku"] for each in invoked(settings.release_function)]


def test_less_goes_to_the_channels_and_more_to_those_who_wait_too() -> None:
    assert hear([record(MUG, 5, 4)]) == ([MUG], [])
    assert hear([record("SIX", 4, 5)]) == (["SIX"], ["SIX"])
    assert hear([record("NEW", None, 5)]) == (["NEW"], ["NEW"])
    assert hear([record("GONE", 5, None)]) == (["GONE"], [])


def test_what_changes_nothing_that_can_be_sold_is_passed_over() -> None:
    assert hear([record(MUG, 5, 5)]) == ([], [])


def test_a_burst_of_changes_is_one_invocation_and_one_change_a_sku_since_its_first() -> None:
    burst = [record(MUG, 5 - n, 4 - n, at=1_000_000 + n, number=n) for n in range(4)]
    changed.handler({"Records": [*burst, record("SIX", 2, 1, at=1_000_009)]}, Context())

    [told] = invoked(settings.publish_function)

    assert [(each["sku"], each["at"]) for each in told["changes"]] == [
        (MUG, "1970-01-12T13:46:40Z"),
        ("SIX", "1970-01-12T13:46:49Z"),
    ]


def test_a_batch_that_comes_again_longer_is_another_burst() -> None:
    """What was told of the shorter one may have been read before the change that makes it longer."""
    records = [record(MUG, 5 - n, 4 - n, number=n) for n in range(3)]
    for batch in (records[:2], records, records[1:]):
        changed.handler({"Records": batch}, Context())

    bursts = [each["burst"] for told in invoked(settings.publish_function) for each in told["changes"]]

    assert bursts == [f"{MUG}-1", f"{MUG}-2", f"{MUG}-2"]


def test_a_sku_that_rose_several_times_in_a_batch_is_released_once() -> None:
    assert hear([record(MUG, n, n + 1, number=n) for n in range(3)])[1] == [MUG]


def test_very_many_changes_are_several_invocations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "MAX_CHANGES", 2)
    changed.handler({"Records": [record(f"SKU {n}", 5, 4) for n in range(5)]}, Context())

    assert [len(told["changes"]) for told in invoked(settings.publish_function)] == [2, 2, 1]


def test_units_that_no_order_had_are_reported_with_their_warehouse() -> None:
    arrived, given_back = record("SIX", 4, 5), record("TEN", 4, 5)
    given_back["dynamodb"]["OldImage"]["committed"] = {"N": "1"}

    changed.handler({"Records": [arrived, given_back]}, Context())

    seen = {each["sku"]: each["arrived_at"] for each in invoked(settings.release_function)}
    assert seen == {"SIX": ["main"], "TEN": []}
