"""The table of rules, its options and its edges, one sentence each; what always holds is in test_routing_properties."""

from collections import Counter

import pytest

from packhorse.domain.address import Address
from packhorse.domain.routing.decision import Rule
from packhorse.domain.routing.rules import STEPS, LineToRoute, RoutingRequest, decide
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import Sku, WarehouseId
from tests.domain.routing_builders import (
    BERLIN,
    BOSTON,
    CALIFORNIA,
    CHAIR,
    DOWNTOWN,
    LAMP,
    LOS_ANGELES,
    REFUSED,
    US,
    WALMART,
    candidate,
    merchant,
    product,
    reason,
    route,
    routed,
    stock,
    wanted,
    warehouse,
    went,
)

KIT = Sku("DINING-SET 1+3")
EAST_THEN_WEST = ("east", "west")


def test_the_rules_are_asked_in_the_order_of_their_names() -> None:
    assert [step.__name__ for step in STEPS] == [rule.value for rule in Rule]


# ---- manual, override, pinned: without a look at stock


def test_a_person_who_names_a_warehouse_is_obeyed() -> None:
    ours = merchant("main", "east", "west", override="east", priorities=EAST_THEN_WEST)

    line = route(ours, stock(east=9), wanted(warehouse="west"), products=[product(pinned="main")])

    assert line.routing.rule is Rule.MANUAL
    assert went(line) == {}
    assert reason(line, "east") == "a person named west"


def test_a_person_may_name_a_warehouse_that_refused_the_order() -> None:
    line = route(merchant("main", "west"), stock(west=1), wanted(warehouse="west"), without=["west"])

    assert (line.routing.rule, went(line)) == (Rule.MANUAL, {"west": 1})


def test_an_override_beats_the_pin_and_the_priorities() -> None:
    ours = merchant("main", "east", "west", "north", override="east", priorities=("north",))

    line = route(ours, stock(east=1, north=1), products=[product(pinned="west")])

    assert (line.routing.rule, went(line)) == (Rule.OVERRIDE, {"east": 1})
    assert line.routing.notes == ("the product is pinned to west; the override wins",)
    assert reason(line, "north") == "the channel ships everything from east"


def test_a_pinned_product_waits_for_its_warehouse_though_another_has_it() -> None:
    ours = merchant("main", "west", "north", priorities=("north",))

    line = route(ours, stock(north=9), wanted(2), products=[product(pinned="west")])

    assert (line.routing.rule, went(line)) == (Rule.PINNED, {})
    assert candidate(line, "west").available == 0
    assert reason(line, "north") == "the product is pinned to west"


@pytest.mark.parametrize("rule", [Rule.MANUAL, Rule.OVERRIDE, Rule.PINNED, Rule.CATCHALL])
def test_a_line_that_goes_somewhere_whatever_the_stock_takes_available_units_and_is_short(rule: Rule) -> None:
    catchall = "west" if rule is Rule.CATCHALL else "main"
    ours = merchant("main", "west", "north", override="west" if rule is Rule.OVERRIDE else None, catchall=catchall)
    pins = [product(pinned="west")] if rule is Rule.PINNED else []

    line = route(
        ours, stock(west=2, main=9), wanted(5, warehouse="west" if rule is Rule.MANUAL else None), products=pins
    )

    assert (line.routing.rule, went(line)) == (rule, {"west": 2})
    assert (candidate(line, "west").rejected, candidate(line, "west").available) == (None, 2)


# ---- conflicts with exclusions


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule.MANUAL, "west excludes channel walmart; a person named it all the same"),
        (Rule.OVERRIDE, "west excludes channel walmart; the override wins"),
        (Rule.PINNED, "west excludes channel walmart; the pin wins"),
    ],
)
def test_a_line_that_lands_in_an_excluded_warehouse_says_so(rule: Rule, said: str) -> None:
    west = warehouse("west", excludes=[WALMART])
    ours = merchant("main", west, override="west" if rule is Rule.OVERRIDE else None)
    pins = [product(pinned="west")] if rule is Rule.PINNED else []

    line = route(ours, stock(west=1), wanted(warehouse="west" if rule is Rule.MANUAL else None), products=pins)

    assert (line.routing.rule, went(line)) == (rule, {"west": 1})
    assert line.routing.notes == (said,)


