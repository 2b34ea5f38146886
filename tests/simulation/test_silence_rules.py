"""The rule that a supplier's silence is an exception of each order that it is about, once answers were looked for."""

import json
from typing import Any

import pytest

from simulation.aws.dynamodb.streams import Record
from simulation.silence_rules import SilenceBooks

BATCH: dict[str, Any] = {"number": 7, "members": [{"order": "a", "fulfilment": 1}]}
SENT: dict[str, Any] = {"status": "requested", "batch": 7}
SAYS_SO = {"cause": "supplier_silent", "fulfilment": 1}


def record(before: dict[str, Any], after: dict[str, Any]) -> Record:
    old, new = ({"body": {"S": json.dumps({**BATCH, **each})}} for each in (before, after))
    key = ("SUPPLIER#loomworks", "BATCH#000007")
    return Record("WorkTable", 1, key, {}, old, new, 0.0, "NEW_AND_OLD_IMAGES")


def faults(fulfilment: dict[str, Any], *exceptions: dict[str, Any], checks: int = 1, **batch: Any) -> list[str]:
    books = SilenceBooks()
    books.read(record({"checks": 0, **batch}, {"checks": checks, **batch}))
    order = {"channel_order_id": "4711", "fulfilments": [fulfilment], "exceptions": [*exceptions]}
    return list(books.new_faults({"a": order}))


def test_an_order_that_was_looked_for_in_vain_has_an_exception() -> None:
    assert faults(SENT) == ["order 4711: its supplier does not answer about 1, without an exception"]
    assert faults(SENT, SAYS_SO) == []


def test_an_exception_about_another_part_does_not_count() -> None:
    assert faults(SENT, {**SAYS_SO, "fulfilment": 2}) != []
    assert faults(SENT, {**SAYS_SO, "cause": "overdue"}) != []


@pytest.mark.parametrize(
    "answered", [{"status": "accepted"}, {"parcels": [{"tracking": "1Z"}]}, {"batch": 8}, {"status": "cancelled"}]
)
def test_what_has_an_answer_or_is_in_another_batch_needs_none(answered: dict[str, Any]) -> None:
    assert faults({**SENT, **answered}) == []


def test_a_batch_counts_once_it_was_looked_for() -> None:
    assert faults(SENT, checks=0) == []
    assert faults(SENT, kind="cancellations") == []
