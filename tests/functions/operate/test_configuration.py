"""Warehouses, channels and the account."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from packhorse.aws import clients, secrets
from packhorse.aws.settings import settings
from packhorse.channels import CHANNELS
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.errors import CredentialsRefused
from packhorse.domain.orders.fulfilment_rows import View
from packhorse.domain.values import ChannelId, WarehouseId
from packhorse.store import catalogue, configuration, exceptions, row_counts
from packhorse.store.row_counts import RowCount
from packhorse.usecases.channels import refused_credentials, save_channel
from packhorse.usecases.channels.channel_keys import api_keys
from simulation.builders import NOON, a_channel, a_configuration, a_warehouse
from simulation.merchant import put_stock, set_up
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import answered_by, meanwhile, refused_by

pytestmark = pytest.mark.usefixtures("cloud")

GENERIC = {"kind": "generic", "base_url": "https://shop.example.com"}
SELLER = {"seller": "A3TH9S8BH6GOGM", "marketplace": "A1PA6795UKMFR9"}


def put_channel(name: str = "web", **body: Any) -> Answer:
    return call("PUT", f"/channels/{name}", GENERIC | body)


def schedule(channel: str = "web") -> dict[str, Any] | None:
    """The channel's schedule, if it has one."""
    try:
        found: dict[str, Any] = clients.client("scheduler").get_schedule(
            Name=channel, GroupName=settings.poll_schedule_group
        )
    except ClientError:
        return None
    return found


# ---- warehouses ------------------------------------------------------------------------------------------------


def test_a_fresh_deployment_has_one_warehouse() -> None:
    assert call("GET", "/warehouses").body["items"] == [call("GET", "/warehouses/main").body]
    assert call("GET", "/account").body | {"catchall": "main", "config_version": 0} == call("GET", "/account").body


def test_a_warehouse_is_made_shown_replaced_and_removed() -> None:
    body = {"name": "Berlin", "regions": [{"country": "DE", "postcode_from": "10", "postcode_to": "14"}]}

    made = call("PUT", "/warehouses/berlin", body)
    replaced = call("PUT", "/warehouses/berlin", {"name": "Potsdam", "excludes": ["shop"]})

    no_priorities = "account: without priorities, what regions do not cover goes to the catchall main"
    assert (made.status, made.body["config_version"], made.body["warnings"]) == (200, 1, [no_priorities])
    assert made.body["regions"] == [{"country": "DE", "state": None, "postcode_from": "10", "postcode_to": "14"}]
    shown = call("GET", "/warehouses/berlin").body
    assert (shown["name"], shown["regions"], shown["excludes"]) == ("Potsdam", [], ["shop"])
    unknown = "warehouse berlin: it excludes channel shop, which does not exist"
    assert shown | {"config_version": 2, "warnings": [no_priorities, unknown]} == replaced.body
    assert [item["id"] for item in call("GET", "/warehouses").body["items"]] == ["berlin", "main"]
    assert call("DELETE", "/warehouses/berlin").status == 204
    assert call("GET", "/warehouses/berlin").status == 404


UNFIT_WAREHOUSES = [
    ("/warehouses/Berlin", {}, ["warehouse_id"]),
    ("/warehouses/m%C3%BCnchen", {}, ["warehouse_id"]),
    ("/warehouses/berlin", {"kind": "fba"}, ["fba"]),
    ("/warehouses/berlin", {"kind": "fba", "fba": {"channel": "shop"}}, ["fba.channel"]),
    ("/warehouses/berlin", {"fba": {"channel": "shop"}}, ["fba", "fba.channel"]),
    ("/warehouses/berlin", {"regions": [{"country": "Germany"}]}, ["regions.0.country"]),
    ("/warehouses/berlin", {"id": "ulm"}, ["id"]),
    ("/warehouses/main", {"active": False}, ["catchall"]),
]


def test_a_warehouse_that_does_not_fit_is_422(subtests: pytest.Subtests) -> None:
    for path, body, fields in UNFIT_WAREHOUSES:
        with subtests.test(path, body=body):
            answer = call("PUT", path, body)
            assert (answer.status, answer.fields) == (422, fields)
    assert configuration.current().version == 0


