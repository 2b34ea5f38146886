"""Quantities at Amazon, over a real socket: each listing by itself; accepted first, shown later."""

from collections.abc import Iterator
from typing import Any

import pytest

from local.world import amazon_listings
from local.world.amazon import Amazon, Settings
from local.world.failures import Failure
from packhorse.channels.amazon import sign_in
from packhorse.channels.amazon.seller import seller_of
from packhorse.channels.amazon.stock import AmazonStock
from packhorse.channels.http import connect
from packhorse.channels.protocol import Quantity
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import CredentialsRefused, Unavailable
from tests.channels.amazon.shop import GERMANY, keys_of
from tests.channels.setting import set_all

MUG, TOWEL, BY_AMAZON = "Mug-Blue ", "TOWEL/XL #2", "LAMP"
SELLER, IN_GERMANY = Settings().seller, {"marketplaceIds": [GERMANY]}


@pytest.fixture
def shelf(amazon: Amazon, channel: Channel) -> Iterator[AmazonStock]:
    listings: list[dict[str, Any]] = [
        {"sku": MUG},
        {"sku": TOWEL},
        {"sku": BY_AMAZON, "channel": "AMAZON_EU", "quantity": 9},
    ]
    amazon_listings.put_listings(amazon, {}, listings)
    with connect(channel, sign_in, keys_of(amazon)) as http:
        yield AmazonStock(seller_of(channel), http)


def availability(amazon: Amazon, sku: str) -> Any:
    """Return the availability of a listing as its seller gave it."""
    query = {**IN_GERMANY, "includedData": ["attributes"]}
    _, item = amazon_listings.get_item(amazon, query, None, SELLER, sku)
    assert isinstance(item, dict)
    return item["attributes"]["fulfillment_availability"][0]


def wanted(*quantities: tuple[str, int]) -> list[Quantity]:
    return [Quantity(sku, quantity, None, f"k-{sku}") for sku, quantity in quantities]


def test_quantities_are_set_by_sku_as_it_is(amazon: Amazon, shelf: AmazonStock) -> None:
    answers = set_all(shelf, wanted((MUG, 7), (TOWEL, 0)))

    assert answers == {MUG: None, TOWEL: None}
    assert shelf.quantities([MUG, TOWEL, "none"]) == {MUG: 7, TOWEL: 0}


def test_a_quantity_leaves_handling_time_and_restock_date(amazon: Amazon, shelf: AmazonStock) -> None:
    optional = {"lead_time_to_ship_max_days": 12, "restock_date": "2026-12-24"}
    amazon.put_listing({"sku": MUG, **optional})

    assert set_all(shelf, wanted((MUG, 7))) == {MUG: None}

    assert availability(amazon, MUG) == {"fulfillment_channel_code": "DEFAULT", "quantity": 7, **optional}


def test_the_simulated_amazon_drops_what_a_replaced_availability_lacks(amazon: Amazon) -> None:
    amazon.put_listing({"sku": MUG, "lead_time_to_ship_max_days": 12, "restock_date": "2026-12-24"})
    value = {"fulfillment_channel_code": "DEFAULT", "quantity": 7, "lead_time_to_ship_max_days": 3}
    patch = {"op": "replace", "path": amazon_listings.AVAILABILITY, "value": [value]}

    amazon_listings.patch_item(amazon, IN_GERMANY, {"productType": "PRODUCT", "patches": [patch]}, SELLER, MUG)

    assert availability(amazon, MUG) == value


def test_one_refusal_does_not_affect_the_others(shelf: AmazonStock) -> None:
    answers = set_all(shelf, wanted(("none", 1), (BY_AMAZON, 2), (MUG, 3)))

    assert {name: answer is None for name, answer in answers.items()} == {"none": False, BY_AMAZON: False, MUG: True}
    assert "does not exist" in str(answers["none"])
    assert shelf.quantities([MUG, BY_AMAZON]) == {MUG: 3}


def test_what_is_accepted_shows_later(amazon: Amazon, shelf: AmazonStock) -> None:
    amazon.settings.live_after = 60

    assert set_all(shelf, wanted((MUG, 7))) == {MUG: None}
    assert shelf.quantities([MUG]) == {MUG: 0}


@pytest.mark.parametrize("failure", [Failure(429), Failure(503), Failure(0), Failure(200, text="[]")])
def test_a_busy_amazon_is_asked_later(amazon: Amazon, shelf: AmazonStock, failure: Failure) -> None:
    amazon.failures.append(failure)

    with pytest.raises(Unavailable):
        set_all(shelf, wanted((MUG, 7)))


def test_a_listing_that_amazon_denies_stops_no_other(amazon: Amazon, shelf: AmazonStock) -> None:
    amazon.failures.append(Failure(403))

    answers = set_all(shelf, wanted((MUG, 7), (TOWEL, 3)))

    assert (type(answers[MUG]), answers[TOWEL]) == (CredentialsRefused, None)
