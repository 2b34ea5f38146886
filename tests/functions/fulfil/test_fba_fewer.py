"""Fewer units that a channel orders when Amazon has them: it agrees, and the channel is owed nothing."""

import pytest

from functions.allocate import route
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Status
from simulation.aws.boundary import World
from simulation.builders import a_line, an_order, later
from simulation.merchant import Context, stored, told
from tests.functions.complete.test_notify import Site, deliver, problems
from tests.functions.fulfil.fba import BERLIN, an_fba, follow_up, part_of, run_requested
from tests.functions.fulfil.partner import hand_over

SHOP = {"kind": ChannelKind.GENERIC, "base_url": "https://shop.example"}


@pytest.fixture
def site(cloud: World) -> Site:
    found = Site()
    cloud.web.serve("https://shop.example", found)
    return found


def at_amazon(cloud: World, site: Site) -> ChannelOrder:
    """An order of three mugs that Amazon has, and of which the shop is notified."""
    an_fba(cloud, channel=SHOP)
    order = an_order(a_line(quantity=3), lists_parcels=True, ship_to=BERLIN)
    site.shop.orders[order.channel_order_id] = {"id": order.channel_order_id, "modified_at": "2026-11-02T12:00:00Z"}
    take_in(order)
    hand_over(cloud)
    run_requested()
    assert part_of(order.order_id).is_with_partner
    return order


def take_in(order: ChannelOrder) -> None:
    route.handler(told(order), Context())


def agree(cloud: World) -> None:
    """Have Amazon answer what it is requested, and the shop be notified."""
    run_requested()
    follow_up()
    deliver(cloud)


def test_units_that_the_shop_removed_and_amazon_keeps_back_are_no_cancellation_for_the_shop(
    cloud: World, site: Site
) -> None:
    order = at_amazon(cloud, site)

    take_in(later(order, lines=(a_line(quantity=2),)))
    agree(cloud)

    [line] = stored(order).lines
    assert (line.quantity, line.cancelled, line.removed_late) == (2, 0, 0)
    assert (problems(order), site.shop.cancellations) == ([], [])


def test_a_line_that_the_shop_removed_whole_does_not_cancel_the_order_there_and_may_come_back(
    cloud: World, site: Site
) -> None:
    order = at_amazon(cloud, site)

    take_in(later(order, lines=(a_line(quantity=0),)))
    agree(cloud)
    emptied = stored(order)
    take_in(later(order, 2))

    assert (emptied.status, emptied.cancelled_at, site.shop.cancellations) == (Status.CANCELLED, None, [])
    assert (stored(order).status, stored(order).lines[0].allocated) == (Status.IN_FULFILMENT, 3)
