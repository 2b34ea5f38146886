"""Parcels that leave our warehouses."""

import pytest
from pydantic import ValidationError

from packhorse.domain.errors import FieldError, NotFound, NotNow, Rejected
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.completion import shipped_by_channel
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.notice import owed_notices
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.shipping import ParcelUpdate, fulfilment_order_of, shipped
from packhorse.domain.orders.steps import cancelled
from packhorse.domain.stock.goods import Goods
from simulation.builders import a_configuration, a_line, a_warehouse
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    SHOP,
    a_parcel,
    a_told_parcel,
    asked,
    changes,
    committed_by,
    handed,
    in_fulfilment,
    leaving,
    parts,
    place,
    received,
    sent,
    shelf,
    story,
    the_line,
    where,
)


def mugs_and_a_lamp() -> Order:
    return in_fulfilment(a_line(quantity=3, line="1"), a_line(LAMP, line="2"))


def contents(order: Order, number: int = 1) -> dict[str | None, dict[str, int]]:
    """What is in the parcels of a fulfilment order, by tracking number."""
    return {
        parcel.tracking: {part.line: part.quantity for part in parcel.lines}
        for parcel in fulfilment_order_of(order, number).parcels
    }


# ---- one parcel


def test_a_parcel_without_a_number_counts_once_by_the_name_that_it_is_given() -> None:
    letter = ParcelUpdate(carrier="Post", tracking="LETTER-0042", unnumbered=True, lines=parts({"_1": 1}))
    order = shipped(mugs_and_a_lamp().replace(is_notifiable=True), 1, [letter], LATER, "Eve").order

    assert contents(order) == {None: {"1": 1}}
    assert [(owed.parcel.carrier, owed.parcel.tracking) for owed in owed_notices(order)] == [("Post", None)]
    assert shipped(order, 1, [letter], LATER, "Eve").order == order


def test_a_parcel_without_a_number_gets_none_of_the_channels_own_parcel() -> None:
    letter = ParcelUpdate(carrier="Post", tracking="LETTER-0042", unnumbered=True)
    order = shipped(in_fulfilment(), 1, [letter], LATER, "Eve").order
    for number in (None, "1Z999"):
        theirs = a_told_parcel(number, _1=1).replace(id="theirs")
        order = shipped_by_channel(order, [theirs], everything=False, at=LATER, who=SHOP).order

    assert contents(order) == {None: {"1": 1}}


def test_a_parcel_without_lines_holds_all_that_remains() -> None:
    change = leaving(mugs_and_a_lamp())

    assert contents(change.order) == {"JD01": {"1": 3, "2": 1}}
    assert changes(change.shipped) == {place(MUG): 3, place(LAMP): 1}
    assert change.committed == Goods()
    assert fulfilment_order_of(change.order, 1).status is FulfilmentStatus.SHIPPED
    assert change.order.status is Status.COMPLETE
    assert committed_by([change.order]) == Goods()


def test_a_parcel_with_lines_holds_a_part_and_the_order_shows_it() -> None:
    change = leaving(mugs_and_a_lamp(), _1=2)

    assert changes(change.shipped) == {place(MUG): 2}
    assert fulfilment_order_of(change.order, 1).status is FulfilmentStatus.REQUESTED
    assert fulfilment_order_of(change.order, 1).remaining == {"1": 1, "2": 1}
    assert change.order.status is Status.PARTIALLY_SHIPPED
    assert committed_by([change.order]) == shelf(MUG, main=1) + shelf(LAMP, main=1)


def test_one_unit_of_many_that_is_left_keeps_the_work_open() -> None:
    order = leaving(in_fulfilment(a_line(quantity=100)), _1=99).order

    assert fulfilment_order_of(order, 1).status is FulfilmentStatus.REQUESTED
    assert fulfilment_order_of(order, 1).remaining == {"1": 1}
    assert order.status is Status.PARTIALLY_SHIPPED
    assert sent(order, tracking="JD02").status is Status.COMPLETE


