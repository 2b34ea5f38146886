"""Units that a warehouse rejects."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from packhorse.domain.errors import NotNow, Rejected
from packhorse.domain.orders.allocation import moved, routing_request
from packhorse.domain.orders.change import MAX_SHELVES, Change, movements_of, owed_change
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.rejecting import RejectedUnits, rejected, without_refusals
from packhorse.domain.orders.rejection import Refusal, RejectReason
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.stock.movement import MovementKind
from packhorse.domain.values import Sku, WarehouseId
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
    order: Order,
    number: int = 1,
    reason: str = "none_left",
    report: str = "report-1",
    note: str = "",
    available: Goods | None = None,
    **units: int,
) -> Change:
    """The change after a warehouse rejected units by line (`_1=2`; none: all that remains)."""
    wanted = RejectedUnits(lines=parts(units), reason=RejectReason(reason), note=note)
    return rejected(order, number, wanted, report, available or Goods(), LATER, "warehouse", restock=unshipped_only)


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
    assert change.order.timeline[-1].detail == f"main: 2 of {MUG}, damaged. wet"


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
    assert the_line(after).refused == (Refusal(warehouse="main", reason=RejectReason.NONE_LEFT, at=LATER),)

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


# ---- what the shelf learns


@pytest.mark.parametrize(
    ("reason", "kind", "on_hand", "quarantined"),
    [
        ("none_left", MovementKind.SHORT_PICK, -9, 0),
        ("damaged", MovementKind.QUARANTINE, 0, 2),
        ("mismatch", MovementKind.SHORT_PICK, -2, 0),
        ("too_busy", MovementKind.RELEASE, 0, 0),
        ("other", MovementKind.RELEASE, 0, 0),
    ],
)
def test_the_reason_says_what_becomes_of_the_stock(
    reason: str, kind: MovementKind, on_hand: int, quarantined: int
) -> None:
    """Two of three are rejected, and seven more are available there."""
    change = rejecting(in_fulfilment(a_line(quantity=3)), reason=reason, available=shelf(main=7), _1=2)

    (movement,) = movements_of(change, LATER, "warehouse")

    assert (movement.kind, movement.committed) == (kind, -2)
    assert (movement.on_hand, movement.quarantined) == (on_hand, quarantined)
    assert movement.reason == f"rejected by main: {reason.replace('_', ' ')}"


def test_the_components_of_a_kit_stay_as_they_are_since_nobody_says_which_one_is_lacking() -> None:
    order = in_fulfilment(a_line(quantity=1))
    kit = the_line(order).replace(components={Sku(MUG): 2, Sku(LAMP): 1})

    change = rejecting(order.replace(lines=(kit,)), available=shelf(main=7))

    assert (changes(change.lacking), change.emptied) == ({}, {})
    assert changes(change.committed) == {place(): -2, place(LAMP): -1}


def test_stock_that_does_not_fit_the_transaction_is_owed_without_what_may_be_sold_by_then() -> None:
    lines = [a_line(f"SKU-{number:02}", quantity=2, line=str(number)) for number in range(MAX_SHELVES + 1)]
    there = Goods({place(line.sku): 5 for line in lines})

    change = rejecting(asked(handed(routed(received(*lines)))), available=there).affordable()
    rest = owed_change(change.order)

    assert sum(change.lacking.values()) == 7 * MAX_SHELVES
    assert [*rest.lacking.values()] == [2]


def test_units_that_had_arrived_before_a_rejection_do_not_make_it_forgotten() -> None:
    after = rejecting(in_fulfilment(a_line())).order

    def refused(arrived_at: datetime | None) -> list[str]:
        return [
            each.warehouse for each in the_line(without_refusals(after, {Shelf(Sku(MUG), MAIN): arrived_at})).refused
        ]

    assert refused(LATER - timedelta(seconds=1)) == ["main"]
    assert refused(LATER) == refused(LATER + timedelta(seconds=9)) == refused(None) == []


@pytest.mark.parametrize(
    ("reason", "is_forgotten"), [("none_left", True), ("mismatch", True), ("too_busy", True), ("other", False)]
)
def test_units_that_others_count_again_do_not_change_what_was_rejected_for_the_order_itself(
    reason: str, is_forgotten: bool
) -> None:
    after = rejecting(in_fulfilment(a_line()), reason=reason).order

    counted_again = without_refusals(after, {Shelf(Sku(MUG), MAIN): LATER}, counted_elsewhere={"main"})
    arrived = without_refusals(after, {Shelf(Sku(MUG), MAIN): LATER})

    assert (the_line(counted_again).refused == (), the_line(arrived).refused) == (is_forgotten, ())
