"""A stock feed that takes too much away, says nothing or has stopped is held for a person."""

from datetime import UTC, datetime, timedelta

import pytest

from packhorse.domain.supply.answer_layout import FeedLayout
from packhorse.domain.supply.feeds import (
    ConcernKind,
    FeedFile,
    FeedRow,
    FeedSku,
    FeedState,
    concerns_of,
    is_silent,
    quantities_of,
)
from packhorse.domain.values import Sku

NOW = datetime(2026, 11, 20, tzinfo=UTC)
LAYOUT = FeedLayout()


def stock(**units: int) -> dict[Sku, int]:
    return {Sku(sku): quantity for sku, quantity in units.items()}


def kinds(before: dict[Sku, int], units: dict[Sku, int], layout: FeedLayout = LAYOUT) -> list[ConcernKind]:
    return [each.kind for each in concerns_of(before, units, layout)]


def test_a_feed_may_halve_the_stock_and_not_more() -> None:
    assert kinds(stock(a=60, b=40), stock(a=30, b=20)) == []
    assert kinds(stock(a=60, b=40), stock(a=30, b=19)) == [ConcernKind.DROPPED]


def test_a_feed_may_empty_a_quarter_of_the_products_and_not_more() -> None:
    before = stock(a=1, b=1, c=1, d=100)

    assert kinds(before, stock(a=0)) == []
    assert kinds(before, stock(a=0, b=0)) == [ConcernKind.EMPTIED]


def test_a_catalogue_of_zeros_is_held_for_both() -> None:
    assert kinds(stock(a=5, b=5), stock(a=0, b=0)) == [ConcernKind.DROPPED, ConcernKind.EMPTIED]


def test_what_a_feed_does_not_name_stays_or_is_empty_as_the_layout_says() -> None:
    before = stock(a=5, b=5)

    assert kinds(before, stock(a=5)) == []
    assert kinds(before, stock(a=5), FeedLayout(absent="zero")) == [ConcernKind.EMPTIED]


def test_new_products_do_not_hide_a_drop_of_those_that_were_there() -> None:
    assert ConcernKind.EMPTIED in kinds(stock(a=5, b=5), stock(a=0, b=0, c=100))


def test_products_without_stock_before_do_not_count() -> None:
    assert kinds(stock(a=10, b=0, c=-2), stock(a=10, b=0, c=0)) == []
    assert kinds({}, stock(a=1)) == []


def test_a_feed_without_any_of_our_products_is_held() -> None:
    assert kinds(stock(a=1), {}) == [ConcernKind.EMPTY]


def test_the_reasons_have_the_numbers() -> None:
    (dropped, emptied) = concerns_of(stock(a=90, b=10), stock(a=0), LAYOUT)

    assert dropped.message == "the stock would drop from 100 to 10 units, by more than 50 %"
    assert emptied.message == "1 of 2 products in stock would have none, more than 25 %"


def test_a_feed_is_silent_after_its_hours() -> None:
    hours = timedelta(hours=1)

    assert not is_silent(NOW - 48 * hours, NOW - 1000 * hours, NOW, LAYOUT)
    assert is_silent(NOW - 49 * hours, NOW - 1000 * hours, NOW, LAYOUT)
    assert not is_silent(None, NOW - 47 * hours, NOW, LAYOUT)
    assert is_silent(None, NOW - 49 * hours, NOW, LAYOUT)


SKUS = [Sku("00123"), Sku("W-1"), Sku("w-2")]


def test_quantities_are_those_of_our_skus_by_ours_or_the_suppliers() -> None:
    rows = [FeedRow(2, "W-1", "", 3), FeedRow(3, "", "SUP-9", 4), FeedRow(4, "other", "", 5)]

    found = quantities_of(rows, SKUS, {"SUP-9": Sku("w-2")})

    assert found.units == {"W-1": 3, "w-2": 4}
    assert found.unknown == ("other",)
    assert found.warnings == ()


def test_zeros_that_a_spreadsheet_took_are_put_back_with_a_warning() -> None:
    found = quantities_of([FeedRow(2, "123", "", 3)], SKUS, {})

    assert found.units == {"00123": 3}
    assert [each.row for each in found.warnings] == [2]