def test_a_warehouse_that_something_points_to_or_that_has_stock_stays() -> None:
    channel = a_channel("shop", override_warehouse="berlin")
    set_up(a_configuration(a_warehouse("berlin"), a_warehouse("full"), a_warehouse("main"), channel=channel))
    put_stock(1, warehouse="full")

    pointed_to = call("DELETE", "/warehouses/berlin")

    assert (pointed_to.status, pointed_to.fields) == (409, ["priorities", "override_warehouse"])
    assert call("DELETE", "/warehouses/main").fields == ["catchall", "priorities"]
    assert call("DELETE", "/warehouses/full").status == 409
    assert len(configuration.current().warehouses) == 3


def test_a_warehouse_that_products_ship_from_stays_and_says_some_of_them() -> None:
    set_up(a_configuration(a_warehouse("berlin"), a_warehouse("main"), priorities=("main",)))
    catalogue.put_product(Product(sku="PINNED #1", pinned_warehouse="berlin"))
    catalogue.put_product(Product(sku="RANKED", priorities=("main", "berlin")))

    pointed_to = call("DELETE", "/warehouses/berlin")

    assert (pointed_to.status, pointed_to.fields) == (409, ["pinned_warehouse", "priorities"])
    assert [error["message"].split(":")[0] for error in pointed_to.body["errors"]] == ["PINNED #1", "RANKED"]
    catalogue.put_product(Product(sku="PINNED #1", pinned_warehouse="main"))
    catalogue.put_product(Product(sku="RANKED"))
    assert call("DELETE", "/warehouses/berlin").status == 204


def test_of_many_products_that_ship_from_a_warehouse_ten_are_named() -> None:
    set_up(a_configuration(a_warehouse("berlin"), a_warehouse("main"), priorities=("main",)))
    for number in range(11):
        catalogue.put_product(Product(sku=f"P{number}", pinned_warehouse="berlin"))

    assert len(call("DELETE", "/warehouses/berlin").fields) == 10


# ---- channels ---------------------------------------------------------------------------------------------------


def test_a_warehouse_of_another_kind_says_how_many_fulfilment_orders_stay_what_it_was() -> None:
    set_up(a_configuration(a_warehouse("leeds"), a_warehouse("main")))
    for view, rows in ((View.TO_SHIP, 2), (View.PACKED, 1), (View.HELD, 4)):
        row_counts.correct((view, WarehouseId("leeds")), RowCount(), rows)

    answer = call("PATCH", "/warehouses/leeds", {"kind": "3pl"})

    stay = "warehouse leeds: 3 open fulfilment orders stay own until their orders are held and released"
    assert (answer.status, stay in answer.body["warnings"]) == (200, True)
    assert stay not in call("PATCH", "/warehouses/leeds", {"name": "Leeds"}).body["warnings"]


def test_a_channel_is_made_shown_and_replaced() -> None:
    made = put_channel(name="web", poll_minutes=7, reduce_on="paid", ignore_before="2026-11-01T00:00:00+01:00")

    shown = call("GET", "/channels/web").body
    assert made.body | {"warnings": []} == shown | {"config_version": 1, "warnings": []}
    assert (shown["id"], shown["poll_minutes"], shown["reduce_on"]) == ("web", 7, "paid")
    assert shown["ignore_before"] == "2026-10-31T23:00:00Z"
    assert put_channel(poll_minutes=9).body["reduce_on"] == "created"
    assert [item["id"] for item in call("GET", "/channels").body["items"]] == ["web"]


