"""A channel may have whatever it was sent without an answer, also if the process died: it gets the parcel as it is."""

# ruff: noqa: F401, F811 -- fixtures

from collections.abc import Callable
from contextlib import suppress

import httpx
import pytest
import time_machine

from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.due_notice import is_owed
from simulation.aws.boundary import World
from simulation.merchant import stored
from tests.functions.complete.test_notify import (
    Answer,
    Site,
    a_requested_order,
    after,
    clock,
    deliver,
    problems,
    says,
    site,
)
from tests.functions.complete.test_notify_voided import labelled, void
from tests.functions.operate.calls import call
from tests.functions.operate.interference import Killed

pytestmark = pytest.mark.usefixtures("cloud")


def killed(done: Answer) -> Answer:
    """Answer that nobody reads: the shop has done it, and we have died of it."""

    def answer(request: httpx.Request) -> httpx.Response:
        done(request)
        raise Killed

    return answer


def refused(_: httpx.Request) -> httpx.Response:
    return httpx.Response(503)


def number(order: ChannelOrder, tracking: str) -> None:
    [parcel] = stored(order).parcels
    body = {"was": parcel.tracking, "tracking": tracking}
    assert call("PATCH", f"/orders/{order.order_id}/fulfilments/1/parcels/1", body).status == 200


def shipped_without_answer(cloud: World, site: Site, *, dies: bool) -> ChannelOrder:
    """Return an order whose parcel the shop has under 1Z1, without our knowing."""
    order = a_requested_order(site)
    site.answers = [killed(site.done) if dies else site.done_and_dies]
    labelled(order, "L1", "1Z1")
    with suppress(Killed):
        deliver(cloud)
    assert site.parcels == [(order.channel_order_id, "1Z1")]
    return order


def until_done(order: ChannelOrder, cloud: World, clock: time_machine.Traveller) -> None:
    for seconds in (61, 301, 901, 3601):
        after(seconds, order, cloud, clock)
    assert not is_owed(stored(order))
    assert problems(order) == []


@pytest.mark.parametrize("dies", [False, True])
@pytest.mark.parametrize("failures", [0, 1, 2])
def test_a_number_that_is_corrected_replaces_the_one_that_it_may_have(
    cloud: World, site: Site, clock: time_machine.Traveller, failures: int, *, dies: bool
) -> None:
    order = shipped_without_answer(cloud, site, dies=dies)

    number(order, "1Z9")
    site.answers = [refused] * failures
    deliver(cloud)
    until_done(order, cloud, clock)

    assert site.parcels == [(order.channel_order_id, "1Z9")]


@pytest.mark.parametrize("dies", [False, True])
def test_a_correction_that_it_may_have_and_that_is_reverted_is_reverted_there(
    cloud: World, site: Site, clock: time_machine.Traveller, *, dies: bool
) -> None:
    order = a_requested_order(site)
    labelled(order, "L1", "1Z1")
    deliver(cloud)

    site.answers = [killed(site.done) if dies else site.done_and_dies]
    number(order, "1Z9")
    with suppress(Killed):
        deliver(cloud)
    assert site.parcels == [(order.channel_order_id, "1Z9")]
    number(order, "1Z1")
    deliver(cloud)
    until_done(order, cloud, clock)

    assert site.parcels == [(order.channel_order_id, "1Z1")]


@pytest.mark.parametrize("dies", [False, True])
def test_a_void_parcel_that_it_may_have_under_another_number_is_withdrawn(
    cloud: World, site: Site, clock: time_machine.Traveller, *, dies: bool
) -> None:
    order = shipped_without_answer(cloud, site, dies=dies)

    number(order, "1Z9")
    void(order, "L1")
    deliver(cloud)
    until_done(order, cloud, clock)

    assert site.parcels == []


@pytest.mark.parametrize("status", [401, 422])
def test_a_correction_that_the_shop_refused_and_that_is_reverted_is_not_sent(
    cloud: World, site: Site, clock: time_machine.Traveller, status: int
) -> None:
    order = a_requested_order(site)
    labelled(order, "L1", "1Z1")
    deliver(cloud)

    site.answers = [says(status)] * 2
    number(order, "1Z9")
    deliver(cloud)
    number(order, "1Z1")
    site.calls.clear()
    site.answers.clear()
    deliver(cloud)
    until_done(order, cloud, clock)

    assert (site.calls, site.parcels) == ([], [(order.channel_order_id, "1Z1")])


def test_what_it_may_have_of_a_call_stays_so_though_it_refuses_the_same_later(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = shipped_without_answer(cloud, site, dies=False)
    site.answers = [says(422)]
    after(61, order, cloud, clock)

    number(order, "1Z9")
    deliver(cloud)
    until_done(order, cloud, clock)

    assert site.parcels == [(order.channel_order_id, "1Z9")]
