"""Fulfilment orders that are split, and joined again."""

import pytest

from packhorse.domain.errors import NotFound, NotNow, Rejected
from packhorse.domain.orders.allocation import with_hand_over
from packhorse.domain.orders.fulfilment import accepted
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.fulfilment_rows import rows_of
from packhorse.domain.orders.order import Hold, Order, Status
from packhorse.domain.orders.packing import Packing
from packhorse.domain.orders.soundness import faults, holdings
from packhorse.domain.orders.splitting import MAX_FULFILMENTS, PartToSplit, joined, split
from packhorse.domain.orders.steps import cancelled, with_hold, without_hold
from packhorse.domain.orders.updates import with_fulfilment, with_lines
from packhorse.domain.stock.goods import Pick
from simulation.builders import a_configuration, a_line, a_warehouse
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    asked,
    changes,
    handed,
    in_fulfilment,
    parts,
    received,
    routed,
    sent,
    shelf,
    story,
    the_line,
)

HOLD = Hold(id="hold-1", reason="look at it", owner="ops", placed_at=LATER)


def splitting(order: Order, number: int = 1, request: str = "request-1", **units: int) -> Order:
    """The order with those units by line (`_1=2`) in a new fulfilment order."""
    return split(order, number, PartToSplit(lines=parts(units)), request, LATER, "ops")


def joining(order: Order, number: int = 2, into: int = 1) -> Order:
    return joined(order, number, into, LATER, "ops")


def works(order: Order) -> list[tuple[int, str, dict[str, int]]]:
    """Number, status and units by line of each fulfilment order."""
    return [(each.number, each.status, dict(each.wanted)) for each in order.fulfilments]


def two_lines() -> Order:
    return in_fulfilment(a_line(quantity=3), a_line(LAMP, 2, line="2"))


def test_a_part_of_a_fulfilment_order_becomes_another_one_of_the_same_warehouse() -> None:
    order = splitting(two_lines(), _1=1, _2=2)

    assert works(order) == [(1, "requested", {"1": 2}), (2, "queued", {"1": 1, "2": 2})]
    assert (order.fulfilments[1].warehouse, order.fulfilments[1].kind) == ("main", "own")
    assert order.fulfilments[0].short_id != order.fulfilments[1].short_id
    assert order.timeline[-1].detail == f"1 of {MUG}, 2 of {LAMP} of fulfilment 1 are fulfilment 2 now, main"


def test_units_and_stock_are_counted_once_after_a_split() -> None:
    before = two_lines()

    order = splitting(before, _1=1)

    assert list(faults(order)) == []
    assert (holdings(order), order.lines) == (holdings(before), before.lines)
    assert [(row.fulfilment, row.units) for row in rows_of(order)] == [(1, 4), (2, 1)]


def test_the_part_is_handed_over_by_an_attempt_of_its_own() -> None:
    order = splitting(in_fulfilment(a_line(quantity=3)), _1=1)

    assert (order.fulfilments[0].token, order.fulfilments[0].attempt) == ("token-1", 1)
    assert (order.fulfilments[1].token, order.fulfilments[1].attempt, order.unstarted) == (None, 2, frozenset({2}))


def test_a_held_order_is_split_and_both_parts_are_handed_over_once_it_is_released() -> None:
    order = splitting(with_hold(in_fulfilment(a_line(quantity=3)), HOLD), _1=1)

    assert (order.unstarted, [each.is_taken_back for each in order.fulfilments]) == (frozenset(), [True, True])
    released = with_hand_over(without_hold(order, None, LATER, "ops"), a_configuration(), LATER)
    assert [each.attempt > 0 for each in released.fulfilments] == [True, True]


def test_a_repeated_request_splits_once() -> None:
    once = splitting(in_fulfilment(a_line(quantity=3)), _1=1)

    assert splitting(once, _1=1) == once
    assert works(splitting(once, request="request-2", _1=1))[2] == (3, "queued", {"1": 1})


def test_of_a_kit_whole_kits_are_split_off_with_all_their_components() -> None:
    order = in_fulfilment(a_line(quantity=3))
    kit = the_line(order).replace(matched="GIFT", components={MUG: 2, LAMP: 1})

    order = splitting(with_lines(order, {"1": kit}), _1=1)

    picked = [the_line(order).picks(each.wanted["1"]) for each in order.fulfilments]
    assert picked[0] == (Pick(sku=MUG, quantity=4), Pick(sku=LAMP, quantity=2))
    assert picked[1] == (Pick(sku=MUG, quantity=2), Pick(sku=LAMP, quantity=1))


