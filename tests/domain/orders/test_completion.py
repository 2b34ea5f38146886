"""Orders completed by hand, and parcels that the channel tells of."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from packhorse.domain.errors import NotNow
from packhorse.domain.orders.allocation import with_hand_over
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelParcel
from packhorse.domain.orders.completion import completed, shipped_by_channel
from packhorse.domain.orders.editing import edited, line_cancelled
from packhorse.domain.orders.exceptions import dismissed
from packhorse.domain.orders.fulfilment import accepted
from packhorse.domain.orders.fulfilment_order import FulfilmentStatus
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.parcel import LineQuantity, contents_of
from packhorse.domain.orders.reported import pending_units
from packhorse.domain.orders.restock import unshipped_only
from packhorse.domain.orders.soundness import faults
from packhorse.domain.orders.splitting import PartToSplit, split
from packhorse.domain.orders.steps import cancelled
from packhorse.domain.orders.taking_back import taken_back
from packhorse.domain.stock.goods import Goods
from simulation.builders import NOON, a_configuration, a_line, a_warehouse, an_order
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    SHOP,
    a_told_parcel,
    asked,
    changes,
    committed_by,
    handed,
    heard,
    in_fulfilment,
    kinds,
    leaving,
    made_there,
    place,
    received,
    routed,
    sent,
    settled,
    shelf,
    story,
    the_line,
    where,
)

OURS = a_configuration(a_warehouse("east"), a_warehouse("main"), split_lines=True, ship_partial_lines=True)
MUGS = a_line(quantity=5)


def told(order: Order, *parcels: ChannelParcel, everything: bool = False) -> Change:
    return shipped_by_channel(order, parcels, everything=everything, at=LATER, who=SHOP)


def after(order: Order, *parcels: ChannelParcel, everything: bool = False) -> Order:
    return told(order, *parcels, everything=everything).order


def complete(order: Order) -> Change:
    return completed(order, LATER, "Eve")


def gone(order: Order) -> tuple[int, int]:
    """Units that left one of our warehouses, and units that left from somewhere else."""
    return order.shipped.total(), sum(line.elsewhere for line in order.lines)


def tracked(order: Order) -> list[str | None]:
    return [parcel.tracking for work in order.fulfilments for parcel in work.parcels]


# ---- completed by hand


def test_work_that_is_open_counts_as_shipped_from_its_warehouse() -> None:
    change = complete(in_fulfilment(MUGS))

    assert changes(change.shipped) == {place(): 5}
    assert [work.status for work in change.order.fulfilments] == [FulfilmentStatus.SHIPPED]
    assert (change.order.status, gone(change.order)) == (Status.COMPLETE, (5, 0))


def test_what_is_allocated_and_not_handed_over_leaves_its_warehouse() -> None:
    change = complete(routed(received(MUGS), shelf(east=2, main=3), OURS))

    assert changes(change.shipped) == {place(MUG, "east"): 2, place(MUG, "main"): 3}
    assert [(work.number, work.warehouse, work.attempt, work.status) for work in change.order.fulfilments] == [
        (1, "east", 0, FulfilmentStatus.SHIPPED),
        (2, "main", 0, FulfilmentStatus.SHIPPED),
    ]
    assert committed_by([change.order]) == Goods()


def test_what_is_short_has_left_from_somewhere_else() -> None:
    change = complete(routed(received(MUGS), shelf(main=2)))

    assert changes(change.shipped) == {place(): 2}
    assert (change.order.status, gone(change.order)) == (Status.COMPLETE, (2, 3))
    assert not the_line(change.order).unallocated


def test_a_line_without_a_product_has_left_from_somewhere_else() -> None:
    change = complete(heard(an_order(MUGS)))

    assert change.shelves == []
    assert (change.order.status, gone(change.order)) == (Status.COMPLETE, (0, 5))


def test_what_is_in_work_allocated_and_short_at_once_is_all_gone() -> None:
    order = sent(asked(handed(received(MUGS), shelf(main=2), OURS)), _1=1)
    order = routed(order, shelf(east=1), OURS)

    change = complete(order)

    assert changes(change.shipped) == {place(MUG, "east"): 1, place(MUG, "main"): 1}
    assert gone(change.order) == (3, 2)
    assert change.order.status is Status.COMPLETE
    assert committed_by([change.order]) == Goods()


def test_an_order_completed_twice_is_complete() -> None:
    order = complete(in_fulfilment(MUGS)).order

    assert complete(order) == Change(order)


def test_the_person_who_completed_it_is_in_the_timeline() -> None:
    *_, left, done = complete(in_fulfilment(MUGS)).order.timeline

    assert (left.what, left.who, left.detail) == ("shipped", "Eve", "outside Packhorse")
    assert (done.what, done.who) == ("completed", "Eve")


def test_an_unpaid_order_cannot_be_completed() -> None:
    with pytest.raises(NotNow, match="not paid"):
        complete(received(MUGS, paid_at=None))


def test_a_cancelled_order_cannot_be_completed() -> None:
    with pytest.raises(NotNow, match="is cancelled"):
        complete(cancelled(received(MUGS), LATER, "Eve", restock=unshipped_only).order)


# ---- the channel says that all of it has left


def test_an_order_that_the_channel_shipped_is_complete_and_nobody_ships_it_again() -> None:
    change = told(in_fulfilment(MUGS), everything=True)

    assert changes(change.shipped) == {place(): 5}
    assert (change.order.status, change.order.fulfilments[0].remaining) == (Status.COMPLETE, {})


def test_the_parcels_of_the_channel_are_kept_with_carrier_and_number() -> None:
    order = after(in_fulfilment(MUGS), a_told_parcel(), everything=True)

    (parcel,) = order.fulfilments[0].parcels
    assert (parcel.carrier, parcel.tracking, parcel.shipped_at) == ("UPS", "1Z999", LATER)
    assert "outside Packhorse, by UPS, 1Z999" in [entry.detail for entry in order.timeline]
    assert {part.line: part.quantity for part in parcel.lines} == {"1": 5}


def test_a_parcel_of_the_channel_left_when_the_channel_says_and_never_in_the_future() -> None:
    early, late = NOON + timedelta(minutes=5), LATER + timedelta(days=1)
    parcels = (
        a_told_parcel("1Z1", _1=1).replace(shipped_at=early),
        a_told_parcel("1Z2", _1=4).replace(shipped_at=late),
    )

    order = after(in_fulfilment(MUGS), *parcels)

    assert [(each.tracking, each.shipped_at) for each in order.parcels] == [("1Z1", early), ("1Z2", LATER)]


def test_an_order_that_is_first_heard_of_as_shipped_takes_its_stock_once_it_is_routed() -> None:
    heard_of = told(received(MUGS), a_told_parcel(), everything=True)
    assert (heard_of.shelves, heard_of.order.status) == ([], Status.OPEN)

    change = settled(heard_of, shelf(main=5))

    assert (changes(change.committed), changes(change.shipped)) == ({place(): 5}, {place(): 5})
    assert (change.order.status, gone(change.order), tracked(change.order)) == (Status.COMPLETE, (5, 0), ["1Z999"])
    assert with_hand_over(change.order, OURS, LATER) == change.order


def test_an_unpaid_order_that_the_channel_shipped_is_complete() -> None:
    order = received(MUGS, paid_at=None)

    assert settled(told(order, everything=True)).order.status is Status.COMPLETE


def test_what_left_and_is_in_no_warehouse_is_short_until_it_is_counted_in() -> None:
    change = settled(told(received(MUGS), everything=True), shelf(main=2))
    assert (change.order.status, gone(change.order)) == (Status.PARTIALLY_SHIPPED, (2, 0))
    assert kinds(change.order) == ["shipped_without_stock"]
    assert "3 left" in change.order.exceptions[0].message

    counted = settled(Change(change.order), shelf(main=3))

    assert changes(counted.shipped) == {place(): 3}
    assert (counted.order.status, kinds(counted.order)) == (Status.COMPLETE, [])


def test_what_left_without_stock_is_over_when_a_person_completes_the_order() -> None:
    short = settled(told(received(MUGS), everything=True), shelf(main=2)).order

    done = complete(short)

    assert (done.order.status, gone(done.order), kinds(done.order)) == (Status.COMPLETE, (2, 3), [])


def test_what_did_not_leave_our_warehouses_takes_no_stock() -> None:
    foreign = a_told_parcel("1Z1", _1=2).replace(is_foreign=True)

    change = told(in_fulfilment(MUGS), foreign, a_told_parcel("1Z2", _1=1))

    assert (changes(change.shipped), changes(change.committed)) == ({place(): 1}, {place(): -2})
    assert (gone(change.order), tracked(change.order)) == ((1, 2), ["1Z2"])
    assert (change.order.fulfilments[0].remaining, [*faults(change.order)]) == ({"1": 2}, [])
    assert told(change.order, foreign, a_told_parcel("1Z2", _1=1)) == Change(change.order)


def test_what_a_partner_has_accepted_counts_as_left_from_there() -> None:
    partner = a_configuration(a_warehouse("acme", kind="dropship"), a_warehouse("main"), priorities=("acme", "main"))
    order = accepted(asked(handed(received(MUGS), shelf(acme=5), partner)), 1, LATER, "acme")

    change = told(order, a_told_parcel("1Z1", _1=2).replace(is_foreign=True))

    assert (changes(change.shipped), changes(change.committed)) == ({place(warehouse="acme"): 2}, {})
    assert (gone(change.order), [*faults(change.order)]) == ((2, 0), [])


def two_at_amazon() -> Order:
    """An order of two mugs, which Amazon sends one by one."""
    amazon = a_configuration(a_warehouse("amazon", kind="fba"))
    order = asked(handed(received(a_line(quantity=2)), shelf(amazon=2), amazon))
    parts = split(order, 1, PartToSplit(lines=(LineQuantity(line="1", quantity=1),)), "split-1", LATER, "Eve")
    return accepted(accepted(asked(parts), 1, LATER, "amazon"), 2, LATER, "amazon")


def test_what_a_partner_is_requested_to_keep_back_left_last() -> None:
    one_less = line_cancelled(two_at_amazon(), "1", 1, LATER, "Eve", restock=unshipped_only).order
    assert [dict(each.requested) for each in one_less.fulfilments] == [{"1": 1}, {}]

    left = after(one_less, a_told_parcel("1Z1", _1=1))

    assert [dict(each.shipped) for each in left.fulfilments] == [{}, {"1": 1}]
    assert (dict(left.fulfilments[0].requested), kinds(left)) == ({"1": 1}, ["shipped_late_2_1Z1"])


def test_one_parcel_stays_one_though_some_of_its_units_were_requested_back() -> None:
    amazon = a_configuration(a_warehouse("amazon", kind="fba"))
    order = accepted(asked(handed(received(a_line(quantity=3)), shelf(amazon=3), amazon)), 1, LATER, "amazon")
    one_less = line_cancelled(order, "1", 2, LATER, "Eve", restock=unshipped_only).order

    left = after(one_less, a_told_parcel("1Z1", _1=3))

    assert [contents_of([each]) for each in left.parcels] == [{"1": 3}]


def test_what_a_partner_is_requested_to_send_elsewhere_left_before_what_nobody_wants() -> None:
    moved = taken_back(two_at_amazon(), 2, "a full warehouse", LATER, "Eve").order
    one_less = edited(moved, [a_line(quantity=1)], LATER, SHOP, restock=unshipped_only).order

    left = after(one_less, a_told_parcel("1Z1", _1=1))

    assert [dict(each.requested) for each in one_less.fulfilments] == [{"1": 1}, {"1": 1}]
    assert [dict(each.shipped) for each in left.fulfilments] == [{}, {"1": 1}]


def test_what_left_before_a_cancellation_takes_its_stock_after_it() -> None:
    part = told(received(MUGS), a_told_parcel(_1=2)).order
    order = cancelled(part, LATER, "Eve", restock=unshipped_only).order
    assert order.status is Status.OPEN

    change = settled(Change(order), shelf(main=9))

    assert (change.order.status, gone(change.order), the_line(change.order).cancelled) == (Status.COMPLETE, (2, 0), 3)


def test_a_shipment_after_the_cancellation_is_an_exception_and_no_change() -> None:
    order = cancelled(in_fulfilment(MUGS), LATER, "Eve", restock=unshipped_only).order

    change = told(order, a_told_parcel(), everything=True)

    assert (change.order.status, change.shelves) == (Status.CANCELLED, [])
    assert kinds(change.order) == ["shipped_after_cancellation"]
    assert told(change.order, a_told_parcel(), everything=True) == Change(change.order)


def test_what_the_channel_takes_back_is_no_parcel_too_many_of_a_cancelled_order() -> None:
    part = in_fulfilment(MUGS, a_line(LAMP, line="2"))
    part = line_cancelled(part, "2", 0, LATER, "Eve", restock=unshipped_only).order
    order = told(part, a_told_parcel(_2=1)).order
    assert kinds(order) == ["overshipped"]

    order = told(cancelled(order, LATER, "Eve", restock=unshipped_only).order).order

    assert (order.status, kinds(order)) == (Status.CANCELLED, ["shipped_after_cancellation"])


# ---- the channel tells of parcels


def test_a_parcel_with_lines_is_a_part_of_the_order() -> None:
    change = told(in_fulfilment(MUGS), a_told_parcel(_1=2))

    assert changes(change.shipped) == {place(): 2}
    assert change.order.status is Status.PARTIALLY_SHIPPED
    assert change.order.fulfilments[0].remaining == {"1": 3}


def test_a_parcel_without_lines_is_all_that_is_left() -> None:
    order = after(in_fulfilment(MUGS), a_told_parcel("1Z1", _1=2), a_told_parcel("1Z2"))

    assert order.status is Status.COMPLETE
    assert [len(parcel.lines) for parcel in order.fulfilments[0].parcels] == [1, 1]


def test_units_come_from_open_work_then_from_allocations_and_the_rest_waits_for_its_route() -> None:
    order = asked(handed(received(MUGS), shelf(main=1), OURS))
    order = routed(order, shelf(east=2), OURS)

    assert changes(told(order, a_told_parcel(_1=1)).shipped) == {place(MUG, "main"): 1}
    assert changes(told(order, a_told_parcel(_1=2)).shipped) == {place(MUG, "main"): 1, place(MUG, "east"): 1}
    assert gone(after(order, a_told_parcel(_1=4))) == (3, 0)
    assert pending_units(after(order, a_told_parcel(_1=4))) == {"1": 1}


def test_a_parcel_comes_only_out_of_warehouses_that_had_its_lines() -> None:
    goods = shelf(MUG, east=5) + shelf(LAMP, main=1)
    order = routed(received(a_line(quantity=5, line="1"), a_line(LAMP, line="2")), goods, OURS)

    order = after(order, a_told_parcel(_1=5))

    assert [(work.warehouse, work.wanted) for work in order.fulfilments] == [("east", {"1": 5})]


def test_one_parcel_may_come_out_of_two_warehouses() -> None:
    order = asked(handed(received(MUGS), shelf(east=2, main=3), OURS))

    order = after(order, a_told_parcel(_1=5))

    assert tracked(order) == ["1Z999", "1Z999"]
    assert order.status is Status.COMPLETE


def test_the_echo_of_our_own_parcel_changes_nothing() -> None:
    order = sent(in_fulfilment(MUGS), tracking="JD01", _1=2)

    for echo in (a_told_parcel("JD01", carrier="dhl", _1=2), a_told_parcel(None, _1=2), a_told_parcel("jd-01", _1=2)):
        change = told(order, echo)
        assert (change.shelves, kinds(change.order)) == ([], [])
        assert tracked(change.order) == ["JD01"]


def test_what_the_channel_shipped_beyond_our_own_parcels_has_left_too() -> None:
    order = sent(in_fulfilment(MUGS), tracking="JD01", _1=2)

    change = told(order, a_told_parcel("JD01", _1=2), a_told_parcel("1Z999", _1=1))

    assert changes(change.shipped) == {place(): 1}
    assert tracked(change.order) == ["JD01", "1Z999"]


def test_a_fulfilment_that_we_made_in_the_channel_counts_as_our_parcel() -> None:
    order = made_there(sent(in_fulfilment(MUGS), tracking="JD01", _1=2), "f1")
    ours, theirs = a_told_parcel("JD01", _1=2).replace(id="f1"), a_told_parcel("1Z999", _1=2).replace(id="f2")

    change = told(order, ours, theirs)

    assert changes(change.shipped) == {place(): 2}
    assert gone(change.order) == (4, 0)


def test_our_fulfilment_at_another_location_hides_no_unit_that_left_our_shelf() -> None:
    order = made_there(sent(in_fulfilment(a_line(quantity=2)), tracking="JD01", _1=1), "f1")
    ours = a_told_parcel("JD01", _1=1).replace(id="f1", is_foreign=True)

    change = told(order, ours, a_told_parcel("1Z999", _1=1).replace(id="f2"))

    assert changes(change.shipped) == {place(): 1}
    assert (gone(change.order), tracked(change.order), kinds(change.order)) == ((2, 0), ["JD01", "1Z999"], [])


def test_a_unit_that_the_channel_sent_has_no_number_of_a_fulfilment_that_we_made() -> None:
    voided = in_fulfilment(a_line(quantity=2)).replace(made_fulfilments=("f1",))
    ours, theirs = (a_told_parcel(number, _1=1).replace(id=name) for number, name in (("JD01", "f1"), ("1Z9", "f2")))

    assert tracked(after(voided, ours, theirs)) == ["1Z9"]


def test_a_fulfilment_of_ours_that_was_voided_is_nothing_that_left() -> None:
    voided = in_fulfilment(MUGS).replace(made_fulfilments=("f1",))

    assert told(voided, a_told_parcel("JD01", _1=2).replace(id="f1")).shelves == []


@pytest.mark.parametrize(
    "parcels",
    [
        [a_told_parcel(_1=2)],
        [a_told_parcel(tracking=None, _1=2)],
        [a_told_parcel(tracking="", carrier=None, _1=2)],
        [a_told_parcel("1Z1", _1=1), a_told_parcel("1Z2", _1=1)],
        [a_told_parcel(tracking=None, _1=1), a_told_parcel(tracking=None, _1=1)],
        [a_told_parcel()],
        [a_told_parcel(tracking=None)],
        [a_told_parcel("1Z1"), a_told_parcel("1Z2")],
    ],
)
@pytest.mark.parametrize("order", [received(MUGS), in_fulfilment(MUGS)], ids=["new", "in fulfilment"])
def test_the_same_parcels_again_change_nothing(order: Order, parcels: Sequence[ChannelParcel]) -> None:
    once = settled(told(order, *parcels)).order

    assert gone(once) in ((2, 0), (5, 0))
    assert told(once, *parcels) == Change(once)
    assert told(once, *reversed(parcels)).shipped == Goods()
    assert gone(after(once, *reversed(parcels))) == gone(once)


@pytest.mark.parametrize("order", [received(MUGS), in_fulfilment(MUGS)], ids=["new", "in fulfilment"])
def test_each_message_tells_of_all_parcels_so_far(order: Order) -> None:
    named, second, third = a_told_parcel("1Z1", _1=1), a_told_parcel(None, _1=1), a_told_parcel(None, _1=2)

    order = settled(told(after(after(order, named), named, second), named, second, third)).order

    assert gone(order) == (4, 0)
    assert order.status is Status.PARTIALLY_SHIPPED


@pytest.mark.parametrize("order", [received(MUGS), in_fulfilment(MUGS)], ids=["new", "in fulfilment"])
def test_a_message_is_all_that_left_so_far_however_it_is_packed(order: Order) -> None:
    order = settled(told(after(order, a_told_parcel(None, _1=1)), a_told_parcel("1Z1", _1=2))).order

    assert gone(order) == (2, 0)


def test_a_number_goes_to_one_parcel_of_several_without() -> None:
    first, second = a_told_parcel(None, _1=2), a_told_parcel(None, _1=2)
    once = after(in_fulfilment(MUGS), first, second)

    assert tracked(after(once, a_told_parcel("1Z1", _1=2), second)) == ["1Z1", None]


@pytest.mark.parametrize("order", [received(MUGS), in_fulfilment(MUGS)], ids=["new", "in fulfilment"])
@pytest.mark.parametrize("before", [None, "1Z-TYPO"])
def test_a_number_that_comes_later_or_is_corrected_is_of_the_same_parcel(order: Order, before: str | None) -> None:
    known = a_told_parcel("1Z0", _1=1)
    once = after(order, known, a_told_parcel(before, _1=2))

    change = told(once, known, a_told_parcel("1Z999", _1=2))

    assert change.shelves == []
    assert gone(change.order) == gone(once)
    assert {parcel.tracking for parcel in change.order.told_parcels} == {"1Z0", "1Z999"}
    assert tracked(change.order) in ([], ["1Z0", "1Z999"])
    assert kinds(change.order) == []


def test_a_parcel_that_holds_more_than_before_has_its_difference_counted() -> None:
    once = after(in_fulfilment(MUGS), a_told_parcel(_1=2))

    change = told(once, a_told_parcel(_1=4))

    assert changes(change.shipped) == {place(): 2}
    assert gone(change.order) == (4, 0)


def test_one_number_for_two_parcels_counts_the_units_of_both_once() -> None:
    one, other = a_told_parcel(None, _1=1), a_told_parcel(None, _1=1)
    once = after(in_fulfilment(MUGS), one, other)

    twice = after(once, a_told_parcel("1Z1", _1=1), a_told_parcel("1Z1", _1=1))

    assert (gone(twice), tracked(twice), kinds(twice)) == ((2, 0), ["1Z1", "1Z1"], [])


def test_a_parcel_of_all_that_was_left_does_not_hold_what_was_added_since() -> None:
    once = after(in_fulfilment(MUGS), a_told_parcel(tracking=None))
    grown = edited(once, [a_line(quantity=7)], LATER, SHOP, restock=unshipped_only).order

    change = told(grown, a_told_parcel(tracking=None))

    assert gone(change.order) == (5, 0)
    assert (change.order.status, pending_units(change.order)) == (Status.PARTIALLY_SHIPPED, {})


def test_an_order_that_left_whole_and_grows_has_left_as_before() -> None:
    once = after(in_fulfilment(MUGS), everything=True)
    grown = edited(once, [a_line(quantity=7)], LATER, SHOP, restock=unshipped_only).order

    change = told(grown)

    assert (gone(change.order), kinds(change.order), pending_units(change.order)) == ((5, 0), [], {})


def test_what_was_in_a_parcel_of_all_that_was_left_may_be_told_later() -> None:
    once = after(in_fulfilment(MUGS), a_told_parcel())
    grown = edited(once, [a_line(quantity=7)], LATER, SHOP, restock=unshipped_only).order

    assert gone(after(grown, a_told_parcel(_1=5))) == (5, 0)


# ---- the channel takes back, or names other numbers


def test_a_fulfilment_that_the_channel_cancelled_is_an_exception_until_it_is_made_again() -> None:
    once = after(in_fulfilment(MUGS), a_told_parcel("1Z1", _1=5))

    back = told(once, a_told_parcel("1Z2", _1=2))
    assert (back.shelves, back.order.status) == ([], Status.COMPLETE)
    assert [(known.kind, known.line) for known in back.order.exceptions] == [("fulfilment_cancelled", "1")]
    assert "of 3" in back.order.exceptions[0].message

    again = told(back.order, a_told_parcel("1Z2", _1=2), a_told_parcel("1Z3", _1=3))
    assert (again.shelves, kinds(again.order), gone(again.order)) == ([], [], (5, 0))


def test_a_parcel_of_ours_that_a_completed_order_gets_takes_nothing_back() -> None:
    """The store completed the order itself while it was notified of our parcel; it lists that from then on."""
    whole = after(made_there(sent(in_fulfilment(MUGS), tracking="JD01", _1=2), "f1"), everything=True)
    ours = a_told_parcel("JD01", _1=2).replace(id="f1")

    listed = told(whole, ours, everything=True)

    assert (listed.shelves, kinds(listed.order), gone(listed.order)) == ([], [], (5, 0))
    assert kinds(after(listed.order, everything=False)) == ["fulfilment_cancelled"], "the store opened it again"


def test_an_exception_that_was_dismissed_is_not_opened_by_the_same_report() -> None:
    back = after(after(in_fulfilment(MUGS), a_told_parcel(_1=5)), a_told_parcel(_1=2))
    order = dismissed(back, back.exceptions[0], LATER, "Eve")

    assert told(order, a_told_parcel(_1=2)) == Change(order)


def test_two_numbers_for_one_shipment_are_an_exception_and_counted_once() -> None:
    order = sent(in_fulfilment(MUGS), tracking="JD01", _1=2)

    change = told(order, a_told_parcel("1Z999", _1=2))

    assert (change.shelves, kinds(change.order)) == ([], ["tracking_differs"])
    assert "1Z999" in change.order.exceptions[0].message
    assert "JD01" in change.order.exceptions[0].message
    assert kinds(after(change.order, a_told_parcel("jd 01", _1=2))) == []


def test_several_numbers_of_one_parcel_contain_ours() -> None:
    order = sent(in_fulfilment(MUGS), tracking="JD01", _1=2)

    assert kinds(after(order, a_told_parcel("JD01, JD02", _1=2))) == []


def test_a_parcel_without_a_number_may_be_the_echo_of_ours() -> None:
    order = after(sent(in_fulfilment(MUGS)), a_told_parcel(None, _1=5))

    assert (gone(order), kinds(order)) == ((5, 0), [])


def test_a_parcel_of_an_order_that_was_completed_by_hand_is_no_second_shipment() -> None:
    change = told(complete(in_fulfilment(MUGS)).order, a_told_parcel(_1=5), everything=True)

    assert (change.shelves, kinds(change.order)) == ([], [])


# ---- more than there is


@pytest.mark.parametrize(
    ("order", "parcels"),
    [
        pytest.param(in_fulfilment(MUGS), [a_told_parcel(_1=6)], id="one parcel"),
        pytest.param(received(MUGS), [a_told_parcel(_1=6)], id="new"),
        pytest.param(in_fulfilment(MUGS), [a_told_parcel("1Z1", _1=3), a_told_parcel("1Z2", _1=3)], id="two parcels"),
        pytest.param(in_fulfilment(MUGS), [a_told_parcel(tracking=None, _1=6)], id="without a number"),
        pytest.param(sent(in_fulfilment(MUGS)), [a_told_parcel("JD01", _1=6)], id="after we shipped it"),
    ],
)
def test_parcels_of_more_than_the_order_has_are_an_exception(order: Order, parcels: list[ChannelParcel]) -> None:
    change = settled(told(order, *parcels))

    assert (change.order.status, gone(change.order)) == (Status.COMPLETE, (5, 0))
    assert [(known.kind, known.line) for known in change.order.exceptions] == [("overshipped", "1")]
    assert "1 more in parcels" in change.order.exceptions[0].message
    assert told(change.order, *parcels) == Change(change.order)


def test_more_in_parcels_than_ordered_ends_once_the_channel_corrects_it() -> None:
    more = settled(told(in_fulfilment(MUGS), a_told_parcel("1Z1", _1=6))).order

    corrected = after(more, a_told_parcel("1Z1", _1=5))

    assert (kinds(more), "overshipped" in kinds(corrected)) == (["overshipped"], False)


def test_a_parcel_after_the_rest_was_cancelled_is_an_exception() -> None:
    order = cancelled(sent(in_fulfilment(MUGS), _1=2), LATER, "Eve", restock=unshipped_only).order

    change = told(order, a_told_parcel("JD01", _1=3))

    assert (change.order.status, change.shelves) == (Status.COMPLETE, [])
    assert kinds(change.order) == ["overshipped"]


def test_a_parcel_of_a_line_that_nobody_ordered_is_an_exception() -> None:
    change = told(in_fulfilment(MUGS), a_told_parcel(_9=1))

    assert (change.order.status, change.shelves) == (Status.IN_FULFILMENT, [])
    assert [(known.kind, known.line) for known in change.order.exceptions] == [("overshipped", "9")]
    assert story(change.order).count("shipped") == 0


def test_our_warehouse_may_not_ship_what_the_channel_has_shipped() -> None:
    order = after(in_fulfilment(MUGS), a_told_parcel(_1=5))

    with pytest.raises(NotNow, match="nothing is left to ship"):
        leaving(order, tracking="JD01")


def test_our_warehouse_tells_of_the_parcel_that_the_channel_told_of_before() -> None:
    order = after(in_fulfilment(MUGS), a_told_parcel("JD01", _1=5))

    assert leaving(order, tracking="JD01") == Change(order)


def test_a_line_keeps_its_allocation_and_gets_none_for_what_left_elsewhere() -> None:
    order: Any = complete(routed(received(MUGS), shelf(main=2))).order

    assert where(order) == {"main": 2}
    assert the_line(order).elsewhere == 3


def test_a_parcel_with_our_number_is_ours_whatever_location_the_channel_names() -> None:
    order = sent(asked(handed(received(MUGS), shelf(east=9), OURS)), tracking="1Z1", _1=1)

    change = told(order, *(a_told_parcel(number, _1=1).replace(warehouses=("main",)) for number in ("1Z1", "9400")))
    order = settled(change, shelf(main=9), OURS).order

    assert [(work.warehouse, each.tracking) for work in order.fulfilments for each in work.parcels] == [
        ("east", "1Z1"),
        ("main", "9400"),
    ]
