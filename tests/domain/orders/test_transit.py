"""Parcels on their way, as carriers report them."""

from datetime import timedelta

import pytest

from packhorse.domain.labels.tracking import TrackingEvent, TrackingStatus
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.transit import tracked
from packhorse.domain.orders.voiding import void_refused, voiding
from packhorse.domain.problem import Cause
from simulation.builders import NOON, a_line
from tests.domain.label_builders import begun, bought
from tests.domain.order_builders import LATER, in_fulfilment

IN_TRANSIT, DELIVERED = TrackingStatus.IN_TRANSIT, TrackingStatus.DELIVERED
BACK, FAILURE, UNKNOWN = TrackingStatus.RETURN_TO_SENDER, TrackingStatus.FAILURE, TrackingStatus.UNKNOWN


def an_event(status: TrackingStatus, hours: int = 1, tracking: str = "9400 1") -> TrackingEvent:
    return TrackingEvent(carrier="USPS", tracking=tracking, status=status, at=NOON + timedelta(hours=hours))


def after(order: Order, *events: TrackingEvent) -> Order:
    for event in events:
        order = tracked(order, 1, event, LATER).order
    return order


def on_its_way() -> Order:
    return bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order


def status(order: Order) -> TrackingStatus | None:
    [parcel] = order.parcels
    return parcel.transit.status if parcel.transit else None


def timeline(order: Order) -> list[str]:
    return [entry.what for entry in order.timeline if entry.who == "USPS"]


def test_a_report_is_recorded_with_its_parcel_and_stands_in_the_timeline() -> None:
    order = after(on_its_way(), an_event(IN_TRANSIT), an_event(DELIVERED, 2))

    assert (status(order), timeline(order)) == (DELIVERED, ["in_transit", "delivered"])


def test_the_same_report_again_changes_nothing() -> None:
    once = after(on_its_way(), an_event(IN_TRANSIT))

    assert after(once, an_event(IN_TRANSIT)) == once


def test_reports_count_by_their_time_in_whatever_order_they_come() -> None:
    order = after(on_its_way(), an_event(DELIVERED, 3), an_event(IN_TRANSIT, 1), an_event(UNKNOWN, 4))

    assert (status(order), timeline(order)) == (DELIVERED, ["delivered"])


def test_what_was_delivered_is_on_its_way_no_more() -> None:
    assert status(after(on_its_way(), an_event(DELIVERED, 1), an_event(IN_TRANSIT, 2))) == DELIVERED


def test_reports_of_a_parcel_that_had_the_number_before_or_got_it_since_are_passed_over() -> None:
    packed = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=False).order
    years = 24 * 200

    assert after(packed, an_event(DELIVERED, -years)) == packed
    assert status(after(on_its_way(), an_event(DELIVERED, -years), an_event(IN_TRANSIT, 5))) == IN_TRANSIT
    done = after(on_its_way(), an_event(IN_TRANSIT, 1), an_event(DELIVERED, 40))
    assert after(done, an_event(BACK, years)) == done


def test_what_was_reported_before_a_void_that_the_carrier_refused_counts() -> None:
    packed = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=False).order
    days_later = NOON + timedelta(days=5)
    asked = voiding(packed, 1, "label-1", days_later, "Eve")

    kept = void_refused(asked, 1, "label-1", days_later, "Eve")

    assert status(after(kept, an_event(DELIVERED, 48))) == DELIVERED


@pytest.mark.parametrize("later", [IN_TRANSIT, DELIVERED])
def test_a_parcel_that_cannot_be_delivered_is_an_exception_until_it_goes_on_after_all(later: TrackingStatus) -> None:
    order = after(on_its_way(), an_event(FAILURE))

    assert [problem.cause for problem in order.exceptions] == [Cause.NOT_DELIVERED]
    assert after(order, an_event(later, 2)).exceptions == ()


def test_a_parcel_that_comes_back_does_so_whatever_is_scanned_on_its_way_to_its_sender() -> None:
    order = after(on_its_way(), an_event(BACK), an_event(IN_TRANSIT, 2), an_event(DELIVERED, 3))

    assert (status(order), [problem.cause for problem in order.exceptions]) == (BACK, [Cause.NOT_DELIVERED])
    assert status(after(on_its_way(), an_event(IN_TRANSIT, 2), an_event(BACK))) == BACK


@pytest.mark.parametrize("turn", [1, -1])
@pytest.mark.parametrize(
    "farther",
    [(IN_TRANSIT, BACK), (TrackingStatus.OUT_FOR_DELIVERY, DELIVERED), (FAILURE, DELIVERED), (IN_TRANSIT, FAILURE)],
)
def test_of_two_reports_at_one_time_the_farther_counts_in_whatever_order_they_come(
    farther: tuple[TrackingStatus, TrackingStatus], turn: int
) -> None:
    assert status(after(on_its_way(), *map(an_event, farther[::turn]))) == farther[1]


def test_what_was_delivered_may_fail_later() -> None:
    events = [an_event(DELIVERED, 1), an_event(FAILURE, 2)]

    assert status(after(on_its_way(), *events)) == status(after(on_its_way(), *events[::-1])) == FAILURE


@pytest.mark.parametrize("at_sender", [UNKNOWN, TrackingStatus.PRE_TRANSIT])
def test_what_its_carrier_has_is_not_at_its_sender_by_another_clock(at_sender: TrackingStatus) -> None:
    events = [an_event(at_sender, 5), an_event(IN_TRANSIT, 1)]

    assert status(after(on_its_way(), *events)) == status(after(on_its_way(), *events[::-1])) == IN_TRANSIT


def test_a_packed_box_that_its_carrier_has_left_without_a_word_of_the_warehouse() -> None:
    labelled = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=False).order

    assert after(labelled, an_event(TrackingStatus.PRE_TRANSIT)).status is Status.IN_FULFILMENT
    assert after(labelled, an_event(IN_TRANSIT)).status is Status.COMPLETE


def test_a_packed_box_has_left_when_the_first_that_is_heard_of_it_is_that_it_comes_back() -> None:
    labelled = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=False).order

    order = after(labelled, an_event(BACK, 2), an_event(IN_TRANSIT, 1))

    assert (order.status, status(order)) == (Status.COMPLETE, BACK)
    assert [problem.cause for problem in order.exceptions] == [Cause.NOT_DELIVERED]


@pytest.mark.parametrize("tracking", ["", "another"])
def test_a_report_about_another_parcel_changes_nothing(tracking: str) -> None:
    order = on_its_way()

    assert after(order, an_event(DELIVERED, tracking=tracking)) == order