@pytest.mark.parametrize("rule", [Rule.OVERRIDE, Rule.PINNED])
def test_with_exclusions_first_it_waits_for_a_person_instead(rule: Rule) -> None:
    west = warehouse("west", excludes=[WALMART])
    ours = merchant("main", west, override="west" if rule is Rule.OVERRIDE else None, exclusions_first=True)
    pins = [product(pinned="west")] if rule is Rule.PINNED else []

    line = route(ours, stock(west=1, main=1), products=pins)

    assert (line.routing.rule, went(line)) == (rule, {})
    assert line.blocked is not None
    assert line.blocked.endswith("west, which excludes channel walmart")
    assert reason(line, "west") == "excludes channel walmart"


def test_exclusions_first_does_not_stop_a_person() -> None:
    ours = merchant("main", warehouse("west", excludes=[WALMART]), exclusions_first=True)

    line = route(ours, stock(west=1), wanted(warehouse="west"))

    assert (went(line), line.blocked) == ({"west": 1}, None)


# ---- inactive, missing, refused


@pytest.mark.parametrize("rule", [Rule.MANUAL, Rule.OVERRIDE, Rule.PINNED])
@pytest.mark.parametrize(("west", "why"), [([warehouse("west", active=False)], "inactive"), ([], "does not exist")])
def test_a_warehouse_that_is_closed_or_gone_is_passed_over_and_the_next_rule_decides(
    rule: Rule, west: list[str], why: str
) -> None:
    ours = merchant("main", "east", *west, override="west" if rule is Rule.OVERRIDE else None, priorities=("east",))
    pins = [product(pinned="west")] if rule is Rule.PINNED else []
    line = wanted(warehouse="west" if rule is Rule.MANUAL else None)

    decision = route(ours, stock(east=1, west=1), line, products=pins)

    assert (decision.routing.rule, went(decision)) == (Rule.PRIORITY, {"east": 1})
    assert (candidate(decision, "west").rule, reason(decision, "west")) == (rule, why)


def test_priorities_pass_over_warehouses_that_are_closed_or_gone() -> None:
    ours = merchant("main", warehouse("east", active=False), "west", priorities=("gone", "east", "west"))

    line = route(ours, stock(gone=1, east=1, west=1))

    assert went(line) == {"west": 1}
    assert (reason(line, "gone"), reason(line, "east")) == ("does not exist", "inactive")


@pytest.mark.parametrize("rule", [Rule.OVERRIDE, Rule.PINNED, Rule.GEO, Rule.PRIORITY])
def test_a_warehouse_that_refused_the_order_does_not_get_it_again(rule: Rule) -> None:
    west = warehouse("west", *([US] if rule is Rule.GEO else []))
    override = "west" if rule is Rule.OVERRIDE else None
    ours = merchant("main", west, "east", override=override, priorities=("west", "east"))

    line = route(
        ours,
        stock(west=1, east=1),
        products=[product(pinned="west")] if rule is Rule.PINNED else [],
        without=["west"],
    )

    assert (line.routing.rule, went(line)) == (Rule.PRIORITY, {"east": 1})
    assert reason(line, "west") == REFUSED


def test_an_order_that_the_catchall_refused_waits() -> None:
    line = route(merchant("main", "west"), stock(main=9, west=9), without=["main"])

    assert (line.routing.rule, went(line)) == (Rule.CATCHALL, {})
    assert line.routing.notes == (f"catchall main: {REFUSED}; the line waits",)
    assert reason(line, "main") == REFUSED


def test_nothing_is_sent_to_a_catchall_that_is_inactive() -> None:
    line = route(merchant(warehouse("main", active=False)), stock(main=9))

    assert (line.routing.rule, went(line)) == (Rule.CATCHALL, {})
    assert line.routing.notes == ("catchall main: inactive; the line waits",)


# ---- exclusions


def test_an_excluded_warehouse_loses_to_the_next_in_the_priorities() -> None:
    ours = merchant("main", warehouse("east", excludes=[WALMART]), "west", priorities=EAST_THEN_WEST)

    line = route(ours, stock(east=1, west=1))

    assert (line.routing.rule, went(line)) == (Rule.PRIORITY, {"west": 1})
    assert (reason(line, "east"), candidate(line, "east").available) == ("excludes channel walmart", None)


