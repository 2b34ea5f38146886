"""Parcels that travel though their label was voided, or nothing was left to send by it."""

from collections.abc import Callable

import pytest

from packhorse.domain.labels.purchase import Refund
from packhorse.domain.labels.tracking import TrackingStatus, Transit
from packhorse.domain.orders.exceptions import dismissed
from packhorse.domain.orders.labelling import labels_shipped
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.steps import cancelled
from packhorse.domain.orders.voiding import label_voided, void_refused, voiding
from packhorse.domain.problem import Cause
from simulation.builders import a_line
from tests.domain.label_builders import begun, bought, causes, voided
from tests.domain.order_builders import LATER, in_fulfilment, sent
from tests.domain.orders.test_transit import BACK, DELIVERED, IN_TRANSIT, UNKNOWN, after, an_event, timeline


def labelled(*, ships: bool) -> Order:
    return bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=ships).order


def unused() -> Order:
    return cancelled(labelled(ships=False), LATER, "Eve", restock=unshipped_only).order


NOT_EXPECTED: dict[str, Callable[[], Order]] = {
    "voided after it had shipped": lambda: voided(labelled(ships=True)).order,
    "voided before it shipped": lambda: voided(labelled(ships=False)).order,
    "being voided": lambda: voiding(labelled(ships=False), 1, "label-1", LATER, "Eve"),
    "unused": unused,
}


@pytest.mark.parametrize("order", NOT_EXPECTED.values(), ids=NOT_EXPECTED)
def test_a_parcel_that_is_not_expected_to_travel_is_one_exception(order: Callable[[], Order]) -> None:
    status = order().status

    reported = after(order(), an_event(IN_TRANSIT), an_event(IN_TRANSIT), an_event(DELIVERED, 2))

    problems = [each for each in reported.exceptions if each.cause == Cause.UNEXPECTED_PARCEL]
    assert [each.tracking for each in problems] == [("9400 1",)]
    assert (timeline(reported), reported.status, [*reported.parcels]) == (["in_transit", "delivered"], status, [])


def test_it_is_not_opened_again_once_a_person_settled_it() -> None:
    order = after(NOT_EXPECTED["voided after it had shipped"](), an_event(IN_TRANSIT))
    settled = dismissed(order, order.exceptions[0], LATER, "Eve")

    assert causes(after(settled, an_event(BACK, 2), an_event(DELIVERED, 3))) == []


@pytest.mark.parametrize("status", [UNKNOWN, TrackingStatus.PRE_TRANSIT])
def test_a_parcel_that_is_still_at_its_sender_is_no_news(status: TrackingStatus) -> None:
    order = voided(labelled(ships=True)).order

    assert after(order, an_event(status)) == order


def test_the_parcel_of_a_voided_label_is_an_exception_until_its_order_has_it() -> None:
    order = after(voided(labelled(ships=True)).order, an_event(IN_TRANSIT))
    assert causes(order) == [Cause.UNEXPECTED_PARCEL]

    recorded = sent(order, tracking="9400 1")

    assert (causes(recorded), recorded.status) == ([], Status.COMPLETE)


def test_a_parcel_that_travelled_while_its_label_was_being_voided_is_where_it_was_reported() -> None:
    order = after(NOT_EXPECTED["being voided"](), an_event(IN_TRANSIT))

    left = labels_shipped(void_refused(order, 1, "label-1", LATER, "Eve"), 1, LATER).order

    [parcel] = left.parcels
    assert (parcel.tracking, parcel.transit and parcel.transit.status, causes(left)) == ("9400 1", IN_TRANSIT, [])


def test_a_parcel_that_a_person_entered_by_its_number_is_expected() -> None:
    order = sent(labelled(ships=False), tracking="9400 1")

    assert causes(after(order, an_event(IN_TRANSIT))) == []


def test_a_parcel_that_its_carrier_had_when_it_took_the_label_back_is_an_exception() -> None:
    order = after(voiding(labelled(ships=True), 1, "label-1", LATER, "Eve"), an_event(IN_TRANSIT))

    back = label_voided(order, 1, "label-1", Refund.SUBMITTED, LATER, "Eve", restock=unshipped_only).order

    assert (causes(back), back.status) == ([Cause.UNEXPECTED_PARCEL], Status.IN_FULFILMENT)
    [label] = back.fulfilments[0].labels
    assert label.transit == Transit(status=IN_TRANSIT, at=an_event(IN_TRANSIT).at)
