"""What the merchant may set up, what cannot be, and what contradicts itself."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from packhorse.domain.configuration.account import Account
from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.configuration.fba import FbaSettings
from packhorse.domain.configuration.handling import Handling
from packhorse.domain.configuration.warehouse import Region, ShipsOn, Warehouse, WarehouseKind
from packhorse.domain.errors import FieldError
from packhorse.domain.values import ChannelId, WarehouseId
from simulation.builders import a_channel, a_configuration, a_warehouse

EAST, MAIN = WarehouseId("east"), WarehouseId("main")


def wrong(ours: Configuration) -> list[FieldError]:
    return list(ours.errors())


def test_a_fresh_deployment_can_take_orders() -> None:
    ours = Configuration.initial()

    assert wrong(ours) == []
    assert list(ours.warnings()) == []
    assert list(ours.warehouses) == [ours.account.catchall] == ["main"]


def test_the_day_at_a_warehouse_is_that_of_its_time_zone_and_of_a_removed_one_that_of_utc() -> None:
    evening = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    ours = a_configuration(a_warehouse(handling=Handling(time_zone="Europe/Berlin")))

    assert (ours.day_at("main", evening), ours.day_at("gone", evening)) == (date(2026, 11, 27), date(2026, 11, 26))


def test_a_warehouse_that_was_removed_ships_by_its_label() -> None:
    ours = a_configuration(a_warehouse(ships_on=ShipsOn.PACKED))

    assert (ours.ships_on("main"), ours.ships_on("gone")) == (ShipsOn.PACKED, ShipsOn.LABEL)


def test_a_warehouse_is_added_replaced_and_taken_away() -> None:
    ours = Configuration.initial().with_warehouse(a_warehouse("east"))
    assert list(ours.warehouses) == ["main", "east"]

    ours = ours.with_warehouse(a_warehouse("east", kind=WarehouseKind.DROPSHIP))
    assert ours.warehouses[EAST].kind is WarehouseKind.DROPSHIP

    assert list(ours.without_warehouse(EAST).without_warehouse(EAST).warehouses) == ["main"]


def test_a_channel_is_added_replaced_and_taken_away() -> None:
    ours = Configuration.initial().with_channel(a_channel("ebay-de"))
    assert ours.channels[ChannelId("ebay-de")].active

    ours = ours.with_channel(a_channel("ebay-de", active=False))
    assert not ours.channels[ChannelId("ebay-de")].active

    assert ours.without_channel(ChannelId("ebay-de")).channels == {}


def test_a_change_leaves_the_configuration_as_it_was() -> None:
    ours = Configuration.initial()

    ours.with_warehouse(a_warehouse("east"))

    assert ours == Configuration.initial()


@pytest.mark.parametrize(
    ("ours", "error"),
    [
        (a_configuration(catchall="gone"), ("catchall", "there is no warehouse gone")),
        (
            a_configuration(a_warehouse("main", active=False)),
            ("catchall", "main is the catchall and must be active"),
        ),
        (a_configuration(priorities=("main", "gone")), ("priorities", "there is no warehouse gone")),
        (
            a_configuration(channel=a_channel(override_warehouse="gone")),
            ("override_warehouse", "there is no warehouse gone"),
        ),
        (
            a_configuration(channel=a_channel(kind=ChannelKind.GENERIC)),
            ("base_url", "channel shop: a generic channel needs the address of its shop"),
        ),
    ],
)
def test_what_points_nowhere_is_an_error(ours: Configuration, error: tuple[str, str]) -> None:
    assert wrong(ours) == [error]


def test_all_errors_are_told_at_once() -> None:
    ours = a_configuration(catchall="gone", priorities=("lost",), channel=a_channel(override_warehouse="vanished"))

    assert [field for field, _ in wrong(ours)] == ["catchall", "priorities", "override_warehouse"]


def test_what_makes_sense_has_no_errors_and_no_warnings() -> None:
    shop = a_channel(kind=ChannelKind.GENERIC, base_url="https://shop.example", override_warehouse="east")
    ours = a_configuration(a_warehouse("east"), a_warehouse("west", excludes=frozenset({"shop"})), channel=shop)

    assert wrong(ours) == []
    assert list(ours.warnings()) == []


def test_an_override_that_is_inactive_and_excludes_its_channel_is_warned_of_twice() -> None:
    closed = a_warehouse("east", active=False, excludes=frozenset({"shop"}))
    shop = a_channel(override_warehouse="east")
    ours = a_configuration(closed, a_warehouse("main"), channel=shop, priorities=("main",))

    assert wrong(ours) == []
    assert list(ours.warnings()) == [
        "channel shop: its override warehouse east is inactive and is passed over",
        "channel shop: its override warehouse east excludes it; the override wins",
    ]


def test_with_exclusions_first_the_warning_of_an_override_that_excludes_its_channel_says_that_orders_wait() -> None:
    east = a_warehouse("east", excludes=frozenset({"shop"}))
    ours = a_configuration(east, channel=a_channel(override_warehouse="east"), exclusions_first=True)

    assert list(ours.warnings()) == [
        "channel shop: its override warehouse east excludes it; its orders wait for a person"
    ]


REGIONS = [
    (Region(country="ZZ"), "there is no country ZZ"),
    (Region(country="US", state="XX"), "US has no state XX"),
    (Region(country="VA", state="RM"), "VA has no state RM"),
    (Region(country="DE", postcode_from="20000", postcode_to="10000"), "are reversed and match none"),
    (Region(country="DE", postcode_from="2", postcode_to="10"), "are reversed and match none"),
    (Region(country="GB", postcode_from="SW10", postcode_to="SW9"), "are reversed and match none"),
    (Region(country="DE", postcode_from="1O115"), "1O115 is no postcode of DE, nor the beginning of one"),
    (Region(country="DE", postcode_to="101155"), "101155 is no postcode of DE, nor the beginning of one"),
    (Region(country="GB", postcode_from="???"), "??? is no postcode of GB, nor the beginning of one"),
    (Region(country="PR", postcode_from="ABC"), "ABC is no postcode of PR, nor the beginning of one"),
]


@pytest.mark.parametrize(("region", "warning"), REGIONS)
def test_a_region_that_matches_no_address_is_warned_of(region: Region, warning: str) -> None:
    ours = a_configuration(a_warehouse(regions=(region,)))

    (warned,) = ours.warnings()

    assert warned.startswith("warehouse main: ")
    assert warned.endswith(warning)


@pytest.mark.parametrize(
    "region",
    [
        Region(country="DE"),
        Region(country="UK"),
        Region(country="DE", state="BY", postcode_from="80", postcode_to="87"),
        Region(country="DE", postcode_from="1067", postcode_to="01099"),
        Region(country="DE", postcode_from="101", postcode_to="10"),
        Region(country="US", state="PR", postcode_from="006", postcode_to="009"),
        Region(country="GB", postcode_from="SW9", postcode_to="SW10"),
        Region(country="CA", postcode_from="M5V", postcode_to="M9"),
        Region(country="LV", postcode_from="LV-1001", postcode_to="1084"),
        Region(country="JP", postcode_from="100", postcode_to="〒199-9999"),
        Region(country="BR", postcode_to="39999-999"),
        Region(country="HK", postcode_from="whatever"),
    ],
)
def test_a_region_that_can_match_is_not_warned_of(region: Region) -> None:
    assert list(a_configuration(a_warehouse(regions=(region,))).warnings()) == []


def test_exclusions_of_channels_that_do_not_exist_or_are_inactive_are_warned_of() -> None:
    picky = a_warehouse(excludes=frozenset({"gone", "shop"}))

    assert list(a_configuration(picky, channel=a_channel(active=False)).warnings()) == [
        "warehouse main: it excludes channel gone, which does not exist",
        "warehouse main: it excludes channel shop, which is inactive",
    ]


def test_priorities_that_are_empty_or_name_an_inactive_warehouse_are_warned_of() -> None:
    closed, main = a_warehouse("east", active=False), a_warehouse("main")

    assert list(a_configuration(closed, main, priorities=()).warnings()) == []
    assert list(a_configuration(a_warehouse("east"), main, priorities=()).warnings()) == [
        "account: without priorities, what regions do not cover goes to the catchall main"
    ]
    assert list(a_configuration(closed, main).warnings()) == [
        "account: its priorities name a warehouse in vain: warehouse east is inactive"
    ]


def test_an_override_that_does_not_exist_is_an_error_and_no_warning() -> None:
    assert list(a_configuration(channel=a_channel(override_warehouse="gone")).warnings()) == []


@pytest.mark.parametrize("name", ["", "Main", "east coast", "-east", "öst", "x" * 41, "a/b"])
def test_an_id_is_lower_case_digits_and_dashes(name: str) -> None:
    with pytest.raises(ValidationError):
        a_warehouse(name)
    with pytest.raises(ValidationError):
        a_channel(name)


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (Region, {"country": "de"}),
        (Region, {"country": "US", "state": "Californien"}),
        (Channel, {"id": "shop", "kind": "bazaar"}),
        (Channel, {"id": "shop", "kind": "offline", "poll_minutes": 0}),
        (Channel, {"id": "shop", "kind": "generic", "base_url": "ftp://shop.example"}),
        (Channel, {"id": "shop", "kind": "offline", "ignore_before": "2026-11-23T12:00:00"}),
        (Warehouse, {"id": "main", "kind": "cellar"}),
        (Account, {"catchall": "main", "split_line": True}),
    ],
)
def test_what_cannot_be_set_up_is_refused(kind: type[Any], values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind(**values)


def test_a_configuration_survives_being_written_and_read() -> None:
    shop = a_channel(ignore_before="2026-11-23T12:00:00+01:00", override_warehouse="east")
    east = a_warehouse("east", kind="3pl", regions=(Region(country="US", state="CA"),), excludes=frozenset({"ebay"}))
    ours = a_configuration(east, a_warehouse("main"), channel=shop, split_lines=True, geo="strict")

    assert Configuration.model_validate_json(ours.model_dump_json()) == ours


GERMANY, FRANCE, BRITAIN = "A1PA6795UKMFR9", "A13V1IB3VIYZZH", "A1F83G8C2ARO7P"
AMERICA, CANADA = "ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"


def at_amazon(*marketplaces: str, seller: str = "A3TH9S8BH6GOGM", **active: bool) -> Configuration:
    """A configuration of a seller with a channel, and a warehouse of Amazon's, in each of these marketplaces."""
    ours = a_configuration(a_warehouse())
    for number, marketplace in enumerate(marketplaces):
        channel = a_channel(
            f"amazon-{number}",
            kind=ChannelKind.AMAZON,
            base_url="https://sellingpartnerapi-eu.amazon.com",
            seller=seller,
            marketplace=marketplace,
        )
        place = a_warehouse(f"fba-{number}", kind="fba", fba=FbaSettings(channel=channel.id), **active)
        ours = ours.with_channel(channel).with_warehouse(place)
    return ours


