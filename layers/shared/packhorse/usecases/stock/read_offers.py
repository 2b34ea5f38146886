"""Read the listings of a channel, and the quantity of each that it can sell."""

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from packhorse.channels.protocol import Publishing, Quantity
from packhorse.domain.catalogue.kits import recipe
from packhorse.domain.catalogue.offer import is_published, quantities_by_place
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.stock.goods import Shelf
from packhorse.domain.values import ChannelId, Sku
from packhorse.store import catalogue, listings, stock
from packhorse.store.published import PublishedQuantity


class ConnectedChannel(NamedTuple):
    """A channel with what can publish and read the quantities of each of its places."""

    channel: Channel
    places: Mapping[str, Publishing]
    config: Configuration


class WantedQuantities(NamedTuple):
    """Quantities to set at a place of the channel, under which target each, and what was published there last."""

    place: str
    quantities: Mapping[Sku, Quantity]
    targets: Mapping[Sku, str]
    last: Mapping[Sku, PublishedQuantity]

    def only(self, skus: Collection[Sku]) -> "WantedQuantities":
        """Return what is wanted of some of the products."""
        return self._replace(quantities={sku: self.quantities[sku] for sku in skus if sku in self.quantities})

    def without(self, skus: Collection[Sku]) -> "WantedQuantities":
        """Return what is wanted of the other products."""
        return self._replace(quantities={sku: each for sku, each in self.quantities.items() if sku not in skus})

    def failures_of(self, sku: Sku) -> int:
        """Return how often the channel has failed at a product here since it last answered."""
        return self.last[sku].failures if sku in self.last else 0


def quantities_to_publish(
    connected: ConnectedChannel, skus: Iterable[Sku]
) -> tuple[Mapping[Sku, Listing], Mapping[str, Mapping[Sku, int]]]:
    """Return the channel's listings of those products, and by place the quantity of each that is to be published."""
    listed = listings.listings_on(ChannelId(connected.channel.id), skus)
    products = catalogue.with_components(listed)
    available = stock.sellable(shelves_behind(listed, products, connected.config))
    ours: dict[str, dict[Sku, int]] = {place: {} for place in connected.channel.places}
    for sku, listing in listed.items():
        if sku in products and is_published(products[sku], connected.channel, connected.config):
            for place, units in quantities_by_place(listing, available, connected.config, products).items():
                ours[place][sku] = units
    return listed, ours


def shelves_behind(skus: Iterable[Sku], products: Mapping[Sku, Product], config: Configuration) -> Iterable[Shelf]:
    """Return the shelves of those products, or of the components of kits, in every warehouse."""
    parts = {part for sku in skus for part in recipe(sku, products)}
    return [Shelf(part, warehouse) for part in parts for warehouse in config.warehouses]
