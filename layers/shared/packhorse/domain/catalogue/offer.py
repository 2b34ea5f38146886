"""The quantity of a listing that is published to its channel."""

from collections.abc import Container, Iterable, Mapping

from packhorse.domain.catalogue.kits import Catalogue, makeable, recipe
from packhorse.domain.catalogue.product import Listing, Product
from packhorse.domain.configuration.channel import MAIN, Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.spreading import spread
from packhorse.domain.stock.goods import Goods, Shelf
from packhorse.domain.values import ChannelId, Sku, WarehouseId, iso

QUANTITY_FIELDS = ("kind", "reserve", "pinned_warehouse", "components")
"""Fields of a product that change the published quantity, beside its stock."""


def quantity_to_publish(
    listing: Listing, available: Goods, configuration: Configuration, products: Catalogue
) -> int | None:
    """Return the quantity to publish; None if the channel ships the listing itself.

    `available` and `products` hold the product, or all that a kit takes, in every warehouse.
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


def quantities_by_place(
    listing: Listing, available: Goods, configuration: Configuration, products: Catalogue
) -> Mapping[str, int]:
    """Return the quantity to publish at each place of the channel; none if the channel ships the listing itself.

    The sum is what the channel is offered: what is held back is held back at each place by its share of the stock.
    """
    offered = quantity_to_publish(listing, available, configuration, products)
    if offered is None:
        return {}
    channel = configuration.channels[ChannelId(listing.channel)]
    if channel.places == (MAIN,):
        return {MAIN: offered}
    product = products[Sku(listing.sku)]
    stock = dict.fromkeys(channel.places, 0)
    for warehouse in counted_warehouses(product, channel, configuration):
        stock[channel.place_of(warehouse)] += units_at(product, warehouse, available, products)
    weights = [max(0, units) for units in stock.values()]
    if not any(weights):  # always_use_max: more is offered than there is
        return {**dict.fromkeys(stock, 0), MAIN: offered}
    return dict(zip(stock, spread(offered, weights), strict=True))


def counted_warehouses(product: Product, channel: Channel, configuration: Configuration) -> Iterable[WarehouseId]:
    """Return the warehouses whose stock the channel can sell.

    An override or pin is the only one, whether it counts or not.
    """
    active = {name: warehouse for name, warehouse in configuration.warehouses.items() if warehouse.active}
    for named in (channel.override_warehouse, product.pinned_warehouse):
        if named and WarehouseId(named) in active:
            return (WarehouseId(named),)
    return [name for name, each in active.items() if each.counts_for_sync and channel.id not in each.excludes]


def units_at(product: Product, warehouse: WarehouseId, available: Goods, products: Catalogue) -> int:
    """Return the available units of the product in a warehouse; of a kit, how many could be made there."""
    if not product.is_kit:
        return available[Shelf(Sku(product.sku), warehouse)]
    taken = recipe(Sku(product.sku), products)
    stock: Mapping[Sku, int] = {sku: available[Shelf(sku, warehouse)] for sku in taken}
    return makeable(taken, stock, {sku: products[sku].reserve for sku in taken if sku in products})


def is_published(product: Product, channel: Channel, configuration: Configuration) -> bool:
    """Return whether changes of the product's stock are published to the channel without a request."""
    return configuration.account.sync and product.sync and channel.active


def changes_quantity(old: Product, new: Product) -> bool:
    """Return whether a changed product is published again; switching `sync` on publishes nothing."""
    return any(getattr(old, name) != getattr(new, name) for name in QUANTITY_FIELDS)


def quantity_inputs(
    channel: Channel, configuration: Configuration, existing: Container[WarehouseId]
) -> tuple[object, ...]:
    """Return every setting that decides what is published and where.

    The channel is resynced when one of them changes. A warehouse that is not among `existing` is none of them as long
    as its stock does not count: no product is pinned to it.
    """
    counts = {
        name: warehouse.counts_for_sync and channel.id not in warehouse.excludes
        for name, warehouse in sorted(configuration.warehouses.items())
    }
    counted_or_named = [
        (name, warehouse.active, counts[name])
        for name, warehouse in sorted(configuration.warehouses.items())
        if name in existing or (warehouse.active and counts[name])
    ]
    life = (channel.active, channel.active_since, channel.awaits_connection)
    own = (*life, channel.base_url, channel.location, *sorted(channel.locations.items()))
    return (*own, channel.override_warehouse, channel.reserve, channel.percent, *counted_or_named)


def publish_target(listing: Listing, channel: Channel) -> str:
    """Return where the quantity of a listing is set: the shop, the location in it, the reference, and in which life.

    While it was inactive, or removed, others may have set it.
    """
    place = f"{channel.base_url or ''} {channel.location or ''} {listing.reference}"
    return f"{place} since {iso(channel.active_since)}" if channel.active_since else place
