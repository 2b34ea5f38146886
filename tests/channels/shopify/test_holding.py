"""Holds at a Shopify store, over a real socket: ours beside those of the store, each once."""

# ruff: noqa: F401, F811

from typing import Any

import pytest

from local.world.shopify_store import Store
from packhorse.channels.http import connect
from packhorse.channels.shopify import SHOPIFY, sign_in
from packhorse.channels.shopify.hold_reasons import REASONS
from packhorse.channels.shopify.holding import HANDLE, ShopifyHolding, number_of
from packhorse.channels.shopify.polling import ShopifyPolling
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import CredentialsRefused, Rejected
from packhorse.domain.orders.channel_order import ChannelHold
from packhorse.domain.orders.hold_notice import HoldCategory
from tests.channels.shopify.test_notices import KEYS, a_notice, channel, put, sent, ship, store

THEIRS = {"id": 51, "place": "7001", "reason": "high_risk_of_fraud", "app": "Guard"}
ELSEWHERE = "7002"


def hold(
    channel: Channel, order: dict[str, Any], category: HoldCategory = HoldCategory.OTHER, before: tuple[str, ...] = ()
) -> tuple[str, ...]:
    assert SHOPIFY.hold
    with connect(channel, sign_in, KEYS) as http:
        return SHOPIFY.hold(channel, http).hold_order(str(order["id"]), category, before)


def release(channel: Channel, order: dict[str, Any]) -> None:
    assert SHOPIFY.hold
    with connect(channel, sign_in, KEYS) as http:
        SHOPIFY.hold(channel, http).release_order(str(order["id"]))


def read(channel: Channel, order: dict[str, Any]) -> Any:
    with connect(channel, sign_in, KEYS) as http:
        name = f"gid://shopify/FulfillmentOrder/{next(iter(hold_ids(channel, order)))}"
        [found] = ShopifyPolling(channel.id, http).orders_named([name]).orders
        return found


def hold_ids(channel: Channel, order: dict[str, Any]) -> tuple[str, ...]:
    """The numbers of the order's fulfilment orders, as a hold answers them that does nothing."""
    with connect(channel, sign_in, KEYS) as http:
        found = ShopifyHolding(http)._parts(str(order["id"]))
        return tuple(number_of(part.id) for part in found or ())


def holds(order: dict[str, Any]) -> list[tuple[str, str]]:
    """The place and reason of each hold of the order."""
    return [(each["place"], each["reason"]) for each in order.get("holds") or ()]


def test_a_hold_is_put_on_every_fulfilment_order_once_and_the_merchant_gets_no_message(
    store: Store, channel: Channel
) -> None:
    order = put(store, lines=2)
    order["line_items"][1]["location_id"] = ELSEWHERE

    parts = hold(channel, order, HoldCategory.FRAUD)
    again = hold(channel, order, HoldCategory.FRAUD)

    assert holds(order) == [("7001", "high_risk_of_fraud"), (ELSEWHERE, "high_risk_of_fraud")]
    assert parts == again == hold_ids(channel, order)
    assert {each["handle"] for each in order["holds"]} == {HANDLE}
    assert not any(each["notified"] for each in order["holds"])


@pytest.mark.parametrize("category", list(HoldCategory))
def test_every_category_is_a_reason_that_the_store_has(store: Store, channel: Channel, category: HoldCategory) -> None:
    order = put(store)

    hold(channel, order, category)

    assert holds(order) == [("7001", REASONS[category].lower())]


def test_only_our_hold_is_released_beside_that_of_the_store(store: Store, channel: Channel) -> None:
    order = put(store, holds=[THEIRS])

    hold(channel, order)
    both = holds(order)
    release(channel, order)
    release(channel, order)

    assert len(both) == 2
    assert order["holds"] == [THEIRS]


def test_our_hold_is_never_read_as_one_of_the_store(store: Store, channel: Channel) -> None:
    order = put(store, lines=2, holds=[THEIRS])
    order["line_items"][1]["location_id"] = ELSEWHERE

    before = read(channel, order)
    hold(channel, order)
    after = read(channel, order)

    fraud = ChannelHold(id="51", reason="high risk of fraud (Guard)", category=HoldCategory.FRAUD)
    assert before.holds_there == after.holds_there == (fraud,)
    assert (before.parts_not_held, after.parts_not_held) == (hold_ids(channel, order), ())


@pytest.mark.parametrize("theirs", [{"ours": True, "handle": "another"}, {"ours": False, "handle": HANDLE}])
def test_a_hold_of_another_handle_or_app_is_one_of_the_store(
    store: Store, channel: Channel, theirs: dict[str, Any]
) -> None:
    order = put(store, holds=[{**THEIRS, **theirs}])

    found = read(channel, order)
    release(channel, order)

    assert [each.id for each in found.holds_there] == ["51"]
    assert len(order["holds"]) == 1


def test_a_line_that_moved_to_another_location_since_is_held_there_and_what_a_person_released_is_not(
    store: Store, channel: Channel
) -> None:
    order = put(store, lines=2)
    before = hold(channel, order)
    order["holds"] = []  # a person in the store released it
    order["line_items"][1]["location_id"] = ELSEWHERE

    after = hold(channel, order, before=before)

    assert holds(order) == [(ELSEWHERE, "other")]
    assert set(before) < set(after)


def test_what_has_left_or_is_cancelled_is_not_held(store: Store, channel: Channel) -> None:
    sent_order = put(store)
    ship(channel, a_notice(sent_order))

    hold(channel, sent_order)
    cancelled = put(store, id=77, cancelled_at="2026-11-02T12:00:00Z")
    hold(channel, cancelled)

    assert (holds(sent_order), holds(cancelled)) == ([], [])


def test_a_parcel_is_taken_once_our_hold_is_released(store: Store, channel: Channel) -> None:
    order = put(store)
    hold(channel, order)

    with pytest.raises(Rejected, match="on hold, or scheduled"):
        ship(channel, a_notice(order))
    release(channel, order)
    ship(channel, a_notice(order))

    assert sent(order) == [("success", ["1Z1"], {9000: 2})]


def test_an_order_that_the_store_does_not_have_cannot_be_held_and_needs_no_release(
    store: Store, channel: Channel
) -> None:
    with pytest.raises(
        Rejected, match="the store has no order 4711, or it is older than 60 days and the app lacks read_all_orders"
    ):
        hold(channel, {"id": 4711})
    release(channel, {"id": 4711})


def test_without_the_scope_the_credentials_are_refused(store: Store, channel: Channel) -> None:
    order = put(store)
    store.scopes.remove("write_merchant_managed_fulfillment_orders")

    with pytest.raises(CredentialsRefused, match="write_merchant_managed_fulfillment_orders"):
        hold(channel, order)


def test_ten_holds_of_our_app_under_other_handles_are_a_refusal(store: Store, channel: Channel) -> None:
    many = [{**THEIRS, "id": 60 + place, "ours": True, "handle": f"h{place}"} for place in range(10)]
    order = put(store, holds=many)

    with pytest.raises(Rejected, match="maximum number of fulfillment holds"):
        hold(channel, order)


def test_a_store_that_throttles_is_waited_for(store: Store, channel: Channel) -> None:
    order = put(store)
    store.bucket.available, store.bucket.restored = 0, 100_000

    hold(channel, order)

    assert holds(order) == [("7001", "other")]
