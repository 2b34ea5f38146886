"""A channel that keeps the number of a parcel that was corrected or voided here: one exception says so, not two."""

import pytest

from packhorse.domain.orders.completion import completed, shipped_by_channel
from packhorse.domain.orders.notice import NoticeKind, boxes_of, owed_notices
from packhorse.domain.orders.notifying import (
    not_notified,
    notified,
    with_confirmed,
    with_notice_intended,
    with_owed_again,
)
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.status import with_status
from packhorse.domain.orders.updates import with_fulfilment
from simulation.builders import a_line, an_order, later
from tests.domain.label_builders import begun, bought, voided
from tests.domain.order_builders import LATER, SHOP, a_told_parcel, hear, in_fulfilment, kinds, sent, shipping


def shown(*numbers: str, order: Order) -> Order:
    """The order after its channel, which names shipments by their numbers as eBay does, lists these."""
    parcels = [a_told_parcel(number, _1=2).replace(id=number) for number in numbers]
    return shipped_by_channel(order, parcels, everything=False, at=LATER, who=SHOP).order


@pytest.fixture
def order() -> Order:
    """An order whose parcel of two is JD01 in its channel, too."""
    found = sent(in_fulfilment(a_line(quantity=5)).replace(is_notifiable=True), tracking="JD01", _1=2)
    [owed] = owed_notices(found)
    return shown("JD01", order=notified(found, owed, ("JD01",), LATER))


def corrected(order: Order, number: str = "JD02") -> Order:
    [fulfilment] = order.fulfilments
    [parcel] = fulfilment.parcels
    changed = parcel.replace(tracking=number, former=("JD01",))
    return with_fulfilment(order, fulfilment.replace(parcels=(changed,)))


def refused(order: Order, kind: NoticeKind) -> Order:
    owed = next(each for each in owed_notices(order) if each.kind is kind)
    return not_notified(order, owed, "edit it in Seller Hub", LATER, for_good=True, wait=None)


def test_a_corrected_number_that_the_channel_refuses_is_one_exception(order: Order) -> None:
    before = refused(corrected(order), NoticeKind.CORRECTED)

    again = shown("JD01", order=shown(order=before))

    assert [kinds(each) for each in (before, again)] == [["channel_not_notified_1"]] * 2


def test_one_that_waits_to_be_sent_is_none_yet(order: Order) -> None:
    assert kinds(shown("JD01", order=shown(order=corrected(order)))) == []


def test_a_void_that_it_refuses_is_one_beside_what_is_sent_instead(order: Order) -> None:
    [fulfilment] = order.fulfilments
    [parcel] = fulfilment.parcels
    label = parcel.replace(label="L1")
    instead = parcel.replace(tracking="JD09", label="L2", notice=None)
    changed = fulfilment.replace(parcels=(instead,), voided_parcels=(label,))

    before = refused(with_fulfilment(order, changed), NoticeKind.WITHDRAWN)

    assert kinds(shown("JD01", order=shown(order=before))) == ["channel_not_notified_1"]


def test_a_void_that_it_refuses_is_said_while_it_has_units_of_it_in_a_parcel_of_its_own() -> None:
    told = an_order(a_line(quantity=2))
    sold = bought(begun(shipping(told), _1=2)).order.replace(is_notifiable=True)

    before = refused(voided(hear(sold, later(told, parcels=(a_told_parcel(_1=1),)))).order, NoticeKind.WITHDRAWN)

    assert kinds(with_status(before, LATER, SHOP)) == kinds(before) == ["channel_not_notified_1"]


def test_a_third_number_is_still_another_one(order: Order) -> None:
    before = refused(corrected(order), NoticeKind.CORRECTED)

    assert "tracking_differs" in kinds(shown("JD03", order=before))


def test_of_two_equal_boxes_each_is_sent_with_its_own_extra_box() -> None:
    order = sent(in_fulfilment(a_line(quantity=2)).replace(is_notifiable=True), tracking="JD01", _1=1)
    [fulfilment] = order.fulfilments
    [box] = fulfilment.parcels
    extra = box.replace(tracking="JD01-B", lines=())
    order = with_fulfilment(order, fulfilment.replace(parcels=(box, box.replace(), extra)))

    [fulfilment] = order.fulfilments
    names = []
    while owed := owed_notices(order):
        order = notified(order, owed[0], (owed[0].id,), LATER)
        names.append(owed[0].name)

    assert names == ["1", "2", "3"]
    assert [each.channel_fulfilment for each in order.parcels] == [f"{fulfilment.id}-{name}" for name in names]
    assert [len(boxes_of(fulfilment, each)) for each in fulfilment.parcels[:2]] == [0, 1]


def test_a_parcel_that_its_channel_reported_itself_is_ours_there_once_it_lists_it() -> None:
    order = sent(in_fulfilment(a_line(quantity=9)).replace(is_notifiable=True), tracking="JD01", _1=1)
    [owed] = owed_notices(order)
    unanswered = with_notice_intended(order, owed)
    theirs = [a_told_parcel("S1", _1=5).replace(id="S1")]
    reported = shipped_by_channel(unanswered, theirs, everything=False, at=LATER, who=SHOP).order
    [owed] = owed_notices(reported)
    counted = notified(reported, owed, (), LATER)
    both = [*theirs, a_told_parcel("JD01", _1=1).replace(id=owed.id)]

    listed = with_confirmed(counted, both, LATER)

    assert (owed_notices(counted), owed_notices(listed)) == ([], [])
    assert (counted.made_fulfilments, listed.made_fulfilments) == ((), (owed.id,))


def test_a_parcel_that_is_the_channels_own_there_keeps_its_number_until_that_is_gone() -> None:
    before = sent(in_fulfilment(a_line(quantity=5)).replace(is_notifiable=True), tracking="JD01", _1=2)
    theirs = a_told_parcel("1Z999", _1=2).replace(id="1Z999")
    listed = shipped_by_channel(before, [theirs], everything=False, at=LATER, who=SHOP).order
    [owed] = owed_notices(listed)

    done = corrected(notified(listed, owed, (), LATER))

    assert owed_notices(done) == []
    [again] = owed_notices(with_owed_again(shipped_by_channel(done, [], everything=False, at=LATER, who=SHOP).order))
    assert (again.kind, again.parcel.tracking) == (NoticeKind.SHIPPED, "JD02")


def test_a_number_that_the_channel_gave_to_our_parcel_does_not_make_its_own_one_ours() -> None:
    told = an_order(a_line(quantity=2))
    order = completed(shipping(told).replace(is_notifiable=True), LATER, "Eve").order
    order = refused(order, NoticeKind.SHIPPED)
    theirs = a_told_parcel(None, _1=2).replace(id="theirs-1")
    numbered = later(told, parcels=(theirs.replace(tracking="1Z9"),), minutes=2)

    order = hear(order, later(told, parcels=(theirs,)), numbered)

    assert [each.tracking for each in order.parcels] == ["1Z9"]
    assert (hear(order, numbered), order.made_fulfilments, kinds(order)) == (order, (), [])
