"""What the routing is asked, what becomes of its decisions, and which lines then go out."""

from collections import Counter
from typing import Any

import pytest

from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.orders.allocation import (
    AllocationResult,
    goods_of_lines_to_route,
    handed_over_units,
    movable_units,
    moved,
    ready_lines,
    routing_request,
    with_hand_over,
)
from packhorse.domain.orders.change import MAX_SHELVES, Change
from packhorse.domain.orders.completion import shipped_by_channel
from packhorse.domain.orders.editing import edited
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.matching import Match, matched
from packhorse.domain.orders.order import Flag, Hold, Order, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import cancelled, with_hold, without_hold
from packhorse.domain.routing.decision import Allocation, Rule
from packhorse.domain.routing.rules import LineToRoute
from packhorse.domain.stock.goods import Goods
from packhorse.domain.values import Sku, WarehouseId
from simulation.builders import NOON, a_channel, a_configuration, a_line, a_warehouse, an_order, later
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    SHOP,
    a_told_parcel,
    asked,
    changes,
    committed_by,
    handed,
    hear,
    heard,
    in_fulfilment,
    kinds,
    place,
    received,
    routed,
    routing,
    sent,
    settled,
    shelf,
    story,
    the_line,
    where,
    with_products,
)

EAST, MAIN = WarehouseId("east"), WarehouseId("main")
OURS = a_configuration(a_warehouse("east"), a_warehouse("main"))
SPLIT = a_configuration(a_warehouse("east"), a_warehouse("main"), split_lines=True)
PARTIAL = a_configuration(ship_partial_lines=True)
COMPLETE = a_configuration(ship_complete=True)


def grown(order: Order, to: int) -> Order:
    return edited(order, [a_line(quantity=to)], LATER, SHOP, restock=unshipped_only).order


def everything_routed(order: Order, goods: Goods, ours: Configuration) -> tuple[Order, list[Goods]]:
    """The order after as many transactions as it takes, and what each of them takes from the stock."""
    taken, left = [], Goods(goods)
    while True:
        result = routing(order, left, ours)
        taken.append(result.change.committed)
        left.subtract(result.change.committed)
        assert min(left.values()) >= 0
        order = result.change.order
        if not result.more:
            return order, taken


# ---- what the routing is asked


def test_the_routing_is_asked_for_every_line_that_lacks_units() -> None:
    order = received(a_line(quantity=3, line="1"), a_line(LAMP, line="2", warehouse="east"))

    request = routing_request(order)

    assert request.wanted == (LineToRoute("1", Sku(MUG), 3), LineToRoute("2", Sku(LAMP), 1, EAST))
    assert (str(request.channel), request.ship_to) == ("shop", order.ship_to)


def test_the_routing_is_told_where_the_other_lines_will_ship_from() -> None:
    order = asked(handed(received(a_line(quantity=2), a_line(LAMP, line="2")), shelf(main=2), PARTIAL))

    assert routing_request(order).settled == {"1": {MAIN}}
    assert routing_request(sent(order, _1=1)).settled == {"1": {MAIN}}
    assert routing_request(sent(order, _1=2)).settled == {"1": set()}


def test_lines_without_a_product_or_with_all_they_want_are_not_asked_for() -> None:
    assert routing_request(heard(an_order())).wanted == ()
    assert routing_request(routed(received())).wanted == ()
    assert routing_request(cancelled(received(), LATER, "Eve", restock=unshipped_only).order).wanted == ()


def test_a_short_line_is_asked_for_whole_as_if_what_it_holds_were_on_the_shelf() -> None:
    order = routed(received(a_line(quantity=5)), shelf(main=3))

    waited = frozenset(shelf(main=1))
    assert routing_request(order).wanted == (LineToRoute("1", Sku(MUG), 5, waited=waited),)
    assert goods_of_lines_to_route(order) == shelf(main=3)


def test_what_a_warehouse_was_asked_for_is_not_asked_for_again() -> None:
    order = grown(asked(handed(received(a_line(quantity=2)))), to=5)

    assert routing_request(order).wanted == (LineToRoute("1", Sku(MUG), 3),)
    assert goods_of_lines_to_route(order) == Goods()
    assert handed_over_units(order, the_line(order)) == {MAIN: 2}
    assert movable_units(order, the_line(order)) == {}


def test_a_kit_puts_its_components_on_the_shelf() -> None:
    kit = the_line(routed(received(a_line("SET 2+1", quantity=2)), shelf("SET 2+1", main=1)))
    order = received(a_line("SET 2+1", quantity=2))
    order = order.replace(lines=(kit.replace(components={"CUP": 2, "POT": 1}),))

    assert goods_of_lines_to_route(order) == shelf("CUP", main=2) + shelf("POT", main=1)


