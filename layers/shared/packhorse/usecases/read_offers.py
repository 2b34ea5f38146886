"""Read what a channel lists, and how many of each it can sell."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from packhorse.channels.protocol import Publishing
from packhorse.domain.catalogue.kits import recipe
from packhorse.domain.catalogue.offer import is_published, quantity_to_publish
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import catalogue, stock


class ConnectedChannel(NamedTuple):
    """A channel, ready to be told and asked."""

    channel: Channel
    stocking: Publishing
    config: Configuration


def quantities_to_publish(
    shop: ConnectedChannel, skus: Iterable[Sku]
) -> tuple[Mapping[Sku, Listing], Mapping[Sku, int]]:
    """How the channel lists those products, and how many of each it can sell, of those that it is told of."""
    listings = catalogue.listings_on(ChannelId(shop.channel.id), skus)
    products = catalogue.with_components(listings)
    available = stock.available(shelves_behind(listings, products, shop.config))
    ours = {}
    for sku, listing in listings.items():
        if sku in products and is_published(products[sku], shop.channel, shop.config):
            units = quantity_to_publish(listing, available, shop.config, products)
            if units is not None:
                ours[sku] = units
    return listings, ours


def shelves_behind(skus: Iterable[Sku], products: Mapping[Sku, Product], config: Configuration) -> Iterable[Shelf]:
    """Where the stock of those products, or of what they are made of, may be."""
    parts = {part for sku in skus for part in recipe(sku, products)}
    return [Shelf(part, warehouse) for part in parts for warehouse in config.warehouses]