def test_credentials_go_to_secrets_manager_and_never_come_back() -> None:
    one, two = "s3cret-of-webhooks", "s3cret-before-that"
    given = {"webhook_secrets": [one, two], "token": "s3cret-token"}

    answers = [
        put_channel(credentials=given),
        put_channel(poll_minutes=8),
        call("GET", "/channels/web"),
        call("GET", "/channels"),
        put_channel(credentials={"token": "s3cret", "tokens": []}),
    ]

    assert "s3cret" not in json.dumps([answer.body for answer in answers])
    found = stored_credentials()
    assert (found.webhook_secrets, found.token, found.origin) == (
        (one, two),
        "s3cret-token",
        "https://shop.example.com:443",
    )
    kept = clients.client("dynamodb").scan(TableName=settings.settings_table)["Items"]
    assert "s3cret" not in json.dumps(kept)
    [secret] = clients.client("secretsmanager").list_secrets()["SecretList"]
    assert secret["Name"] == f"{settings.stack_name}/channels/web"


def stored_credentials() -> secrets.Credentials:
    return secrets.get_credentials(ChannelId("web"), max_age=0)


ONE, TWO = "the-first-of-secrets", "the-second-of-secrets"


def test_a_part_of_the_credentials_that_is_not_sent_is_kept() -> None:
    put_channel(credentials={"webhook_secrets": [ONE], "token": "t1"})

    put_channel(credentials={"token": "t2"})
    put_channel(credentials={"webhook_secrets": None})
    after_token = stored_credentials()
    put_channel(credentials={"webhook_secrets": [TWO, ONE]})

    assert (after_token.webhook_secrets, after_token.token) == ((ONE,), "t2")
    assert (stored_credentials().webhook_secrets, stored_credentials().token) == ((TWO, ONE), "t2")


def test_an_empty_part_of_the_credentials_is_removed() -> None:
    put_channel(credentials={"webhook_secrets": [ONE], "token": "t1"})

    put_channel(credentials={"webhook_secrets": []})

    assert (stored_credentials().webhook_secrets, stored_credentials().token) == ((), "t1")


def test_an_app_takes_the_place_of_a_token_and_a_token_that_of_an_app() -> None:
    def keys() -> tuple[str, str, str]:
        found = stored_credentials()
        return found.token, found.client_id, found.client_secret

    put_channel(kind="shopify", credentials={"token": "t1"})
    put_channel(kind="shopify", credentials={"client_id": "app", "client_secret": "of the app"})
    with_app = keys()
    put_channel(kind="shopify", credentials={"client_secret": "renewed"})
    renewed = keys()
    put_channel(kind="shopify", credentials={"token": "t2"})

    assert (with_app, renewed, keys()) == (("", "app", "of the app"), ("", "app", "renewed"), ("t2", "", ""))


@pytest.mark.parametrize("kind", ["ebay", "amazon"])
def test_a_new_refresh_token_keeps_the_app_that_it_was_granted_to(kind: str) -> None:
    whole = {"client_id": "app", "client_secret": "of the app", "token": "t1"}
    put_channel(kind=kind, credentials=whole, **SELLER)

    put_channel(kind=kind, credentials={"token": "t2"}, **SELLER)
    put_channel(kind=kind, credentials={"client_id": "app", "client_secret": "renewed"}, **SELLER)

    found = stored_credentials()
    assert (found.client_id, found.client_secret, found.token) == ("app", "renewed", "t2")


def test_half_of_an_app_is_refused() -> None:
    answer = put_channel(credentials={"client_id": "app"})

    assert (answer.status, answer.fields) == (422, ["credentials.client_secret"])


def test_an_active_channel_without_a_webhook_secret_or_a_token_is_a_warning() -> None:
    bare = put_channel().body["warnings"]
    with_token = put_channel(credentials={"token": "t"}).body["warnings"]
    inactive = put_channel(active=False, credentials={"token": ""}).body["warnings"]
    complete = put_channel(credentials={"webhook_secrets": [ONE], "token": "t"}).body["warnings"]

    assert len(bare) == 2
    assert with_token == [bare[0]]
    assert "webhook secret" in bare[0]
    assert (inactive, complete) == ([], [])


def test_blanks_and_line_breaks_around_credentials_are_stripped() -> None:
    put_channel(credentials={"webhook_secrets": [f"{ONE}\r\n"], "token": " t1\n"})

    assert (stored_credentials().webhook_secrets, stored_credentials().token) == ((ONE,), "t1")