# ---- decisions


def test_a_first_decision_takes_its_stock_and_says_why() -> None:
    result = routing(received(a_line(quantity=3)), shelf(main=9))

    line = the_line(result.change.order)
    assert line.routing
    assert line.routing.rule is Rule.PRIORITY
    assert where(result.change.order) == {"main": 3}
    assert changes(result.change.committed) == {place(): 3}
    assert not result.more
    assert result.change.order.timeline[-1].detail == f"{MUG}: 3 at main (priority)"


def test_a_line_that_finds_nothing_is_short_with_its_reasons() -> None:
    result = routing(received(a_line(quantity=3)), Goods())

    line = the_line(result.change.order)
    assert (line.short, line.allocations) == (3, ())
    assert line.routing
    assert result.change.shelves == []
    assert result.change.order.flags == {Flag.BACKORDERED}
    assert result.change.order.waits_for == {f"stock#{MUG}"}


def test_the_same_decision_again_changes_nothing() -> None:
    nothing = routed(received(a_line(quantity=3)), Goods())
    something = routed(received(a_line(quantity=3)), shelf(main=2))

    assert routing(nothing, Goods()) == AllocationResult(Change(nothing), more=False)
    assert routing(something, Goods()) == AllocationResult(Change(something), more=False)


def test_a_line_that_stays_keeps_the_reasons_that_it_was_given_first() -> None:
    order = routed(received(a_line(quantity=3)), shelf(main=2), OURS)

    assert routing(order, shelf(east=1), OURS) == AllocationResult(Change(order), more=False)


def test_a_short_line_that_is_sent_elsewhere_is_told_why_though_nothing_is_there_either() -> None:
    order = routed(received(), Goods(), OURS)
    order = moved(order, "1", EAST, LATER, "Eve")

    line = the_line(routed(order, Goods(), OURS))

    assert line.routing is not None
    assert line.routing.rule is Rule.MANUAL
    assert [each.warehouse for each in line.routing.candidates if each.rejected is None] == [EAST]


def test_a_short_line_takes_what_it_still_lacks_where_it_is() -> None:
    order = routed(received(a_line(quantity=5)), shelf(main=3), OURS)

    change = routing(order, shelf(main=9), OURS).change

    assert where(change.order) == {"main": 5}
    assert changes(change.committed) == {place(): 2}


def test_a_short_line_moves_whole_to_a_warehouse_that_has_all_of_it_and_gives_back_what_it_held() -> None:
    order = routed(received(a_line(quantity=5)), shelf(main=3), OURS)

    change = routing(order, shelf(east=5), OURS).change

    assert where(change.order) == {"east": 5}
    assert changes(change.committed) == {place(warehouse="east"): 5, place(warehouse="main"): -3}
    assert committed_by([change.order]) == shelf(east=5)


def test_a_line_that_a_warehouse_was_asked_for_stays_there_while_the_rest_goes_elsewhere() -> None:
    order = grown(asked(handed(received(a_line(quantity=2)), shelf(main=2), OURS)), to=5)

    change = routing(order, shelf(east=9), OURS).change

    assert where(change.order) == {"east": 3, "main": 2}
    assert changes(change.committed) == {place(warehouse="east"): 3}


def test_a_line_takes_more_from_a_warehouse_that_was_asked_for_a_part_of_it() -> None:
    order = grown(asked(handed(received(a_line(quantity=2)))), to=5)

    change = routing(order).change

    assert where(change.order) == {"main": 5}
    assert movable_units(change.order, the_line(change.order)) == {MAIN: 3}
    assert changes(change.committed) == {place(): 3}


def test_only_the_lines_that_change_are_told_of() -> None:
    mug, lamp = a_line(quantity=2, line="1"), a_line(LAMP, line="2")
    order = routed(received(mug, lamp), shelf(LAMP, main=1))

    after = routed(order, shelf(main=2))

    assert [entry.detail for entry in after.timeline[-2:]] == [
        f"{MUG}: 2 short, waits for main (catchall); {LAMP}: 1 at main (priority)",
        f"{MUG}: 2 at main (priority)",
    ]


def test_a_line_bound_for_a_warehouse_that_excludes_its_channel_waits_for_a_person() -> None:
    excluding = _exclusive()

    order = routed(received(), shelf(east=9, main=9), excluding)

    assert kinds(order) == ["excluded_warehouse"]
    assert "the channel ships everything from east, which excludes channel shop" in order.exceptions[0].message
    assert the_line(order).short == 1


