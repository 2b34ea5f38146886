"""Orders that come by two ways, which call their lines differently."""

from typing import Any

import pytest

from packhorse.domain.orders import intake
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelLine, ChannelOrder, ChannelParcel
from packhorse.domain.orders.line_matching import our_line_ids, with_our_line_ids
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.restock import unshipped_only
from simulation.builders import a_line, an_order, later
from tests.domain.order_builders import (
    LAMP,
    LATER,
    MUG,
    SHOP,
    a_told_parcel,
    hear,
    heard,
    parts,
    sent,
    shipping,
    with_products,
)

BY_FILE = an_order(a_line(MUG, 2, "1"), a_line(LAMP, 3, "2"))


def on_its_way() -> Order:
    return shipping(BY_FILE)


def news(*lines: ChannelLine, **facts: Any) -> Change:
    return intake.updated(on_its_way(), later(BY_FILE, lines=lines, **facts), LATER, SHOP, restock=unshipped_only)


def named(*lines: ChannelLine) -> list[str]:
    """What the lines are called here."""
    return ids_here(on_its_way(), later(BY_FILE, lines=lines))


def ids_here(order: Order, received: ChannelOrder) -> list[str]:
    return [line.id for line in with_our_line_ids(order, received, our_line_ids(order, received)).lines]


def test_a_channel_that_tells_of_lines_of_a_file_under_its_own_ids_adds_none() -> None:
    change = news(a_line(LAMP, 3, "466157050"), a_line(MUG, 2, "466157049"))

    assert change.shelves == []
    assert [(line.id, line.quantity) for line in change.order.lines] == [("1", 2), ("2", 3)]
    assert change.order.exceptions == ()


def test_a_complete_order_stays_complete_under_the_channels_ids() -> None:
    complete = sent(sent(on_its_way(), _1=2), tracking="JD02", _2=3)

    order = intake.updated(
        complete,
        later(BY_FILE, lines=(a_line(MUG, 2, "71"), a_line(LAMP, 3, "72"))),
        LATER,
        SHOP,
        restock=unshipped_only,
    ).order

    assert order.status is Status.COMPLETE


def test_parcels_of_the_channel_hold_lines_under_its_ids() -> None:
    lines = (a_line(MUG, 2, "71"), a_line(LAMP, 3, "72"))

    order = news(*lines, parcels=(a_told_parcel(_71=2),)).order

    assert order.shipped == {"1": 2}


def test_a_line_of_something_else_is_a_new_one() -> None:
    assert named(a_line(MUG, 2, "1"), a_line(LAMP, 3, "2"), a_line("CUP", 1, "73")) == ["1", "2", "73"]


def test_of_lines_of_one_sku_those_of_one_quantity_are_the_same() -> None:
    told = an_order(a_line(MUG, 2, "1"), a_line(MUG, 5, "2"))
    theirs = later(told, lines=(a_line(MUG, 5, "71"), a_line(MUG, 2, "72"), a_line(MUG, 1, "73")))

    assert ids_here(heard(told), theirs) == ["2", "1", "73"]


def test_a_line_that_was_removed_is_none_that_is_added_later() -> None:
    told = later(BY_FILE, lines=(a_line(LAMP, 3, "2"),))
    order = hear(on_its_way(), told)

    assert ids_here(order, later(BY_FILE, lines=(a_line(MUG, 2, "71"),))) == ["71"]


def test_a_new_line_of_no_units_is_none_of_ours() -> None:
    """None is stored of it: it is new in each message."""
    assert named(a_line(MUG, 0, "71"), a_line(LAMP, 3, "72")) == ["71", "2"]


@pytest.mark.parametrize(
    ("ours", "theirs", "is_same"),
    [
        ({"sku": MUG}, {"sku": f" {MUG}"}, True),
        ({"sku": MUG}, {"sku": LAMP, "reference": "77"}, False),
        ({"sku": "", "reference": "77"}, {"sku": LAMP, "reference": "77"}, True),
        ({"sku": "", "reference": ""}, {"sku": "", "reference": ""}, False),
    ],
    ids=["the sku", "another sku", "the reference", "nothing"],
)
def test_what_makes_two_lines_the_same_thing(ours: dict[str, Any], theirs: dict[str, Any], is_same: bool) -> None:
    told = an_order(a_line(**ours))

    [name] = ids_here(heard(told), later(told, lines=(a_line(line="71", **theirs),)))

    assert (name == "1") is is_same


# ---- what the channel calls a line