def test_another_host_needs_the_credentials_of_the_api_again() -> None:
    put_channel(credentials={"webhook_secrets": [ONE], "token": "t1"})

    path = put_channel(base_url="https://SHOP.example.com:443/other/path")
    answers = [put_channel(base_url=url) for url in ("https://evil.example", "https://shop.example.com:8443")]
    only_hooks = put_channel(base_url="https://evil.example", credentials={"webhook_secrets": [TWO]})
    before = stored_credentials()
    given = put_channel(base_url="https://new.example", credentials={"token": "t2"})

    assert path.status == 200
    assert {(each.status, *each.fields) for each in (*answers, only_hooks)} == {(422, "credentials.token")}
    assert (before.webhook_secrets, before.token) == ((ONE,), "t1")
    assert given.status == 200
    moved = stored_credentials()
    assert (moved.token, moved.webhook_secrets, moved.origin) == ("t2", (ONE,), "https://new.example:443")


def test_credentials_are_not_used_for_a_host_that_they_were_not_given_for() -> None:
    put_channel(credentials={"token": "t1"})
    moved = Channel(id="web", kind=ChannelKind.GENERIC, base_url="https://evil.example")

    with pytest.raises(CredentialsRefused, match=r"https://shop\.example\.com"):
        api_keys(moved)

    assert api_keys(moved.replace(base_url="https://shop.example.com/api")).token == "t1"


def test_credentials_that_older_code_stored_are_for_any_host() -> None:
    secrets.save_credentials(ChannelId("web"), secrets.Credentials(token="t0"))

    assert api_keys(Channel(id="web", kind=ChannelKind.GENERIC, base_url="https://shop.example")).token == "t0"


def a_refused_channel() -> None:
    put_channel(credentials={"token": "t1"})
    refused_credentials.record_refused_publish(ChannelId("web"), CredentialsRefused("PUT /stock/x: 401"), NOON)


def open_causes() -> list[str]:
    return [each.cause for each in exceptions.newest_exceptions(exceptions.ExceptionState.OPEN, None, 10)[0]]


def test_saved_credentials_end_the_exception_and_have_all_published() -> None:
    call("PUT", "/account", {"catchall": "main", "sync": True})
    a_refused_channel()
    before = open_causes()

    with answered_by("Invoke", {"StatusCode": 202}) as invoked:
        put_channel(credentials={"token": "t2"})

    sent = [json.loads(each["Payload"]) for each in invoked]
    assert (before, open_causes()) == (["credentials_refused"], [])
    assert {"channel": "web", "now": True} in sent
    assert [each["forced"] for each in sent if each.get("kind") == "channel"] == [True]


def test_settings_without_credentials_do_not_end_the_exception() -> None:
    a_refused_channel()

    put_channel(poll_minutes=9)

    assert open_causes() == ["credentials_refused"]


@pytest.mark.parametrize("end", [lambda: put_channel(active=False), lambda: call("DELETE", "/channels/web")])
def test_a_channel_that_is_not_called_any_more_needs_no_credentials(end: Callable[[], Answer]) -> None:
    a_refused_channel()

    end()

    assert open_causes() == []


ADDRESSES_REFUSED = [
    "http://shop.example",
    "https://user:password@shop.example/",
    "https://user@shop.example",
    "https://169.254.169.254/latest",
    "https://[fe80::1]/",
    "https://127.0.0.1:9001/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://10.1.2.3/",
    "https://192.168.1.1/",
    "https://100.64.0.1/",
    "https://0.0.0.0/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://metadata.google.internal/",
    "https://metadata/",
    "https://x y",
    "https://",
    "https://shop.example\\@evil.example",
    "https://shop.example:99999/",
    "https://shop.example/?q=1",
    "https://shop.example/#a",
    "https://shop..example/",
    "https://\u2460\u2461\u2466.0.0.1/",
]


def test_addresses_that_no_channel_may_have_are_422(subtests: pytest.Subtests) -> None:
    for url in ADDRESSES_REFUSED:
        with subtests.test(url):
            answer = put_channel(base_url=url)
            assert (answer.status, answer.fields) == (422, ["base_url"])
    assert configuration.current().version == 0


