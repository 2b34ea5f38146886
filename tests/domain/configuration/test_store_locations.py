"""Which location of a shop offers the stock of which warehouse."""

from typing import Any

import pytest
from pydantic import ValidationError

from packhorse.domain.configuration.channel import Channel, ChannelKind
from packhorse.domain.configuration.configuration import Configuration
from simulation.builders import a_channel, a_configuration, a_warehouse

EAST = {"east": "gid://shopify/Location/2"}


def ours(channel: Channel, **east: Any) -> Configuration:
    return a_configuration(a_warehouse("east", **east), a_warehouse("main"), channel=channel)


def a_store(**settings: Any) -> Channel:
    return a_channel("shop", ChannelKind.SHOPIFY, **{"location": "1", "locations": EAST, **settings})


def test_a_location_with_and_without_its_path_is_one_place() -> None:
    store = a_store(locations={**EAST, "north": "2", "main": "gid://shopify/Location/1"})

    assert store.places == ("", "2")
    assert [store.place_of(name) for name in ("east", "north", "main", "south")] == ["2", "2", "", ""]
    assert [store.location_of(name) for name in ("east", "south")] == ["2", "1"]


def test_a_parcel_that_left_any_of_the_locations_is_of_the_channel() -> None:
    assert [a_store().is_place(each) for each in ("gid://shopify/Location/1", "2", "3")] == [True, True, False]
    assert a_channel("shop", ChannelKind.SHOPIFY).is_place("3")


@pytest.mark.parametrize("location", ["", "gid://shopify/Location/", "2 "])
def test_a_location_without_a_number_is_refused(location: str) -> None:
    with pytest.raises(ValidationError):
        a_store(locations={"east": location})


@pytest.mark.parametrize(
    ("channel", "field", "text"),
    [
        (a_store(location=None), "location", "beside `locations` it needs a `location`"),
        (a_store(locations={"west": "2"}), "locations.west", "there is no warehouse west"),
        (
            a_channel("shop", ChannelKind.GENERIC, base_url="https://shop.example", location="1", locations=EAST),
            "locations",
            "a channel of kind generic has no locations",
        ),
    ],
)
def test_locations_that_do_not_fit_are_errors(channel: Channel, field: str, text: str) -> None:
    [error] = ours(channel).errors()

    assert (error.field, text in error.message) == (field, True)


@pytest.mark.parametrize(
    ("channel", "east", "reason"),
    [
        (a_store(), {}, None),
        (a_store(override_warehouse="east"), {"counts_for_sync": False}, None),
        (a_store(), {"active": False}, "it is inactive"),
        (a_store(), {"counts_for_sync": False}, "its stock does not count (`counts_for_sync`)"),
        (a_store(), {"excludes": {"shop"}}, "it excludes the channel"),
        (a_store(override_warehouse="main"), {}, "all is shipped by the override warehouse main"),
    ],
)
def test_a_warehouse_with_a_location_that_is_offered_nothing_of_it_is_a_warning(
    channel: Channel, east: dict[str, Any], reason: str | None
) -> None:
    expected = [f"channel shop: its locations name warehouse east in vain: {reason}"] if reason else []

    assert [each for each in ours(channel, **east).warnings() if "locations" in each] == expected
