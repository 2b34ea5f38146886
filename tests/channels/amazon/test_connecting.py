"""Setting up Amazon, over a real socket: what lacks is named, listings come whole."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from local.world import amazon_listings
from local.world.amazon import Amazon
from packhorse.channels.amazon import sign_in
from packhorse.channels.amazon.connecting import AmazonConnecting
from packhorse.channels.amazon.seller import seller_of
from packhorse.channels.http import connect
from packhorse.channels.protocol import ListingFound
from packhorse.domain.configuration.channel import Channel
from tests.channels.amazon.shop import FRANCE, keys_of


@pytest.fixture
def seller(amazon: Amazon, channel: Channel) -> Iterator[AmazonConnecting]:
    with connect(channel, sign_in, keys_of(amazon)) as http:
        yield AmazonConnecting(seller_of(channel), http)


def test_nothing_lacks(seller: AmazonConnecting) -> None:
    assert seller.check() == ()


def test_orders_whose_addresses_are_withheld_cannot_be_imported(seller: AmazonConnecting) -> None:
    [lacking] = seller.check(datetime.now(UTC) - timedelta(days=31))

    assert "30 days" in lacking


def test_a_marketplace_that_the_seller_is_not_in_and_a_role_that_lacks(
    amazon: Amazon, seller: AmazonConnecting
) -> None:
    amazon.settings.marketplaces = [FRANCE]
    amazon.settings.roles = []

    lacking = seller.check()

    assert "marketplace A1PA6795UKMFR9" in lacking[0]
    assert "Product Listing" in lacking[1]


def test_no_webhooks_are_registered(seller: AmazonConnecting) -> None:
    seller.subscribe("https://api.example/webhooks/amazon-de", "secret")

    assert seller.subscriptions() == ()


def test_listings_by_page_with_those_that_amazon_ships(amazon: Amazon, seller: AmazonConnecting) -> None:
    names = [f"SKU-{number:03}" for number in range(45)]
    listings = [{"sku": name, "title": f"Title {name}"} for name in names]
    amazon_listings.put_listings(amazon, {}, [*listings, {"sku": "ZZ", "channel": "AMAZON_EU"}])

    found: list[ListingFound] = []
    cursor = None
    while True:
        page = seller.listings(cursor)
        found += page.items
        if (cursor := page.next) is None:
            break

    assert [each.reference for each in found] == [*names, "ZZ"]
    assert found[0] == ListingFound("SKU-000", "SKU-000", "Title SKU-000")
    assert [each.reference for each in found if each.fulfilled_by_channel] == ["ZZ"]