def test_an_exclusion_is_for_its_channel_only() -> None:
    ours = merchant("main", warehouse("east", excludes=["etsy"]), priorities=("east",))

    assert went(route(ours, stock(east=1))) == {"east": 1}


def test_geo_does_not_see_excluded_warehouses() -> None:
    ours = merchant("main", warehouse("west", CALIFORNIA, excludes=[WALMART]), warehouse("east", US))

    line = route(ours, stock(east=1, west=1))

    assert (line.routing.rule, went(line)) == (Rule.GEO, {"east": 1})
    assert reason(line, "west") == "excludes channel walmart"


def test_the_catchall_ignores_exclusions_and_says_so() -> None:
    ours = merchant(warehouse("main", excludes=[WALMART]), exclusions_first=True, priorities=("main",))

    line = route(ours, stock(main=1))

    assert (line.routing.rule, went(line), line.blocked) == (Rule.CATCHALL, {"main": 1}, None)
    assert line.routing.notes == ("main excludes channel walmart; the catchall wins",)


# ---- geo


def test_a_state_beats_a_country_and_without_it_the_priorities_decide() -> None:
    east, west = warehouse("east", US), warehouse("west", CALIFORNIA)
    there = stock(east=1, west=1)

    assert went(route(merchant("main", east, west, priorities=EAST_THEN_WEST), there)) == {"west": 1}
    assert went(route(merchant("main", east, warehouse("west", US), priorities=EAST_THEN_WEST), there)) == {"east": 1}


def test_a_range_of_postcodes_beats_a_state() -> None:
    ours = merchant("main", warehouse("east", CALIFORNIA), warehouse("west", US, DOWNTOWN), priorities=EAST_THEN_WEST)

    line = route(ours, stock(east=1, west=1))

    assert (line.routing.rule, went(line)) == (Rule.GEO, {"west": 1})
    assert reason(line, "east") == "comes after west"


def test_regions_that_are_alike_go_by_the_products_own_priorities() -> None:
    ours = merchant("main", warehouse("east", US), warehouse("west", US), priorities=EAST_THEN_WEST)

    line = route(ours, stock(east=1, west=1), products=[product(priorities=("west",))])

    assert went(line) == {"west": 1}


def test_regions_that_are_alike_in_all_go_by_id() -> None:
    ours = merchant("main", warehouse("west", US), warehouse("east", US))

    assert went(route(ours, stock(east=1, west=1))) == {"east": 1}


def test_geo_looks_at_stock_and_falls_through_to_the_priorities() -> None:
    ours = merchant("main", warehouse("west", CALIFORNIA), "east", priorities=EAST_THEN_WEST)

    line = route(ours, stock(west=1, east=2), wanted(2))

    assert (line.routing.rule, went(line)) == (Rule.PRIORITY, {"east": 2})
    assert candidate(line, "west").model_dump() == {
        "warehouse": "west",
        "rule": Rule.GEO,
        "rejected": "has 1 of 2",
        "available": 1,
    }


def test_strict_geo_stays_with_the_best_match_and_is_short() -> None:
    ours = merchant(
        "main", warehouse("east", US), warehouse("west", CALIFORNIA), "north", geo="strict", priorities=("north",)
    )

    line = route(ours, stock(east=2, west=1, north=9), wanted(3))

    assert (line.routing.rule, went(line)) == (Rule.GEO, {"west": 1})
    assert (reason(line, "west"), reason(line, "east"), reason(line, "north")) == (None, "has 2 of 3", "has no regions")


def test_strict_geo_stays_even_where_there_is_nothing() -> None:
    ours = merchant("main", warehouse("west", CALIFORNIA), geo="strict")

    line = route(ours, stock(main=9))

    assert (line.routing.rule, went(line)) == (Rule.GEO, {})
    assert (reason(line, "west"), reason(line, "main")) == (None, "has no regions")


def test_strict_geo_still_takes_a_lesser_match_that_has_it_all() -> None:
    ours = merchant("main", warehouse("east", US), warehouse("west", CALIFORNIA), geo="strict")

    assert went(route(ours, stock(east=3, west=1), wanted(3))) == {"east": 3}


def test_strict_geo_leaves_it_to_the_priorities_where_no_region_covers_the_ship_to() -> None:
    ours = merchant("main", warehouse("west", CALIFORNIA), "east", geo="strict", priorities=("east",))

    assert went(route(ours, stock(east=1), ship_to=BERLIN)) == {"east": 1}