def test_machines_of_the_local_stack_are_allowed_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(save_channel, "settings", SimpleNamespace(local_addresses="allowed"))
    urls = (
        "http://127.0.0.1:8080/shop",
        "http://localhost:1",
        "https://10.0.0.1",
        "http://10.0.0.1",
        "http://a.example",
    )

    assert [put_channel(base_url=url).status for url in urls] == [200, 200, 200, 422, 422]


UNFIT_CREDENTIALS = [
    ({"webhook_secrets": [""]}, "credentials.webhook_secrets.0"),
    ({"webhook_secrets": ["x" * 15]}, "credentials.webhook_secrets.0"),
    ({"webhook_secrets": [f"  {'x' * 15}\n"]}, "credentials.webhook_secrets.0"),
    ({"webhook_secrets": ["x" * 2001]}, "credentials.webhook_secrets.0"),
    ({"webhook_secrets": [name * 16 for name in "abcdef"]}, "credentials.webhook_secrets"),
    ({"token": "x" * 10_001}, "credentials.token"),
    ({"token": "caf\u00e9"}, "credentials.token"),
    ({"token": "two\nlines"}, "credentials.token"),
    ({"token": "a\0"}, "credentials.token"),
    ({"client_id": "x" * 201}, "credentials.client_id"),
    ({"client_secret": "x" * 2001}, "credentials.client_secret"),
    ({"client_secret": "two\nlines"}, "credentials.client_secret"),
    ({"password": "x"}, "credentials.password"),
]


def test_credentials_that_do_not_fit_are_422_and_nothing_is_saved(subtests: pytest.Subtests) -> None:
    for credentials, field in UNFIT_CREDENTIALS:
        with subtests.test(field):
            answer = put_channel(credentials=credentials)
            assert (answer.status, answer.fields) == (422, [field])
    assert configuration.current().version == 0


def test_a_channel_that_can_be_polled_has_a_schedule_that_follows_it() -> None:
    put_channel(poll_minutes=1, credentials={"token": "t"})
    first = schedule()
    put_channel(poll_minutes=30)
    second = schedule()
    put_channel(active=False)
    while_off = schedule()
    put_channel()
    call("PUT", "/channels/web", {"kind": "offline", "credentials": {"token": ""}})

    assert first is not None
    assert second is not None
    assert (first["ScheduleExpression"], second["ScheduleExpression"]) == ("rate(1 minute)", "rate(30 minutes)")
    assert first["Target"]["Arn"] == settings.poll_function_arn
    assert json.loads(first["Target"]["Input"]) == {"channel": "web"}
    assert while_off is None
    assert schedule() is None


def test_a_removed_channel_leaves_no_schedule_and_no_credentials() -> None:
    put_channel(credentials={"token": "t"})

    assert call("DELETE", "/channels/web").status == 204

    assert schedule() is None
    assert clients.client("secretsmanager").list_secrets()["SecretList"] == []
    assert secrets.get_credentials(ChannelId("web")) == secrets.Credentials()
    assert call("GET", "/channels/web").status == 404
    assert put_channel(credentials={"token": "new"}).status == 200


def test_credentials_are_503_while_older_ones_are_still_being_deleted() -> None:
    with refused_by("CreateSecret", "InvalidRequestException"):
        busy = put_channel(credentials={"token": "new"})

    assert (busy.status, put_channel(credentials={"token": "new"}).status) == (503, 200)


UNFIT_CHANNELS = [
    ("/channels/Web_1", GENERIC, ["channel_id"]),
    ("/channels/web", {}, ["kind"]),
    ("/channels/web", {"kind": "auction"}, ["kind"]),
    ("/channels/web", GENERIC | {"kind": "woocommerce", "order_states": {"packed": "sent"}}, ["order_states.packed"]),
    ("/channels/web", GENERIC | {"order_states": {"packed": "pending"}}, ["order_states.packed"]),
    ("/channels/web", GENERIC | {"file_columns": {"Artikel": "Article"}}, ["file_columns.Artikel"]),
    ("/channels/web", {"kind": "generic"}, ["base_url"]),
    ("/channels/web", {"kind": "woocommerce"}, ["base_url"]),
    ("/channels/web", GENERIC | {"base_url": "ftp://x"}, ["base_url"]),
    ("/channels/web", GENERIC | {"poll_minutes": 0}, ["poll_minutes"]),
    ("/channels/web", GENERIC | {"override_warehouse": "moon"}, ["override_warehouse"]),
    ("/channels/web", GENERIC | {"secret": "x"}, ["secret"]),
]


