from datetime import timedelta
from typing import Any

import pytest

from packhorse.domain.configuration.handling import Handling
from packhorse.domain.errors import NotNow
from packhorse.domain.orders import intake
from packhorse.domain.orders.order import Flag, Order, Status
from packhorse.domain.orders.promise import with_asked_ship_by, with_planned_ship_by
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.values import WarehouseId
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order, later
from tests.domain.order_builders import LATER, SHOP, asked, handed, heard, in_fulfilment, received, routed, sent, shelf

FAST, SLOW = Handling(days=0), Handling(days=2)
CONFIG = a_configuration(a_warehouse("east", handling=SLOW), a_warehouse(handling=FAST), split_lines=True)
TONIGHT = NOON.replace(hour=23, minute=59, second=59)


def told(order: Order, **facts: Any) -> Order:
    """The order after a newer message of its channel."""
    message = later(an_order(channel_order_id=order.channel_order_id, number=order.number), **facts)
    return intake.updated(order, message, LATER, SHOP, restock=unshipped_only).order


def test_each_warehouse_ships_its_part_in_its_own_time_and_the_order_by_the_first() -> None:
    order = with_planned_ship_by(routed(received(a_line(quantity=3)), shelf(east=2, main=1), CONFIG), CONFIG)

    assert order.due_from(WarehouseId("east")) == TONIGHT + timedelta(days=2)
    assert order.due_from(WarehouseId("main")) == order.due_at == TONIGHT


def test_what_has_left_makes_the_rest_of_the_order_due_no_earlier() -> None:
    order = with_planned_ship_by(handed(received(a_line(quantity=3)), shelf(east=2, main=1), CONFIG), CONFIG)
    number = next(each.number for each in order.fulfilments if each.warehouse == "main")

    order = sent(asked(order), number)

    assert order == with_planned_ship_by(order, CONFIG)
    assert (order.due_at, order.due_from(WarehouseId("main"))) == (TONIGHT + timedelta(days=2), TONIGHT)
    assert Flag.LATE not in order.flags_at(TONIGHT + timedelta(days=1))


def test_units_that_wait_for_a_warehouse_after_the_rest_has_left_are_planned_for_the_catchall() -> None:
    ours = a_configuration(a_warehouse("east"), a_warehouse(handling=SLOW), ship_partial_lines=True, split_lines=True)
    order = with_planned_ship_by(handed(received(a_line(quantity=3)), shelf(east=2), ours), ours)

    order = sent(asked(order))

    assert order == with_planned_ship_by(order, ours)
    assert order.due_at == TONIGHT + timedelta(days=2)


def test_an_order_without_a_warehouse_is_planned_for_the_catchall() -> None:
    assert with_planned_ship_by(heard(an_order()), CONFIG).planned_ship_by == {"main": TONIGHT}


def test_handling_begins_with_the_payment() -> None:
    order = heard(an_order(placed_at=NOON - timedelta(days=7)))

    assert with_planned_ship_by(order, CONFIG).due_at == TONIGHT


def test_what_the_channel_says_counts_before_the_warehouses_handling() -> None:
    order = with_planned_ship_by(heard(an_order(ship_by=LATER)), CONFIG)

    assert (order.due_at, order.due_from(WarehouseId("main"))) == (LATER, LATER)


def test_a_message_that_says_nothing_of_it_leaves_it_and_another_time_replaces_it() -> None:
    order = heard(an_order(ship_by=LATER, expedited=True))

    silent = told(order)
    assert (silent.ship_by, silent.expedited) == (LATER, True)
    assert told(order, ship_by=NOON, expedited=False).replace(timeline=()).ship_by == NOON
    assert told(order, ship_by=NOON).timeline[-1].detail == "ship date"


@pytest.mark.parametrize(("hours", "late"), [(-1, False), (0, False), (1, True)])
def test_an_order_is_late_once_it_should_have_left(hours: int, late: bool) -> None:
    order = heard(an_order(ship_by=NOON))

    assert (Flag.LATE in order.flags_at(NOON + timedelta(hours=hours))) is late


def test_an_order_that_may_not_ship_yet_is_not_late() -> None:
    order = heard(an_order(ship_by=NOON, paid_at=None))

    assert Flag.LATE not in order.flags_at(NOON + timedelta(hours=1))


def test_an_order_that_is_over_is_not_late_and_keeps_its_times() -> None:
    order = sent(with_planned_ship_by(in_fulfilment(ship_by=NOON), CONFIG))

    assert order.flags_at(NOON + timedelta(days=9)) == frozenset()
    assert with_planned_ship_by(order, a_configuration(a_warehouse(handling=SLOW))) == order


def test_what_a_person_set_counts_for_every_warehouse_also_against_a_later_message() -> None:
    order = routed(received(a_line(quantity=3), ship_by=NOON), shelf(east=2, main=1), CONFIG)

    asked = with_asked_ship_by(with_planned_ship_by(order, CONFIG), LATER, NOON, "ada")

    assert {asked.due_at, asked.due_from(WarehouseId("east")), told(asked, ship_by=NOON).due_at} == {LATER}
    assert (asked.timeline[-1].what, asked.timeline[-1].who) == ("ship_by_set", "ada")
    assert with_asked_ship_by(asked, LATER, LATER, "bob") == asked
    assert with_asked_ship_by(asked, None, LATER, "ada").due_at == NOON


def test_an_order_that_is_over_gets_no_other_time() -> None:
    over = heard(an_order(ship_by=NOON)).replace(status=Status.COMPLETE)

    with pytest.raises(NotNow, match="complete"):
        with_asked_ship_by(over, LATER, LATER, "ada")