def test_a_number_that_a_spreadsheet_made_a_fraction_is_a_sku_with_a_warning() -> None:
    found = quantities_of([FeedRow(2, "123.0", "", 3)], SKUS, {})

    assert (found.units, [each.row for each in found.warnings]) == ({"00123": 3}, [2])
    assert quantities_of([FeedRow(2, "12.0", "", 3)], [Sku("12"), Sku("12.0")], {}).units == {"12.0": 3}


@pytest.mark.parametrize(
    ("name", "stocked", "units"),
    [("W-1", ["W-1"], 3), ("W-1", [], None), ("w-2", ["w-2"], None), ("123", ["00123"], None), ("SUP-9", [], 3)],
)
def test_a_suppliers_own_sku_is_ours_only_if_that_is_stocked_there_and_has_no_other_one(
    name: str, stocked: list[str], units: int | None
) -> None:
    found = quantities_of([FeedRow(2, "", name, 3)], SKUS, {"SUP-9": Sku("w-2")}, stocked=[Sku(sku) for sku in stocked])

    assert found.units == ({Sku("w-2" if name == "SUP-9" else name): units} if units else {})
    assert len(found.warnings) == (name in SKUS and units is None)
    assert found.unknown == (() if units else (name,))


def test_a_sku_with_two_quantities_has_none() -> None:
    rows = [FeedRow(2, "W-1", "", 3), FeedRow(3, "W-1", "", 4), FeedRow(4, "w-2", "", 1), FeedRow(5, "w-2", "", 1)]

    found = quantities_of(rows, SKUS, {})

    assert found.units == {"w-2": 1}
    assert [(each.row, each.column) for each in found.faults] == [(3, "quantity")]


A_FEED = FeedFile(id="0" * 24, name="inv.csv", digest="a", written_at=NOW)
OTHER = A_FEED.replace(digest="b", written_at=NOW + timedelta(hours=1))


def test_a_feed_is_the_last_one_once_more_by_its_content_and_time() -> None:
    state = FeedState(since=NOW, last=A_FEED)

    assert state.has_read(A_FEED.replace(name="other.csv"))
    assert not state.has_read(A_FEED.replace(written_at=NOW + timedelta(seconds=1)))
    assert state.has_read(A_FEED.replace(written_at=NOW + timedelta(hours=1), is_dated=False))
    assert not FeedState(since=NOW, last=OTHER).has_read(A_FEED)


def test_a_feed_that_was_written_before_the_last_one_is_past() -> None:
    state = FeedState(since=NOW, last=OTHER)

    assert state.is_past(A_FEED)
    assert not state.is_past(OTHER.replace(digest="c"))
    assert not state.is_past(A_FEED.replace(is_dated=False))


def test_a_last_feed_of_the_future_was_written_at_the_latest_when_it_came() -> None:
    state = FeedState(since=NOW, last=A_FEED.replace(written_at=NOW + timedelta(days=30)), last_at=NOW)

    assert not state.is_past(OTHER)
    assert state.is_past(OTHER.replace(written_at=NOW - timedelta(hours=1)))
    assert not state.has_read(A_FEED.replace(written_at=NOW + timedelta(hours=1)))


def test_skus_of_rows_that_cannot_be_read_are_named_all_the_same() -> None:
    unread = [FeedSku("SUP-9"), FeedSku(), FeedSku("nothing")]
    found = quantities_of([FeedRow(2, "W-1", "", 3)], SKUS, {"SUP-9": Sku("w-2")}, unread)

    assert found.units == {"W-1": 3}
    assert sorted(found.named) == ["W-1", "w-2"]


def test_a_suppliers_own_sku_in_a_row_that_cannot_be_read_is_no_sku_of_ours_by_chance() -> None:
    unread = [FeedSku(supplier_sku="w-2"), FeedSku(supplier_sku="SUP-9")]

    assert quantities_of([], SKUS, {"SUP-9": Sku("W-1")}, unread).named == {"W-1"}
    assert quantities_of([], SKUS, {"SUP-9": Sku("W-1")}, unread, [Sku("w-2")]).named == {"W-1", "w-2"}