def test_a_line_that_no_longer_has_to_wait_loses_its_exception() -> None:
    waiting = routed(received(), shelf(east=9, main=9), _exclusive())

    assert kinds(routed(waiting, shelf(main=9), OURS)) == []
    assert kinds(routed(waiting, Goods(), OURS)) == []


def test_a_short_line_that_has_to_wait_for_a_person_says_so() -> None:
    short = routed(received(), Goods(), OURS)

    assert kinds(routed(short, shelf(main=9), _exclusive())) == ["excluded_warehouse"]


def _exclusive() -> Configuration:
    return a_configuration(
        a_warehouse("east", excludes=frozenset({"shop"})),
        a_warehouse("main"),
        channel=a_channel(override_warehouse="east"),
        exclusions_first=True,
    )


# ---- too big for one transaction


def test_a_decision_too_big_for_one_transaction_is_taken_line_by_line() -> None:
    skus = [f"Sku {number:03}" for number in range(2 * MAX_SHELVES + 3)]
    order = received(*(a_line(sku, quantity=2, line=sku) for sku in skus))
    goods = Goods({place(sku): 5 for sku in skus})

    order, taken = everything_routed(order, goods, OURS)

    assert [len(part) for part in taken] == [MAX_SHELVES, MAX_SHELVES, 3]
    assert committed_by([order]) == Goods({place(sku): 2 for sku in skus})
    assert not any(line.unallocated for line in order.lines)


def test_lines_of_one_sku_take_one_place_however_many_they_are() -> None:
    order = received(*(a_line(quantity=1, line=str(number)) for number in range(3 * MAX_SHELVES)))

    order, taken = everything_routed(order, shelf(main=3 * MAX_SHELVES), OURS)

    assert taken == [shelf(main=3 * MAX_SHELVES)]


def test_a_line_split_over_too_many_warehouses_takes_them_in_several_transactions() -> None:
    names = [f"store-{number:02}" for number in range(MAX_SHELVES + 15)]
    ours = a_configuration(*(a_warehouse(name) for name in names), split_lines=True)
    goods = Goods({place(MUG, name): 2 for name in names})

    order, taken = everything_routed(received(a_line(quantity=2 * len(names))), goods, ours)

    assert [len(part) for part in taken] == [MAX_SHELVES, 15]
    assert where(order) == dict.fromkeys(names, 2)
    assert committed_by([order]) == goods


def test_a_line_that_moves_from_many_warehouses_to_one_gives_all_of_them_back() -> None:
    names = [f"store-{number:02}" for number in range(MAX_SHELVES + 5)]
    ours = a_configuration(*(a_warehouse(name) for name in names), a_warehouse("main"), split_lines=True)
    order, _ = everything_routed(received(a_line(quantity=100)), Goods({place(MUG, name): 1 for name in names}), ours)

    change = routing(order, shelf(main=100), ours).change

    assert where(change.order) == {"main": 100}
    assert change.committed == Goods({place(MUG, name): -1 for name in names} | {place(): 100})
    assert change.affordable().committed[place()] == 100


def test_a_line_finds_what_another_one_gives_back_though_both_do_not_fit_one_transaction() -> None:
    others = [f"Sku {number:03}" for number in range(MAX_SHELVES)]
    more = [a_line(sku, line=sku) for sku in others]
    first, last = a_line(quantity=3, line="first"), a_line(quantity=3, line="last")
    order = routed(received(first, *more, last), shelf(main=4), OURS)
    assert (where(order, "first"), where(order, "last")) == ({"main": 3}, {"main": 1})
    order = edited(order, [a_line(quantity=5, line="first"), *more, last], LATER, SHOP, restock=unshipped_only).order

    order, taken = everything_routed(order, shelf(east=3) + Goods({place(sku): 1 for sku in others}), OURS)

    assert (where(order, "first"), where(order, "last")) == ({"main": 4}, {"east": 3})
    assert len(taken) == 2


# ---- what goes out


def two_lines(goods: Goods, ours: Configuration, **facts: Any) -> Order:
    """Three mugs and a lamp, routed."""
    return routed(received(a_line(quantity=3, line="1"), a_line(LAMP, line="2"), **facts), goods, ours)


LAMP_AND_TWO_MUGS = shelf(main=2) + shelf(LAMP, main=1)


