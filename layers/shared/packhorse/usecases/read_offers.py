"""Read what a channel lists, and how many of each it can sell."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from packhorse.channels.protocol import Stocking
from packhorse.domain.catalogue.kits import recipe
from packhorse.domain.catalogue.offer import is_published, quantity
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.stock.goods import Place
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import catalogue, stock


class Shop(NamedTuple):
    """A channel, ready to be told and asked."""

    channel: Channel
    stocking: Stocking
    config: Configuration


def offered(shop: Shop, skus: Iterable[Sku]) -> tuple[Mapping[Sku, Listing], Mapping[Sku, int]]:
    """How the channel lists those products, and how many of each it can sell, of those that it is told of."""
    listings = catalogue.listings_on(ChannelId(shop.channel.id), skus)
    products = catalogue.with_components(listings)
    available = stock.available(places(listings, products, shop.config))
    ours = {}
    for sku, listing in listings.items():
        if sku in products and is_published(products[sku], shop.channel, shop.config):
            units = quantity(listing, available, shop.config, products)
            if units is not None:
                ours[sku] = units
    return listings, ours


def places(skus: Iterable[Sku], products: Mapping[Sku, Product], config: Configuration) -> Iterable[Place]:
    """Where the stock of those products, or of what they are made of, may be."""
    parts = {part for sku in skus for part in recipe(sku, products)}
    return [Place(part, warehouse) for part in parts for warehouse in config.warehouses]
