"""Orders that get fewer units while a label is paid for: what is left of them leaves with it."""

from collections import Counter
from collections.abc import Callable

import pytest

from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.labels.label import LabelState
from packhorse.domain.labels.tracking import TrackingStatus
from packhorse.domain.orders import bench
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.editing import edited, line_cancelled
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.labelling import labels_shipped
from packhorse.domain.orders.manifesting import claimed, manifested
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.transit import tracked
from packhorse.domain.problem import Cause
from simulation.builders import a_configuration, a_line, a_warehouse
from tests.domain.label_builders import begun, bought, causes, state
from tests.domain.order_builders import LAMP, LATER, MUG, SHOP, asked, handed, in_fulfilment, received, shelf
from tests.domain.orders.test_bench import counted, opened
from tests.domain.orders.test_transit import an_event

FewerUnits = Callable[[Order], Order]
FEWER: dict[str, FewerUnits] = {
    "channel": lambda order: edited(order, [a_line(quantity=2)], LATER, SHOP, restock=unshipped_only).order,
    "person": lambda order: line_cancelled(order, "1", 2, LATER, "Eve", restock=unshipped_only).order,
}


def labelled(quantity: int = 3) -> Order:
    return bought(begun(in_fulfilment(a_line(quantity=quantity)), _1=quantity), ships=False).order


def on_manifest(order: Order) -> Change:
    return manifested(claimed(order, 1, "label-1", "m1"), 1, "label-1", "m1", ShipsOn.MANIFEST, LATER, "Eve")


LEAVES: dict[str, Callable[[Order], Change]] = {
    "its carrier": lambda order: tracked(order, 1, an_event(TrackingStatus.IN_TRANSIT), LATER),
    "its manifest": on_manifest,
    "the end of a hold": lambda order: labels_shipped(order, 1, LATER),
}


@pytest.mark.parametrize("fewer", FEWER.values(), ids=FEWER)
@pytest.mark.parametrize("leaves", LEAVES.values(), ids=LEAVES)
def test_a_parcel_leaves_with_what_is_left_and_the_rest_of_its_label_is_an_exception(
    fewer: FewerUnits, leaves: Callable[[Order], Change]
) -> None:
    change = leaves(fewer(labelled()))

    [parcel] = change.order.parcels
    assert (change.order.status, change.shipped) == (Status.COMPLETE, shelf(main=2))
    assert [(part.line, part.quantity) for part in parcel.lines] == [("1", 2)]
    [problem] = change.order.exceptions
    assert (problem.cause, problem.tracking) == (Cause.SHIPPED_AFTER_CANCELLATION, ("9400 1",))
    assert f"was bought for 1 of {MUG} more" in problem.message


@pytest.mark.parametrize("fewer", FEWER.values(), ids=FEWER)
def test_a_box_that_was_counted_afterwards_leaves_without_an_exception(fewer: FewerUnits) -> None:
    order = opened(fewer(labelled())).order
    for number in range(2):
        order = counted(order, f"scan-{number}").order

    change = bench.shipped_as_packed(order, 1, ShipsOn.PACKED, LATER, "Eve")

    assert (change.order.status, change.shipped, change.order.exceptions) == (Status.COMPLETE, shelf(main=2), ())


def test_a_label_that_is_bought_meanwhile_leaves_with_what_is_left() -> None:
    order = FEWER["channel"](begun(in_fulfilment(a_line(quantity=3)), _1=3))

    assert bought(order).order.status is Status.COMPLETE


def test_of_several_labels_those_for_which_nothing_is_left_are_unused() -> None:
    order = in_fulfilment(a_line(quantity=3))
    for name, units in (("label-1", 2), ("label-2", 1)):
        order = bought(begun(order, name, _1=units), name, ships=False, tracking=f"9400 {name}").order

    after = labels_shipped(FEWER["channel"](order), 1, LATER).order

    assert (after.shipped, causes(after)) == (Counter({"1": 2}), [Cause.LABEL_UNUSED])
    assert (state(after), state(after, "label-2")) == (LabelState.BOUGHT, LabelState.UNUSED)


def test_a_label_is_unused_once_its_lines_are_gone_though_others_are_to_be_sent() -> None:
    order = in_fulfilment(a_line(quantity=2), a_line(LAMP, 1, "2"))
    order = bought(begun(order, _2=1), ships=False).order

    after = edited(order, [a_line(MUG, 2)], LATER, SHOP, restock=unshipped_only).order

    assert (state(after), causes(after), after.status) == (
        LabelState.UNUSED,
        [Cause.LABEL_UNUSED],
        Status.IN_FULFILMENT,
    )


def test_all_labels_of_a_fulfilment_order_that_ended_are_unused_at_once() -> None:
    order = in_fulfilment(a_line(quantity=3))
    for name, units in (("label-1", 2), ("label-2", 1)):
        order = bought(begun(order, name, _1=units), name, ships=False, tracking=f"9400 {name}").order

    after = line_cancelled(order, "1", 0, LATER, "Eve", restock=unshipped_only).order

    assert (state(after), state(after, "label-2")) == (LabelState.UNUSED, LabelState.UNUSED)
    assert causes(after) == [Cause.LABEL_UNUSED] * 2


@pytest.mark.parametrize("fewer", FEWER.values(), ids=FEWER)
def test_the_units_come_off_the_warehouse_that_has_not_begun(fewer: FewerUnits) -> None:
    ours = a_configuration(a_warehouse("east"), a_warehouse(), split_lines=True)
    order = asked(handed(received(a_line(quantity=4)), shelf(east=2, main=2), ours))
    order = fewer(bought(begun(order, _1=2), ships=False).order)

    assert [each.status for each in order.fulfilments] == [FulfilmentStatus.REQUESTED, FulfilmentStatus.CANCELLED]
    assert state(order) is LabelState.BOUGHT
