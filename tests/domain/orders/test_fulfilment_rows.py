"""Rows of the list that people ship from: which an order has, in which view, and what each shows."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from packhorse.domain.address import Address
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.orders.checks import Check
from packhorse.domain.orders.fulfilment_rows import FulfilmentRow, View, rows_of
from packhorse.domain.orders.order import MAX_LISTED, Hold, Order
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled, with_hold
from packhorse.domain.problem import Cause
from packhorse.domain.values import WarehouseId
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    a_problem,
    asked,
    handed,
    heard,
    in_fulfilment,
    received,
    routed,
    sent,
    shelf,
)

TWO = a_configuration(a_warehouse("east"), a_warehouse("west"))
NOWHERE = Address(name="Ada Lovelace", address1="1 Lane", country="Atlantis")


def held(order: Order) -> Order:
    return with_hold(order, Hold(id="h1", reason="call the buyer", owner="ada", placed_at=NOON))


def at_a_supplier(order: Order) -> Order:
    return order.replace(fulfilments=tuple(each.replace(kind=WarehouseKind.DROPSHIP) for each in order.fulfilments))


def the_row(order: Order) -> FulfilmentRow:
    (row,) = rows_of(order)
    return row


def split() -> Order:
    """Mugs leave from the east, lamps from the west."""
    goods = shelf(east=9) + shelf(LAMP, west=9)
    return asked(handed(received(a_line(MUG, 2), a_line(LAMP, 3, "2")), goods, TWO))


VIEWS: list[tuple[Callable[[], Order], View]] = [
    (lambda: in_fulfilment(), View.TO_SHIP),
    (lambda: routed(received()), View.TO_SHIP),
    (lambda: received(), View.TO_SHIP),
    (lambda: at_a_supplier(in_fulfilment()), View.PARTNERS),
    (lambda: routed(received(), shelf()), View.SHORT),
    (lambda: held(routed(received())), View.HELD),
    (lambda: held(routed(received(), shelf())), View.HELD),
    (lambda: held(in_fulfilment()), View.HELD),
    (lambda: heard_without_products(), View.NEEDS_FIX),
    (lambda: held(heard_without_products()), View.NEEDS_FIX),
    (lambda: received(ship_to=NOWHERE), View.NEEDS_FIX),
    (lambda: in_fulfilment().replace(ship_to=None), View.NEEDS_FIX),
    (
        lambda: received().replace(exceptions=(a_problem(Cause.EXCLUDED_WAREHOUSE, "excluded", line="1"),)),
        View.NEEDS_FIX,
    ),
]


def heard_without_products() -> Order:
    return heard(an_order())


@pytest.mark.parametrize(("order", "view"), VIEWS)
def test_a_row_is_in_the_first_view_that_fits(order: Callable[[], Order], view: View) -> None:
    assert the_row(order()).view is view


def test_a_row_is_a_fulfilment_order_or_what_is_not_handed_over_yet() -> None:
    order = split()
    assert [(row.fulfilment, row.warehouse, row.units) for row in rows_of(order)] == [(1, "east", 2), (2, "west", 3)]

    short = asked(handed(received(a_line(MUG, 2), a_line(LAMP, 3, "2")), shelf(east=9), TWO))
    assert [(row.fulfilment, row.warehouse, row.units, row.view) for row in rows_of(short)] == [
        (None, None, 3, View.SHORT),
        (1, "east", 2, View.TO_SHIP),
    ]


def test_what_is_not_handed_over_has_a_warehouse_if_all_of_it_is_there() -> None:
    lines = a_line(MUG, 2), a_line(LAMP, 3, "2")

    assert the_row(routed(received(*lines), shelf(east=9) + shelf(LAMP, east=9), TWO)).warehouse == "east"
    assert the_row(routed(received(*lines), shelf(east=9) + shelf(LAMP, west=9), TWO)).warehouse is None
    assert the_row(routed(received(*lines), shelf(east=9), TWO)).warehouse is None


def test_an_order_that_is_not_paid_or_is_over_has_no_row() -> None:
    assert rows_of(received(paid_at=None)) == ()
    assert rows_of(sent(in_fulfilment())) == ()
    assert rows_of(cancelled(in_fulfilment(), LATER, "ada", "", restock=unshipped_only).order) == ()


def test_a_row_has_the_units_that_are_left_to_ship() -> None:
    order = sent(in_fulfilment(a_line(MUG, 3), a_line(LAMP, 2, "2")), _1=3)

    row = the_row(order)

    assert (row.units, row.lines, row.first_line and row.first_line.sku) == (2, 1, LAMP)


def test_a_row_has_what_is_short_of_it() -> None:
    partial = a_configuration(a_warehouse("east"), ship_partial_lines=True)
    order = routed(received(a_line(MUG, 2), a_line(LAMP, 3, "2")), shelf(east=9) + shelf(LAMP, east=1), partial)

    row = the_row(order)

    assert (row.lines, row.short_lines) == (2, 1)
    assert row.short_line
    assert (row.short_line.sku, row.short_line.quantity) == (LAMP, 2)
    assert [(each.short_line, each.short_lines) for each in rows_of(in_fulfilment())] == [(None, 0)]


def test_the_checks_that_fail_are_named() -> None:
    assert the_row(in_fulfilment()).checks == ()
    assert the_row(received(ship_to=NOWHERE)).checks == (Check.ADDRESS,)
    assert the_row(heard_without_products()).checks == (Check.PRODUCT,)
    assert the_row(routed(received(ship_to=NOWHERE), shelf())).checks == (Check.ADDRESS, Check.STOCK)


def test_a_row_names_the_exceptions_about_it() -> None:
    problems = (
        a_problem(Cause.OVERDUE, "late", fulfilment=1),
        a_problem(Cause.ADDRESS_CHANGED, "moved"),
        a_problem(Cause.UNMATCHED_SKU, "what is it?", line="2"),
    )

    assert [row.exceptions for row in rows_of(split().replace(exceptions=problems))] == [
        ("address_changed", "overdue"),
        ("address_changed", "unmatched_sku"),
    ]


def test_a_fulfilment_order_is_due_when_its_warehouse_ships() -> None:
    planned = {WarehouseId("east"): NOON, WarehouseId("west"): NOON + timedelta(days=1)}

    rows = rows_of(split().replace(planned_ship_by=planned))

    assert [row.due_at for row in rows] == [NOON, NOON + timedelta(days=1)]


def test_a_fulfilment_order_that_its_warehouse_was_asked_for_shows_no_difference() -> None:
    """So that a hand-over writes no row."""
    order = handed(received())

    assert rows_of(asked(order)) == rows_of(order)


def test_an_order_of_very_many_fulfilment_orders_shows_the_first() -> None:
    order = in_fulfilment()
    (one,) = order.fulfilments
    many = order.replace(fulfilments=tuple(one.replace(id=f"{order.id}-{n}") for n in range(1, MAX_LISTED + 4)))

    assert [row.fulfilment for row in rows_of(many)] == list(range(1, MAX_LISTED + 1))
