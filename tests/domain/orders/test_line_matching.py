"""Orders that come by two ways, which call their lines differently."""

from typing import Any

import pytest

from packhorse.domain.orders import intake
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelLine
from packhorse.domain.orders.line_matching import with_our_line_ids
from packhorse.domain.orders.order import Order, Status
from packhorse.domain.orders.restock import unshipped_only
from simulation.builders import a_line, an_order, later
from tests.domain.order_builders import LAMP, LATER, MUG, SHOP, a_told_parcel, asked, handed, heard, sent, with_products

BY_FILE = an_order(a_line(MUG, 2, "1"), a_line(LAMP, 3, "2"))


def on_its_way() -> Order:
    return asked(handed(with_products(heard(BY_FILE))))


def news(*lines: ChannelLine, **facts: Any) -> Change:
    return intake.updated(on_its_way(), later(BY_FILE, lines=lines, **facts), LATER, SHOP, restock=unshipped_only)


def named(*lines: ChannelLine) -> list[str]:
    """What the lines are called here."""
    return [line.id for line in with_our_line_ids(on_its_way(), later(BY_FILE, lines=lines)).lines]


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

    assert [line.id for line in with_our_line_ids(heard(told), theirs).lines] == ["2", "1", "73"]


def test_a_line_that_was_removed_is_none_that_is_added_later() -> None:
    told = later(BY_FILE, lines=(a_line(LAMP, 3, "2"),))
    order = intake.updated(on_its_way(), told, LATER, SHOP, restock=unshipped_only).order

    assert [line.id for line in with_our_line_ids(order, later(BY_FILE, lines=(a_line(MUG, 2, "71"),))).lines] == ["71"]


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

    renamed = with_our_line_ids(heard(told), later(told, lines=(a_line(line="71", **theirs),)))

    assert (renamed.lines[0].id == "1") is is_same
