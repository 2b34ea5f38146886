"""Parcels that a channel is notified of: each once, as it is now, whole or in part; never one that it sent itself."""

from contextlib import suppress

import pytest

from packhorse.channels.protocol import ParcelNotice, TrackingOfBox
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.orders.channel_order import ChannelOrder
from tests.channels.kit.gate import Fault, Script
from tests.channels.kit.place import Place
from tests.channels.kit.sale import Sale, Sent

ALL = {0: 3, 1: 1}


@pytest.fixture
def sold(place: Place) -> Place:
    """A place with an order of two lines, of which nothing has left."""
    place.put(Sale())
    return place


def test_a_parcel_is_shown_with_its_number_and_its_units(sold: Place) -> None:
    references = sold.notices().notify_shipped(sold.notice())

    assert len(references) == 1
    assert sold.parcels() == [("1Z1", ALL)]


@pytest.mark.parametrize("tracking", ["1Z1", None])
def test_the_same_parcel_again_makes_no_second(sold: Place, tracking: str | None) -> None:
    if tracking is None and "ship without a number" in sold.cannot:
        with pytest.raises(Rejected, match="number"):
            sold.notices().notify_shipped(sold.notice(tracking=None))
        return
    first, again = (sold.notices().notify_shipped(sold.notice(tracking=tracking)) for _ in range(2))

    assert first == again
    assert sold.parcels() == [(tracking, ALL)]


def test_two_parcels_are_two(sold: Place) -> None:
    first = sold.notices().notify_shipped(sold.notice((0, 2)))
    second = sold.notices().notify_shipped(sold.notice((0, 1), (1, 1), tracking="1Z2", id="p-2", others=first))

    assert set(first).isdisjoint(second)
    assert sold.parcels() == [("1Z1", {0: 2}), ("1Z2", {0: 1, 1: 1})]


def an_extra_box(sold: Place, tracking: str = "1Z2") -> ParcelNotice:
    """Send the parcel of all units; return the notice of one more box of them, which has no lines."""
    first = sold.notice()
    references = sold.notices().notify_shipped(first)
    box = TrackingOfBox("UPS", tracking)
    main = first._replace(references=references, boxes=(box,), others=references)
    return first._replace(id="p-2", tracking=tracking, lines=(), main=main, others=references)


def test_an_extra_box_of_the_same_units_is_shown_once_or_refused(sold: Place) -> None:
    box = an_extra_box(sold)

    if "extra box" in sold.cannot:
        with pytest.raises(Rejected, match="1Z2 with another one"):
            sold.notices().notify_shipped(box)
        return
    first, again = (sold.notices().notify_shipped(box) for _ in range(2))

    assert first == again != ()
    assert sorted(sold.numbers()) == ["1Z1", "1Z2"]


def test_a_corrected_number_of_an_extra_box_or_of_its_main_parcel_leaves_the_other(sold: Place) -> None:
    if reason := sold.cannot.get("extra box"):
        pytest.skip(reason)
    box = an_extra_box(sold)
    box = box._replace(references=sold.notices().notify_shipped(box))
    assert box.main

    main = box.main._replace(tracking="1Z3")
    sold.notices().notify_corrected(main)
    assert sorted(sold.numbers()) == ["1Z2", "1Z3"]

    main = main._replace(boxes=(TrackingOfBox("UPS", "1Z4"),))
    sold.notices().notify_corrected(box._replace(tracking="1Z4", main=main))
    assert sorted(sold.numbers()) == ["1Z3", "1Z4"]


def test_two_parcels_of_the_same_units_without_numbers_are_two(sold: Place) -> None:
    if reason := sold.cannot.get("ship without a number"):
        pytest.skip(reason)
    first = sold.notices().notify_shipped(sold.notice((0, 1), tracking=None))
    sold.notices().notify_shipped(sold.notice((0, 1), tracking=None, id="p-2", others=first))

    assert sold.parcels() == [(None, {0: 1}), (None, {0: 1})]


def test_a_part_leaves_the_rest_to_be_sent(sold: Place) -> None:
    sold.notices().notify_shipped(sold.notice((0, 2)))

    assert sold.parcels() == [("1Z1", {0: 2})]
    [page] = sold.pages()
    assert [order.shipped_at for order in page.orders] == [None]