@pytest.mark.parametrize("kind", ["channels/web", "carriers/post"])
def test_a_rate_at_which_nothing_would_end_is_refused(kind: str) -> None:
    settings = GENERIC if kind == "channels/web" else {"kind": "easypost"}

    slow = call("PUT", f"/{kind}", settings | {"calls_per_second": 0.01})
    assert (slow.status, slow.fields) == (422, ["calls_per_second"])
    assert "0.1 or more" in slow.body["errors"][0]["message"]
    assert call("PUT", f"/{kind}", settings | {"calls_per_second": 0.1}).status == 200
    assert call("PATCH", f"/{kind}", {"calls_per_second": 0.05}).fields == ["calls_per_second"]


def test_a_rate_that_is_stored_stays_until_it_is_edited() -> None:
    config = configuration.current()
    slow = a_channel("web").replace(calls_per_second=0.01)
    configuration.apply_edit(lambda _: config.with_channel(slow), "owner", NOON)

    assert call("PATCH", "/channels/web", {"name": "Web"}).status == 200
    assert call("PATCH", "/channels/web", {"calls_per_second": 0.02}).fields == ["calls_per_second"]


def test_a_channel_that_does_not_fit_is_422(subtests: pytest.Subtests) -> None:
    for path, body, fields in UNFIT_CHANNELS:
        with subtests.test(path, body=body):
            answer = call("PUT", path, body)
            assert (answer.status, answer.fields) == (422, fields)
    assert schedule() is None


def test_a_configuration_that_contradicts_itself_is_saved_with_warnings() -> None:
    call("PUT", "/warehouses/berlin", {"active": False})

    answer = put_channel(override_warehouse="berlin")

    assert answer.status == 200
    assert "inactive" in answer.body["warnings"][0]
    assert call("GET", "/account").body["warnings"] == answer.body["warnings"][:1]


def test_a_channel_is_polled_at_once() -> None:
    put_channel(credentials={"token": "t"})

    with answered_by("Invoke", {"StatusCode": 202}) as asked:
        answer = call("POST", "/channels/web/poll")

    assert (answer.status, answer.body["id"]) == (202, "web")
    assert [(each["InvocationType"], json.loads(each["Payload"])) for each in asked] == [
        ("Event", {"channel": "web", "now": True})
    ]


def test_a_channel_that_cannot_be_polled_is_409() -> None:
    put_channel(active=False)
    call("PUT", "/channels/shop", {"kind": "offline"})

    assert [call("POST", f"/channels/{name}/poll").status for name in ("web", "shop", "no")] == [409, 409, 404]


def test_exactly_the_channels_whose_kind_can_be_polled_have_a_schedule(subtests: pytest.Subtests) -> None:
    for kind, adapter in CHANNELS.items():
        with subtests.test(kind.value):
            credentials = dict.fromkeys(next(iter(adapter.sign_in_by), ()), "x")
            assert put_channel(kind=kind, credentials=credentials, **SELLER).status == 200
            assert (schedule() is not None) == (adapter.poll is not None)


# ---- the account -------------------------------------------------------------------------------------------------


def test_pins_to_a_warehouse_that_is_inactive_are_warned_of_whichever_is_saved_last() -> None:
    call("PUT", "/warehouses/east", {})
    pinned = call("PUT", "/products/CUP", {"pinned_warehouse": "east"}).body
    call("PUT", "/products/MUG", {"priorities": ["main", "east"]})

    closed = call("PUT", "/warehouses/east", {"active": False}).body
    again = call("PUT", "/products/CUP", {"pinned_warehouse": "east", "priorities": ["east"]}).body

    assert (pinned["warnings"], closed["warnings"]) == (
        [],
        [
            "product CUP is pinned to east, which is inactive",
            "product MUG has in its priorities east, which is inactive",
        ],
    )
    assert again["warnings"] == [
        "it is pinned in vain: warehouse east is inactive",
        "its priorities name a warehouse in vain: warehouse east is inactive",
    ]
    assert call("GET", "/products/CUP").body == {name: again[name] for name in again if name != "warnings"}


