"""Units that a warehouse rejects."""

from typing import Any

import pytest

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.orders.allocation import moved, routing_request
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.rejecting import RejectedUnits, rejected
from packhorse.domain.orders.rejection import Refusal, RejectReason
from packhorse.domain.values import WarehouseId
from simulation.builders import a_configuration, a_line, a_warehouse
from tests.domain.order_builders import (
    LAMP,
    LATER,
    asked,
    changes,
    handed,
    in_fulfilment,
    parts,
    place,
    received,
    routed,
    sent,
    shelf,
    story,
    the_line,
    where,
)

MAIN = WarehouseId("main")


def rejecting(
    order: Order, number: int = 1, reason: str = "none_left", report: str = "report-1", note: str = "", **units: int
) -> Change:
    """The change after a warehouse rejected units by line (`_1=2`; none: all that remains)."""
    wanted = RejectedUnits(lines=parts(units), reason=RejectReason(reason), note=note)
    return rejected(order, number, wanted, report, LATER, "warehouse")


def test_all_of_a_fulfilment_order_is_rejected_and_its_units_have_no_warehouse() -> None:
    order = in_fulfilment(a_line(quantity=3))

    change = rejecting(order)

    assert change.order.fulfilments[0].status is FulfilmentStatus.REJECTED
    assert (where(change.order), the_line(change.order).unallocated) == ({}, 3)
    assert changes(change.committed) == {place(): -3}
    assert (change.order.status, story(change.order)[-1]) == (Status.OPEN, "rejected")


def test_found_two_of_three_ships_two() -> None:
    change = rejecting(in_fulfilment(a_line(quantity=3)), _1=1)

    (fulfilment,) = change.order.fulfilments
    assert (fulfilment.status, dict(fulfilment.remaining)) == (FulfilmentStatus.REQUESTED, {"1": 2})
    assert (where(change.order), the_line(change.order).unallocated) == ({"main": 2}, 1)
    assert sent(change.order).fulfilments[0].status is FulfilmentStatus.SHIPPED


def test_what_is_left_of_a_part_shipped_one_is_rejected_and_it_counts_as_shipped() -> None:
    change = rejecting(sent(in_fulfilment(a_line(quantity=3)), _1=1))

    (fulfilment,) = change.order.fulfilments
    assert (fulfilment.status, dict(fulfilment.wanted)) == (FulfilmentStatus.SHIPPED, {"1": 1})
    assert (where(change.order), change.order.status) == ({"main": 1}, Status.PARTIALLY_SHIPPED)


def test_who_why_and_what_are_recorded() -> None:
    change = rejecting(in_fulfilment(a_line(quantity=3)), reason="damaged", note="wet", _1=2)

    (rejection,) = change.order.fulfilments[0].rejections
    assert (rejection.reason, dict(rejection.units), rejection.note) == (RejectReason.DAMAGED, {"1": 2}, "wet")
    assert (rejection.who, rejection.at) == ("warehouse", LATER)
    assert change.order.timeline[-1].detail == "main: 2 of line 1, damaged. wet"


def test_the_same_report_once_more_changes_nothing() -> None:
    once = rejecting(in_fulfilment(a_line(quantity=3)), _1=1).order

    assert rejecting(once, _1=1) == Change(once)
    assert rejecting(rejecting(once, report="report-2").order) == Change(rejecting(once, report="report-2").order)


def test_routing_goes_without_the_warehouse_and_the_trace_says_why() -> None:
    ours = a_configuration(a_warehouse("east"), a_warehouse("west"), a_warehouse("main"), priorities=("east", "west"))
    order = asked(handed(received(a_line(quantity=3)), shelf(east=9, west=9), ours))

    after = routed(rejecting(order, _1=1).order, shelf(east=9, west=9), ours)

    assert where(after) == {"east": 2, "west": 1}
    routing = the_line(after).routing
    assert routing is not None
    (east,) = (each for each in routing.candidates if each.warehouse == "east")
    assert east.rejected == "rejected by the warehouse: none left"


def test_the_new_fulfilment_order_is_of_a_new_attempt() -> None:
    ours = a_configuration(a_warehouse("east"), a_warehouse("west"), a_warehouse("main"), priorities=("east", "west"))
    order = asked(handed(received(a_line(quantity=3)), shelf(east=9, west=9), ours))

    after = handed(rejecting(order, _1=1).order, shelf(east=9, west=9), ours)

    seen = [(each.warehouse, each.attempt, dict(each.remaining)) for each in after.fulfilments]
    assert seen == [("east", 1, {"1": 2}), ("west", 2, {"1": 1})]


def test_what_no_other_warehouse_has_is_short() -> None:
    after = routed(rejecting(in_fulfilment(a_line(quantity=3))).order)

    assert (where(after), the_line(after).short) == ({}, 3)


def test_a_warehouse_that_a_person_had_named_is_not_named_any_more() -> None:
    ours = a_configuration(a_warehouse("main"), a_warehouse("west"), priorities=("west",))
    order = asked(handed(received(a_line(warehouse="main")), shelf(main=9, west=9), ours))

    after = routed(rejecting(order).order, shelf(main=9, west=9), ours)

    assert where(after) == {"west": 1}


def test_other_lines_may_ship_from_the_warehouse() -> None:
    order = in_fulfilment(a_line(line="1"), a_line(LAMP, line="2"))

    after = rejecting(order, _1=1).order

    wanted = {each.line: dict(each.without) for each in routing_request(after).wanted}
    assert wanted == {"1": {MAIN: "rejected by the warehouse: none left"}}
    assert the_line(after, "2").refused == ()


def test_a_person_who_moves_the_line_there_makes_the_rejection_forgotten() -> None:
    after = rejecting(in_fulfilment(a_line())).order
    assert the_line(after).refused == (Refusal(warehouse="main", reason=RejectReason.NONE_LEFT),)

    back = moved(after, "1", MAIN, LATER, "Eve")

    assert the_line(back).refused == ()
    assert where(routed(back)) == {"main": 1}


@pytest.mark.parametrize(
    ("units", "field"), [({"_1": 4}, "lines.0.quantity"), ({"_7": 1}, "lines.0.line")], ids=["too many", "other line"]
)
def test_more_than_is_left_is_refused_with_the_field(units: Any, field: str) -> None:
    with pytest.raises(Rejected) as refused:
        rejecting(in_fulfilment(a_line(quantity=3)), **units)

    assert [each.field for each in refused.value.errors] == [field]


def test_what_has_shipped_is_not_rejected() -> None:
    with pytest.raises(NotNow):
        rejecting(sent(in_fulfilment()))