def test_the_parcel_comes_back_under_the_name_that_the_channel_gave_it(sold: Place) -> None:
    references = sold.notices().notify_shipped(sold.notice((0, 2)))

    [page] = sold.pages()

    [order] = page.orders
    assert isinstance(order, ChannelOrder)
    assert tuple(each.id for each in order.parcels) == references


def test_a_corrected_number_replaces_the_wrong_one(sold: Place) -> None:
    references = sold.notices().notify_shipped(sold.notice())
    corrected = sold.notice(tracking="1Z2", references=references)

    if "correct" in sold.cannot:
        with pytest.raises(Rejected, match="then retry this"):
            sold.notices().notify_corrected(corrected)
        return
    for _ in range(2):
        sold.notices().notify_corrected(corrected)

    assert sold.parcels() == [("1Z2", ALL)]


def test_a_void_takes_the_parcel_away_and_its_units_may_be_sent_again(sold: Place) -> None:
    references = sold.notices().notify_shipped(sold.notice())
    withdrawn = sold.notice(references=references)

    if "withdraw" in sold.cannot:
        with pytest.raises(Rejected, match="then retry this"):
            sold.notices().notify_withdrawn(withdrawn)
        return
    for _ in range(2):
        sold.notices().notify_withdrawn(withdrawn)
    assert sold.parcels() == []

    sold.notices().notify_shipped(sold.notice(tracking="1Z3", id="p-2"))
    assert sold.parcels() == [("1Z3", ALL)]


def test_a_void_of_a_parcel_that_the_channel_never_had_is_no_failure(sold: Place) -> None:
    sold.notices().notify_withdrawn(sold.notice())

    assert sold.parcels() == []


def cut_off(sold: Place, number: int, *, is_done: bool) -> bool:
    """Send a parcel of two units and die at a call, before or after it; return whether the channel has the parcel."""
    sold.gate.reset(Script(Fault(way="closed"), first=number, after=is_done))
    with suppress(Unavailable):
        sold.notices().notify_shipped(sold.notice((0, 2)))
    sold.gate.reset()
    return bool(sold.parcels())


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("number", range(5))
def test_cut_off_at_any_call_and_corrected_then_the_parcel_is_there_once(
    sold: Place, number: int, *, is_done: bool
) -> None:
    is_there = cut_off(sold, number, is_done=is_done)
    corrected = sold.notice((0, 2), tracking="1Z2", former=("1Z1",))

    corrected = corrected._replace(references=sold.notices().notify_shipped(corrected))
    if is_there and "correct" in sold.cannot:
        with pytest.raises(Rejected, match="then retry this"):
            sold.notices().notify_corrected(corrected)
        assert sold.parcels() == [("1Z1", {0: 2})]
        return
    sold.notices().notify_corrected(corrected)

    assert sold.parcels() == [("1Z2", {0: 2})]


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("number", range(5))
def test_cut_off_at_any_call_corrected_and_void_then_no_parcel_is_left_in_silence(
    sold: Place, number: int, *, is_done: bool
) -> None:
    is_there = cut_off(sold, number, is_done=is_done)
    withdrawn = sold.notice((0, 2), tracking="1Z2", former=("1Z1",))

    if is_there and "withdraw" in sold.cannot:
        with pytest.raises(Rejected, match="retry this"):
            sold.notices().notify_withdrawn(withdrawn)
        return
    sold.notices().notify_withdrawn(withdrawn)

    assert sold.parcels() == []


def test_a_parcel_of_an_order_that_the_channel_does_not_have_is_refused(place: Place) -> None:
    with pytest.raises(Rejected):
        place.notices().notify_shipped(place.notice())


def test_what_the_channel_sent_itself_is_not_sent_to_it_again(place: Place) -> None:
    if not place.notices().finds_parcels:
        pytest.skip("its parcels are found by our ids: what it sent itself is not told to it at all")
    place.put(Sale(sent=(Sent(ALL, "1Z7"),)))

    place.notices().notify_shipped(place.notice(tracking="1Z7"))
    assert place.notices().notify_shipped(place.notice(tracking="1Z8", id="p-2", others=("9001", "1Z7"))) == ()

    assert place.parcels() == [("1Z7", ALL)]
