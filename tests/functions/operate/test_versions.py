"""Versions of the configuration, and the way back."""

from typing import Any

import pytest

from packhorse.aws.settings import settings
from packhorse.domain.values import WarehouseId
from packhorse.store import configuration
from tests.conftest import WORLDS, invoked
from tests.functions.operate.calls import call
from tests.functions.operate.interference import meanwhile

LEEDS = WarehouseId("leeds")
AMAZON = {
    "kind": "amazon",
    "base_url": "https://sellingpartnerapi-eu.amazon.com",
    "seller": "A2SELLER",
    "marketplace": "A1PA6795UKMFR9",
}
pytestmark = pytest.mark.usefixtures("cloud")


def changed(**query: Any) -> list[tuple[int, list[str]]]:
    """The versions of a page, and what each changed."""
    return [
        (each["version"], each["changed"]) for each in call("GET", "/configuration/versions", query=query).body["items"]
    ]


def called_for(warehouse: str) -> list[str]:
    """How often Amazon is called for a warehouse: at most one rate."""
    schedules = WORLDS[-1].scheduler.schedules
    return [each.properties["ScheduleExpression"] for (_, name), each in schedules.items() if warehouse in name]


def a_history() -> None:
    """Leeds is made, the shop is connected and sent there, Leeds gets the priority, and excludes a channel."""
    call("PUT", "/warehouses/leeds", {"name": "Leeds"}, who="bob@example.com")
    call("PUT", "/channels/shop", {"kind": "offline", "override_warehouse": "leeds"})
    call("PUT", "/account", {"catchall": "main", "priorities": ["leeds", "main"], "split_lines": True})
    call("PUT", "/warehouses/leeds", {"name": "Leeds", "excludes": ["ebay"]})


def test_versions_tell_newest_first_who_changed_what() -> None:
    a_history()

    answer = call("GET", "/configuration/versions")

    assert changed() == [
        (4, ["warehouses.leeds"]),
        (3, ["account.priorities", "account.split_lines"]),
        (2, ["channels.shop"]),
        (1, ["warehouses.leeds"]),
    ]
    assert [each["who"] for each in answer.body["items"]][2:] == ["user:ada@example.com", "user:bob@example.com"]
    assert answer.body["items"][0]["at"].endswith("Z")
    assert answer.body["next"] is None


def test_versions_are_paged_and_a_page_knows_what_came_before_it() -> None:
    a_history()

    first = call("GET", "/configuration/versions", query={"limit": 3})

    assert changed(limit=3) == changed()[:3]
    assert changed(limit=3, cursor=first.body["next"]) == changed()[3:]
    assert changed(limit=4) == changed()
    assert call("GET", "/configuration/versions", query={"limit": 4}).body["next"] is None


def test_a_fresh_deployment_has_no_versions() -> None:
    assert call("GET", "/configuration/versions").body == {"items": [], "next": None}


def test_a_version_is_shown_as_it_was() -> None:
    a_history()

    shown = call("GET", "/configuration/versions/3").body

    assert (shown["version"], shown["who"]) == (3, "user:ada@example.com")
    assert shown["configuration"]["account"]["priorities"] == ["leeds", "main"]
    assert shown["configuration"]["warehouses"]["leeds"]["excludes"] == []
    assert shown["configuration"]["channels"]["shop"]["override_warehouse"] == "leeds"


def test_what_is_no_version_is_not_there() -> None:
    statuses = [call("GET", f"/configuration/versions/{number}").status for number in ("1", "0", "x")]

    assert (statuses, call("POST", "/configuration/versions/7/restore").status) == ([404, 422, 422], 404)


def test_going_back_is_a_version_of_its_own() -> None:
    a_history()
    call("PUT", "/account", {"catchall": "leeds"})
    call("PUT", "/warehouses/york", {})

    answer = call("POST", "/configuration/versions/3/restore", who="eve@example.com")

    assert answer.body == {"config_version": 7, "warnings": []}
    now, then = configuration.current(), configuration.get_version(3).configuration
    assert (now.account, now.warehouses[LEEDS]) == (then.account, then.warehouses[LEEDS])
    assert set(now.warehouses) == {"leeds", "main", "york"}
    assert changed()[0] == (7, ["account.catchall", "account.priorities", "account.split_lines", "warehouses.leeds"])
    back, edit = call("GET", "/configuration/versions", query={"limit": 2}).body["items"]
    assert (back["who"], back["restored"], edit["restored"]) == ("user:eve@example.com", 3, None)


def test_channels_get_their_routing_back_and_nothing_else() -> None:
    a_history()
    call("PUT", "/channels/shop", {"kind": "generic", "base_url": "https://shop.example.com", "reduce_on": "paid"})
    call("PUT", "/channels/web", {"kind": "offline"})

    call("POST", "/configuration/versions/2/restore")

    shop = call("GET", "/channels/shop").body
    assert (shop["kind"], shop["override_warehouse"], shop["reduce_on"]) == ("generic", "leeds", "created")
    assert call("GET", "/channels/web").status == 200
    call("DELETE", "/channels/shop")
    call("POST", "/configuration/versions/2/restore")
    assert call("GET", "/channels/shop").status == 404


def test_a_warehouse_that_was_removed_comes_back() -> None:
    call("PUT", "/warehouses/leeds", {"name": "Leeds"})
    call("DELETE", "/warehouses/leeds")

    call("POST", "/configuration/versions/1/restore")

    assert call("GET", "/warehouses/leeds").body["name"] == "Leeds"


