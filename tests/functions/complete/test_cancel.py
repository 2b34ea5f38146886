"""Cancellations made here, to a channel that answers: once, never an echo, an exception where a person has to do it."""

# ruff: noqa: F401, F811

from typing import Any

import pytest
import time_machine

from functions.allocate import push, route
from functions.fulfil import own
from packhorse.aws.settings import settings
from packhorse.channels import CHANNELS
from packhorse.domain.configuration.account import Restock
from packhorse.domain.configuration.channel import ChannelKind
from packhorse.domain.configuration.warehouse import WarehouseKind
from packhorse.domain.orders.cancel_notice import owed_cancellation
from packhorse.domain.orders.channel_order import ChannelOrder
from packhorse.domain.orders.order import Status
from packhorse.store import configuration, exceptions, notices
from packhorse.store.exceptions import ExceptionState
from packhorse.usecases.channels.resend_notices import notify_again
from simulation.aws.boundary import World
from simulation.builders import NOON, a_line, an_order, later, sqs_event
from simulation.merchant import Context, put_stock, stored, told
from tests.conftest import queued
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
from tests.functions.complete.test_notify_voided import labelled, void
from tests.functions.operate.calls import call

pytestmark = pytest.mark.usefixtures("cloud")
NOT_CANCELLED, NOT_REFUNDED = "channel_not_cancelled", "not_refunded"


def cancel(order: ChannelOrder, **body: Any) -> None:
    assert call("POST", f"/orders/{order.order_id}/cancel", body).status == 200


def cancel_line(order: ChannelOrder, keep: int) -> None:
    assert call("POST", f"/orders/{order.order_id}/lines/1/cancel", {"keep": keep}).status == 200


def shown(order: ChannelOrder) -> dict[str, Any]:
    found: dict[str, Any] = call("GET", f"/orders/{order.order_id}").body
    return found


def cancelled_in_shop(order: ChannelOrder, minutes: int = 1) -> ChannelOrder:
    at = later(order, minutes).modified_at
    return later(order, minutes, cancelled_at=at)


def take_in(order: ChannelOrder) -> None:
    route.handler(told(order), Context())


def test_an_order_that_a_person_cancels_is_cancelled_in_its_shop_once(cloud: World, site: Site) -> None:
    order = a_requested_order(site)

    cancel(order)
    deliver(cloud)
    push.handler(sqs_event({"kind": "notify", "channel": SHOP, "order": order.order_id}), Context())

    [cancellation] = site.shop.cancellations
    assert (cancellation["order"], cancellation["restock"]) == (order.channel_order_id, True)
    assert site.calls == ["PUT"]
    assert shown(order)["cancellation"]["at"]
    assert problems(order) == [NOT_REFUNDED]
    assert [*notices.due_orders(SHOP, NOON.replace(year=2030))] == []


