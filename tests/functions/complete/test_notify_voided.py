"""Notices of parcels whose labels are voided, or that the channel reports, while calls fail."""

# ruff: noqa: F401, F811

import httpx
import pytest
import time_machine

from functions.allocate import route
from packhorse.domain.configuration.account import Restock
from packhorse.domain.labels.consignment import LabelFormat, Package
from packhorse.domain.labels.label import Label, LabelState
from packhorse.domain.labels.purchase import Purchase, Rate, Refund
from packhorse.domain.money import Money
from packhorse.domain.orders.change import Change
from packhorse.domain.orders.channel_order import ChannelOrder, ChannelParcel
from packhorse.domain.orders.labelling import label_shipped, with_label
from packhorse.domain.orders.parcel import LineQuantity
from packhorse.domain.orders.voiding import label_voided, voiding
from packhorse.usecases.orders.change_order import change_order, commit_step
from simulation.aws.boundary import World
from simulation.builders import NOON, later
from simulation.merchant import Context, advance, stored, told
from tests.functions.complete.test_notify import (
    SHOP,
    Site,
    a_requested_order,
    after,
    clock,
    deliver,
    problems,
    says,
    ship,
    site,
)
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")


def labelled(
    order: ChannelOrder, name: str, tracking: str, number: int = 1, quantity: int = 2, line: str = "1"
) -> None:
    """Ship a parcel with a label."""
    price = Money.of("5.00", "EUR")
    rate = Rate(id="r", carrier="UPS", service="Ground", price=price)
    label = Label(
        id=name,
        account="a",
        state=LabelState.BOUGHT,
        shipment="s",
        rate=rate,
        package=Package(weight_g=100),
        format=LabelFormat.PDF,
        units={line: quantity},
        purchase=Purchase(carrier="UPS", service="Ground", tracking=tracking, price=price, shipment="s"),
        attempted_at=NOON,
        who="ada",
    )
    change_order(
        order.order_id,
        lambda now_it, at, who: label_shipped(with_label(now_it, number, label), number, label, at, who),
        "ada",
    )


def void(order: ChannelOrder, name: str, number: int = 1) -> None:
    """Void its label."""
    commit_step(order.order_id, lambda now_it, at, _: Change(voiding(now_it, number, name, at, "ada")), "ada")
    change_order(
        order.order_id,
        lambda now_it, at, who: label_voided(
            now_it, number, name, Refund.SUBMITTED, at, who, restock=lambda _: Restock.UNSHIPPED
        ),
        "ada",
    )


def reports(order: ChannelOrder, site: Site, minutes: int = 1) -> ChannelOrder:
    """The shop's webhook of the order as it has it."""
    found = site.shop.orders[order.channel_order_id].get("parcels", [])
    parcels = tuple(
        ChannelParcel(
            id=each.get("id", ""),
            carrier=each["carrier"],
            tracking=each["tracking"],
            lines=tuple(LineQuantity(**part) for part in each["lines"]),
        )
        for each in found
    )
    order = later(order, minutes=minutes, parcels=parcels)
    route.handler(told(order), Context())
    return order