@pytest.mark.parametrize(
    ("ours", "goes"),
    [
        pytest.param(a_configuration(), {"2": {MAIN: 1}}, id="a short line waits until it is whole"),
        pytest.param(PARTIAL, {"1": {MAIN: 2}, "2": {MAIN: 1}}, id="ship_partial_lines"),
        pytest.param(COMPLETE, {}, id="ship_complete"),
        pytest.param(
            a_configuration(ship_complete=True, ship_partial_lines=True), {}, id="ship_complete is the stricter one"
        ),
    ],
)
def test_what_goes_out_when_a_line_is_short(ours: Configuration, goes: dict[str, dict[WarehouseId, int]]) -> None:
    order = two_lines(LAMP_AND_TWO_MUGS, ours)

    assert {line.id: units for line, units in ready_lines(order, ours.account)} == goes


@pytest.mark.parametrize("ours", [a_configuration(), PARTIAL, COMPLETE])
def test_an_order_that_is_whole_goes_out_whole(ours: Configuration) -> None:
    order = two_lines(shelf(main=3) + shelf(LAMP, main=1), ours)

    assert [(line.id, units) for line, units in ready_lines(order, ours.account)] == [
        ("1", {MAIN: 3}),
        ("2", {MAIN: 1}),
    ]


def test_an_attempt_has_forty_warehouses_at_most_as_no_more_are_asked_at_once() -> None:
    names = [f"w{number:02}" for number in range(95)]
    ours = a_configuration(*map(a_warehouse, names))
    lines = [a_line(line=name) for name in names]
    parts = {name: (Allocation(warehouse=WarehouseId(name), quantity=1),) for name in names}
    order = routed(received(*lines))
    order = order.replace(lines=tuple(line.replace(allocations=parts[line.id]) for line in order.lines))

    handed_over = with_hand_over(order, ours, NOON)

    attempts = [fulfilment.attempt for fulfilment in handed_over.fulfilments]
    assert Counter(attempts) == {1: 40, 2: 40, 3: 15}
    assert (handed_over.attempts, sorted(handed_over.unstarted)) == (3, [1, 2, 3])
    assert with_hand_over(handed_over, ours, NOON) == handed_over


def test_nothing_goes_out_before_it_is_paid() -> None:
    order = two_lines(LAMP_AND_TWO_MUGS, a_configuration(), paid_at=None)

    assert with_hand_over(order, a_configuration(), NOON) == order


def test_nothing_goes_out_while_somebody_holds_it() -> None:
    hold = Hold(id="h1", reason="fraud?", owner="Eve", placed_at=NOON)
    order = with_hold(two_lines(LAMP_AND_TWO_MUGS, a_configuration()), hold)

    assert with_hand_over(order, a_configuration(), NOON) == order


def test_nothing_goes_out_while_a_line_has_no_product() -> None:
    order = heard(an_order(a_line(line="1"), a_line("NEVER HEARD OF", line="2")))
    known = with_products(order).lines[0]
    order = routed(order.replace(lines=(known, order.lines[1])))

    assert where(order, "1") == {"main": 1}
    assert with_hand_over(order, a_configuration(), NOON) == order


def test_nothing_of_an_order_that_is_over_goes_out() -> None:
    complete = sent(in_fulfilment())
    cancelled_one = cancelled(routed(received()), LATER, "Eve", restock=unshipped_only).order

    assert list(ready_lines(complete, PARTIAL.account)) == list(ready_lines(cancelled_one, PARTIAL.account)) == []


def test_a_line_that_left_elsewhere_does_not_hold_the_others_back() -> None:
    order = heard(an_order(a_line(line="1"), a_line("NEVER HEARD OF", line="2")))
    known, unknown = with_products(order).lines[0], order.lines[1].replace(elsewhere=1)
    order = routed(order.replace(lines=(known, unknown)))

    assert [line.id for line, _ in ready_lines(order, COMPLETE.account)] == ["1"]


@pytest.mark.parametrize("unknown", ["NEVER HEARD OF", MUG])
def test_a_line_that_left_without_our_stock_does_not_hold_the_others_back(unknown: str) -> None:
    told = an_order(a_line(unknown, quantity=2), a_line(LAMP, line="2"))
    left = hear(heard(told), later(told, parcels=(a_told_parcel(_1=2),)))
    matches = {line.id: Match(Sku(line.sku)) for line in told.lines if line.sku in (MUG, LAMP)}

    order = settled(Change(matched(left, matches, NOON)), shelf(LAMP, main=1), COMPLETE).order

    assert order.lines[0].unallocated == 2
    assert [line.id for line, _ in ready_lines(order, COMPLETE.account)] == ["2"]


