"""Cancellations at a Shopify store, over a real socket: whole orders, once, by a job, and without money."""

from collections.abc import Callable

import pytest

from local.world.failures import Failure
from local.world.shopify_store import Store
from packhorse.channels.http import connect
from packhorse.channels.protocol import Cancelling
from packhorse.channels.shopify import sign_in
from packhorse.channels.shopify.cancelling import ShopifyCancelling
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import NotYet, Rejected
from tests.channels.shopify.test_notices import KEYS, a_notice, channel, put, ship, store

__all__ = ["channel", "store"]


def cancel(
    channel: Channel,
    order: object,
    *,
    restock: bool = True,
    job: str = "",
    meanwhile: Callable[[float], None] = lambda _: None,
) -> None:
    with connect(channel, sign_in, KEYS) as http:
        cancelling: Cancelling = ShopifyCancelling(http, writes_to_buyers=channel.notify_customer, sleep=meanwhile)
        cancelling.cancel_order(str(order), restock=restock, job=job)


def test_an_order_is_cancelled_without_a_refund_and_its_units_are_sold_again(store: Store, channel: Channel) -> None:
    order = put(store, quantity=2, financial_status="paid")
    store.put_variant({"id": order["line_items"][0]["variant_id"], "sku": "MUG", "levels": {"7001": 1}})

    cancel(channel, order["id"])

    [job] = store.jobs
    assert order["cancelled_at"]
    assert order["cancel_reason"] == "other"
    assert (job["refunds"], job["restock"], job["notified"]) == (False, True, True)
    assert order["financial_status"] == "paid"
    assert store.variants[str(order["line_items"][0]["variant_id"])].levels == {"7001": 3}


def test_the_choice_of_restocking_and_of_writing_to_the_buyer_is_passed(store: Store, channel: Channel) -> None:
    order = put(store)

    cancel(channel.replace(notify_customer=False), order["id"], restock=False)

    assert [(job["restock"], job["notified"]) for job in store.jobs] == [(False, False)]


def test_a_job_that_takes_long_is_looked_at_later(store: Store, channel: Channel) -> None:
    order = put(store)
    store.settings.job_seconds = 3600

    with pytest.raises(NotYet, match="not cancelled the order yet") as late:
        cancel(channel, order["id"])
    assert late.value.job == store.jobs[0]["id"]
    with pytest.raises(NotYet) as still:
        cancel(channel, order["id"], job=late.value.job)
    store.jobs[0]["at"] = 0
    cancel(channel, order["id"], job=still.value.job)

    assert order["cancelled_at"]
    assert len(store.jobs) == 1


def test_a_job_that_cannot_be_read_is_not_begun_again(store: Store, channel: Channel) -> None:
    order = put(store)

    def fails(_: float) -> None:
        store.failures.append(Failure(503, times=1))

    with pytest.raises(NotYet) as unread:
        cancel(channel, order["id"], meanwhile=fails)
    cancel(channel, order["id"], job=unread.value.job)

    assert len(store.jobs) == 1


def test_a_job_that_the_store_has_forgotten_and_that_cancelled_nothing_is_refused(
    store: Store, channel: Channel
) -> None:
    order = put(store)

    with pytest.raises(Rejected, match="did not cancel the order"):
        cancel(channel, order["id"], job="gid://shopify/Job/forgotten")


def test_what_has_shipped_in_part_is_refused(store: Store, channel: Channel) -> None:
    order = put(store)
    ship(channel, a_notice(order, (0, 1)))

    with pytest.raises(Rejected, match="fulfilled items"):
        cancel(channel, order["id"])


def test_a_job_that_ends_without_a_cancelled_order_is_refused(store: Store, channel: Channel) -> None:
    order = put(store)

    def shipped_meanwhile(_: float) -> None:
        order["fulfillments"] = [{"id": 1, "status": "success", "line_items": []}]

    with pytest.raises(Rejected, match="did not cancel the order"):
        cancel(channel, order["id"], meanwhile=shipped_meanwhile)
