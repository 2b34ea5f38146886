"""Closed boxes that have not left, and whose order changed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from packhorse.domain.orders import bench
from packhorse.domain.orders.bench import Result
from packhorse.domain.orders.editing import edited, line_cancelled
from packhorse.domain.orders.labelling import label_of, label_shipped
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.packing import PackingState
from packhorse.domain.orders.printing import labels_on_bench
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.shipping import ParcelUpdate, shipped
from packhorse.domain.orders.steps import cancelled
from packhorse.domain.problem import Cause
from simulation.builders import a_line
from tests.domain.label_builders import begun, bought, causes
from tests.domain.order_builders import LATER, SHOP, in_fulfilment, parts, story
from tests.domain.orders.test_bench import EVE, counted, opened, packed, state, units

FEWER: dict[str, Callable[[Order], Order]] = {
    "channel": lambda order: edited(order, [a_line(quantity=2)], LATER, SHOP, restock=unshipped_only).order,
    "person": lambda order: line_cancelled(order, "1", 2, LATER, "Eve", restock=unshipped_only).order,
}


@pytest.mark.parametrize("fewer", FEWER.values(), ids=FEWER)
def test_a_closed_box_whose_order_gets_fewer_units_opens_again_until_it_is_packed_anew(
    fewer: Callable[[Order], Order],
) -> None:
    order = fewer(packed(3))
    assert (state(order), causes(order), story(order)[-2:]) == (
        PackingState.OPEN,
        [Cause.BOX_CHANGED],
        ["reopened", "exception"],
    )
    assert bench.closed(order, 1, EVE, LATER).result is Result.CHANGED

    again = opened(order)
    assert (again.detail, units(again.order)) == ("MUG-Ä 11oz #3: 2 instead of 3", {"MUG-Ä 11oz #3": 2})
    closed = bench.closed(again.order, 1, EVE, LATER)

    assert (closed.result, state(closed.order), causes(closed.order)) == (Result.CLOSED, PackingState.CLOSED, [])


def test_a_label_that_is_bought_then_does_not_ship_the_box_as_it_was() -> None:
    order = FEWER["channel"](packed(3))

    assert bought(begun(order, _1=2), ships=state(order) is PackingState.CLOSED).order.status is Status.IN_FULFILMENT


def test_the_closed_box_of_a_cancelled_order_is_an_exception_until_it_is_put_aside() -> None:
    order = cancelled(packed(3), LATER, "Eve", restock=unshipped_only).order
    assert (order.status, causes(order)) == (Status.CANCELLED, [Cause.BOX_CHANGED])

    assert causes(bench.put_aside(order, 1, EVE, LATER).order) == []


def test_a_box_of_which_a_part_has_left_since_it_was_closed_stays_closed() -> None:
    order = packed(3)
    for name, quantity in (("label-1", 2), ("label-2", 1)):
        order = bought(begun(order, name, _1=quantity), name, ships=False, tracking=f"9400 {name}").order

    order = label_shipped(order, 1, label_of(order, 1, "label-1"), LATER, "Eve").order

    assert (state(order), causes(order)) == (PackingState.CLOSED, [])


@pytest.mark.parametrize("clock", [LATER - timedelta(minutes=9), LATER, LATER + timedelta(minutes=9)])
def test_whatever_the_clock_of_who_shipped_it_a_parcel_left_with_the_box_or_before_it_was_closed(
    clock: datetime,
) -> None:
    before = shipped(
        in_fulfilment(a_line(quantity=4)),
        1,
        [ParcelUpdate(carrier="DHL", tracking="T-1", lines=parts({"_1": 1}))],
        clock,
        "Ada",
    ).order
    order = opened(before).order
    for number in range(3):
        order = counted(order, f"scan-{number}").order
    for name, quantity in (("label-1", 2), ("label-2", 1)):
        order = bought(begun(order, name, _1=quantity), name, ships=False, tracking=f"9400 {name}").order
    order = label_shipped(order, 1, label_of(order, 1, "label-1"), clock, "Eve").order

    assert (state(order), causes(order)) == (PackingState.CLOSED, [])
    assert [each.id for each in labels_on_bench(order.fulfilments[0])] == ["label-1", "label-2"]


def test_a_box_that_has_left_is_not_opened_again() -> None:
    order = bought(begun(packed(3), _1=3)).order

    assert (state(FEWER["channel"](order)), causes(FEWER["channel"](order))) == (
        PackingState.CLOSED,
        [Cause.EDITED_AFTER_SHIPPING],
    )