def test_a_line_of_which_a_part_left_without_our_stock_waits_for_the_rest() -> None:
    told = an_order(a_line(quantity=3), a_line(LAMP, line="2"))
    left = with_products(hear(heard(told), later(told, parcels=(a_told_parcel(_1=2),))))

    order = settled(Change(left), shelf(LAMP, main=1), COMPLETE).order

    assert list(ready_lines(order, COMPLETE.account)) == []


def test_a_line_that_has_left_and_has_no_product_since_does_not_hold_the_others_back() -> None:
    order = sent(asked(handed(received(a_line(quantity=1)))))
    unknown = order.lines[0].replace(matched=None, routing=None)
    other = with_products(heard(an_order(a_line(LAMP, line="2")))).lines[0]
    order = routed(with_status(order.replace(lines=(unknown, other)), LATER, SHOP))

    assert [line.id for line, _ in ready_lines(order, COMPLETE.account)] == ["2"]


def test_what_was_cancelled_does_not_hold_the_others_back() -> None:
    order = edited(
        two_lines(LAMP_AND_TWO_MUGS, COMPLETE), [a_line(LAMP, line="2")], LATER, SHOP, restock=unshipped_only
    ).order

    assert [line.id for line, _ in ready_lines(order, COMPLETE.account)] == ["2"]


# ---- the hand-over


def test_every_warehouse_gets_one_piece_of_work_with_all_its_lines() -> None:
    ours = a_configuration(a_warehouse("east", kind=WarehouseKind.THIRD_PARTY), a_warehouse("main"))
    lines = (a_line(quantity=3, line="1"), a_line(LAMP, line="2"), a_line("Bowl, ∅ 20 cm", line="3"))
    goods = shelf(east=3) + shelf(LAMP, main=1) + shelf("Bowl, ∅ 20 cm", east=1)

    order = handed(received(*lines), goods, ours)

    east, main = order.fulfilments
    assert (east.warehouse, east.kind, east.wanted) == ("east", WarehouseKind.THIRD_PARTY, {"1": 3, "3": 1})
    assert (main.warehouse, main.kind, main.wanted) == ("main", WarehouseKind.OWN, {"2": 1})
    assert (east.id, main.id) == (f"{order.id}-1", f"{order.id}-2")
    assert {work.status for work in order.fulfilments} == {FulfilmentStatus.QUEUED}
    assert (order.status, order.timeline[-1].detail) == (Status.IN_FULFILMENT, "east, main")


def test_what_a_hold_took_back_is_handed_over_as_what_its_warehouse_is_by_then() -> None:
    partner = a_configuration(a_warehouse(kind=WarehouseKind.THIRD_PARTY))
    hold = Hold(id="h1", reason="a doubt", owner="Eve", placed_at=NOON)
    held = with_hold(asked(handed(received(), None, partner)), hold)

    [again] = with_hand_over(without_hold(held, "h1", LATER, "Eve"), a_configuration(), LATER).fulfilments

    assert (again.kind, again.attempt) == (WarehouseKind.OWN, 2)


def test_a_line_split_over_two_warehouses_is_work_at_both() -> None:
    order = handed(received(a_line(quantity=5)), shelf(east=3, main=2), SPLIT)

    assert [(work.warehouse, work.wanted) for work in order.fulfilments] == [("east", {"1": 3}), ("main", {"1": 2})]


def test_what_was_handed_over_is_not_handed_over_again() -> None:
    order = handed(received())

    assert with_hand_over(order, a_configuration(), NOON) == order


def test_each_hand_over_is_an_attempt_of_its_own() -> None:
    order = asked(handed(received(a_line(quantity=3)), shelf(main=2), PARTIAL))

    order = handed(order, shelf(main=1), PARTIAL)

    assert [(work.number, work.attempt, work.wanted) for work in order.fulfilments] == [
        (1, 1, {"1": 2}),
        (2, 2, {"1": 1}),
    ]
    assert order.attempts == 2
    assert story(order).count("queued") == 2


def test_a_part_shipped_order_stays_part_shipped_when_its_rest_goes_out() -> None:
    order = sent(asked(handed(received(a_line(quantity=3)), shelf(main=2), PARTIAL)))

    assert handed(order, shelf(main=1), PARTIAL).status is Status.PARTIALLY_SHIPPED


def test_what_the_channel_shipped_from_an_allocation_does_not_go_out() -> None:
    order = shipped_by_channel(routed(received()), (), everything=True, at=LATER, who=SHOP).order

    assert movable_units(order, the_line(order)) == {}
    assert with_hand_over(order, a_configuration(), NOON) == order
