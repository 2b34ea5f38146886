"""Labels that are voided: their parcels have not left after all."""

from collections import Counter

import pytest

from packhorse.domain.configuration.account import Restock
from packhorse.domain.labels.label import LabelState
from packhorse.domain.labels.purchase import Refund
from packhorse.domain.orders.allocation import with_hand_over
from packhorse.domain.orders.change import Change, movements_of
from packhorse.domain.orders.editing import edited
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.labelling import label_of
from packhorse.domain.orders.order import Hold, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled, with_hold
from packhorse.domain.orders.voiding import label_voided, void_refused, voiding
from packhorse.domain.problem import Cause
from packhorse.domain.stock.movement import MovementKind
from simulation.builders import a_configuration, a_line
from tests.domain.order_builders import LATER, SHOP, asked, in_fulfilment
from tests.domain.orders.test_labelling import begun, bought, causes, state, voided


def test_a_voided_label_takes_shipped_back_and_its_units_are_handed_over_again() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order

    change = voided(order)

    fulfilment = change.order.fulfilments[0]
    assert (change.order.status, fulfilment.status, fulfilment.parcels) == (
        Status.IN_FULFILMENT,
        FulfilmentStatus.QUEUED,
        (),
    )
    assert [parcel.tracking for parcel in fulfilment.voided_parcels] == ["9400 1"]
    [movement] = movements_of(change, LATER, "Eve")
    assert (movement.kind, movement.on_hand, movement.committed) == (MovementKind.VOID, 2, 2)
    again = asked(with_hand_over(change.order, a_configuration(), LATER))
    assert (again.fulfilments[0].attempt, again.fulfilments[0].status) == (2, FulfilmentStatus.REQUESTED)
    assert bought(begun(again, "label-2", _1=2), "label-2", tracking="9400 2").order.status is Status.COMPLETE


def test_a_voided_label_of_a_part_leaves_the_other_parcels() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=3)), _1=1)).order
    order = bought(begun(order, "label-2", _1=2), "label-2", tracking="9400 2").order

    after = voided(order, "label-2").order

    assert (after.status, after.shipped) == (Status.PARTIALLY_SHIPPED, Counter({"1": 1}))


def test_a_void_of_all_that_has_left_takes_a_held_order_back_from_its_warehouse() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=3)), _1=1)).order
    held = with_hold(order, Hold(id="1", owner="Eve", reason="look at it", placed_at=LATER))
    assert held.fulfilments[0].status is FulfilmentStatus.REQUESTED

    after = voided(held).order

    assert after.fulfilments[0].is_taken_back
    assert [entry.what for entry in after.timeline][-2:] == ["label_voided", "taken_back"]


def test_a_void_that_is_recorded_twice_gives_back_once() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order
    once = voided(order).order

    assert label_voided(once, 1, "label-1", Refund.SUBMITTED, LATER, "Eve", restock=unshipped_only) == Change(once)


def test_a_void_that_the_carrier_refuses_changes_nothing() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order

    after = void_refused(voiding(order, 1, "label-1", LATER, "Eve"), 1, "label-1", LATER, "Eve")

    assert (after.status, state(after)) == (Status.COMPLETE, LabelState.BOUGHT)
    assert label_of(after, 1, "label-1").refund is Refund.REJECTED


@pytest.mark.parametrize(
    ("restock", "on_hand"),
    [(Restock.UNSHIPPED, 1), (Restock.ALWAYS, 0), (Restock.NEVER, 0)],
    ids=lambda each: str(each),
)
def test_what_a_void_gives_back_of_an_order_that_was_cancelled_meanwhile_is_cancelled_too(
    restock: Restock, on_hand: int
) -> None:
    part_shipped = bought(begun(in_fulfilment(a_line(quantity=3)), _1=1)).order
    over = cancelled(part_shipped, LATER, "Eve", restock=lambda _: restock).order
    assert over.status is Status.COMPLETE

    change = voided(over, restock=restock)

    assert (change.order.status, change.order.lines[0].cancelled) == (Status.CANCELLED, 3)
    moved = [(each.on_hand, each.committed) for each in movements_of(change, LATER, "Eve")]
    assert moved == [(on_hand, 0)]


def test_units_that_the_channel_removed_too_late_are_not_sent_again_after_a_void() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=3)), _1=3)).order
    order = edited(order, [a_line(quantity=2)], LATER, SHOP, restock=unshipped_only).order
    assert causes(order) == [Cause.EDITED_AFTER_SHIPPING]

    change = voided(order)

    assert change.order.fulfilments[0].remaining == Counter({"1": 2})
    assert (change.order.lines[0].quantity, causes(change.order)) == (2, [])
    [movement] = movements_of(change, LATER, "Eve")
    assert (movement.on_hand, movement.committed) == (3, 2)


def test_of_those_removed_too_late_only_as_many_stay_as_have_still_left() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=3)), _1=1)).order
    order = bought(begun(order, "label-2", _1=2), "label-2", tracking="9400 2").order
    order = edited(order, [], LATER, SHOP, restock=unshipped_only).order

    after = voided(order, "label-2").order

    assert (after.lines[0].quantity, after.lines[0].removed_late, after.status) == (1, 1, Status.COMPLETE)
    assert causes(after) == [Cause.EDITED_AFTER_SHIPPING]


def test_what_the_channel_wants_again_is_sent_again_after_a_void() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=3)), _1=3)).order
    for quantity in (2, 3):
        order = edited(order, [a_line(quantity=quantity)], LATER, SHOP, restock=unshipped_only).order

    assert voided(order).order.fulfilments[0].remaining == Counter({"1": 3})