def test_a_warehouse_of_amazon_is_called_as_the_version_says() -> None:
    assert call("PUT", "/channels/amazon-eu", AMAZON).status == 200
    settings_of = {"kind": "fba", "fba": {"channel": "amazon-eu", "every_minutes": 15}}
    assert call("PUT", "/warehouses/fba", settings_of).status == 200
    assert (called_for("fba"), len(invoked(settings.fba_function))) == (["rate(15 minutes)"], 1)
    rarely = {"channel": "amazon-eu", "every_minutes": 60}
    call("PUT", "/warehouses/fba", {**settings_of, "fba": rarely, "active": False})
    assert called_for("fba") == ["rate(60 minutes)"]

    call("POST", "/configuration/versions/2/restore")

    assert (called_for("fba"), len(invoked(settings.fba_function))) == (["rate(15 minutes)"], 1)
    call("POST", "/configuration/versions/3/restore")
    assert (called_for("fba"), invoked(settings.fba_function)) == (["rate(60 minutes)"], [])


def test_going_back_wins_a_race_on_what_the_other_left() -> None:
    a_history()

    with meanwhile("TransactWriteItems", lambda: call("PUT", "/warehouses/york", {})):
        answer = call("POST", "/configuration/versions/1/restore")

    assert answer.body["config_version"] == 6
    assert {each["id"] for each in call("GET", "/warehouses").body["items"]} == {"leeds", "main", "york"}


def test_waiting_orders_are_looked_at_again() -> None:
    a_history()
    invoked(settings.release_function)

    call("POST", "/configuration/versions/1/restore")

    assert [each["kind"] for each in invoked(settings.release_function)] == ["checks", "all"]


def test_only_the_owner_goes_back() -> None:
    a_history()

    denied = call("POST", "/configuration/versions/1/restore", roles=["operator"])

    assert (denied.status, call("GET", "/configuration/versions", roles=["read_only"]).status) == (403, 200)


def test_a_draft_is_saved_as_one_version() -> None:
    a_history()
    draft = {
        "account": {"priorities": ["main", "leeds"]},
        "warehouses": {"leeds": {"excludes": ["shop"]}},
        "channels": {"shop": {"override_warehouse": None}},
    }

    answer = call("POST", "/configuration/versions", {"base": 4, "draft": draft}, who="eve@example.com")

    assert answer.body == {"config_version": 5, "warnings": []}
    assert changed()[0] == (5, ["account.priorities", "warehouses.leeds", "channels.shop"])
    now = configuration.current()
    assert (now.account.priorities, now.account.split_lines) == (("main", "leeds"), True)
    assert (now.warehouses[LEEDS].name, now.warehouses[LEEDS].excludes) == ("Leeds", frozenset({"shop"}))


def test_a_draft_that_changes_nothing_makes_no_version() -> None:
    a_history()

    answer = call("POST", "/configuration/versions", {"base": 4, "draft": {"account": {"split_lines": True}}})

    assert (answer.body["config_version"], changed()[0][0]) == (4, 4)


def test_a_draft_of_a_version_that_is_not_in_force_is_refused() -> None:
    a_history()
    body = {"base": 4, "draft": {"account": {"priorities": ["main"]}}}

    with meanwhile("TransactWriteItems", lambda: call("PUT", "/warehouses/york", {})):
        answer = call("POST", "/configuration/versions", body)

    assert (answer.status, answer.body["detail"]) == (
        409,
        "version 5 is in force, and the draft is of version 4: look at it again",
    )
    assert configuration.current().account.priorities == ("leeds", "main")


def test_a_draft_changes_the_routing_and_nothing_else() -> None:
    a_history()
    draft = {
        "version": 2,
        "warehouses": {"main": None, "leeds": {"active": False}, "york": {}},
        "channels": {"shop": {"kind": "shopify"}},
    }

    answer = call("POST", "/configuration/versions", {"base": 4, "draft": draft})

    assert (answer.status, [each["field"] for each in answer.body["errors"]]) == (
        422,
        ["draft.version", "draft.warehouses.main", "draft.warehouses.leeds.active", "draft.channels.shop.kind"],
    )


BOX = {"id": "s", "name": "Small", "length_mm": 90, "width_mm": 90, "height_mm": 90}


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        ({"account": {"priorities": ["hull"]}}, "draft.account.priorities"),
        ({"account": {"geo": "never"}}, "draft.account.geo"),
        ({"warehouses": {"york": {"excludes": []}}}, "draft.warehouses.york"),
        ({"channels": {"shop": {"override_warehouse": "hull"}}}, "draft.channels.shop.override_warehouse"),
        ({"account": {"boxes": [{**BOX, "warehouses": ["hull"]}]}}, "draft.account.boxes.0.warehouses"),
        ({"account": {"boxes": [BOX, BOX]}}, "draft.account.boxes.1.id"),
    ],
)
def test_a_draft_that_does_not_fit_names_its_fields(draft: dict[str, Any], field: str) -> None:
    a_history()

    answer = call("POST", "/configuration/versions", {"base": 4, "draft": draft})

    assert (answer.status, [each["field"] for each in answer.body["errors"]], changed()[0][0]) == (422, [field], 4)


def test_only_the_owner_saves_a_draft() -> None:
    denied = call("POST", "/configuration/versions", {"base": 0, "draft": {}}, roles=["operator"])

    assert denied.status == 403