def test_strict_geo_stays_where_the_warehouses_of_the_region_rejected_the_line() -> None:
    ours = merchant("main", warehouse("west", CALIFORNIA), "east", geo="strict", priorities=("east",))

    line = route(ours, stock(east=1), without=["west"])

    assert (line.routing.rule, went(line)) == (Rule.GEO, {})


def test_a_warehouse_outside_its_regions_still_serves_by_priority() -> None:
    ours = merchant("main", warehouse("west", CALIFORNIA), "east", priorities=("west", "east"))

    line = route(ours, stock(west=1, east=1), ship_to=BOSTON)

    assert (line.routing.rule, went(line)) == (Rule.PRIORITY, {"west": 1})


def test_a_warehouse_that_loses_to_geo_for_its_regions_says_so() -> None:
    ours = merchant("main", warehouse("west", CALIFORNIA), warehouse("east", US))

    line = route(ours, stock(west=1, east=1), ship_to=BOSTON)

    assert went(line) == {"east": 1}
    assert reason(line, "west") == "ship-to is outside its regions"


@pytest.mark.parametrize(
    ("ship_to", "said"),
    [
        (None, "geo skipped: no ship-to country"),
        (Address(city="Los Angeles", state="CA"), "geo skipped: no ship-to country"),
        (Address(country="Narnia"), "geo skipped: unknown country 'Narnia'"),
    ],
)
def test_a_ship_to_without_usable_address_skips_geo_with_the_reason(ship_to: Address | None, said: str) -> None:
    ours = merchant("main", warehouse("west", US), "east", geo="strict", priorities=("east",))

    line = route(ours, stock(west=1, east=1), ship_to=ship_to)

    assert (line.routing.rule, went(line)) == (Rule.PRIORITY, {"east": 1})
    assert line.routing.notes == (said,)


def test_nobody_is_told_about_geo_who_does_not_use_it() -> None:
    assert route(merchant("main"), stock(main=1), ship_to=None).routing.notes == ()


def test_geo_understands_an_address_as_people_write_it() -> None:
    ours = merchant("main", warehouse("west", CALIFORNIA))

    line = route(ours, stock(west=1), ship_to=Address(country="u.s.a.", state="california"))

    assert went(line) == {"west": 1}


# ---- priorities and catchall


def test_the_first_in_the_priorities_that_covers_the_line_gets_it_whole() -> None:
    ours = merchant("main", "east", "west", "north", priorities=("east", "west", "north"))

    line = route(ours, stock(main=9, east=4, west=5, north=9), wanted(5))

    assert (line.routing.rule, went(line)) == (Rule.PRIORITY, {"west": 5})
    assert [reason(line, name) for name in ("east", "west", "north", "main")] == [
        "has 4 of 5",
        None,
        "comes after west",
        "not in the priorities",
    ]


def test_a_products_own_priorities_replace_the_accounts() -> None:
    ours = merchant("main", "east", "west", priorities=EAST_THEN_WEST)

    line = route(ours, stock(east=1, west=0), products=[product(priorities=("west",))])

    assert (line.routing.rule, went(line)) == (Rule.CATCHALL, {})
    assert reason(line, "east") == "not in the priorities"


@pytest.mark.parametrize("catchall", ["main", "west"])
def test_what_nobody_has_goes_to_the_catchall_short(catchall: str) -> None:
    ours = merchant("main", "east", "west", catchall=catchall, priorities=EAST_THEN_WEST)

    line = route(ours, {}, wanted(3))

    assert (line.routing.rule, went(line)) == (Rule.CATCHALL, {})
    assert candidate(line, catchall).model_dump() == {
        "warehouse": catchall,
        "rule": Rule.CATCHALL,
        "rejected": None,
        "available": 0,
    }
    assert reason(line, "east") == "has 0 of 3"


def test_three_here_and_four_there_are_not_five_unless_lines_may_be_split() -> None:
    line = route(merchant("main", "east", "west", priorities=EAST_THEN_WEST), stock(east=3, west=4), wanted(5))

    assert (line.routing.rule, went(line)) == (Rule.CATCHALL, {})


def test_a_count_below_zero_is_nothing_and_no_debt_of_the_line() -> None:
    line = route(merchant("main"), stock(main=-3), wanted(2))

    assert (went(line), candidate(line, "main").available) == ({}, 0)


