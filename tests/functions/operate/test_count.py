"""The stream of the Orders table, through its handler: rows are counted by view and warehouse, each change once."""

from typing import Any

import pytest

from functions.operate import count
from packhorse.store import row_counts
from packhorse.store.row_counts import RowCount
from simulation.merchant import Context

pytestmark = pytest.mark.usefixtures("cloud")


def change(number: int, name: str = "INSERT", view: str = "to-ship", place: str = "main") -> dict[str, Any]:
    """A record of the stream: a row of that view and warehouse came, changed or went."""
    sk = f"2026-11-24T16:00:00.000000Z#1#2026-11-23T09:30:00.000000Z#{number:032}#1#{place}"
    return item(number, name, f"ROW#{view}", sk)


def item(number: int, name: str, pk: str, sk: str) -> dict[str, Any]:
    keys = {"pk": {"S": pk}, "sk": {"S": sk}}
    return {"eventName": name, "dynamodb": {"Keys": keys, "SequenceNumber": str(number)}}


def counted(*batches: list[dict[str, Any]]) -> dict[tuple[str, str | None], int]:
    """The counts after these batches."""
    for batch in batches:
        count.handler({"Records": batch}, Context())
    return {place: found.rows for place, found in row_counts.all_counts().items()}


def test_rows_that_come_and_go_are_counted_by_view_and_warehouse() -> None:
    batch = [change(1), change(2), change(3, "REMOVE"), change(4, view="short", place="-"), change(5, place="east")]

    assert counted(batch) == {("to-ship", "main"): 1, ("short", None): 1, ("to-ship", "east"): 1}


def test_a_row_that_only_shows_something_else_and_other_items_count_nothing() -> None:
    assert counted([change(1, "MODIFY"), item(2, "INSERT", "an-order", "ORDER")]) == {}


def test_a_batch_that_comes_again_is_counted_once_also_when_it_is_longer() -> None:
    batch = [change(9), change(10), change(11, "REMOVE")]

    assert counted(batch[:2], batch[:2], batch, batch) == {("to-ship", "main"): 1}


def test_numbers_are_compared_as_numbers_though_they_have_more_digits_than_a_number_may() -> None:
    assert counted([change(9)], [change(10**39)], [change(10**39)]) == {("to-ship", "main"): 2}


def test_counts_are_summed_for_all_warehouses_or_one() -> None:
    counted([change(1), change(2, place="east"), change(3, place="-")])

    assert row_counts.counts_of(None)["to-ship"] == 3
    assert row_counts.counts_of("east")["to-ship"] == 1


def test_a_count_is_corrected_only_if_it_is_as_it_was_read() -> None:
    place = ("to-ship", None)
    counted([change(1, place="-")])
    read = row_counts.all_counts()[place]
    counted([change(2, place="-")])

    assert not row_counts.correct(place, read, 7)
    assert row_counts.correct(place, row_counts.all_counts()[place], 7)
    assert row_counts.all_counts()[place].rows == 7


def test_a_count_that_only_audits_made_is_corrected_from_nothing_and_from_zero() -> None:
    place = ("short", None)

    for rows in (3, 0, 2):
        read = row_counts.all_counts().get(place, RowCount())
        assert row_counts.correct(place, read, rows)
        assert row_counts.all_counts()[place] == RowCount(rows)