def test_stock_that_amazon_lists_for_each_marketplace_of_the_european_union_is_that_of_one_warehouse() -> None:
    [error] = wrong(at_amazon(GERMANY, FRANCE, BRITAIN))

    assert (error.field, "fba-0 has the stock of its account, too" in error.message) == ("fba.channel", True)
    assert "in the European Union is one" in error.message


def test_settings_that_make_two_quantities_of_what_amazon_has_one_of_are_warned_of() -> None:
    ours = at_amazon(GERMANY, BRITAIN)
    _, first, second = ours.channels.values()
    picky = a_warehouse(excludes={first.id})

    changed = ours.with_channel(second.replace(reserve=3, percent=90)).with_warehouse(picky)

    assert list(ours.warnings()) == list(ours.with_channel(second.replace(percent=100)).warnings())
    [warning] = {*changed.warnings()} - {*ours.warnings()}
    assert "of the same seller" in warning
    assert "reserve and percent and the warehouses that exclude it differ" in warning
    inactive = changed.with_channel(second.replace(reserve=3, active=False))
    assert [each for each in inactive.warnings() if "same seller" in each] == []


def test_amazon_does_not_ship_in_india() -> None:
    [error] = wrong(at_amazon("A21TJRUUN4KGV"))

    assert (error.field, "orders in India" in error.message) == ("fba.channel", True)


def test_stock_of_other_marketplaces_and_of_warehouses_that_are_switched_off_is_a_warehouse_s_own() -> None:
    assert wrong(at_amazon(AMERICA, CANADA)) == wrong(at_amazon(GERMANY, BRITAIN)) == []
    assert wrong(at_amazon(GERMANY, FRANCE, active=False)) == []