def test_a_paid_order_that_is_cancelled_is_an_exception_until_its_money_went_back(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    cancel(order)
    deliver(cloud)
    [problem] = stored(order).exceptions
    assert problem.message == "shop cancelled the order, and the buyer has paid: refund it there"

    take_in(cancelled_in_shop(order, minutes=1))
    assert problems(order) == [NOT_REFUNDED]
    refunded = cancelled_in_shop(order, minutes=2)
    take_in(refunded.replace(refunded_at=refunded.modified_at))

    assert problems(order) == []
    assert stored(order).holds == ()


def test_an_order_that_was_not_paid_needs_no_refund(cloud: World, site: Site) -> None:
    order = an_order(a_line(quantity=2), lists_parcels=True, paid_at=None)
    site.shop.orders[order.channel_order_id] = {"id": order.channel_order_id, "modified_at": "2026-11-02T12:00:00Z"}
    take_in(order)

    cancel(order)
    deliver(cloud)

    assert len(site.shop.cancellations) == 1
    assert problems(order) == []


def test_the_shop_that_repeats_our_cancellation_is_no_news(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    cancel(order)
    deliver(cloud)

    take_in(cancelled_in_shop(order))
    deliver(cloud)

    assert site.calls == ["PUT"]
    assert stored(order).status is Status.CANCELLED
    assert problems(order) == [NOT_REFUNDED]


def test_what_the_shop_cancelled_itself_is_not_echoed(cloud: World, site: Site) -> None:
    order = a_requested_order(site)

    take_in(cancelled_in_shop(order))
    deliver(cloud)
    call("POST", f"/orders/{order.order_id}/cancel", {})
    deliver(cloud)

    assert site.calls == []
    assert stored(order).status is Status.CANCELLED


def test_an_order_whose_quantities_a_person_sets_to_nothing_is_cancelled_in_its_shop(cloud: World, site: Site) -> None:
    order = an_order(a_line(quantity=2), lists_parcels=True, paid_at=None)
    site.shop.orders[order.channel_order_id] = {"id": order.channel_order_id, "modified_at": "2026-11-02T12:00:00Z"}
    take_in(order)

    changed = call(
        "PATCH", f"/orders/{order.order_id}", {"version": stored(order).version, "lines": [{"id": "1", "quantity": 0}]}
    )
    deliver(cloud)

    assert changed.status == 200
    assert len(site.shop.cancellations) == 1


@pytest.mark.parametrize(("rule", "restock"), [(Restock.NEVER, False), (Restock.UNSHIPPED, True)])
def test_the_restock_rule_of_the_warehouse_is_passed(cloud: World, site: Site, rule: Restock, restock: bool) -> None:
    order = a_requested_order(site)

    def with_rule(found: Any) -> Any:
        return found.replace(account=found.account.replace(restock={WarehouseKind.OWN: rule}))

    configuration.apply_edit(with_rule, "owner", NOON)
    cancel(order)
    deliver(cloud)

    assert [each["restock"] for each in site.shop.cancellations] == [restock]


def test_a_cancellation_whose_answer_is_lost_is_sent_again_and_is_one(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    site.answers = [site.done_and_dies]

    cancel(order)
    assert deliver(cloud) == []
    assert shown(order)["cancellation"]["tries"] == 1
    after(61, order, cloud, clock)

    assert len(site.shop.cancellations) == 1
    assert owed_cancellation(stored(order)) is None


@pytest.mark.parametrize("answer", [409, 404, 501])
def test_a_refusal_is_an_exception_that_ends_when_the_shop_shows_it_cancelled(
    cloud: World, site: Site, answer: int
) -> None:
    order = a_requested_order(site)
    site.answers = [says(answer)]

    cancel(order)
    deliver(cloud)
    [problem] = stored(order).exceptions
    assert (problem.cause, "did not cancel the order" in problem.message) == (NOT_CANCELLED, True)
    take_in(cancelled_in_shop(order))

    assert problems(order) == []


def test_a_refusal_ends_when_the_shop_takes_it_after_all(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    site.answers = [says(409)]
    cancel(order)
    deliver(cloud)

    notify_again(order.order_id, "user:ada")
    deliver(cloud)

    assert problems(order) == [NOT_REFUNDED]
    assert len(site.shop.cancellations) == 1


def test_a_shop_that_is_down_is_tried_again_and_becomes_an_exception_after_some_tries(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    site.answers = [says(503)] * 4
    cancel(order)

    assert deliver(cloud) == []
    assert [after(wait, order, cloud, clock) for wait in (61, 301)] == [[], []]
    assert problems(order) == []
    after(901, order, cloud, clock)
    assert problems(order) == [NOT_CANCELLED]


def test_units_of_a_line_are_left_to_a_person_until_the_shop_has_fewer(cloud: World, site: Site) -> None:
    order = a_requested_order(site)

    cancel_line(order, keep=1)
    deliver(cloud)
    [problem] = stored(order).exceptions
    assert problem.cause == NOT_CANCELLED
    assert "1 x MUG-Ä 11oz #3 (line 1)" in problem.message
    assert shown(order)["cancellation"]["next_at"] is None
    take_in(later(order, lines=(a_line(quantity=1),)))

    assert site.calls == []
    assert problems(order) == []


def test_a_line_of_a_file_is_left_to_a_person_under_the_id_that_the_shop_has_for_it(cloud: World, site: Site) -> None:
    order = an_order(a_line(quantity=2), lists_parcels=False, source="csv:0a1b")
    take_in(order)
    take_in(order.replace(lines=(a_line(quantity=2, line="9000"),), lists_parcels=True, source=""))

    cancel_line(order, keep=1)
    deliver(cloud)

    assert "1 x MUG-Ä 11oz #3 (line 9000)" in stored(order).exceptions[0].message


def test_the_rest_of_an_order_that_has_shipped_in_part_is_left_to_a_person(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    ship(order, "1Z1", quantity=1)
    deliver(cloud)

    cancel(order)
    deliver(cloud)

    assert site.calls == ["POST"]
    assert problems(order) == [NOT_CANCELLED]
    assert stored(order).status is Status.COMPLETE


def test_what_a_person_dismissed_is_not_opened_again_before_more_is_cancelled(cloud: World, site: Site) -> None:
    order = a_requested_order(site, quantity=3)
    cancel_line(order, keep=2)
    deliver(cloud)
    [listed] = exceptions.newest_exceptions(ExceptionState.OPEN, None, 10)[0]
    assert call("POST", f"/exceptions/{listed.id}/dismiss", {}).status == 200
    take_in(later(order, lines=(a_line(quantity=3),), note="hurry"))
    deliver(cloud)
    dismissed = problems(order)

    cancel_line(order, keep=1)
    deliver(cloud)

    assert dismissed == []
    assert problems(order) == [NOT_CANCELLED]


def test_a_channel_that_takes_no_cancellations_is_left_to_a_person(
    cloud: World, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = {**CHANNELS, ChannelKind.GENERIC: CHANNELS[ChannelKind.GENERIC]._replace(cancel=None)}
    monkeypatch.setattr("packhorse.channels.CHANNELS", without)
    order = a_requested_order(site)

    cancel(order)
    deliver(cloud)

    [problem] = stored(order).exceptions
    assert "takes no cancellations from here" in problem.message
    assert site.calls == []


def test_an_order_that_is_cancelled_here_only_stays_in_its_shop(cloud: World, site: Site) -> None:
    order = a_requested_order(site)

    cancel(order, here_only=True)
    deliver(cloud)

    assert site.calls == []
    assert problems(order) == []


def test_here_only_ends_the_exception_of_an_order_that_is_cancelled_already(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    site.answers = [says(409)]
    cancel(order)
    deliver(cloud)

    cancel(order, here_only=True)

    assert problems(order) == []


def test_an_order_that_its_channel_deleted_is_not_cancelled_there(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    route.handler(sqs_event(_deleted(order)), Context())

    cancel(order)
    deliver(cloud)

    assert site.calls == []
    assert problems(order) == []


def _deleted(order: ChannelOrder) -> dict[str, Any]:
    deleted = {"channel": order.channel, "channel_order_id": order.channel_order_id}
    return {"kind": "deleted", "order": deleted, "who": "channel:shop"}


def test_a_parcel_is_withdrawn_before_its_order_is_cancelled(
    cloud: World, site: Site, clock: time_machine.Traveller
) -> None:
    order = a_requested_order(site)
    labelled(order, "L1", "1Z1")
    deliver(cloud)
    void(order, "L1")
    cancel(order)
    site.answers = [says(503)]

    deliver(cloud)
    assert site.shop.cancellations == []
    after(61, order, cloud, clock)

    assert site.calls == ["POST", "DELETE", "DELETE", "PUT"]
    assert len(site.shop.cancellations) == 1


def test_refused_credentials_put_a_cancellation_off_and_are_no_try(cloud: World, site: Site) -> None:
    order = a_requested_order(site)
    site.answers = [says(401)] * 20

    cancel(order)
    deliver(cloud)

    assert problems(order) == []
    assert shown(order)["cancellation"]["tries"] == 1


def test_one_order_that_is_not_cancelled_delays_no_other(cloud: World, site: Site) -> None:
    first, second = a_requested_order(site), a_requested_order(site)
    site.answers = [says(409)]

    cancel(first)
    cancel(second)
    deliver(cloud)

    assert len(site.shop.cancellations) == 1


def test_an_order_of_a_file_is_cancelled_here_alone(cloud: World, site: Site) -> None:
    order = an_order(lists_parcels=False)
    take_in(order)

    cancel(order)
    deliver(cloud)

    assert site.calls == []
    assert problems(order) == []
