"""Orders that their channel cancels in every state that they can be in: never an echo, the stock as it should be."""

# ruff: noqa: F401, F811

from collections.abc import Callable
from datetime import timedelta

import pytest

from functions.allocate import route
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Status
from simulation.aws.boundary import World
from simulation.builders import NOON, a_line, an_order, later
from simulation.merchant import Context, balance, put_stock, stored, told
from tests.functions.complete.test_notify import Site, a_requested_order, deliver, problems, ship, site
from tests.functions.complete.test_notify_voided import labelled, void
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")


def taken_in(site: Site, **facts: object) -> ChannelOrder:
    order = an_order(a_line(quantity=2), lists_parcels=True, **facts)
    site.shop.orders[order.channel_order_id] = {"id": order.channel_order_id, "modified_at": "2026-11-02T12:00:00Z"}
    route.handler(told(order), Context())
    return order


def unpaid(site: Site) -> ChannelOrder:
    return taken_in(site, paid_at=None)


def short(site: Site) -> ChannelOrder:
    put_stock(-10, event="all gone")
    order = taken_in(site)
    put_stock(10, event="back")
    return order


def held(site: Site) -> ChannelOrder:
    order = taken_in(site)
    call("POST", f"/orders/{order.order_id}/hold", {"reason": "a doubt"})
    return order


def shipped_in_part(site: Site) -> ChannelOrder:
    order = a_requested_order(site)
    ship(order, "1Z1", quantity=1)
    return order


def shipped(site: Site) -> ChannelOrder:
    order = a_requested_order(site)
    ship(order, "1Z1")
    return order


def voided(site: Site) -> ChannelOrder:
    order = a_requested_order(site)
    labelled(order, "L1", "1Z1")
    void(order, "L1")
    return order


STATES: tuple[tuple[Callable[[Site], ChannelOrder], Status, int, list[str]], ...] = (
    (unpaid, Status.CANCELLED, 10, []),
    (short, Status.CANCELLED, 10, []),
    (held, Status.CANCELLED, 10, []),
    (taken_in, Status.CANCELLED, 10, []),
    (a_requested_order, Status.CANCELLED, 10, []),
    (voided, Status.CANCELLED, 10, []),
    (shipped_in_part, Status.COMPLETE, 9, ["cancelled_after_shipping"]),
    (shipped, Status.COMPLETE, 8, ["cancelled_after_shipping"]),
)


@pytest.mark.parametrize(("state", "status", "left", "causes"), STATES, ids=[state.__name__ for state, *_ in STATES])
def test_what_its_channel_cancels_gives_back_what_has_not_left(
    cloud: World,
    site: Site,
    state: Callable[[Site], ChannelOrder],
    status: Status,
    left: int,
    causes: list[str],
) -> None:
    order = state(site)

    for minutes in (1, 2):
        route.handler(told(later(order, minutes, cancelled_at=NOON + timedelta(minutes=1))), Context())
    deliver(cloud)

    assert (stored(order).status, problems(order)) == (status, causes)
    assert balance() == (left, 0, left)
    assert site.shop.cancellations == []