def test_a_parcel_without_lines_after_others_holds_the_rest() -> None:
    order = sent(sent(mugs_and_a_lamp(), tracking="JD01", _1=2), tracking="JD02")

    assert contents(order) == {"JD01": {"1": 2}, "JD02": {"1": 1, "2": 1}}
    assert order.status is Status.COMPLETE


def test_a_parcel_is_told_in_the_timeline_with_carrier_and_number() -> None:
    *_, told, _completed = sent(mugs_and_a_lamp()).timeline

    assert (told.at, told.what, told.who) == (LATER, "shipped", "warehouse")
    assert told.detail == "from main by DHL, JD01"


def test_a_line_that_is_named_twice_in_a_parcel_counts_twice() -> None:
    twice = (LineQuantity(line="1", quantity=1), LineQuantity(line="1", quantity=2))
    parcel = ParcelUpdate(carrier="DHL", tracking="JD01", lines=twice)

    change = shipped(mugs_and_a_lamp(), 1, [parcel], LATER, "warehouse")

    assert changes(change.shipped) == {place(MUG): 3}


def test_a_kit_takes_its_components_out() -> None:
    order = mugs_and_a_lamp()
    kit = the_line(order).replace(components={"CUP": 1, "LID": 2})
    order = order.replace(lines=(kit, order.lines[1]))

    assert changes(leaving(order, _1=2).shipped) == {place("CUP"): 2, place("LID"): 4}


# ---- several parcels


def test_several_parcels_may_hold_one_line() -> None:
    parcels = [a_parcel("JD01", _1=1), a_parcel("JD02", _1=1), a_parcel("JD03", _1=1, _2=1)]

    change = shipped(mugs_and_a_lamp(), 1, parcels, LATER, "warehouse")

    assert contents(change.order) == {"JD01": {"1": 1}, "JD02": {"1": 1}, "JD03": {"1": 1, "2": 1}}
    assert changes(change.shipped) == {place(MUG): 3, place(LAMP): 1}
    assert change.order.status is Status.COMPLETE


def test_several_parcels_without_lines_hold_what_remains_together() -> None:
    order = mugs_and_a_lamp()
    boxes = [a_parcel("JD01"), a_parcel("JD02"), a_parcel("JD03")]

    change = shipped(order, 1, boxes, LATER, "warehouse")

    assert contents(change.order) == {"JD01": {"1": 3, "2": 1}, "JD02": {}, "JD03": {}}
    assert changes(change.shipped) == {place(MUG): 3, place(LAMP): 1}
    assert shipped(change.order, 1, boxes, LATER, "warehouse") == Change(change.order)


def test_parcels_with_lines_are_counted_before_those_without() -> None:
    change = shipped(mugs_and_a_lamp(), 1, [a_parcel("JD01"), a_parcel("JD02", _1=1)], LATER, "warehouse")

    assert contents(change.order) == {"JD02": {"1": 1}, "JD01": {"1": 2, "2": 1}}


def test_two_warehouses_ship_each_its_own() -> None:
    ours = a_configuration(a_warehouse("east"), a_warehouse("main"))
    order = asked(handed(received(a_line(line="1"), a_line(LAMP, line="2")), shelf(east=1) + shelf(LAMP, main=1), ours))

    order = sent(order, number=2, tracking="JD01")
    assert order.status is Status.PARTIALLY_SHIPPED

    order = sent(order, number=1, tracking="JD01")
    assert order.status is Status.COMPLETE
    assert (contents(order, 1), contents(order, 2)) == ({"JD01": {"1": 1}}, {"JD01": {"2": 1}})


# ---- the same news again


def test_the_same_parcel_again_changes_nothing() -> None:
    order = sent(mugs_and_a_lamp(), _1=2)

    assert leaving(order, _1=2) == Change(order)
    assert leaving(sent(order, tracking="JD02"), tracking="JD02") == Change(sent(order, tracking="JD02"))


def test_a_parcel_is_the_same_however_its_carrier_is_spelled() -> None:
    order = sent(mugs_and_a_lamp(), _1=2)

    again = shipped(order, 1, [a_parcel(carrier="dhl express", _1=2)], LATER, "warehouse")

    assert again == Change(order)


