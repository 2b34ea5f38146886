"""A channel is connected: checked before its credentials count, then webhooks, listings and first orders."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.allocate import route
from functions.ingest import connect
from local.world.failures import Failure
from local.world.shop import Shop
from local.world.shopify_store import Store
from packhorse.api import connections
from packhorse.aws import secrets
from packhorse.aws.settings import settings
from packhorse.channels.generic.connecting import GenericConnecting
from packhorse.channels.protocol import ListingPage
from packhorse.channels.shopify import login
from packhorse.channels.shopify.connecting import TOPICS, ShopifyConnecting
from packhorse.domain.configuration.channel import MAIN
from packhorse.domain.errors import CallFailed, CredentialsRefused, FieldError, OutOfTime, PackhorseError, Rejected
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import polls, published
from packhorse.store.published import PublishedQuantity
from packhorse.usecases.catalogue import save_product
from packhorse.usecases.channels import run_connection
from packhorse.usecases.intake.poll import OVERLAP
from simulation.aws.boundary import World
from simulation.builders import NOON, a_line, an_order, sqs_event
from simulation.merchant import Context, told
from tests.conftest import invoked, queued
from tests.functions.ingest.connecting import (
    SHOP,
    SHOP_BODY,
    STORE,
    STORE_URL,
    Short,
    connect_shop,
    connect_store,
    connection,
    listings,
    merchant,
    run,
    run_all,
    runs_waiting,
    serve_shop,
    serve_store,
    webhook_secrets,
)
from tests.functions.operate.calls import call
from tests.functions.operate.interference import killed_before

SKUS = [f"MUG-{number}" for number in range(5)]


@pytest.fixture
def shop(cloud: World) -> Shop:
    merchant(cloud, *SKUS)
    shop = Shop()
    shop.listings = {f"r-{sku}": {"reference": f"r-{sku}", "sku": sku, "title": sku.title()} for sku in SKUS}
    serve_shop(cloud, shop)
    return shop


@pytest.fixture
def store(cloud: World) -> Store:
    merchant(cloud, *SKUS)
    login.clear_tokens()
    store = Store()
    for number, sku in enumerate(SKUS):
        store.put_variant({"id": 44001 + number, "sku": sku, "title": "Mug"})
    serve_store(cloud, store)
    return store


# ---- a shop


def test_a_shop_is_connected_with_webhooks_listings_and_its_first_orders(shop: Shop) -> None:
    answer = connect_shop(orders_since="2026-11-01T00:00:00Z")
    run_all()

    assert (answer.status, answer.body["step"]) == (202, "webhooks")
    done = connection()
    assert (done["step"], done["found"], done["listed"], done["unmatched"]) == ("done", 5, 5, 0)
    assert listings("MUG-3") == {SHOP: "r-MUG-3"}
    assert shop.settings.webhook_url == "https://api.example.com/webhooks/shop"
    assert webhook_secrets() == (shop.settings.webhook_secret,)
    assert invoked("test-poll") == [{"channel": SHOP, "now": True}]
    start = polls.find_cursor(SHOP)
    assert start
    assert start.since.isoformat() == "2026-11-01T00:00:00+00:00"
    assert [each["forced"] for each in invoked(settings.publish_function)] == [False]


def test_credentials_that_the_shop_refuses_do_not_count(shop: Shop) -> None:
    connect_shop()
    run_all()

    answer = connect_shop(credentials={"token": "wrong-token"})

    assert (answer.status, answer.fields) == (422, ["credentials"])
    assert secrets.get_credentials(SHOP, max_age=0).token == "shop-token"
    assert connection()["step"] == "done"


def test_a_shop_that_does_not_answer_is_503_and_nothing_is_stored(shop: Shop) -> None:
    shop.failures.append(Failure(status=503, times=9))

    assert connect_shop().status == 503
    assert secrets.get_credentials(SHOP, max_age=0).token == ""
    assert call("GET", "/channels/shop/connection").status == 404


def test_what_is_unmatched_is_reported_until_it_is_mapped(shop: Shop) -> None:
    shop.listings["r-x"] = {"reference": "r-x", "sku": "WHAT-IS-IT", "title": "A thing"}
    shop.listings["r-y"] = {"reference": "r-y", "sku": "", "title": "Another"}
    shop.listings["r-z"] = {"reference": "r-z", "sku": "MUG-0", "title": "Twice"}

    connect_shop()
    run_all()

    assert connection()["unmatched"] == 3
    found = call("GET", "/channels/shop/unmatched").body["items"]
    assert [(each["reference"], each["reason"]) for each in found] == [
        ("r-x", "no_product"),
        ("r-y", "no_sku"),
        ("r-z", "sku_twice"),
    ]
    call("PUT", "/products/WHAT-IS-IT", {"name": "Thing"})
    call("PUT", "/products/WHAT-IS-IT/listings/shop", {"reference": "r-x"})
    assert [each["reference"] for each in call("GET", "/channels/shop/unmatched").body["items"]] == ["r-y", "r-z"]
    page = call("GET", "/channels/shop/unmatched", query={"limit": 1}).body
    rest = call("GET", "/channels/shop/unmatched", query={"limit": 1, "cursor": page["next"]}).body
    assert [page["items"][0]["reference"], rest["items"][0]["reference"], rest["next"]] == ["r-y", "r-z", None]


def test_a_product_that_is_made_later_is_listed_where_its_sku_was_found_and_its_orders_go_on(shop: Shop) -> None:
    shop.listings["r-x"] = {"reference": "r-x", "sku": "PLATE", "title": "A plate"}
    shop.listings["r-y"] = {"reference": "r-y", "sku": "PLATE", "title": "The same again"}
    connect_shop()
    run_all()
    order = an_order(a_line("PLATE?", reference="r-x"))
    route.handler(told(order), Context())
    queued(settings.orders_queue_url)
    assert [each["cause"] for each in call("GET", "/exceptions").body["items"]] == ["unmatched_listing"]

    call("PUT", "/products/PLATE", {"name": "Plate"})

    assert listings("PLATE") == {SHOP: "r-x"}
    assert [each["reference"] for each in call("GET", "/channels/shop/unmatched").body["items"]] == ["r-y"]
    waiting = [each for each in queued(settings.orders_queue_url) if each["kind"] == "advance"]
    assert {each["order_id"] for each in waiting} == {order.order_id}
    route.handler(sqs_event(*map(json.dumps, waiting)), Context())
    assert call("GET", "/exceptions").body["items"] == []


@pytest.mark.parametrize("broken", ["advance_waiting", "send_product_change", "forget_found"])
def test_a_product_whose_saving_broke_off_anywhere_is_listed_once_and_its_orders_go_on_when_it_is_saved_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    shop.listings["r-x"] = {"reference": "r-x", "sku": "PLATE", "title": "A plate"}
    connect_shop()
    run_all()
    order = an_order(a_line("PLATE?", reference="r-x"))
    route.handler(told(order), Context())
    queued(settings.orders_queue_url)
    with monkeypatch.context() as patch:
        patch.setattr(save_product, broken, broken_off)
        with pytest.raises(ConnectionAbortedError):
            call("PUT", "/products/PLATE", {"name": "Plate"})
    queued(settings.orders_queue_url)

    call("PUT", "/products/PLATE", {"name": "Plate"})

    assert listings("PLATE") == {SHOP: "r-x"}
    assert call("GET", "/channels/shop/unmatched").body["items"] == []
    waiting = [each for each in queued(settings.orders_queue_url) if each["kind"] == "advance"]
    assert {each["order_id"] for each in waiting} == {order.order_id}


def broken_off(*_: object) -> None:
    raise ConnectionAbortedError


@pytest.mark.parametrize(
    ("refusal", "fields"),
    [
        (Rejected("the store wants something", status=422), []),
        (Rejected("GET /: 404", status=404), ["base_url"]),
        (CallFailed("GET /: 301", answer="to https://www.shop.example", status=301), ["base_url"]),
        (CredentialsRefused("the consent has ended"), ["credentials"]),
        (Rejected("it does not fit", [FieldError("orders_since", "is too early")]), ["orders_since"]),
    ],
)
def test_a_refusal_names_the_setting_at_fault_or_none(
    store: Store, monkeypatch: pytest.MonkeyPatch, refusal: PackhorseError, fields: list[str]
) -> None:
    def refusing(*_: object) -> tuple[str, ...]:
        raise refusal

    monkeypatch.setattr(ShopifyConnecting, "check", refusing)

    answer = connect_store()

    assert (answer.status, answer.fields) == (422, fields)


def test_a_listing_of_an_earlier_run_is_not_listed_by_a_new_product(shop: Shop) -> None:
    shop.listings["r-x"] = {"reference": "r-x", "sku": "PLATE", "title": "A plate"}
    connect_shop()
    run_all()
    del shop.listings["r-x"]
    connect_shop()
    run_all()

    call("PUT", "/products/PLATE", {"name": "Plate"})

    assert listings("PLATE") == {}


def test_a_reference_that_cannot_be_one_is_reported(shop: Shop) -> None:
    for reference in ("x" * 300, "x" * 301, ".."):
        shop.listings[reference] = {"reference": reference, "sku": "MUG-0", "title": "Odd"}

    connect_shop()
    run_all()

    found = call("GET", "/channels/shop/unmatched").body["items"]
    assert [each["reason"] for each in found] == ["unfit"] * 3
    assert {each["reference"].partition(" ")[0] for each in found} == {"x" * 150, ".."}
    done = connection()
    assert (done["found"], done["listed"], done["unmatched"]) == (8, 5, 3)


def test_a_first_import_from_before_what_the_app_may_read_is_refused(store: Store) -> None:
    refused = connect_store(orders_since="2020-01-01T00:00:00Z")
    store.scopes.append("read_all_orders")
    allowed = connect_store(orders_since="2020-01-01T00:00:00Z")

    assert (refused.status, allowed.status) == (422, 202)
    assert "read_all_orders, without which orders older than 60 days are not shown" in str(refused.body["errors"])


def test_a_later_beginning_leaves_out_nothing_that_no_poll_has_read(shop: Shop) -> None:
    polls.advance_watermark(SHOP, datetime(2026, 11, 1, 12, tzinfo=UTC))

    connect_shop(orders_since="2026-11-20T00:00:00Z")
    run_all()

    start = polls.find_cursor(SHOP)
    assert start
    assert start.since == datetime(2026, 11, 1, 12, tzinfo=UTC) - OVERLAP


def test_a_beginning_in_the_future_is_refused(shop: Shop) -> None:
    answer = connect_shop(orders_since="2996-11-01T00:00:00Z")

    assert (answer.status, answer.fields, runs_waiting()) == (422, ["orders_since"], [])


@pytest.mark.parametrize("path", ["/admin", "/shop"])
def test_an_address_at_which_no_such_channel_answers_is_named(store: Store, path: str) -> None:
    call("PATCH", "/channels/store", {"base_url": f"{STORE_URL}{path}"})

    answer = connect_store(credentials={"token": store.settings.token, "webhook_secrets": ["whsec_of-the-store"]})

    assert (answer.status, answer.fields) == (422, ["base_url"])


def test_connecting_again_lists_what_came_since_and_keeps_what_people_mapped(shop: Shop) -> None:
    call("PUT", "/products/MUG-0/listings/shop", {"reference": "r-MUG-1", "max_quantity": 3})
    connect_shop()
    run_all()
    call("PUT", "/products/MUG-NEW", {"name": "New"})
    shop.listings["r-new"] = {"reference": "r-new", "sku": "MUG-NEW", "title": "New"}

    connect_shop()
    run_all()

    done = connection()
    assert (done["found"], done["listed"], done["before"], done["unmatched"]) == (6, 1, 4, 1)
    assert call("GET", "/products/MUG-0/listings/shop").body["max_quantity"] == 3
    assert listings("MUG-NEW") == {SHOP: "r-new"}


def test_what_was_confirmed_of_a_listing_before_it_was_removed_does_not_count_once_it_is_imported_anew(
    shop: Shop,
) -> None:
    connect_shop()
    run_all()
    confirmed = PublishedQuantity(sku=Sku("MUG-1"), spot="shop r-MUG-1", quantity=7, at=NOON)
    published.save_published(ChannelId(SHOP), [confirmed], MAIN)
    assert call("DELETE", "/products/MUG-1/listings/shop").status == 204

    connect_shop()
    run_all()

    assert listings("MUG-1") == {SHOP: "r-MUG-1"}
    assert published.last_published(ChannelId(SHOP), [Sku("MUG-1")], MAIN)[Sku("MUG-1")].confirmed is None


def test_a_shop_without_these_routes_is_connected_and_its_webhooks_are_left_to_a_person(shop: Shop) -> None:
    for path in ("/webhook", "/listings"):
        shop.failures.append(Failure(status=404, times=99, path=path))

    connect_shop()
    run_all()

    done = connection()
    assert (done["step"], done["found"]) == ("done", 0)
    assert "enter https://api.example.com/webhooks/shop in it" in done["webhooks_refused"]


def test_a_channel_of_files_is_not_connected_from_here(shop: Shop) -> None:
    answers = [
        call("POST", f"/channels/file/{what}", {} if what == "connect" else None) for what in ("connect", "check")
    ]

    assert [each.status for each in answers] == [409, 409]
    assert "file is offline" in answers[0].body["detail"]
    assert call("POST", "/channels/nope/connect", {}).status == 404


# ---- secrets


def test_a_rotated_secret_signs_from_now_on_and_the_one_before_is_still_taken(shop: Shop) -> None:
    connect_shop()
    run_all()
    first = shop.settings.webhook_secret

    connect_shop(rotate_secret=True)
    [newest, old] = webhook_secrets()
    assert (old, shop.settings.webhook_secret) == (first, first)
    run_all()

    assert shop.settings.webhook_secret == newest != first


def test_secrets_that_are_rotated_before_a_run_sends_them_keep_the_one_that_the_shop_signs_with(shop: Shop) -> None:
    connect_shop()
    run_all()
    first = shop.settings.webhook_secret

    for _ in range(9):
        connect_shop(rotate_secret=True)
    kept = webhook_secrets()
    assert (kept[-1], len(kept)) == (first, 5)

    run_all()
    assert shop.settings.webhook_secret == kept[0]
    connect_shop(rotate_secret=True)
    assert webhook_secrets()[1:] == (kept[0],)


def test_a_secret_that_is_sent_leaves_the_one_before_valid_and_the_next_takes_that_away(shop: Shop) -> None:
    connect_shop()
    run_all()
    first = shop.settings.webhook_secret
    sent = ["a-secret-of-a-person-1", "a-secret-of-a-person-2"]

    for _ in range(2):  # the request may come twice
        connect_shop(credentials={"webhook_secrets": sent[:1]})
        assert webhook_secrets() == (sent[0], first)
        run_all()

    assert shop.settings.webhook_secret == sent[0]
    connect_shop(credentials={"webhook_secrets": sent[1:]})
    assert webhook_secrets() == (sent[1], sent[0])


def test_a_secret_that_is_saved_with_the_channel_replaces_all(shop: Shop) -> None:
    connect_shop()
    run_all()

    call("PATCH", f"/channels/{SHOP}", {"credentials": {"webhook_secrets": ["a-secret-of-a-person"]}})

    assert webhook_secrets() == ("a-secret-of-a-person",)


def test_the_secret_of_an_app_with_a_token_is_replaced_as_that_of_any_app(store: Store) -> None:
    """Shopify signs with the former secret until it is revoked there."""
    old, new, newest = (f"shpss_{each}_secret_of_the_app" for each in ("old", "new", "newest"))
    connect_store(credentials={"token": store.settings.token, "webhook_secrets": [old]})

    for secret, valid in ((new, (new, old)), (new, (new, old)), (newest, (newest, new))):
        connect_store(credentials={"webhook_secrets": [secret]})
        assert webhook_secrets(STORE) == valid
    connect_store(credentials=None)
    assert webhook_secrets(STORE) == (newest, new)


def test_secrets_that_are_sent_beside_that_of_an_app_are_kept(store: Store) -> None:
    connect_store()
    store.settings.client_secret = "shpss_new-of-the-store"
    app = {"client_id": "app-of-the-store", "client_secret": store.settings.client_secret}

    connect_store(credentials={**app, "webhook_secrets": ["a-secret-of-admin-webhooks"]})
    assert webhook_secrets(STORE) == (app["client_secret"], "a-secret-of-admin-webhooks", "shpss_of-the-store")
    connect_store(credentials=None)
    assert len(webhook_secrets(STORE)) == 3

    too_many = [f"a-secret-of-webhooks-{number}" for number in range(5)]
    assert connect_store(credentials={**app, "webhook_secrets": too_many}).fields == ["credentials.webhook_secrets"]


def test_a_shop_that_refused_the_rotated_secret_keeps_its_own(shop: Shop) -> None:
    connect_shop()
    run_all()
    shop.failures.append(Failure(status=422, times=2, method="PUT", path="/webhook"))

    for _ in range(2):
        connect_shop(rotate_secret=True)
        run_all()
    connect_shop(rotate_secret=True)

    assert webhook_secrets()[-1] == shop.settings.webhook_secret


def test_connecting_again_keeps_the_secret(shop: Shop) -> None:
    connect_shop()
    run_all()
    connect_shop()
    run_all()

    assert webhook_secrets() == (shop.settings.webhook_secret,)


# ---- a Shopify store


def test_a_shopify_store_is_connected_and_its_apps_secret_verifies_its_webhooks(store: Store) -> None:
    assert connect_store().status == 202
    run_all()

    assert (connection(STORE)["step"], connection(STORE)["listed"]) == ("done", 5)
    assert listings("MUG-3") == {STORE: "44004"}
    assert [each["topic"] for each in store.webhooks] == list(TOPICS)
    assert {each["uri"] for each in store.webhooks} == {"https://api.example.com/webhooks/store"}
    assert webhook_secrets(STORE) == (store.settings.client_secret,)


def test_webhooks_go_to_the_address_of_the_deployment_where_it_has_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_proxy = replace(settings, api_address="http://oms.example.net:8080/apis/{id}")
    monkeypatch.setattr(connections, "settings", at_proxy)

    connect_store()

    assert connection(STORE)["webhook_url"] == "http://oms.example.net:8080/apis/a1b2c3/webhooks/store"


def test_a_run_with_another_address_removes_our_webhooks_from_the_one_before_and_no_others(store: Store) -> None:
    connect_store(api_url="https://tunnel.example.net")
    run_all()
    twin = {
        "id": "gid://shopify/WebhookSubscription/1",
        "topic": TOPICS[0],
        "uri": "https://twin.example/webhooks/store",
    }
    store.webhooks.append(twin)

    connect_store(api_url="https://oms.example.net")
    run_all()

    ours = "https://oms.example.net/webhooks/store"
    assert sorted(each["uri"] for each in store.webhooks) == [*[ours] * len(TOPICS), twin["uri"]]
    assert connection(STORE)["former_urls"] == []
    assert call("GET", "/channels/store/health").body["webhooks"]["elsewhere"] == [twin["uri"]]


def test_webhooks_stay_where_they_are_while_the_store_refuses_another_address(store: Store) -> None:
    connect_store(api_url="https://tunnel.example.net")
    run_all()

    connect_store(api_url="http://oms.example.net")
    run_all()

    assert {each["uri"] for each in store.webhooks} == {"https://tunnel.example.net/webhooks/store"}
    assert connection(STORE)["webhooks_refused"]
    assert connection(STORE)["former_urls"] == ["https://tunnel.example.net/webhooks/store"]


def test_scopes_that_the_app_lacks_are_named_and_nothing_is_stored(store: Store) -> None:
    store.scopes = ["read_orders", "read_products", "read_locations"]

    answer = connect_store()

    assert answer.status == 422
    assert "lacks the access scope write_inventory" in str(answer.body["errors"])
    assert secrets.get_credentials(STORE, max_age=0) == secrets.Credentials()


def test_a_token_without_the_secret_of_its_app_is_not_enough(store: Store) -> None:
    answer = connect_store(credentials={"token": store.settings.token})

    assert (answer.status, answer.fields) == (422, ["credentials.webhook_secrets"])
    whole = {"token": store.settings.token, "webhook_secrets": [store.settings.client_secret]}
    assert connect_store(credentials=whole).status == 202
    assert connect_store(rotate_secret=True, credentials=None).fields == ["rotate_secret"]


def test_a_new_secret_of_the_app_is_added_to_the_old_one(store: Store) -> None:
    connect_store()
    run_all()
    store.settings.client_secret = "shpss_rotated-in-shopify"
    login.clear_tokens()

    connect_store(credentials={"client_id": "app-of-the-store", "client_secret": "shpss_rotated-in-shopify"})

    found = secrets.get_credentials(STORE, max_age=0)
    assert found.webhook_secrets == ("shpss_rotated-in-shopify", "shpss_of-the-store")
    assert found.client_secret == "shpss_rotated-in-shopify"


# ---- long runs


def many(shop: Shop, number: int) -> None:
    for each in range(number):
        shop.listings[f"n-{each:05}"] = {"reference": f"n-{each:05}", "sku": f"NO-{each}", "title": ""}


def test_a_run_without_time_goes_on_in_the_next_invocation(shop: Shop) -> None:
    connect_shop()
    [first] = runs_waiting()

    run(first, Short())

    assert runs_waiting() == [first]
    assert connection()["step"] == "webhooks"
    run(first)
    assert connection()["step"] == "done"


def test_a_run_whose_time_ends_in_the_midst_of_a_page_goes_on(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    connect_shop()
    [first] = runs_waiting()
    listings_of = GenericConnecting.listings

    def late(*_: Any) -> Any:
        raise OutOfTime("no time for another call")

    monkeypatch.setattr(GenericConnecting, "listings", late)
    run(first)
    assert (runs_waiting(), connection()["step"]) == ([first], "listings")
    with pytest.raises(OutOfTime):
        run(first)

    monkeypatch.setattr(GenericConnecting, "listings", listings_of)
    run(first)
    assert connection()["step"] == "done"


def test_a_channel_that_is_paused_while_it_is_connected_goes_on_once_it_is_resumed(shop: Shop) -> None:
    connect_shop(orders_since="2026-11-01T00:00:00Z")
    [first] = runs_waiting()
    call("POST", "/channels/shop/pause")
    run(first)
    assert (connection()["step"], polls.find_cursor(SHOP)) == ("webhooks", None)

    call("POST", "/channels/shop/resume")
    invoked("test-poll")
    run_all()

    start = polls.find_cursor(SHOP)
    assert (connection()["step"], start and start.since.isoformat()) == ("done", "2026-11-01T00:00:00+00:00")
    assert invoked("test-poll") == [{"channel": SHOP, "now": True}]


def test_a_pause_between_two_steps_holds_the_run(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    connect_shop(orders_since="2026-11-01T00:00:00Z")
    listings_of = GenericConnecting.listings

    def paused(self: GenericConnecting, cursor: str | None) -> Any:
        call("POST", "/channels/shop/pause")
        return listings_of(self, cursor)

    monkeypatch.setattr(GenericConnecting, "listings", paused)
    run_all()

    assert (connection()["step"], polls.find_cursor(SHOP)) == ("orders", None)
    call("POST", "/channels/shop/resume")
    run_all()
    assert connection()["step"] == "done"
    assert polls.find_cursor(SHOP)


def test_a_message_that_comes_again_changes_nothing(shop: Shop) -> None:
    connect_shop()
    [message] = runs_waiting()
    run(message)
    before = connection()
    invoked("test-poll")

    run(message)

    assert connection() == before
    assert invoked("test-poll") == []


def test_a_new_run_takes_the_place_of_the_one_before(shop: Shop) -> None:
    connect_shop()
    [old] = runs_waiting()
    connect_shop()
    [new] = runs_waiting()

    run(old)
    assert connection()["step"] == "webhooks"
    run(new)
    assert connection()["step"] == "done"


@pytest.mark.parametrize("next_of", [lambda _: "same", lambda cursor: f"{int(cursor or 0) + 1}"])
def test_listings_without_an_end_are_a_failure_and_no_endless_run(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, next_of: Callable[[str | None], str]
) -> None:
    monkeypatch.setattr(run_connection, "MOST_LISTING_PAGES", 5)
    monkeypatch.setattr(GenericConnecting, "listings", lambda _, cursor: ListingPage((), next_of(cursor)))

    connect_shop()
    run_all()

    assert connection()["step"] == "failed"
    assert "have no end" in connection()["failure"]


def test_a_shop_that_fails_in_the_midst_goes_on_at_the_same_page(shop: Shop) -> None:
    many(shop, 450)
    connect_shop()
    [message] = runs_waiting()
    shop.failures.append(Failure(status=503, times=1, path="/listings"))
    with pytest.raises(Exception, match="503"):
        run(message)

    run(message)

    done = connection()
    assert (done["step"], done["found"], done["pages"], done["unmatched"]) == ("done", 455, 3, 450)


def test_a_refusal_in_the_midst_ends_the_run_with_its_reason(shop: Shop) -> None:
    connect_shop()
    shop.settings.token = "changed-meanwhile"
    run_all()

    done = connection()
    assert (done["step"], bool(done["finished_at"])) == ("failed", True)
    assert "401" in done["failure"]


def test_a_run_that_is_killed_at_any_call_ends_the_same(cloud: World) -> None:
    calls = sum(1 for _ in all_calls(cloud, die_before=None))
    whole = end_of(cloud)

    for number in range(calls):
        for _ in all_calls(cloud, die_before=number):
            pass
        assert end_of(cloud) == whole, f"killed before call {number} of {calls}"


def all_calls(cloud: World, die_before: int | None) -> Iterator[str]:
    """Connect a new shop, killing the process once; yield the calls that it makes of AWS and the shop."""
    name = f"shop{'' if die_before is None else die_before}"
    shop = a_shop_of(cloud, name)
    call("POST", f"/channels/{name}/connect", {"credentials": {"token": shop.settings.token}})
    [message] = runs_waiting()
    with killed_before(die_before, cloud) as made:
        connect.handler(message, Context())
    if die_before is not None:
        connect.handler(message, Context())
    cloud.web.handlers.pop(f"https://{name}.example")
    yield from made
    SEEN[:] = [name]


SEEN: list[str] = []


def a_shop_of(cloud: World, name: str) -> Shop:
    """A shop with a page of listings that are a product's, twice one, or nothing's, and one that was mapped before."""
    if not SEEN:
        merchant(cloud, *SKUS)
    SEEN[:] = [name]
    call("PUT", f"/channels/{name}", {**SHOP_BODY, "base_url": f"https://{name}.example"})
    call("PUT", f"/products/MUG-0/listings/{name}", {"reference": "mapped"})
    shop = Shop()
    for reference, sku in [("mapped", "?"), ("a", "MUG-1"), ("b", "MUG-1"), ("c", "MUG-2"), ("d", "NO"), ("e", "")]:
        shop.listings[reference] = {"reference": reference, "sku": sku, "title": ""}
    for number in range(200):
        shop.listings[f"z{number}"] = {"reference": f"z{number}", "sku": "", "title": ""}

    serve_shop(cloud, shop, f"https://{name}.example")
    invoked("test-poll"), invoked(settings.publish_function), invoked(settings.connect_function)
    return shop


def end_of(cloud: World) -> Any:
    """What a run left: its counts, the listings, what is reported, and that the shop is polled."""
    [name] = SEEN
    done = {field: value for field, value in connection(name).items() if field in COUNTS}
    mapped = {sku: found[name] for sku in SKUS if name in (found := listings(sku))}
    page = call("GET", f"/channels/{name}/unmatched", query={"limit": 100}).body
    polled = {each["channel"] == name for each in invoked("test-poll")}
    return done, mapped, [each["reference"] for each in page["items"]], polled


COUNTS = {"step", "pages", "found", "listed", "before", "unmatched", "failure", "webhooks_refused"}


@pytest.mark.long
def test_thousands_of_listings_are_imported_page_by_page(shop: Shop) -> None:
    many(shop, 3000)
    for number in range(100):
        call("PUT", f"/products/NO-{number}", {"name": "Thing"})
    connect_shop()

    run_all()

    done = connection()
    assert (done["found"], done["listed"], done["unmatched"], done["pages"]) == (3005, 105, 2900, 16)


def test_connecting_again_keeps_the_address_of_the_webhooks_unless_it_names_another_one(cloud: World) -> None:
    merchant(cloud)
    serve_shop(cloud, Shop())
    connect_shop(api_url="https://api.example.net")
    run_all()

    again, moved = connect_shop(rotate_secret=True), connect_shop(api_url="https://other.example.net")

    assert again.body["webhook_url"] == "https://api.example.net/webhooks/shop"
    assert moved.body["webhook_url"] == "https://other.example.net/webhooks/shop"


def test_without_a_token_the_missing_credential_is_named(cloud: World) -> None:
    merchant(cloud)

    answers = [call("POST", f"/channels/{name}/connect", {}) for name in (SHOP, STORE)]

    assert [(answer.status, answer.fields) for answer in answers] == [(422, ["credentials.token"])] * 2
