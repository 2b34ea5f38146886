"""Notices to a channel that is removed, inactive, or gets other credentials."""

# ruff: noqa: F401, F811

from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import httpx
import pytest
import time_machine

from functions.allocate import route
from packhorse.aws.settings import settings
from packhorse.domain.errors import LONGEST_RETRY_AFTER, NoTurn
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.tries import EXCEPTION_AFTER, WAITS
from packhorse.messages.connecting import ResendNotices
from packhorse.store import configuration, exceptions
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.channels import given_up
from packhorse.usecases.channels.catch_up_notices import catch_up_notices
from simulation.aws.boundary import World
from simulation.builders import NOON, an_order, later
from simulation.merchant import Context, put_stock, stored, told
from tests.conftest import invoked, queued
from tests.functions.complete.test_notify import (
    SHOP,
    Answer,
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
from tests.functions.complete.test_notify_voided import labelled, reports, void
from tests.functions.ingest.connecting import run, run_all
from tests.functions.operate.calls import call


def test_nothing_is_repeated_to_a_channel_that_was_removed(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    site.answers = [says(422)]
    ship(order, "1Z1")
    deliver(cloud)
    configuration.apply_edit(lambda before: before.without_channel(SHOP), "owner", NOON)
    [problem] = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10)[0]

    assert call("POST", f"/exceptions/{problem.id}/retry").status == 409


def test_a_shop_that_lists_our_parcel_without_its_id_counts_it_once(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    labelled(order, "L1", "1Z1", quantity=1)
    deliver(cloud)
    site.shop.orders[order.channel_order_id]["parcels"][0].pop("id")
    order = reports(order, site)
    assert dict(stored(order).shipped) == {"1": 1}


def test_a_number_that_is_corrected_while_its_answer_is_lost(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    site.answers = [site.done_and_dies]
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    call("PATCH", f"/orders/{order.order_id}/fulfilments/1/parcels/1", {"was": "1Z1", "tracking": "1Z9"})
    order = reports(order, site)
    after(61, order, cloud, clock)
    after(61, order, cloud, clock)
    assert site.parcels == [(order.channel_order_id, "1Z9")]
    order = reports(order, site, minutes=3)
    assert problems(order) == []


def test_what_the_shop_reports_after_it_refused_ends_the_exception(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    site.answers = [says(409)] * 3
    ship(order, "1Z1")
    deliver(cloud)
    site.shop.orders[order.channel_order_id]["parcels"] = [
        {"carrier": "UPS", "tracking": "1Z1", "lines": [{"line": "1", "quantity": 2}]}
    ]
    order = reports(order, site)
    assert problems(order) == []


def test_a_void_is_sent_though_a_correction_was_given_up(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    call("PATCH", f"/orders/{order.order_id}/fulfilments/1/parcels/1", {"was": "1Z1", "tracking": "1Z9"})
    site.answers = [says(422)] * 9
    deliver(cloud)
    for _ in range(12):
        after(25 * 3600, order, cloud, clock)
    void(order, "L1")
    deliver(cloud)
    assert site.parcels == []
    assert problems(order) == []


def test_a_number_that_comes_again_is_a_parcel_of_its_own(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    labelled(order, "L1", "1Z1", quantity=1)
    labelled(order, "L2", "1Z2", quantity=1)
    deliver(cloud)
    void(order, "L1")
    void(order, "L2")
    deliver(cloud)
    assert site.parcels == []
    labelled(order, "L3", "1Z1")
    deliver(cloud)
    assert len(site.parcels) == 1


def test_a_parcel_that_waits_for_a_rate_is_seen_in_its_order_and_in_health_and_is_no_exception(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    def no_turn(_: httpx.Request) -> httpx.Response:
        raise NoTurn("confirmShipment: no call is left of its rate", 7.0)

    order = a_requested_order(site)
    site.answers = [no_turn] * 6
    ship(order, "1Z1")
    deliver(cloud)
    for _ in range(5):
        after(61, order, cloud, clock)

    [fulfilment] = call("GET", f"/orders/{order.order_id}").body["fulfilments"]
    [parcel] = fulfilment["parcels"]
    shown = parcel["notified"]
    assert (shown["problem"], shown["tries"], bool(shown["next_at"])) == (
        "confirmShipment: no call is left of its rate",
        1,
        True,
    )
    assert call("GET", f"/channels/{SHOP}/health").body["notices_waiting"] == 1
    assert problems(order) == [], "the channel was not even called"

    after(61, order, cloud, clock)
    assert site.parcels == [(order.channel_order_id, "1Z1")]


def asks_to_wait(stated: str) -> Answer:
    return lambda _: httpx.Response(503, headers={"Retry-After": stated}, text="no")


@pytest.mark.parametrize("stated", ["999999999", "86400000", "Fri, 31 Dec 9999 23:59:59 GMT", "9" * 50])
def test_a_parcel_is_sent_again_within_hours_whatever_its_shop_says_and_a_person_sees_it(
    cloud: World, site: Site, clock: time_machine.Traveller, stated: str
) -> None:
    order = a_requested_order(site)
    site.answers = [asks_to_wait(stated)] * EXCEPTION_AFTER

    ship(order, "1Z1")
    deliver(cloud)
    for _ in range(EXCEPTION_AFTER - 1):
        assert problems(order) == []
        assert call("GET", f"/orders/{order.order_id}").status == HTTPStatus.OK
        after(LONGEST_RETRY_AFTER, order, cloud, clock)
    assert problems(order) == ["channel_not_notified"]
    after(WAITS[EXCEPTION_AFTER - 1], order, cloud, clock)

    assert site.parcels == [(order.channel_order_id, "1Z1")]
    assert problems(order) == []


def test_new_credentials_send_at_once_what_waited_for_them(cloud: World, site: Site) -> None:
    parcel, cancelled = a_requested_order(site), a_requested_order(site)
    site.answers = [says(401)] * 20
    ship(parcel, "1Z1")
    call("POST", f"/orders/{cancelled.order_id}/cancel", {})
    deliver(cloud)
    site.answers = []
    assert site.parcels == []

    body = {"kind": "generic", "base_url": "https://shop.example", "credentials": {"token": "shop-token"}}
    assert call("PUT", f"/channels/{SHOP}", body).status == 200
    run_all()
    deliver(cloud)

    assert site.parcels == [(parcel.channel_order_id, "1Z1")]
    assert len(site.shop.cancellations) == 1


def test_new_credentials_send_what_was_given_up_within_the_last_month_and_no_older(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    old, parcel, cancelled, by_hand = (a_requested_order(site) for _ in range(4))
    site.answers = [says(422)] * 99
    ship(old, "1Z0")
    give_up(old, cloud, clock)
    clock.shift(timedelta(days=31))
    ship(parcel, "1Z1")
    call("POST", f"/orders/{cancelled.order_id}/cancel", {})
    call("POST", f"/orders/{by_hand.order_id}/lines/1/cancel", {"keep": 1})
    for each in (parcel, cancelled):
        give_up(each, cloud, clock)
    site.answers = []
    health = call("GET", f"/channels/{SHOP}/health").body
    assert (health["notices_given_up"], health["notices_waiting"]) == (4, 0)

    body = {"kind": "generic", "base_url": "https://shop.example", "credentials": {"token": "shop-token"}}
    assert call("PUT", f"/channels/{SHOP}", body).status == 200
    run_all()
    deliver(cloud)

    assert site.parcels == [(parcel.channel_order_id, "1Z1")]
    assert [each["order"] for each in site.shop.cancellations] == [cancelled.channel_order_id]
    assert [problems(parcel), problems(cancelled)] == [[], ["not_refunded"]]
    assert [problems(old), problems(by_hand)] == [["channel_not_notified"], ["channel_not_cancelled"]]


def test_a_thousand_notices_are_not_sent_within_the_request_and_go_on_in_another_invocation(
    cloud: World, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("packhorse.usecases.channels.catch_up_notices.ORDERS_A_READ", 1)
    orders = [a_requested_order(site) for _ in range(2)]
    site.answers = [says(401)] * 9
    for each in orders:
        ship(each, f"1Z{each.channel_order_id}")
    deliver(cloud)
    site.answers = []
    body = {"kind": "generic", "base_url": "https://shop.example", "credentials": {"token": "shop-token"}}

    call("PUT", f"/channels/{SHOP}", body)
    [message] = [each for each in invoked(settings.connect_function) if each["kind"] == "resend"]
    assert queued(settings.channels_queue_url) == []
    seconds = iter([60, 10])
    catch_up_notices(ResendNotices(channel=SHOP), NOON, lambda: next(seconds))
    assert len(queued(settings.channels_queue_url)) == 1
    [rest] = invoked(settings.connect_function)

    assert (message["after"], rest["after"] > "") == ("", True)
    run(rest)
    assert len(queued(settings.channels_queue_url)) == 1


def test_what_was_given_up_is_sent_in_another_invocation_when_time_is_short(
    cloud: World, site: Site, clock: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(given_up, "ORDERS_A_READ", 1)
    orders = [a_requested_order(site) for _ in range(3)]
    site.answers = [says(422)] * 9
    for each in orders:
        ship(each, f"1Z{each.channel_order_id}")
        deliver(cloud)
        clock.shift(60)
    queued(settings.channels_queue_url)
    message: Any = {"kind": "resend", "channel": SHOP}
    sent = []
    for _ in orders:
        catch_up_notices(ResendNotices.model_validate(message), datetime.now(UTC), iter([60, 10, 10]).__next__)
        sent += [each["order"] for each in queued(settings.channels_queue_url)]
        message = next(iter(invoked(settings.connect_function)), None)

    assert {*sent} == {each.order_id for each in orders}


def give_up(order: ChannelOrder, cloud: World, clock: time_machine.Traveller) -> None:
    deliver(cloud)
    for _ in range(10):
        after(24 * 3600, order, cloud, clock)


def test_an_order_that_a_person_completes_is_a_parcel_without_a_number(cloud: World, site: Site) -> None:
    order = a_requested_order(site)

    call("POST", f"/orders/{order.order_id}/complete")
    deliver(cloud)

    [shipment] = site.shop.shipments
    assert shipment["parcels"] == [{"carrier": None, "tracking": None, "lines": [{"line": "1", "quantity": 2}]}]


def test_a_completed_order_that_the_shop_has_as_shipped_is_not_sent_to_it(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    call("POST", f"/orders/{order.order_id}/complete")
    route.handler(told(later(order, shipped_at=NOON)), Context())

    deliver(cloud)

    assert site.calls == []


def test_what_left_without_our_stock_is_no_parcel_of_ours(cloud: World, site: Site) -> None:
    put_stock(-10, event="all gone")
    order = an_order(lists_parcels=True)
    site.shop.orders[order.channel_order_id] = {"id": order.channel_order_id, "modified_at": "2026-11-02T12:00:00Z"}
    route.handler(told(order), Context())

    call("POST", f"/orders/{order.order_id}/complete")
    deliver(cloud)

    assert stored(order).status == "complete"
    assert site.calls == []
