"""Labels on manifests."""

import pytest

from packhorse.domain.configuration.warehouse import ShipsOn
from packhorse.domain.errors import NotNow
from packhorse.domain.labels.tracking import TrackingEvent, TrackingStatus
from packhorse.domain.orders.labelling import label_of, label_shipped
from packhorse.domain.orders.manifesting import (
    claimed,
    is_settled,
    left_out,
    manifest_shipped,
    manifested,
    released,
)
from packhorse.domain.orders.order import Hold, Order
from packhorse.domain.orders.transit import tracked
from packhorse.domain.orders.voiding import voiding
from simulation.builders import NOON, a_line
from tests.domain.label_builders import begun, bought
from tests.domain.order_builders import LATER, in_fulfilment


@pytest.fixture
def labelled() -> Order:
    """An order with a label that has not shipped it."""
    return bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=False).order


def held(order: Order) -> Order:
    return order.replace(holds=(Hold(id="h1", reason="a doubt", owner="Eve", placed_at=NOON),))


def test_a_label_is_claimed_by_one_manifest_and_free_once_it_is_released(labelled: Order) -> None:
    first = claimed(labelled, 1, "label-1", "m1")

    assert claimed(first, 1, "label-1", "m2") == first
    assert released(first, 1, "label-1", "m2") == first
    assert label_of(claimed(released(first, 1, "label-1", "m1"), 1, "label-1", "m2"), 1, "label-1").manifest == "m2"


def test_a_claimed_label_cannot_be_voided_and_one_that_is_voided_not_claimed(labelled: Order) -> None:
    with pytest.raises(NotNow, match="manifest m1"):
        voiding(claimed(labelled, 1, "label-1", "m1"), 1, "label-1", LATER, "Eve")

    voided = voiding(labelled, 1, "label-1", LATER, "Eve")
    assert claimed(voided, 1, "label-1", "m1") == voided


def sent(order: Order, status: TrackingStatus) -> Order:
    """The order after its parcel left, with the status that the carrier reports of it."""
    label = label_of(order, 1, "label-1")
    event = TrackingEvent(carrier="USPS", tracking=label.tracking, status=status, at=LATER)
    return tracked(label_shipped(order, 1, label, NOON, "Eve").order, 1, event, LATER).order


@pytest.mark.parametrize("status", list(TrackingStatus))
def test_a_parcel_that_its_carrier_has_is_claimed_for_no_manifest_and_left_out_of_one(
    labelled: Order, status: TrackingStatus
) -> None:
    is_here = status in (TrackingStatus.UNKNOWN, TrackingStatus.PRE_TRANSIT)
    departed, mine = sent(labelled, status), sent(claimed(labelled, 1, "label-1", "m1"), status)

    assert (label_of(claimed(departed, 1, "label-1", "m1"), 1, "label-1").manifest == "m1") is is_here
    assert (label_of(left_out(mine, 1, "label-1", "m1"), 1, "label-1").manifest == "m1") is is_here
    assert is_settled(departed.fulfilments[0], label_of(departed, 1, "label-1")) is not is_here


@pytest.mark.parametrize("ships_on", list(ShipsOn))
def test_a_form_ships_the_parcel_once_unless_the_packed_box_does(labelled: Order, ships_on: ShipsOn) -> None:
    mine = claimed(labelled, 1, "label-1", "m1")

    done = manifested(mine, 1, "label-1", "m1", ships_on, LATER, "Eve")

    assert len(done.order.fulfilments[0].parcels) == (0 if ships_on is ShipsOn.PACKED else 1)
    assert manifested(done.order, 1, "label-1", "m1", ships_on, LATER, "Eve").order == done.order
    assert released(done.order, 1, "label-1", "m1") == done.order


def test_a_form_of_another_manifest_changes_nothing(labelled: Order) -> None:
    mine = claimed(labelled, 1, "label-1", "m1")

    assert manifested(mine, 1, "label-1", "m2", ShipsOn.MANIFEST, LATER, "Eve").order == mine


def test_a_parcel_whose_order_is_held_meanwhile_leaves_after_its_release(labelled: Order) -> None:
    mine = held(claimed(labelled, 1, "label-1", "m1"))

    done = manifested(mine, 1, "label-1", "m1", ShipsOn.MANIFEST, LATER, "Eve").order

    assert not done.fulfilments[0].parcels
    assert manifest_shipped(done.replace(holds=()), 1, LATER).order.fulfilments[0].parcels
