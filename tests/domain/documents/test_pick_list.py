"""What is on a pick list."""

from datetime import date

import pytest

from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.handling import Handling
from packhorse.domain.days import end_of_day
from packhorse.domain.documents.pick_list import Picked, PickList, pick_list
from packhorse.domain.errors import NotNow
from packhorse.domain.orders.fulfilment_order import DocumentKind
from packhorse.domain.orders.order import Order
from packhorse.domain.orders.printing import printed
from packhorse.domain.values import ChannelId, Sku
from simulation.builders import NOON, a_channel, a_line, a_warehouse
from tests.domain.order_builders import LAMP, MUG, in_fulfilment, sent

BINS = {MUG: "A-10", LAMP: "A-9"}


def listed(*orders: Order, bins: dict[str, str] = BINS) -> PickList:
    products = {
        Sku(sku): Product(sku=sku, name=sku.lower(), bins={"main": bins[sku]} if sku in bins else {"york": "Z"})
        for sku in (MUG, LAMP)
    }
    channels = {ChannelId("shop"): a_channel(name="shop")}
    return pick_list([Picked(order, 1) for order in orders], a_warehouse(), channels, products, NOON)


def test_totals_are_by_bin_in_the_sequence_of_the_shelves() -> None:
    found = listed(in_fulfilment(a_line(MUG, 2), a_line(LAMP, 1, "2")), in_fulfilment(a_line(MUG, 3)))

    assert [(total.bin, total.sku, total.quantity, total.places) for total in found.totals] == [
        ("A-9", LAMP, 1, (1,)),
        ("A-10", MUG, 5, (1, 2)),
    ]


def test_what_has_no_bin_at_the_warehouse_comes_last() -> None:
    found = listed(in_fulfilment(a_line(LAMP), a_line(MUG, 1, "2")), bins={MUG: "Z-9"})

    assert [(total.bin, total.sku) for total in found.totals] == [("Z-9", MUG), ("", LAMP)]


def test_of_a_kit_its_components_are_picked() -> None:
    order = in_fulfilment(a_line(MUG, 3))
    kit = order.lines[0].replace(matched=Sku("SET"), components={MUG: 2, LAMP: 1})

    found = listed(order.replace(lines=(kit,)))

    assert [(line.sku, line.quantity, line.kit) for line in found.orders[0].lines] == [
        (LAMP, 3, "SET"),
        (MUG, 6, "SET"),
    ]
    assert {total.sku: total.quantity for total in found.totals} == {MUG: 6, LAMP: 3}


def test_each_order_has_its_place_its_short_id_and_its_day() -> None:
    first, second = in_fulfilment(), in_fulfilment(a_line(LAMP), ship_by=NOON, expedited=True)

    found = listed(first, second)

    assert [(each.place, each.short_id, each.order_number) for each in found.orders] == [
        (1, first.fulfilments[0].short_id, first.number),
        (2, second.fulfilments[0].short_id, second.number),
    ]
    assert (found.orders[1].ship_by, found.orders[1].is_expedited) == (date(2026, 11, 2), True)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/Los_Angeles"])
def test_an_order_that_is_to_leave_on_a_day_says_that_day_at_every_warehouse(zone: str) -> None:
    due = end_of_day(date(2026, 11, 23), zone)
    berlin = a_warehouse().replace(handling=Handling(time_zone="Europe/Berlin"))

    found = pick_list([Picked(in_fulfilment(ship_by=due), 1)], berlin, {}, {}, NOON)

    assert found.orders[0].ship_by == date(2026, 11, 23)


def test_what_was_on_a_list_before_is_marked() -> None:
    again = printed(in_fulfilment(), 1, DocumentKind.PICK_LIST, NOON, "user:ada")

    assert [each.is_reprint for each in listed(in_fulfilment(), again).orders] == [False, True]


def test_only_what_has_not_left_is_picked() -> None:
    with pytest.raises(NotNow, match="shipped"):
        listed(sent(in_fulfilment()))


def test_a_bin_is_a_short_text_of_one_line() -> None:
    for wrong in ("", "A\n1", "x" * 41):
        with pytest.raises(ValueError, match="bins"):
            Product(sku=MUG, bins={"main": wrong})
