"""The stream of the stock table, through the real handler."""

from typing import Any

import pytest

from functions.allocate import changed
from packhorse.aws.settings import settings
from simulation.merchant import MUG, Context
from tests.conftest import queued

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
    told = [each["sku"] for each in queued(settings.changes_queue_url)]
    return told, [each["sku"] for each in queued(settings.release_queue_url)]


def test_less_goes_to_the_channels_and_more_to_those_who_wait_too() -> None:
    assert hear([record(MUG, 5, 4)]) == ([MUG], [])
    assert hear([record("SIX", 4, 5)]) == (["SIX"], ["SIX"])
    assert hear([record("NEW", None, 5)]) == (["NEW"], ["NEW"])
    assert hear([record("GONE", 5, None)]) == (["GONE"], [])


def test_a_sku_may_have_characters_that_no_message_may_hold() -> None:
    assert hear([record("ODD\uffff", 4, 5)]) == (["ODD\uffff"], ["ODD\uffff"])


def test_what_changes_nothing_that_can_be_sold_is_passed_over() -> None:
    assert hear([record(MUG, 5, 5)]) == ([], [])


def test_a_burst_of_changes_is_one_message() -> None:
    burst = [record(MUG, 5 - n, 4 - n, at=1_000_000 + n, number=n) for n in range(4)]

    assert hear(burst[:2], burst[2:]) == ([MUG], [])
    assert hear(burst, [record(MUG, 1, 0, at=1_000_005, number=9)]) == ([MUG], [])


def test_a_rise_is_told_once_a_batch_and_not_again_when_the_batch_comes_again() -> None:
    rises = [record(MUG, n, n + 1, number=n) for n in range(3)]

    assert hear(rises, rises)[1] == [MUG]
    assert hear(rises, [record(MUG, 3, 4, number=3)])[1] == [MUG]
