"""A draft laid over the configuration, an older version brought back, and what differs between two."""

from typing import Any

import pytest

from packhorse.domain.configuration.account import Account
from packhorse.domain.configuration.channel import ReduceOn
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.draft import Draft, changes, drafted, restored
from packhorse.domain.configuration.warehouse import Region, WarehouseKind
from packhorse.domain.errors import Rejected
from packhorse.domain.values import ChannelId, WarehouseId
from simulation.builders import a_channel, a_configuration, a_warehouse

LEEDS = WarehouseId("leeds")
SHOP = ChannelId("shop")
UK = Region(country="GB")


def today(**account: Any) -> Configuration:
    """Two warehouses, `main` the catchall; the channel `shop` is told to ship from Leeds."""
    leeds = a_warehouse("leeds", regions=(UK,), excludes=frozenset({"ebay"}))
    return a_configuration(leeds, a_warehouse("main"), channel=a_channel(override_warehouse="leeds"), **account)


def laid(**draft: Any) -> Configuration:
    return drafted(today(split_lines=True), Draft.model_validate(draft))


def refused(**draft: Any) -> list[str]:
    with pytest.raises(Rejected) as refusal:
        laid(**draft)
    return [error.field for error in refusal.value.errors]


# ---- drafts -----------------------------------------------------------------------------------------------------


def test_an_empty_draft_is_today_as_the_next_version() -> None:
    ours = today()

    assert drafted(ours, Draft()) == ours.replace(version=ours.version + 1)


def test_fields_given_replace_and_the_rest_stays() -> None:
    after = laid(
        account={"priorities": ["main"]},
        warehouses={"leeds": {"active": False}},
        channels={"shop": {"reduce_on": "paid"}},
    )

    assert (after.account.priorities, after.account.split_lines, after.account.catchall) == (("main",), True, "main")
    leeds = after.warehouses[LEEDS]
    assert (leeds.active, leeds.regions, sorted(leeds.excludes)) == (False, (UK,), ["ebay"])
    assert (after.channels[SHOP].reduce_on, after.channels[SHOP].override_warehouse) == (ReduceOn.PAID, "leeds")


def test_null_takes_away_a_setting_and_a_warehouse() -> None:
    after = laid(
        account={"priorities": []}, warehouses={"leeds": None}, channels={"shop": {"override_warehouse": None}}
    )

    assert (set(after.warehouses), after.channels[SHOP].override_warehouse) == ({"main"}, None)


def test_a_new_warehouse_has_the_defaults() -> None:
    after = laid(warehouses={"york": {"kind": "3pl"}}, account={"catchall": "york"})

    york = after.warehouses[WarehouseId("york")]
    assert (york, after.account.catchall) == (a_warehouse("york", kind=WarehouseKind.THIRD_PARTY), "york")


UNFIT: list[tuple[dict[str, Any], list[str]]] = [
    ({"account": {"geo": "maybe"}}, ["account.geo"]),
    ({"account": {"colour": "red"}}, ["account.colour"]),
    ({"account": {"catchall": "moon"}}, ["account.catchall"]),
    ({"warehouses": {"main": {"active": False}}}, ["account.catchall"]),
    ({"warehouses": {"moon": None}}, ["warehouses.moon"]),
    ({"warehouses": {"leeds": {"id": "york"}}}, ["warehouses.leeds.id"]),
    ({"warehouses": {"leeds": {"regions": [{"country": "Germany"}]}}}, ["warehouses.leeds.regions.0.country"]),
    ({"warehouses": {"leeds": None}}, ["account.priorities", "channels.shop.override_warehouse"]),
    ({"channels": {"web": {"override_warehouse": "leeds"}}}, ["channels.web.kind"]),
    ({"channels": {"shop": {"override_warehouse": "moon"}}}, ["channels.shop.override_warehouse"]),
    ({"account": {"geo": 7}, "channels": {"shop": {"kind": "fax"}}}, ["account.geo", "channels.shop.kind"]),
]


def test_a_draft_that_does_not_fit_names_every_field(subtests: pytest.Subtests) -> None:
    for draft, fields in UNFIT:
        with subtests.test(str(draft)):
            assert refused(**draft) == fields


# ---- going back ---------------------------------------------------------------------------------------------------


def test_account_and_warehouses_are_as_they_were_and_what_is_new_stays() -> None:
    then = today(split_lines=True)
    now = (
        then.without_warehouse(LEEDS)
        .with_warehouse(a_warehouse("york"))
        .with_warehouse(a_warehouse("main", regions=(UK,)))
    )
    now = now.replace(version=9, account=Account(catchall="york"))

    back = restored(now, then)

    assert (back.version, back.account) == (9, then.account)
    assert back.warehouses == {**then.warehouses, WarehouseId("york"): a_warehouse("york")}


def test_of_a_channel_only_what_it_says_of_routing_comes_back() -> None:
    then = today().with_channel(a_channel("gone"))
    shop = a_channel(reduce_on=ReduceOn.PAID, poll_minutes=30)
    now = then.without_channel(ChannelId("gone")).with_channel(shop).with_channel(a_channel("new"))

    back = restored(now, then)

    assert set(back.channels) == {"shop", "new"}
    assert back.channels[SHOP] == shop.replace(override_warehouse="leeds", reduce_on=ReduceOn.CREATED)


def test_going_back_to_today_changes_nothing() -> None:
    assert restored(today(), today()) == today()


# ---- what differs ---------------------------------------------------------------------------------------------------


def test_what_differs_is_told_by_name() -> None:
    before = today()
    after = before.without_warehouse(LEEDS).with_warehouse(a_warehouse("york")).with_channel(a_channel("web"))
    after = after.replace(account=before.account.replace(split_lines=True))

    assert list(changes(before, after)) == [
        "account.split_lines",
        "warehouses.leeds",
        "warehouses.york",
        "channels.web",
    ]
    assert list(changes(before, before.replace(version=99))) == []