def test_a_parcel_that_comes_twice_in_one_message_counts_once() -> None:
    change = shipped(mugs_and_a_lamp(), 1, [a_parcel(_1=1), a_parcel(_1=1)], LATER, "warehouse")

    assert changes(change.shipped) == {place(MUG): 1}
    assert story(change.order).count("shipped") == 1


def test_what_is_told_of_a_parcel_line_by_line_is_one_parcel() -> None:
    by_line = [a_parcel("JD01", _1=1), a_parcel("JD02", _1=2), a_parcel("JD01", _2=1)]

    order = shipped(mugs_and_a_lamp(), 1, by_line, LATER, "Eve").order

    assert contents(order) == {"JD01": {"1": 1, "2": 1}, "JD02": {"1": 2}}
    assert order.status is Status.COMPLETE


def test_two_spellings_of_a_number_are_one_parcel() -> None:
    parcels = [a_parcel("JD 01", _1=1), a_parcel("JD-02", _1=2), a_parcel("jd01", _2=1)]

    order = shipped(mugs_and_a_lamp(), 1, parcels, LATER, "Eve").order

    assert contents(order) == {"JD 01": {"1": 1, "2": 1}, "JD-02": {"1": 2}}
    assert order.status is Status.COMPLETE


# ---- what cannot be


@pytest.mark.parametrize(
    ("parcels", "field", "message"),
    [
        ([a_parcel(_1=4)], "parcels.0.lines", "line 1: 4 shipped, 3 left"),
        ([a_parcel("JD01", _1=2), a_parcel("JD02", _1=2)], "parcels.1.lines", "line 1: 2 shipped, 1 left"),
        ([a_parcel("JD01"), a_parcel("JD02", _9=1)], "parcels.1.lines", "line 9 is not in fulfilment 1"),
    ],
)
def test_more_than_is_left_is_refused_by_its_field(parcels: list[ParcelUpdate], field: str, message: str) -> None:
    with pytest.raises(Rejected, match="more than is left to ship") as refused:
        shipped(mugs_and_a_lamp(), 1, parcels, LATER, "warehouse")

    assert refused.value.errors == (FieldError(field, message),)


@pytest.mark.parametrize("nothing", [{"tracking": ""}, {"tracking": " "}, {"carrier": ""}])
def test_a_parcel_of_ours_has_a_carrier_and_a_number(nothing: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ParcelUpdate.model_validate({"carrier": "X", "tracking": "9", **nothing})

    assert ParcelUpdate(carrier="X", tracking="9").tracking == "9"


def test_every_line_at_fault_is_named() -> None:
    with pytest.raises(Rejected) as refused:
        leaving(mugs_and_a_lamp(), _1=9, _2=9)

    messages = [error.message for error in refused.value.errors]
    assert messages == ["line 1: 9 shipped, 3 left", "line 2: 9 shipped, 1 left"]


def test_a_new_parcel_of_work_that_is_done_is_refused() -> None:
    with pytest.raises(NotNow, match="fulfilment 1 is shipped"):
        leaving(sent(mugs_and_a_lamp()), tracking="JD02")


def test_a_shipment_after_the_cancellation_is_refused() -> None:
    with pytest.raises(NotNow, match="fulfilment 1 is cancelled"):
        leaving(cancelled(mugs_and_a_lamp(), LATER, "Eve", restock=unshipped_only).order)


def test_a_parcel_that_was_known_before_the_cancellation_is_no_news_after_it() -> None:
    order = cancelled(sent(mugs_and_a_lamp(), _1=1), LATER, "Eve", restock=unshipped_only).order

    assert leaving(order, _1=1) == Change(order)


def test_work_that_the_order_does_not_have_is_not_found() -> None:
    with pytest.raises(NotFound, match="no fulfilment 7"):
        leaving(mugs_and_a_lamp(), number=7)


def test_work_that_nobody_was_asked_for_may_be_shipped_all_the_same() -> None:
    assert sent(handed(received())).status is Status.COMPLETE


def test_a_line_keeps_what_it_was_allocated_after_it_left() -> None:
    assert where(sent(mugs_and_a_lamp())) == {"main": 3}
