"""What is suggested, in golden vectors: the pace without days of no stock, and what of it is there or on its way."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from packhorse.domain.catalogue.product import Product, ProductKind
from packhorse.domain.money import Money
from packhorse.domain.purchasing.demand import DayChange, EmptyDays, Velocity, day_changes, demand_of, velocity
from packhorse.domain.purchasing.suggestions import StockPosition, Suggestion, drafts_of, suggested
from packhorse.domain.purchasing.supply_terms import SupplyTerms

TODAY = date(2026, 11, 27)
NOTHING = StockPosition(0, 0, 0, 0)


def day(before: int) -> date:
    return TODAY - timedelta(days=before)


def change(received: int = 0, taken: int = 0) -> DayChange:
    return DayChange(available=received - taken, taken=taken)


def moved(*movements: tuple[int, str, int, int, int | None]) -> dict[date, DayChange]:
    """The days of movements: how many days ago, kind, available, committed, and since when they were waited for."""
    days: defaultdict[date, DayChange] = defaultdict(DayChange)
    for before, kind, available, committed, waited in movements:
        since = day(waited) if waited is not None else None
        for at, part in day_changes(kind, day(before), available, committed, since):
            days[at] = days[at].plus(part)
    return dict(days)


def received(before: int, units: int) -> tuple[int, str, int, int, int | None]:
    return before, "receive", units, 0, None


def taken(before: int, units: int = 1, waited: int | None = None) -> tuple[int, str, int, int, int | None]:
    return before, "commit", -units, units, waited


def pace(days: dict[date, DayChange], weeks: int = 8) -> Velocity:
    return velocity(demand_of("MUG", "main", days, TODAY), weeks, TODAY)


# ---- velocity


def test_every_day_with_stock_counts_also_those_on_which_nothing_was_taken() -> None:
    assert pace({day(100): change(500), day(20): change(taken=20), day(3): change(taken=8)}) == (28, 56, 0)


def test_days_without_stock_are_left_out() -> None:
    sold_out = {day(100): change(30), day(40): change(taken=30), day(26): change(50), day(2): change(taken=10)}

    assert demand_of("MUG", "main", sold_out, TODAY).empty == (EmptyDays(first=day(39), last=day(27)),)
    assert pace(sold_out) == (40, 56 - 13, 13)


def test_a_shelf_that_is_empty_until_now_counts_only_what_was_before() -> None:
    assert pace({day(100): change(30), day(15): change(taken=30)}) == (30, 42, 14)
    assert pace({day(100): change(30), day(90): change(taken=30)}) == (0, 0, 56)


def test_a_new_product_counts_from_its_first_day() -> None:
    assert pace({day(10): change(100), day(4): change(taken=20)}) == (20, 10, 0)


def test_what_is_not_sold_in_the_season_has_no_pace() -> None:
    assert pace({day(300): change(500), day(120): change(taken=400)}) == (0, 56, 0)


def test_today_does_not_count_nor_does_what_came_today_for_the_first_time() -> None:
    assert pace({day(100): change(500), TODAY: change(taken=50)}) == (0, 56, 0)
    assert pace({TODAY: change(500)}) == (0, 0, 0)
    assert pace({}) == (0, 0, 0)


def test_what_an_order_gives_back_is_not_taken_and_what_ships_is_taken_once() -> None:
    came_back = (10, "release", 5, -5, None), (10, "ship", 0, -15, None)

    assert pace(moved(received(100, 500), taken(20, 20), *came_back)) == (15, 56, 0)


def test_an_old_order_that_is_cancelled_takes_nothing_from_the_pace_of_now() -> None:
    steady = [taken(before, 2) for before in range(100, 0, -1)]
    old = taken(60, 150), (10, "release", 150, -150, 60)

    assert pace(moved(received(110, 5000), *steady, *old), weeks=2) == (28, 14, 0)
    assert pace(moved(received(110, 5000), *steady, *old), weeks=10) == (140, 70, 0)


@pytest.mark.parametrize("kind", ["short_pick", "quarantine"])
def test_what_a_warehouse_rejects_of_an_order_was_not_taken_there(kind: str) -> None:
    assert pace(moved(received(100, 500), taken(20, 3), (19, kind, 0, -2, None))) == (1, 56, 0)


@pytest.mark.parametrize(
    ("kind", "is_demand", "taken"),
    [("commit", False, 0), ("transfer_out", None, 0), ("transfer_out", True, 50)],
)
def test_a_movement_may_say_itself_whether_its_units_are_wanted(kind: str, is_demand: bool | None, taken: int) -> None:
    [(_, found)] = day_changes(kind, TODAY, -50, 0, None, is_demand)

    assert found == DayChange(available=-50, taken=taken)


def test_one_a_day_is_one_a_day_also_where_orders_waited_for_weeks() -> None:
    in_stock = [taken(before) for before in (*range(56, 52, -1), *range(12, 0, -1))]
    waited = [taken(12, waited=before) for before in range(52, 12, -1)]

    assert pace(moved(received(56, 4), received(12, 100), *in_stock, *waited)) == (56, 56, 0)


def test_what_always_waits_has_the_pace_of_its_orders() -> None:
    waited = [taken(before - 10, waited=before) for before in range(50, 10, -5)]

    assert pace(moved(*((before - 10, "receive", 1, 0, None) for before in range(50, 10, -5)), *waited)) == (8, 36, 14)


def test_days_without_stock_count_until_the_last_order_that_waited() -> None:
    sold_out = received(100, 30), taken(40, 30), taken(20, 2, waited=38), received(20, 12)

    assert demand_of("MUG", "main", moved(*sold_out), TODAY).empty == (EmptyDays(first=day(37), last=day(21)),)
    assert pace(moved(*sold_out)) == (32, 56 - 17, 17)


def test_what_waited_and_is_cancelled_once_it_was_served_was_not_taken() -> None:
    served = received(100, 30), taken(40, 30), received(20, 12), taken(20, 2, waited=38)

    assert pace(moved(*served, (19, "release", 2, -2, None))).taken == 30


def test_days_of_half_a_year_are_kept() -> None:
    found = demand_of("MUG", "main", {day(200): change(500, 5), day(100): change(taken=7)}, TODAY)

    assert (found.first, dict(found.taken)) == (day(200), {day(100): 7})


# ---- suggestion


def product(**more: Any) -> Product:
    terms = {"supplier": "acme", "price": Money.of("2.00", "EUR"), "lead_days": 5, **more}
    return Product(sku="MUG", bought_from=(SupplyTerms(**terms),), supplier_skus={"acme": "TW-1"})


def suggestion(speed: Velocity, position: StockPosition = NOTHING, safety: int = 14, **terms: Any) -> Suggestion | None:
    return suggested(product(**terms), "main", speed, position, safety, {"acme"})


@pytest.mark.parametrize(
    ("speed", "position", "terms", "units"),
    [
        (Velocity(28, 56, 0), NOTHING, {}, 10),
        (Velocity(28, 42, 14), NOTHING, {}, 13),
        (Velocity(28, 56, 0), StockPosition(4, 0, 0, 3), {}, 9),
        (Velocity(28, 56, 0), StockPosition(4, 2, 2, 0), {}, 2),
        (Velocity(28, 56, 0), StockPosition(4, 6, 0, 0), {}, None),
        (Velocity(28, 56, 0), StockPosition(-2, 0, 0, 0), {}, 12),
        (Velocity(28, 56, 0), NOTHING, {"case_pack": 6}, 12),
        (Velocity(28, 56, 0), NOTHING, {"minimum": 24}, 24),
        (Velocity(28, 56, 0), NOTHING, {"case_pack": 10, "minimum": 24}, 30),
        (Velocity(20, 10, 0), NOTHING, {}, 38),
        (Velocity(0, 56, 0), NOTHING, {}, None),
        (Velocity(0, 56, 0), StockPosition(0, 0, 0, 3), {}, 3),
        (Velocity(0, 0, 56), StockPosition(0, 0, 0, 3), {}, 3),
        (Velocity(0, 0, 0), NOTHING, {}, None),
    ],
)
def test_units(speed: Velocity, position: StockPosition, terms: dict[str, Any], units: int | None) -> None:
    found = suggestion(speed, position, **terms)

    assert (found and found.units) == units


@pytest.mark.parametrize(
    ("collected", "terms", "units"),
    [(24, {"minimum": 24}, 2), (24, {"case_pack": 12}, 12), (20, {"case_pack": 12}, 4), (6, {"minimum": 24}, 18)],
)
def test_a_draft_that_orders_some_already_gets_what_its_line_lacks(
    collected: int, terms: dict[str, Any], units: int
) -> None:
    position = StockPosition(0, 0, 8, 0)  # of any draft: two are lacking beside them
    of_others = {("acme", "USD"): 500, ("other", "EUR"): 500}

    found = suggested(
        product(**terms), "main", Velocity(28, 56, 0), position, 14, {"acme"}, {("acme", "EUR"): collected, **of_others}
    )

    assert found is not None
    assert (found.lacking, found.units) == (2, units)


def test_the_sentence_shows_the_arithmetic() -> None:
    plain = suggestion(Velocity(28, 56, 0))
    full = suggestion(Velocity(28, 42, 14), StockPosition(4, 1, 2, 3), case_pack=4, minimum=8)

    assert plain is not None
    assert plain.sentence == (
        "28 were taken in 56 days: 5 days to deliver and 14 of safety need 10. "
        "With 0 waited for, 0 available, 0 incoming, 0 in drafts, 10 are lacking."
    )
    assert full is not None
    assert (full.needed, full.units) == (13, 12)
    assert full.sentence == (
        "28 were taken in 42 days, 14 without stock left out: 5 days to deliver and 14 of safety need 13. "
        "With 3 waited for, 4 available, 1 incoming, 2 in drafts, 9 are lacking; "
        "in cases of 4 and 8 at least that is 12."
    )


def test_the_sentence_says_what_the_draft_has_of_a_minimum() -> None:
    collected = {("acme", "EUR"): 6}
    fast, drafted = Velocity(28, 56, 0), StockPosition(0, 0, 8, 0)

    found = suggested(product(minimum=24), "main", fast, drafted, 14, {"acme"}, collected)

    assert found is not None
    assert found.sentence.endswith("2 are lacking; 24 at least, with the 6 in its draft, that is 18.")


def test_what_is_bought_otherwise_is_not_suggested() -> None:
    fast = Velocity(28, 56, 0)
    per_order = product().replace(bought_per_order=True)
    kit = product().replace(kind=ProductKind.KIT, components={"A": 1})

    assert [suggested(each, "main", fast, NOTHING, 14, {"acme"}) for each in (per_order, kit)] == [None, None]
    assert suggested(product(), "main", fast, NOTHING, 14, {"another"}) is None


def test_drafts_are_by_supplier_and_warehouse() -> None:
    found = suggestion(Velocity(28, 56, 0), case_pack=6)
    assert found is not None

    drafts = drafts_of(
        [found, found.replace(sku="LAMP"), found.replace(warehouse="east")], datetime(2026, 11, 27, tzinfo=UTC)
    )

    assert [(each.warehouse, [line.sku for line in each.lines]) for each in drafts] == [
        ("east", ["MUG"]),
        ("main", ["MUG", "LAMP"]),
    ]
    line = drafts[0].lines[0]
    assert (line.ordered, line.case_pack, line.supplier_sku, line.expected_on) == (12, 6, "TW-1", date(2026, 12, 2))
