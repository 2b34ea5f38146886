"""Warehouses, channels and the account."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from packhorse.aws import clients, secrets
from packhorse.aws.settings import settings
from packhorse.channels import CHANNELS
from packhorse.domain.catalogue.product import Product
from packhorse.domain.values import ChannelId
from packhorse.store import catalogue, configuration
from simulation.builders import a_channel, a_configuration, a_warehouse
from simulation.merchant import put_stock, set_up
from tests.functions.operate.calls import Answer, call
from tests.functions.operate.interference import answered_by, meanwhile, refused_by

pytestmark = pytest.mark.usefixtures("cloud")

GENERIC = {"kind": "generic", "base_url": "https://shop.example.com"}


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
    ("/warehouses/berlin", {"kind": "fba"}, ["kind"]),
    ("/warehouses/berlin", {"regions": [{"country": "Germany"}]}, ["regions.0.country"]),
    ("/warehouses/berlin", {"id": "berlin"}, ["id"]),
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


def test_a_channel_is_made_shown_and_replaced() -> None:
    made = put_channel(name="web", poll_minutes=7, reduce_on="paid", ignore_before="2026-11-01T00:00:00+01:00")

    shown = call("GET", "/channels/web").body
    assert made.body == shown | {"config_version": 1, "warnings": []}
    assert (shown["id"], shown["poll_minutes"], shown["reduce_on"]) == ("web", 7, "paid")
    assert shown["ignore_before"] == "2026-10-31T23:00:00Z"
    assert put_channel(poll_minutes=9).body["reduce_on"] == "created"
    assert [item["id"] for item in call("GET", "/channels").body["items"]] == ["web"]


def test_credentials_go_to_secrets_manager_and_never_come_back() -> None:
    app = {"client_id": "the-app", "client_secret": "s3cret-app"}
    given = {"webhook_secrets": ["s3cret-one", "s3cret-two"], "token": "s3cret-token", **app}

    answers = [
        put_channel(credentials=given),
        put_channel(poll_minutes=8),
        call("GET", "/channels/web"),
        call("GET", "/channels"),
        put_channel(credentials={"token": "s3cret", "tokens": []}),
    ]

    assert "s3cret" not in json.dumps([answer.body for answer in answers])
    assert secrets.get_credentials(ChannelId("web")).model_dump() == {
        "webhook_secrets": ("s3cret-one", "s3cret-two"),
        "token": "s3cret-token",
        "client_id": "the-app",
        "client_secret": "s3cret-app",
    }
    kept = clients.client("dynamodb").scan(TableName=settings.settings_table)["Items"]
    assert "s3cret" not in json.dumps(kept)
    [secret] = clients.client("secretsmanager").list_secrets()["SecretList"]
    assert secret["Name"] == f"{settings.secrets_prefix}/channels/web"


def test_credentials_are_replaced_as_a_whole() -> None:
    put_channel(credentials={"webhook_secrets": ["one"], "token": "t"})
    put_channel(credentials={"webhook_secrets": ["two"]})

    assert secrets.get_credentials(ChannelId("web")) == secrets.Credentials(webhook_secrets=("two",))


UNFIT_CREDENTIALS = [
    ({"webhook_secrets": [""]}, "credentials.webhook_secrets.0"),
    ({"webhook_secrets": ["x" * 2001]}, "credentials.webhook_secrets.0"),
    ({"webhook_secrets": ["a", "b", "c", "d", "e", "f"]}, "credentials.webhook_secrets"),
    ({"token": "x" * 10_001}, "credentials.token"),
    ({"client_id": "x" * 201}, "credentials.client_id"),
    ({"client_secret": "x" * 2001}, "credentials.client_secret"),
    ({"password": "x"}, "credentials.password"),
]


def test_credentials_that_do_not_fit_are_422_and_nothing_is_saved(subtests: pytest.Subtests) -> None:
    for credentials, field in UNFIT_CREDENTIALS:
        with subtests.test(field):
            answer = put_channel(credentials=credentials)
            assert (answer.status, answer.fields) == (422, [field])
    assert configuration.current().version == 0


def test_a_channel_that_can_be_polled_has_a_schedule_that_follows_it() -> None:
    put_channel(poll_minutes=1)
    first = schedule()
    put_channel(poll_minutes=30)
    second = schedule()
    put_channel(active=False)
    while_off = schedule()
    put_channel()
    call("PUT", "/channels/web", {"kind": "offline"})

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
    ("/channels/web", {"kind": "ebay"}, ["kind"]),
    ("/channels/web", {"kind": "generic"}, ["base_url"]),
    ("/channels/web", GENERIC | {"base_url": "ftp://x"}, ["base_url"]),
    ("/channels/web", GENERIC | {"poll_minutes": 0}, ["poll_minutes"]),
    ("/channels/web", GENERIC | {"override_warehouse": "moon"}, ["override_warehouse"]),
    ("/channels/web", GENERIC | {"secret": "x"}, ["secret"]),
]


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
    assert call("GET", "/account").body["warnings"] == answer.body["warnings"]


def test_a_channel_is_polled_at_once() -> None:
    put_channel()

    with answered_by("Invoke", {"StatusCode": 202}) as asked:
        answer = call("POST", "/channels/web/poll")

    assert (answer.status, answer.body["id"]) == (202, "web")
    assert [(each["InvocationType"], json.loads(each["Payload"])) for each in asked] == [("Event", {"channel": "web"})]


def test_a_channel_that_cannot_be_polled_is_409() -> None:
    put_channel(active=False)
    call("PUT", "/channels/shop", {"kind": "offline"})

    assert [call("POST", f"/channels/{name}/poll").status for name in ("web", "shop", "no")] == [409, 409, 404]


def test_exactly_the_channels_whose_kind_can_be_polled_have_a_schedule(subtests: pytest.Subtests) -> None:
    for kind, adapter in CHANNELS.items():
        with subtests.test(kind.value):
            assert put_channel(kind=kind).status == 200
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
    put_channel("all", ignore_before=None)
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
