"""How many units of a listing a channel is told that it can sell."""

from collections.abc import Iterable, Mapping

from packhorse.domain.catalogue.kits import Catalogue, makeable, recipe
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import ChannelId, Sku, WarehouseId

QUANTITY_FIELDS = ("kind", "reserve", "pinned_warehouse", "components")
"""What of a product decides what channels are told, beside its stock."""


def quantity_to_publish(
    listing: Listing, available: Goods, configuration: Configuration, products: Catalogue
) -> int | None:
    """What the channel is told; None where it is told nothing, as it ships the listing itself.

    `available` holds the stock of the product, or of all that a kit takes, in every warehouse; `products` the same.
    """
    if listing.fulfilled_by_channel:
        return None
    if listing.always_use_max:
        return listing.max_quantity
    channel = configuration.channels[ChannelId(listing.channel)]
    product = products[Sku(listing.sku)]
    base = sum(
        units_at(product, warehouse, available, products)
        for warehouse in counted_warehouses(product, channel, configuration)
    )
    offered = base - product.reserve - channel.reserve
    if channel.percent is not None:
        offered = offered * channel.percent // 100
    return max(0, min(offered, listing.max_quantity))


def counted_warehouses(product: Product, channel: Channel, configuration: Configuration) -> Iterable[WarehouseId]:
    """The warehouses whose stock the channel can sell; the one that all its orders go to, whether it counts or not."""
    active = {name: warehouse for name, warehouse in configuration.warehouses.items() if warehouse.active}
    for named in (channel.override_warehouse, product.pinned_warehouse):
        if named and WarehouseId(named) in active:
            return (WarehouseId(named),)
    return [name for name, place in active.items() if place.counts_for_sync and channel.id not in place.excludes]


def units_at(product: Product, warehouse: WarehouseId, available: Goods, products: Catalogue) -> int:
    """Units of the product in a warehouse; of a kit, how many could be made there."""
    if not product.is_kit:
        return available[Shelf(Sku(product.sku), warehouse)]
    taken = recipe(Sku(product.sku), products)
    stock: Mapping[Sku, int] = {sku: available[Shelf(sku, warehouse)] for sku in taken}
    return makeable(taken, stock, {sku: products[sku].reserve for sku in taken if sku in products})


def is_published(product: Product, channel: Channel, configuration: Configuration) -> bool:
    """Whether the channel is told of changes to the product's stock by itself."""
    return configuration.account.sync and product.sync and channel.active


def changes_quantity(old: Product, new: Product) -> bool:
    """Whether channels are told anew of a product that changed; where `sync` goes on that tells nobody anything."""
    return any(getattr(old, name) != getattr(new, name) for name in QUANTITY_FIELDS)


def quantity_inputs(channel: Channel, configuration: Configuration) -> tuple[object, ...]:
    """All of the configuration that decides what is told, and where; where it changed, the channel is told anew."""
    counted_or_named = [
        (name, place.active, place.counts_for_sync and channel.id not in place.excludes)
        for name, place in sorted(configuration.warehouses.items())
    ]
    own = (channel.active, channel.base_url, channel.location)
    return (*own, channel.override_warehouse, channel.reserve, channel.percent, *counted_or_named)


def publish_target(listing: Listing, channel: Channel) -> str:
    """Where the number of a listing is set: in which shop, where in it, and under what reference."""
    return f"{channel.base_url or ''} {channel.location or ''} {listing.reference}"