def test_the_account_is_replaced_as_a_whole() -> None:
    call("PUT", "/account", {"catchall": "main", "split_lines": True, "unmatched_sku": "reject"})

    answer = call("PUT", "/account", {"catchall": "main", "priorities": ["main"]})

    assert (answer.status, answer.body["config_version"]) == (200, 2)
    assert (answer.body["split_lines"], answer.body["unmatched_sku"]) == (False, "hold")
    assert call("GET", "/account").body == answer.body


def test_an_account_that_was_read_can_be_put_back() -> None:
    read = call("GET", "/account").body

    answer = call("PUT", "/account", read | {"split_lines": True})

    assert (answer.status, answer.body) == (200, read | {"split_lines": True, "config_version": 1})


UNFIT_ACCOUNTS = [
    ({}, ["catchall"]),
    ({"catchall": "moon"}, ["catchall"]),
    ({"catchall": "main", "priorities": ["mars"]}, ["priorities"]),
    ({"catchall": "main", "geo": "maybe"}, ["geo"]),
    ({"catchall": "main", "split_lines": "perhaps"}, ["split_lines"]),
    ({"catchall": "main", "currency": "XXQ"}, ["currency"]),
    ({"catchall": "main", "currency": "eur"}, ["currency"]),
]


def test_an_account_that_does_not_fit_is_422(subtests: pytest.Subtests) -> None:
    for body, fields in UNFIT_ACCOUNTS:
        with subtests.test(str(body)):
            answer = call("PUT", "/account", body)
            assert (answer.status, answer.fields) == (422, fields)


def test_two_who_change_the_configuration_at_once_both_get_their_way() -> None:
    with meanwhile("TransactWriteItems", lambda: call("PUT", "/warehouses/theirs", {})):
        answer = call("PUT", "/warehouses/ours", {})

    assert (answer.status, answer.body["config_version"]) == (200, 2)
    assert {item["id"] for item in call("GET", "/warehouses").body["items"]} == {"main", "ours", "theirs"}


def test_every_version_of_the_configuration_is_kept() -> None:
    for name in ("a", "b"):
        call("PUT", f"/warehouses/{name}", {})

    kept = clients.client("dynamodb").scan(TableName=settings.settings_table)["Items"]

    documents = {item["sk"]["S"]: item["who"]["S"] for item in kept if "body" in item}
    assert documents == dict.fromkeys(("CURRENT", "VERSION#000001", "VERSION#000002"), "user:ada@example.com")


def test_a_configuration_too_large_for_an_item_is_refused() -> None:
    region = {"country": "DE", "postcode_from": "10000", "postcode_to": "10001"}

    answer = call("PUT", "/warehouses/berlin", {"regions": [region] * 6000})

    assert answer.status == 422
    assert "390000 bytes" in answer.body["detail"]
    assert configuration.current().version == 0


def test_a_new_channel_ignores_what_was_placed_before_the_day_it_is_connected() -> None:
    set_up()
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)

    put_channel("web")
    put_channel("all", base_url="https://all.example", ignore_before=None)
    call("PUT", "/channels/files", {"kind": "offline"})

    channels = configuration.current().channels
    assert {name: channels[ChannelId(name)].ignore_before for name in ("web", "all", "files")} == {
        "web": today,
        "all": None,
        "files": None,
    }


def test_a_channel_that_is_saved_again_keeps_the_day_it_was_connected() -> None:
    set_up()
    put_channel("web", ignore_before="2026-01-02T00:00:00Z")

    put_channel("web", reserve=3)

    assert configuration.current().channels[ChannelId("web")].ignore_before == datetime(2026, 1, 2, tzinfo=UTC)