def test_a_sku_without_product_and_a_channel_without_settings_are_routed_by_the_rest() -> None:
    ours = merchant("main", "east", priorities=("east",)).replace(channels={})

    assert went(route(ours, stock(east=1))) == {"east": 1}


# ---- lines of one order, orders of one batch


def test_two_lines_go_where_each_is_found() -> None:
    ours = merchant("main", "east", "west", priorities=EAST_THEN_WEST)

    first, second = routed(ours, stock(east=1) | stock(LAMP, west=1), wanted(), wanted(sku=LAMP, line="2")).lines

    assert (went(first), went(second)) == ({"east": 1}, {"west": 1})


def test_a_second_line_of_the_same_sku_sees_what_the_first_left() -> None:
    ours = merchant("main", "east", "west", priorities=EAST_THEN_WEST)

    first, second = routed(ours, stock(east=5, west=3), wanted(3, line="a"), wanted(3, line="b")).lines

    assert (went(first), went(second)) == ({"east": 3}, {"west": 3})
    assert (candidate(first, "east").available, candidate(second, "east").available) == (5, 2)


def test_the_second_order_of_a_batch_sees_what_the_first_took() -> None:
    ours = merchant("main", "east", "west", priorities=EAST_THEN_WEST)
    available = Counter(stock(east=1, west=1))

    first = routed(ours, available, wanted())
    second = routed(ours, available - first.taken, wanted())
    third = routed(ours, available - first.taken - second.taken, wanted())

    assert [went(decision.lines[0]) for decision in (first, second, third)] == [{"east": 1}, {"west": 1}, {}]
    assert third.lines[0].routing.rule is Rule.CATCHALL


# ---- kits


def test_a_kit_takes_its_components() -> None:
    ours = merchant("main", "east", priorities=("east",))

    decision = routed(ours, stock(east=30), wanted(2, KIT, recipe={CHAIR: 3}))

    assert went(decision.lines[0]) == {"east": 2}
    assert decision.taken == {Shelf(CHAIR, WarehouseId("east")): 6}
    assert candidate(decision.lines[0], "east").available == 10


def test_a_kit_goes_where_every_component_is() -> None:
    ours = merchant("main", "east", "west", priorities=EAST_THEN_WEST)
    available = stock(east=99, west=6) | stock(LAMP, east=1, west=2)

    decision = routed(ours, available, wanted(2, KIT, recipe={CHAIR: 3, LAMP: 1}))

    assert went(decision.lines[0]) == {"west": 2}
    assert reason(decision.lines[0], "east") == "has 1 of 2"
    assert decision.taken == {Shelf(CHAIR, WarehouseId("west")): 6, Shelf(LAMP, WarehouseId("west")): 2}


def test_a_component_that_a_kit_does_not_wait_for_is_not_waited_for_while_it_is_there_for_another_order() -> None:
    """Whoever routes from the queue of the component sees it as free, others as kept: both decide the same."""
    ours, shelf = merchant("main"), Shelf(CHAIR, WarehouseId("main"))
    lamp = Shelf(LAMP, WarehouseId("main"))
    kit = wanted(1, KIT, recipe={CHAIR: 1, LAMP: 1})

    def waits(line: LineToRoute, free: int, kept: int) -> set[Shelf]:
        request = RoutingRequest(WALMART, LOS_ANGELES, (line,))
        [decision] = decide(request, {shelf: free}, ours, {}, {shelf: kept}).lines
        return {each.shelf for each in decision.waits}

    waiting = kit._replace(waited=frozenset({lamp}))
    assert waits(kit, 0, 1) == {shelf, lamp}
    assert waits(kit, 1, 0) == waits(waiting, 1, 0) == waits(waiting, 0, 1) == {lamp}
    assert waits(waiting, 0, 0) == {shelf, lamp}


def test_a_kit_and_its_component_in_one_order_see_each_others_use() -> None:
    ours = merchant("main", "east", priorities=("east",))

    kit, chairs = routed(
        ours, stock(east=7), wanted(2, KIT, line="kit", recipe={CHAIR: 3}), wanted(2, line="chairs")
    ).lines

    assert went(kit) == {"east": 2}
    assert reason(chairs, "east") == "has 1 of 2"