def lines_of(order: Order) -> dict[str, tuple[int, tuple[str, ...]]]:
    """Units of each line, and the ids that its channel has had for it."""
    return {line.id: (line.quantity, line.ids_there) for line in order.lines}


def by_file(*lines: ChannelLine) -> Order:
    return shipping(an_order(*lines, lists_parcels=False, channel_order_id="77"))


def by_channel(*lines: ChannelLine, minutes: int = 1, **facts: Any) -> ChannelOrder:
    return later(an_order(*lines, channel_order_id="77"), minutes, **facts)


def test_the_channels_ids_of_lines_of_a_file_are_kept() -> None:
    order = hear(
        by_file(a_line(MUG, 2, "1"), a_line(LAMP, 3, "2")), by_channel(a_line(LAMP, 3, "72"), a_line(MUG, 2, "2"))
    )

    assert lines_of(order) == {"1": (2, ("2",)), "2": (3, ("72",))}
    assert [line.id_there for line in order.lines] == ["2", "72"]


def test_a_channel_that_numbers_its_lines_in_another_sequence_than_the_file_replaces_none() -> None:
    theirs = by_channel(a_line("CUP", 1, "1"), a_line(LAMP, 3, "2"), a_line(MUG, 2, "3"))
    order = by_file(a_line(MUG, 2, "1"), a_line(LAMP, 3, "2"))

    for _ in range(2):
        order = hear(order, theirs)

    assert lines_of(order) == {"1": (2, ("3",)), "2": (3, ()), "1-2": (1, ("1",))}
    assert [entry.what for entry in order.timeline].count("edited") == 1
    sent_there = later(theirs, parcels=(a_told_parcel(_1=1, _3=2),))
    assert hear(order, sent_there).shipped == {"1": 2}, "the cup is not routed"
    assert ids_here(order, sent_there) == ["1-2", "2", "1"]


def test_lines_of_one_item_that_were_paired_stay_so_when_their_quantities_change() -> None:
    order = hear(
        by_file(a_line(MUG, 2, "1"), a_line(MUG, 5, "2")), by_channel(a_line(MUG, 2, "71"), a_line(MUG, 5, "72"))
    )

    changed = hear(order, by_channel(a_line(MUG, 5, "71"), a_line(MUG, 2, "72"), minutes=2))

    assert lines_of(changed) == {"1": (5, ("71",)), "2": (2, ("72",))}


def test_a_line_that_its_channel_takes_out_and_enters_again_has_both_ids() -> None:
    order = shipping(by_channel(a_line(MUG, 2, "7")))

    entered = hear(order, by_channel(a_line(MUG, 2, "9"), minutes=3))
    older = hear(entered, by_channel(a_line(MUG, 2, "8"), minutes=2))
    oldest = hear(older, by_channel(a_line(MUG, 2, "7"), minutes=1))

    assert [lines_of(each)["7"][1] for each in (entered, older, oldest)] == [
        ("7", "9"),
        ("8", "7", "9"),
        ("8", "7", "9"),
    ]
    for name in ("_7", "_8", "_9"):
        parcel = ChannelParcel(lines=parts({name: 1}))
        assert hear(oldest, by_channel(a_line(MUG, 2, "9"), minutes=4, parcels=(parcel,))).shipped == {"7": 1}


def test_a_former_id_that_another_line_has_now_is_of_that_line() -> None:
    order = hear(with_products(heard(by_channel(a_line(MUG, 2, "7")))), by_channel(a_line(MUG, 2, "9"), minutes=2))

    both = hear(order, by_channel(a_line(MUG, 2, "9"), a_line(MUG, 1, "7"), minutes=3))

    assert lines_of(both) == {"7": (2, ("9",)), "7-2": (1, ("7",))}
    assert lines_of(hear(both, by_channel(a_line(MUG, 4, "7"), minutes=4))) == {
        "7": (0, ("9",)),
        "7-2": (4, ("7",)),
    }


def test_another_item_in_the_place_of_a_line_leaves_its_ids() -> None:
    order = hear(by_file(a_line(MUG, 2, "1")), by_channel(a_line(MUG, 2, "71")))

    replaced = hear(order, by_channel(a_line(LAMP, 2, "71"), minutes=2))

    assert lines_of(replaced) == {"1": (2, ("71",))}


def test_a_file_does_not_say_what_the_channel_calls_its_lines() -> None:
    order = with_products(heard(by_channel(a_line(MUG, 2, "71"), a_line(LAMP, 1, "72"))))

    again = hear(order, by_channel(a_line(LAMP, 1, "1"), a_line(MUG, 2, "2"), minutes=9, lists_parcels=False))

    assert again == order
