"""A channel's life after it is connected: checked, looked after, paused and resumed, and how it does."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from functions.ingest import poll, webhook
from local.world.failures import Failure
from local.world.shop import Shop, signature
from local.world.shopify_store import Store
from packhorse.aws import schedules
from packhorse.aws.settings import settings
from packhorse.channels import adapter_of
from packhorse.channels.generic.connecting import GenericConnecting
from packhorse.channels.shopify import login
from packhorse.channels.shopify.connecting import TOPICS
from packhorse.domain.errors import Unavailable
from packhorse.messages.connecting import WatchChannels
from packhorse.store import connections
from packhorse.usecases.channels.watch_channels import watch_channels
from packhorse.usecases.operations.watch_waiting import warn_of_lag
from simulation.aws.boundary import World
from simulation.builders import NOON
from simulation.merchant import MUG, Context
from tests.conftest import invoked, queued
from tests.functions.ingest.connecting import (
    SHOP,
    STORE,
    channel,
    connect_shop,
    connect_store,
    connection,
    merchant,
    run,
    run_all,
    serve_shop,
    serve_store,
    webhook_secrets,
)
from tests.functions.operate.calls import call
from tests.functions.operate.orders import open_causes

WATCH = {"kind": "watch"}


@pytest.fixture
def shop(cloud: World) -> Shop:
    merchant(cloud, MUG)
    shop = Shop()
    serve_shop(cloud, shop)
    connect_shop()
    run_all()
    return shop


@pytest.fixture
def store(cloud: World) -> Store:
    merchant(cloud, MUG)
    login.clear_tokens()
    store = Store()
    serve_store(cloud, store)
    connect_store()
    run_all()
    return store


# ---- the check


def test_a_check_says_what_lacks_and_which_webhooks_there_are(store: Store) -> None:
    good = call("POST", "/channels/store/check")
    store.scopes.remove("write_inventory")
    del store.webhooks[0]

    bad = call("POST", "/channels/store/check")

    assert (good.status, good.body["lacking"], good.body["webhooks"]["lost"]) == (200, [], [])
    assert good.body["webhooks"]["topics"] == sorted(TOPICS)
    assert bad.body["lacking"] == ["the access scope read_inventory", "the access scope write_inventory"]
    assert bad.body["webhooks"]["lost"] == ["ORDERS_CREATE"]
    assert len(store.webhooks) == len(TOPICS) - 1


def test_a_check_with_credentials_that_are_refused_says_so(shop: Shop) -> None:
    shop.settings.token = "another"

    answer = call("POST", "/channels/shop/check")

    assert (answer.status, answer.fields) == (422, ["credentials"])
    assert "401" in answer.body["errors"][0]["message"]


# ---- webhooks that are lost


def test_webhooks_that_a_store_lost_are_made_again(store: Store) -> None:
    store.webhooks.clear()

    run(WATCH)

    assert [each["topic"] for each in store.webhooks] == list(TOPICS)
    assert open_causes() == []
    assert call("GET", "/channels/store/health").body["webhooks"]["lost"] == []


def test_a_shop_that_forgot_where_to_send_them_gets_its_address_again(shop: Shop) -> None:
    shop.settings.webhook_url = None

    run(WATCH)

    assert shop.settings.webhook_url == "https://api.example.com/webhooks/shop"


@pytest.mark.parametrize("status", [422, 401, 403])
def test_webhooks_that_the_channel_refuses_are_an_exception_until_it_takes_them(shop: Shop, status: int) -> None:
    """Whether it refuses them as they are, or credentials that may read and no more."""
    shop.settings.webhook_url = None
    refusal = Failure(status=status, method="PUT", path="/webhook", times=9)
    shop.failures.append(refusal)

    run(WATCH)
    assert open_causes() == ["webhooks_lost"]
    [problem] = call("GET", "/channels/shop/health").body["problems"]
    assert (problem["cause"], str(status) in problem["message"]) == ("webhooks_lost", True)

    shop.failures.remove(refusal)

    run(WATCH)
    assert open_causes() == []


def test_credentials_that_may_only_read_are_no_exception_while_no_webhook_lacks(shop: Shop) -> None:
    shop.failures.append(Failure(status=401, method="PUT", path="/webhook", times=9))

    run(WATCH)

    assert open_causes() == []


def test_a_channel_that_does_not_answer_is_looked_after_an_hour_later(shop: Shop) -> None:
    shop.failures.append(Failure(status=503, times=1))

    run(WATCH)

    assert open_causes() == []


def test_a_channel_that_breaks_keeps_none_of_the_others_from_being_looked_after(
    store: Store, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_shop(cloud, Shop())
    connect_shop()
    run_all()
    store.webhooks.clear()

    def broken(_: Any) -> Any:
        raise KeyError("unforeseen")

    monkeypatch.setattr(GenericConnecting, "subscriptions", broken)
    with pytest.raises(KeyError, match="unforeseen"):
        run(WATCH)

    assert [each["topic"] for each in store.webhooks] == list(TOPICS)


def test_a_look_without_time_goes_on_in_one_invocation_and_only_the_last_one_fails(
    store: Store, cloud: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    serve_shop(cloud, Shop())
    connect_shop()
    run_all()

    def broken(_: Any) -> Any:
        raise KeyError("unforeseen")

    monkeypatch.setattr(GenericConnecting, "subscriptions", broken)
    left = iter([100.0, 100.0])
    watch_channels(WatchChannels(), NOON, lambda: next(left, 50.0))

    [rest] = invoked(settings.connect_function)
    assert (rest["after"], rest["broken"]) == (SHOP, True)
    with pytest.raises(Unavailable, match="the log of an earlier invocation says why"):
        run(rest)
    assert invoked(settings.connect_function) == []


def test_a_run_whose_message_was_lost_is_continued(shop: Shop) -> None:
    connect_shop()
    invoked(settings.connect_function)

    run(WATCH)
    assert invoked(settings.connect_function) == []
    lost = connections.get_connection(SHOP)
    assert connections.advance_connection(lost.replace(updated_at=NOON), lost)
    run(WATCH)
    run_all()

    assert connection()["step"] == "done"


# ---- pause and resume


def order() -> dict[str, Any]:
    return {
        "id": "1001",
        "number": "1001",
        "placed_at": "2126-11-02T10:00:00Z",
        "modified_at": "2126-11-02T10:00:00Z",
        "currency": "EUR",
        "lines": [{"id": "1", "sku": MUG, "quantity": 1, "unit_price": "12.50"}],
    }


def post(shop: Shop, body: bytes) -> int:
    headers = {
        "x-packhorse-topic": "order.created",
        "x-packhorse-signature": signature(body, shop.settings.webhook_secret),
    }
    event = {"pathParameters": {"channel": SHOP}, "headers": headers, "body": body.decode(), "isBase64Encoded": False}
    event |= {"requestContext": {"http": {"method": "POST"}}}
    status: int = webhook.handler(event, Context())["statusCode"]
    return status


def test_a_paused_channel_is_not_called_and_its_webhooks_are_taken(shop: Shop, cloud: World) -> None:
    schedules.save_schedule(channel())
    paused = call("POST", "/channels/shop/pause")
    asked = len(shop.stock_updates)

    assert paused.status == 200
    assert paused.body["paused_since"]
    assert channel().is_paused
    assert not adapter_of(channel()).is_notified
    assert SHOP not in str(cloud.scheduler.schedules if hasattr(cloud, "scheduler") else "")
    assert poll.handler({"channel": SHOP}, Context()) == {"orders": 0}
    assert len(shop.stock_updates) == asked
    for refused in ("/channels/shop/poll", "/channels/shop/sync-now"):
        answer = call("POST", refused)
        assert (answer.status, "POST /channels/shop/resume" in answer.body["detail"]) == (409, True)
    assert call("GET", "/channels/shop/connection").body["paused_since"] == paused.body["paused_since"]
    assert post(shop, b'{"id": "1001"}') == 200
    assert call("POST", "/channels/shop/connect", {}).status == 409
    again = call("POST", "/channels/shop/pause")
    assert again.body["paused_since"] == paused.body["paused_since"]


def test_saving_the_settings_of_a_paused_channel_does_not_resume_it(shop: Shop) -> None:
    call("POST", "/channels/shop/pause")

    saved = call("PUT", "/channels/shop", call("GET", "/channels/shop").body | {"name": "Corner shop"})

    assert (saved.status, bool(saved.body["paused_since"])) == (200, True)
    assert channel().is_paused
    assert call("PATCH", "/channels/shop", {"paused_since": None}).body["paused_since"]


@pytest.mark.usefixtures("shop")
def test_a_channel_that_is_never_called_is_not_paused() -> None:
    assert call("PUT", "/channels/till", {"kind": "offline", "name": "Till"}).status == 200

    answer = call("POST", "/channels/till/pause")

    assert (answer.status, answer.body["detail"]) == (
        409,
        "channel till is offline: it is never called, so nothing of it is to be paused",
    )
    assert call("POST", "/channels/till/resume").status == 200


def test_a_resumed_channel_is_caught_up_with(shop: Shop) -> None:
    call("POST", "/channels/shop/pause")
    for function in ("test-poll", settings.publish_function, settings.connect_function):
        invoked(function)

    resumed = call("POST", "/channels/shop/resume")

    assert (resumed.status, resumed.body["paused_since"]) == (200, None)
    assert invoked("test-poll") == [{"channel": SHOP, "now": True}]
    assert [(each["channel"], each["forced"]) for each in invoked(settings.publish_function)] == [(SHOP, True)]
    assert [each["kind"] for each in invoked(settings.connect_function)] == ["resend", "watch"]
    assert call("POST", "/channels/nope/resume").status == 404


# ---- health


def test_health_says_when_the_channel_was_heard_and_how_far_behind_it_is(shop: Shop) -> None:
    before = call("GET", "/channels/shop/health").body
    assert (before["last_event_at"], before["last_poll_at"], before["lag_seconds"]) == (None, None, None)

    assert post(shop, b'{"id": "1001"}') == 200
    poll.handler({"channel": SHOP}, Context())

    after = call("GET", "/channels/shop/health").body
    assert after["last_event_at"]
    assert (after["lag_seconds"] < 60, after["is_late"], after["problems"]) == (True, False, [])
    assert (after["quantities_waiting"], after["notices_waiting"], after["notices_given_up"]) == (0, 0, 0)


def test_a_webhook_that_is_not_signed_is_no_event(shop: Shop) -> None:
    shop.settings.webhook_secret = "of-somebody-else"

    assert post(shop, b"{}") == 401
    assert call("GET", "/channels/shop/health").body["last_event_at"] is None


def test_a_poll_that_fails_leaves_the_lag_growing(shop: Shop) -> None:
    connections.save_poll(SHOP, datetime.now(UTC) - timedelta(hours=3))
    shop.failures.append(Failure(status=500, times=9))

    poll.handler({"channel": SHOP}, Context())

    found = call("GET", "/channels/shop/health").body
    assert (found["lag_seconds"] >= 3 * 3600, found["is_late"]) == (True, True)
    assert [each["cause"] for each in found["problems"]] == ["poll_failed"]


def test_a_channel_that_lags_is_logged_for_the_alarm_and_a_paused_one_is_not(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    connections.save_poll(SHOP, datetime.now(UTC) - timedelta(hours=3))
    warn_of_lag(datetime.now(UTC))
    assert [each.message for each in caplog.records].count("work waits") == 1

    caplog.clear()
    call("POST", "/channels/shop/pause")
    warn_of_lag(datetime.now(UTC))
    assert "work waits" not in [each.message for each in caplog.records]
    assert call("GET", "/channels/shop/health").body["lag_seconds"] is None


def test_secrets_stay_secret(shop: Shop) -> None:
    token, [secret] = "shop-token", webhook_secrets()

    for path in ("", "/connection", "/health", "/unmatched"):
        body = str(call("GET", f"/channels/shop{path}").body)
        assert token not in body
        assert secret not in body
    assert STORE in call("GET", "/channels").body["items"][2]["id"]
    assert queued(settings.orders_queue_url) == []