def test_each_line_of_a_kit_takes_what_it_was_made_of_when_it_was_ordered() -> None:
    ours = merchant("main")
    before, now = wanted(1, KIT, line="1", recipe={CHAIR: 2}), wanted(1, KIT, line="2", recipe={CHAIR: 1})

    decision = routed(ours, stock(main=1), before, now)

    assert [went(line) for line in decision.lines] == [{}, {"main": 1}]


def test_a_kit_that_is_short_takes_only_whole_kits() -> None:
    decision = routed(merchant("main"), stock(main=8), wanted(5, KIT, recipe={CHAIR: 3}))

    assert went(decision.lines[0]) == {"main": 2}
    assert decision.taken == {Shelf(CHAIR, WarehouseId("main")): 6}


def test_a_kit_without_components_is_nowhere() -> None:
    line = route(merchant("main"), stock(main=8), wanted(1, KIT, recipe={}))

    assert went(line) == {}


# ---- split_lines


def test_a_line_may_be_split_when_together_they_have_it_all() -> None:
    ours = merchant("main", "east", "west", split_lines=True, priorities=EAST_THEN_WEST)

    line = route(ours, stock(east=3, west=4), wanted(5))

    assert (line.routing.rule, went(line)) == (Rule.PRIORITY, {"east": 3, "west": 2})
    assert (reason(line, "east"), reason(line, "west")) == (None, None)


def test_a_line_may_be_split_over_the_very_last_units() -> None:
    ours = merchant("main", "east", "west", split_lines=True, priorities=EAST_THEN_WEST)

    line = route(ours, stock(east=3, west=2), wanted(5))

    assert (line.routing.rule, went(line)) == (Rule.PRIORITY, {"east": 3, "west": 2})


def test_one_warehouse_that_has_it_all_is_better_than_two_before_it() -> None:
    ours = merchant("main", "east", "west", "north", split_lines=True, priorities=("east", "west", "north"))

    assert went(route(ours, stock(east=3, west=4, north=5), wanted(5))) == {"north": 5}


def test_regional_warehouses_that_have_it_together_beat_one_that_is_far() -> None:
    ours = merchant(
        "main", warehouse("east", US), warehouse("west", US), "north", split_lines=True, priorities=("north",)
    )

    line = route(ours, stock(east=3, west=4, north=9), wanted(5))

    assert (line.routing.rule, went(line)) == (Rule.GEO, {"east": 3, "west": 2})


def test_regional_warehouses_give_first_and_the_priorities_the_rest() -> None:
    ours = merchant("main", "east", warehouse("west", CALIFORNIA), split_lines=True, priorities=("east",))

    line = route(ours, stock(east=4, west=3), wanted(5))

    assert (line.routing.rule, list(went(line).items())) == (Rule.PRIORITY, [("west", 3), ("east", 2)])
    assert (candidate(line, "west").rule, candidate(line, "east").rule) == (Rule.GEO, Rule.PRIORITY)


def test_a_catchall_that_has_it_all_ships_it_whole() -> None:
    ours = merchant("main", "east", split_lines=True, priorities=("east",))

    line = route(ours, stock(main=5, east=3), wanted(5))

    assert (line.routing.rule, went(line)) == (Rule.CATCHALL, {"main": 5})


def test_a_split_line_that_is_nowhere_whole_takes_available_units_and_is_short_at_the_catchall() -> None:
    ours = merchant(
        "main", "east", warehouse("north", excludes=[WALMART]), split_lines=True, priorities=("east", "north")
    )

    line = route(ours, stock(main=1, east=3, north=9), wanted(6))

    assert (line.routing.rule, list(went(line).items())) == (Rule.CATCHALL, [("east", 3), ("main", 1)])
    assert reason(line, "north") == "excludes channel walmart"


def test_strict_geo_splits_among_the_regional_warehouses_only() -> None:
    regional = warehouse("east", US), warehouse("west", CALIFORNIA)
    ours = merchant("main", *regional, "north", split_lines=True, geo="strict", priorities=("north",))

    line = route(ours, stock(east=2, west=1, north=9, main=9), wanted(5))

    assert (line.routing.rule, went(line)) == (Rule.GEO, {"west": 1, "east": 2})


# ---- fewest_shipments


