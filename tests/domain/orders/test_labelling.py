"""Labels of fulfilment orders: begun, bought, refused."""

from collections import Counter
from datetime import timedelta

import pytest

from packhorse.domain.errors import NotNow, Rejected, Unavailable
from packhorse.domain.labels.label import LabelState
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.completion import shipped_by_channel
from packhorse.domain.orders.labelling import (
    CALL_LASTS,
    attempted,
    label_of,
    label_refused,
    label_shipped,
    units_to_label,
)
from packhorse.domain.orders.order import Status
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.steps import cancelled
from packhorse.domain.orders.tracking import TrackingCorrection, tracking_corrected
from packhorse.domain.problem import Cause
from simulation.builders import NOON, a_line
from tests.domain.label_builders import begun, bought, causes, state, voided
from tests.domain.order_builders import LATER, SHOP, a_told_parcel, in_fulfilment, sent, shelf

# ---- buying --------------------------------------------------------------------------------------------------------


def test_a_label_that_is_bought_ships_its_parcel() -> None:
    change = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2))

    [parcel] = change.order.fulfilments[0].parcels
    assert (parcel.tracking, parcel.carrier, parcel.label) == ("9400 1", "USPS", "label-1")
    assert (change.order.status, state(change.order)) == (Status.COMPLETE, LabelState.BOUGHT)
    assert change.shipped == shelf(main=2)


def test_where_the_box_is_packed_after_its_label_nothing_has_left_yet() -> None:
    change = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=False)

    assert (change.order.status, change.shipped) == (Status.IN_FULFILMENT, shelf())
    assert change.order.fulfilments[0].unlabelled == Counter()
    label = label_of(change.order, 1, "label-1")
    assert label_shipped(change.order, 1, label, LATER, "Eve").order.status is Status.COMPLETE


def test_a_purchase_that_is_recorded_twice_ships_once() -> None:
    once = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2)).order

    assert bought(once) == Change(once)


def test_units_with_a_label_get_no_other_one() -> None:
    order = begun(in_fulfilment(a_line(quantity=2)), _1=2)

    with pytest.raises(NotNow, match="is being bought"):
        units_to_label(order, 1, {})
    with pytest.raises(NotNow, match="has a label already, 9400 1"):
        units_to_label(bought(order, ships=False).order, 1, {})
    with pytest.raises(NotNow, match="is shipped"):
        units_to_label(bought(order).order, 1, {})


def test_a_fulfilment_order_goes_in_several_parcels_with_a_label_each() -> None:
    order = in_fulfilment(a_line(quantity=3))
    first = bought(begun(order, _1=1)).order

    assert first.status is Status.PARTIALLY_SHIPPED
    assert units_to_label(first, 1, {}) == {"1": 2}
    second = bought(begun(first, "label-2", _1=2), "label-2", tracking="9400 2").order
    assert second.status is Status.COMPLETE


def test_more_units_than_there_are_get_no_label() -> None:
    with pytest.raises(Rejected) as refused:
        units_to_label(in_fulfilment(a_line(quantity=2)), 1, {"1": 3})

    assert [error.message for error in refused.value.errors] == ["line 1: 3 wanted, 2 without a label"]


def test_a_carrier_is_called_by_one_process_at_a_time() -> None:
    order = begun(in_fulfilment(a_line(quantity=2)), _1=2)

    with pytest.raises(Unavailable, match="at this moment"):
        attempted(order, 1, "label-1", NOON + CALL_LASTS - timedelta(seconds=1))
    again = attempted(order, 1, "label-1", NOON + CALL_LASTS)
    with pytest.raises(Unavailable, match="at this moment"):
        attempted(again, 1, "label-1", NOON + CALL_LASTS)


# ---- exceptions ----------------------------------------------------------------------------------------------------


def test_a_refused_label_is_an_exception_until_another_one_is_bought() -> None:
    order = begun(in_fulfilment(a_line(quantity=2)), _1=2)
    refused = label_refused(order, 1, "label-1", "the address is unknown", LATER)

    assert (causes(refused), state(refused)) == ([Cause.LABEL_REFUSED], LabelState.REFUSED)
    assert units_to_label(refused, 1, {}) == {"1": 2}
    assert causes(bought(begun(refused, "label-2", _1=2), "label-2").order) == []


def test_a_refused_label_is_no_exception_any_more_when_tracking_is_typed_in() -> None:
    refused = label_refused(begun(in_fulfilment(a_line(quantity=2)), _1=2), 1, "label-1", "no", LATER)

    assert causes(sent(refused)) == []


def test_a_label_that_is_refused_when_its_units_have_left_is_no_exception() -> None:
    order = sent(begun(in_fulfilment(a_line(quantity=2)), _1=2))

    assert causes(label_refused(order, 1, "label-1", "no", LATER)) == []


def test_a_refused_label_of_a_further_parcel_is_an_exception_until_that_has_left() -> None:
    first = bought(begun(in_fulfilment(a_line(quantity=2)), _1=1)).order
    refused = label_refused(begun(first, "label-2", _1=1), 1, "label-2", "no", LATER)

    assert causes(with_status(refused, LATER, "Eve")) == [Cause.LABEL_REFUSED]
    assert causes(sent(refused, tracking="JD02")) == []


def test_a_label_of_an_order_that_was_cancelled_meanwhile_is_an_exception_until_it_is_voided() -> None:
    order = begun(in_fulfilment(a_line(quantity=2)), _1=2)
    after = bought(cancelled(order, LATER, "Eve", restock=unshipped_only).order)

    assert (causes(after.order), state(after.order)) == ([Cause.LABEL_UNUSED], LabelState.UNUSED)
    assert (after.shipped, after.order.status) == (shelf(), Status.CANCELLED)
    back = voided(after.order)
    assert (causes(back.order), state(back.order), back.shelves) == ([], LabelState.VOIDED, [])


def test_a_label_that_was_not_needed_since_tracking_was_typed_in_is_an_exception() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=False).order

    assert causes(sent(order)) == [Cause.LABEL_UNUSED]


def test_a_label_whose_number_is_typed_in_has_left_with_its_parcel() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=False).order

    left = sent(order, tracking="94001")

    [parcel] = left.fulfilments[0].parcels
    assert (parcel.label, causes(left), left.status) == ("label-1", [], Status.COMPLETE)


def test_an_unused_label_whose_number_is_recorded_after_all_is_not_voided() -> None:
    order = sent(bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=False).order)

    recorded = tracking_corrected(order, 1, 1, TrackingCorrection(tracking="94001"), LATER, "Eve")

    assert causes(recorded) == []
    with pytest.raises(NotNow, match="parcel 9400 1 is recorded as shipped"):
        voided(recorded)
    wrong = tracking_corrected(recorded, 1, 1, TrackingCorrection(tracking="JD02"), LATER, "Eve")
    assert state(voided(wrong).order) is LabelState.VOIDED


def test_a_label_whose_number_its_channel_reports_is_no_unused_one() -> None:
    order = bought(begun(in_fulfilment(a_line(quantity=2)), _1=2), ships=False).order

    left = shipped_by_channel(order, [a_told_parcel("94001", "USPS", _1=2)], everything=False, at=LATER, who=SHOP).order

    assert (state(left), causes(left), left.status) == (LabelState.BOUGHT, [], Status.COMPLETE)