def test_lost_answer_then_webhook_then_void_is_withdrawn(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    site.answers = [site.done_and_dies]
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    order = reports(order, site)
    after(61, order, cloud, clock)
    void(order, "L1")
    deliver(cloud)
    after(61, order, cloud, clock)

    assert site.parcels == []
    assert dict(stored(order).shipped) == {}


def test_lost_answer_then_void_is_withdrawn(cloud: World, site: Site, clock: time_machine.Traveller) -> None:
    order = a_requested_order(site)
    site.answers = [site.done_and_dies]
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    void(order, "L1")
    deliver(cloud)
    after(61, order, cloud, clock)
    after(901, order, cloud, clock)

    assert site.parcels == []


def test_void_while_the_call_is_made_and_its_answer_lost(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)

    def voided_and_dies(request: httpx.Request) -> httpx.Response:
        void(order, "L1")
        return site.done_and_dies(request)

    site.answers = [voided_and_dies]
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    after(61, order, cloud, clock)
    after(901, order, cloud, clock)

    assert site.parcels == []


def test_void_while_the_call_is_refused_leaves_no_exception(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)

    def voided_and_refused(request: httpx.Request) -> httpx.Response:
        void(order, "L1")
        return says(422)(request)

    site.answers = [voided_and_refused]
    labelled(order, "L1", "1Z1")
    deliver(cloud)

    assert problems(order) == []


def test_a_new_parcel_waits_for_the_withdrawal_of_the_old(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    site.answers = [says(503)]
    void(order, "L1")
    deliver(cloud)
    labelled(order, "L2", "1Z2")
    deliver(cloud)
    assert site.parcels == [(order.channel_order_id, "1Z1")]
    after(61, order, cloud, clock)
    assert site.parcels == [(order.channel_order_id, "1Z2")]
    assert site.calls == ["POST", "DELETE", "DELETE", "POST"]


def test_two_parcels_of_one_number_are_both_sent(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    lines = [{"line": "1", "quantity": 1}]
    answer = call("POST", f"/orders/{order.order_id}/fulfilments/1/split", {"lines": lines})
    assert answer.status in (200, 201), answer.body
    labelled(order, "L1", "1Z1", quantity=1)
    deliver(cloud)
    order = reports(order, site)
    labelled(order, "L2", "1Z1", number=2, quantity=1)
    deliver(cloud)
    assert len(site.parcels) == 2


def test_one_order_whose_calls_fail_delays_no_other_for_ever(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    first, second = a_requested_order(site), a_requested_order(site)

    def answer(request: httpx.Request) -> httpx.Response:
        return says(500)(request) if first.channel_order_id in request.url.path else site.done(request)

    site.answers = [answer] * 20
    ship(first, "1Z1")
    ship(second, "1Z2")
    deliver(cloud)
    for _ in range(2):
        clock.shift(61)
        route.handler(advance(first), Context())
        route.handler(advance(second), Context())
        deliver(cloud)
    assert site.parcels == [(second.channel_order_id, "1Z2")]


def test_void_while_call_is_made(cloud: World, site: Site) -> None:
    order = a_requested_order(site)

    def voided(request: httpx.Request) -> httpx.Response:
        answer = site.done(request)
        void(order, "L1")
        return answer

    site.answers = [voided]
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    assert site.parcels == []


def test_reported_while_call_is_made_then_void(cloud: World, site: Site) -> None:
    order = a_requested_order(site)

    def reported_and_voided(request: httpx.Request) -> httpx.Response:
        answer = site.done(request)
        reports(order, site)
        void(order, "L1")
        return answer

    site.answers = [reported_and_voided]
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    route.handler(advance(order), Context())
    deliver(cloud)
    assert site.parcels == []
    assert dict(stored(order).shipped) == {}


def test_an_older_message_that_lists_our_parcel_is_no_report_of_the_shop(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    listed = site.shop.orders[order.channel_order_id]["parcels"]
    void(order, "L1")
    deliver(cloud)
    reports(order, site, minutes=5)
    site.shop.orders[order.channel_order_id]["parcels"] = listed
    reports(order, site, minutes=3)
    route.handler(advance(order), Context())

    assert dict(stored(order).shipped) == {}
    assert dict(stored(order).taken_back) == {}
    assert problems(order) == []


def test_older_message_after_a_newer_with_our_parcel(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    reports(order, site, minutes=5)
    reports(order, site, minutes=3)

    assert dict(stored(order).taken_back) == {}
    assert problems(order) == []


def test_older_message_that_says_all_has_left(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    reports(order.replace(shipped_at=NOON), site, minutes=5)
    reports(order.replace(shipped_at=NOON), site, minutes=3)

    assert dict(stored(order).taken_back) == {}
    assert problems(order) == []