def test_fewest_shipments_prefers_the_warehouse_that_covers_most_lines() -> None:
    available = stock(east=1, west=1) | stock(LAMP, west=1)
    lines = wanted(), wanted(sku=LAMP, line="2")

    apart = routed(merchant("main", "east", "west", priorities=EAST_THEN_WEST), available, *lines)
    together = routed(
        merchant("main", "east", "west", fewest_shipments=True, priorities=EAST_THEN_WEST), available, *lines
    )

    assert [went(line) for line in apart.lines] == [{"east": 1}, {"west": 1}]
    assert [went(line) for line in together.lines] == [{"west": 1}, {"west": 1}]
    assert reason(together.lines[0], "east") == "comes after west"
    assert [line.routing.notes for line in together.lines] == [
        ("fewest_shipments: from west with other lines of the order, instead of east",),
        (),
    ]
    assert [line.routing.notes for line in apart.lines] == [(), ()]


def test_fewest_shipments_counts_what_one_shelf_can_really_ship_together() -> None:
    ours = merchant("main", "east", "west", fewest_shipments=True, priorities=EAST_THEN_WEST)

    first, second = routed(ours, stock(east=3, west=6), wanted(3, line="a"), wanted(3, line="b")).lines

    assert (went(first), went(second)) == ({"west": 3}, {"west": 3})


def test_fewest_shipments_joins_lines_that_are_bound_for_a_warehouse() -> None:
    ours = merchant("main", "east", "west", fewest_shipments=True, priorities=EAST_THEN_WEST)
    pinned = product(LAMP, pinned="west")

    first, _ = routed(ours, stock(east=1, west=1), wanted(), wanted(sku=LAMP, line="2"), products=[pinned]).lines

    assert went(first) == {"west": 1}


def test_fewest_shipments_counts_lines_that_went_elsewhere_no_more() -> None:
    skus = [Sku(f"№{number}") for number in range(6)]
    ours = merchant("main", "a", "b", "c", fewest_shipments=True, priorities=("b", "a", "c"))
    shelves = {"a": skus[:4], "b": [*skus[:2], skus[4]], "c": skus[4:]}
    available = {Shelf(sku, WarehouseId(name)): 1 for name, there in shelves.items() for sku in there}

    lines = routed(ours, available, *(wanted(sku=sku, line=sku) for sku in skus)).lines

    assert [went(line) for line in lines] == [{"a": 1}] * 4 + [{"c": 1}] * 2


def test_fewest_shipments_joins_the_lines_that_have_a_warehouse_already() -> None:
    ours = merchant("main", "east", "west", fewest_shipments=True, priorities=EAST_THEN_WEST)

    decision = routed(ours, stock(east=9, west=9), wanted(line="2"), settled={"1": ["west"]})

    assert went(decision.lines[0]) == {"west": 1}
    assert reason(decision.lines[0], "east") == "comes after west"


def test_fewest_shipments_leaves_ties_to_the_normal_order() -> None:
    ours = merchant(
        "main", warehouse("east", US), warehouse("west", CALIFORNIA), fewest_shipments=True, priorities=EAST_THEN_WEST
    )

    assert went(route(ours, stock(east=1, west=1))) == {"west": 1}


def test_fewest_shipments_does_not_put_priority_before_geo() -> None:
    ours = merchant("main", "east", warehouse("west", CALIFORNIA), fewest_shipments=True, priorities=EAST_THEN_WEST)
    available = stock(east=1, west=1) | stock(LAMP, east=1)

    first, second = routed(ours, available, wanted(), wanted(sku=LAMP, line="2")).lines

    assert (first.routing.rule, went(first)) == (Rule.GEO, {"west": 1})
    assert (second.routing.rule, went(second)) == (Rule.PRIORITY, {"east": 1})


# ---- the trace


def test_the_trace_names_the_version_and_every_warehouse_once() -> None:
    ours = merchant(
        "main", warehouse("west", CALIFORNIA), "east", warehouse("north", active=False), priorities=("east",)
    )

    line = route(ours, stock(east=1), ship_to=LOS_ANGELES)

    assert line.routing.config_version == 7
    assert {each.warehouse: (each.rule, each.rejected, each.available) for each in line.routing.candidates} == {
        "west": (Rule.GEO, "has 0 of 1", 0),
        "east": (Rule.PRIORITY, None, 1),
        "main": (Rule.PRIORITY, "not in the priorities", None),
        "north": (Rule.PRIORITY, "inactive", None),
    }