def test_the_parts_ship_one_after_the_other_and_complete_the_order() -> None:
    order = asked(splitting(in_fulfilment(a_line(quantity=3)), _1=1))

    first = sent(order, 2, "JD02")
    assert (first.status, works(first)[0]) == (Status.PARTIALLY_SHIPPED, (1, "requested", {"1": 2}))
    assert sent(first, 1, "JD01").status is Status.COMPLETE


def test_both_parts_end_when_the_order_is_cancelled_and_their_stock_comes_back_once() -> None:
    order = splitting(in_fulfilment(a_line(quantity=3)), _1=1)

    change = cancelled(order, LATER, "ops", restock=a_configuration().restock)

    assert [each.status for each in change.order.fulfilments] == [FulfilmentStatus.CANCELLED] * 2
    assert changes(change.committed) == changes(shelf(main=-3))


@pytest.mark.parametrize(
    ("units", "field", "message"),
    [
        ({"_9": 1}, "lines.0.line", "line 9 is not in fulfilment 1"),
        ({"_1": 4}, "lines.0.quantity", "line 1: 4 to be split off, 3 in fulfilment 1"),
        ({"_1": 3}, "lines", "nothing would be left of fulfilment 1"),
    ],
)
def test_a_part_that_makes_no_sense_is_refused_with_its_field(units: dict[str, int], field: str, message: str) -> None:
    with pytest.raises(Rejected) as refused:
        split(in_fulfilment(a_line(quantity=3)), 1, PartToSplit(lines=parts(units)), "request-1", LATER, "ops")

    assert [tuple(error) for error in refused.value.errors] == [(field, message)]


@pytest.mark.parametrize("join", [False, True])
def test_what_the_fulfiller_has_is_neither_split_nor_joined(join: bool) -> None:
    order = asked(splitting(in_fulfilment(a_line(quantity=5)), _1=2))
    packing = Packing(who="pat", station="bench-1", since=LATER, needed={MUG: 3})
    first = order.fulfilments[0]
    fixed = {
        "accepted by its fulfiller": accepted(order, 1, LATER, "3pl"),
        "partly shipped": sent(order, _1=1),
        "shipped": sent(order),
        "in file 7 of its supplier": with_fulfilment(order, first.replace(batch=7)),
        "being packed": with_fulfilment(order, first.replace(packing=packing)),
    }

    for reason, each in fixed.items():
        with pytest.raises(NotNow, match=reason):
            joining(each) if join else splitting(each, request="request-2", _1=1)


def test_an_order_has_a_bounded_number_of_fulfilment_orders() -> None:
    order = in_fulfilment(a_line(quantity=2))
    for turn in range(MAX_FULFILMENTS // 2):
        order = splitting(order, request=f"request-{turn}", _1=1) if turn == 0 else order
    many = order.replace(fulfilments=order.fulfilments * (MAX_FULFILMENTS // 2))

    with pytest.raises(NotNow, match="100 fulfilment orders already"):
        splitting(many, request="one-more", _1=1)


def test_parts_of_one_order_are_joined_again() -> None:
    order = joining(splitting(two_lines(), _1=1, _2=2))

    assert works(order)[0] == (1, "requested", {"1": 3, "2": 2})
    assert (order.fulfilments[1].status, order.fulfilments[1].joined_into) == (FulfilmentStatus.CANCELLED, 1)
    assert (list(faults(order)), story(order)[-1]) == ([], "joined")
    assert [(row.fulfilment, row.units) for row in rows_of(order)] == [(1, 5)]


def test_joining_twice_changes_nothing() -> None:
    once = joining(splitting(two_lines(), _1=1))

    assert joining(once) == once


def test_fulfilment_orders_of_two_hand_overs_are_joined_too() -> None:
    ours = a_configuration(ship_partial_lines=True)
    first = handed(received(a_line(quantity=3)), shelf(main=2), ours)
    order = handed(first, shelf(main=1), ours)

    assert works(joining(order)) == [(1, "queued", {"1": 3}), (2, "cancelled", {"1": 1})]


def test_what_makes_no_sense_to_join_is_refused_with_its_field() -> None:
    ours = a_configuration(a_warehouse("main"), a_warehouse("east"), priorities=("east", "main"), split_lines=True)
    order = asked(handed(received(a_line(quantity=3)), shelf(east=2, main=1), ours))

    for into, message in ((1, "is 1 itself"), (9, "the order has no fulfilment 9"), (2, "is not of")):
        with pytest.raises(Rejected) as refused:
            joining(order, 1, into)
        assert [(error.field, message in error.message) for error in refused.value.errors] == [("into", True)]
    with pytest.raises(NotFound):
        joining(order, 9, 1)


def test_an_order_that_is_routed_only_has_nothing_to_split() -> None:
    with pytest.raises(NotFound, match="no fulfilment 1"):
        splitting(routed(received(a_line(quantity=3))), _1=1)
