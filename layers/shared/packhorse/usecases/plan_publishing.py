"""Plan publishing: find the channels that list what changed, and queue a publish for each."""

from collections.abc import Iterator

from packhorse.aws.telemetry import logger
from packhorse.channels import adapter_of
from packhorse.domain.catalogue.offer import is_published
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.changes import Burst, ChangeMessage, ProductChanged, ResyncChannel, send_change, send_resync
from packhorse.messages.quantities import PublishQuantity, send_quantities
from packhorse.store import catalogue

FAN_OUT_PAGE = 100


def fan_out(news: ChangeMessage, config: Configuration) -> None:
    """Send to the quantities queue which channel is to be told of which product."""
    if isinstance(news, ResyncChannel):
        fan_out_page(news, config)
    elif isinstance(news, Burst):
        fan_out_burst(news, config)
    elif config.account.sync:
        send_quantities(quantity_messages(news, config), news.burst)


def fan_out_burst(burst: Burst, config: Configuration) -> None:
    """Fan out every change; one that fails is retried by an invocation of its own and keeps none of the others waiting.

    Where all fail the whole burst is Lambda's to retry.
    """
    failed = []
    for news in burst.changes:
        try:
            fan_out(news, config)
        except Exception as error:
            logger.exception("change not published", extra={"sku": news.sku})
            failed.append((news, error))
    if failed and len(failed) == len(burst.changes):
        raise failed[0][1]
    for news, _ in failed:
        send_change(news)


def quantity_messages(news: ProductChanged, config: Configuration) -> Iterator[PublishQuantity]:
    """The product and all kits that hold it, on every channel that lists them."""
    for product in catalogue.find_products({news.sku, *catalogue.kits_with(news.sku)}).values():
        for listing in catalogue.listings_of(Sku(product.sku)):
            channel = config.channels.get(ChannelId(listing.channel))
            if channel and can_publish(product, channel, config) and not listing.fulfilled_by_channel:
                yield PublishQuantity(channel=channel.id, sku=Sku(product.sku), at=news.at)


def can_publish(product: Product, channel: Channel, config: Configuration) -> bool:
    """Whether the switches are on, and the channel is of a kind that listens."""
    return adapter_of(channel).stock is not None and is_published(product, channel, config)


def fan_out_page(news: ResyncChannel, config: Configuration) -> None:
    """A page of what the channel lists, and a message for the next."""
    listings = catalogue.listing_page(ChannelId(news.channel), news.after, FAN_OUT_PAGE)
    channel = config.channels.get(ChannelId(news.channel))
    if not listings or channel is None:
        return
    products = catalogue.find_products(Sku(listing.sku) for listing in listings)
    wanted = [
        PublishQuantity(channel=channel.id, sku=sku, forced=news.forced, at=news.at)
        for sku, product in products.items()
        if can_publish(product, channel, config)
    ]
    send_quantities(wanted, news.event)
    last = listings[-1].sku
    send_resync(ChannelId(channel.id), news.event, news.at, forced=news.forced, after=last)
