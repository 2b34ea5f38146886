"""Plan publishing: find the channels that list what changed, and queue a publish for each."""

from collections.abc import Iterator

from packhorse.channels import adapter_of
from packhorse.domain.catalogue.offer import is_published
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.changes import CHANGE, Changed, Resync, request_resync
from packhorse.messages.quantities import Tell, request_publish
from packhorse.store import catalogue

PAGE = 100


def publish(body: str, config: Configuration) -> None:
    """Passes on which channel is to be told of which product."""
    news = CHANGE.validate_json(body)
    if isinstance(news, Resync):
        resync(news, config)
    elif config.account.sync:
        request_publish(tellings(news, config), news.burst)


def tellings(news: Changed, config: Configuration) -> Iterator[Tell]:
    """The product and all kits that hold it, on every channel that lists them."""
    for product in catalogue.products({news.sku, *catalogue.kits_with(news.sku)}).values():
        for listing in catalogue.listings(Sku(product.sku)):
            channel = config.channels.get(ChannelId(listing.channel))
            if channel and can_be_told(product, channel, config) and not listing.fulfilled_by_channel:
                yield Tell(channel=channel.id, sku=Sku(product.sku), at=news.at)


def can_be_told(product: Product, channel: Channel, config: Configuration) -> bool:
    """Whether the switches are on, and the channel is of a kind that listens."""
    return adapter_of(channel).stock is not None and is_published(product, channel, config)


def resync(news: Resync, config: Configuration) -> None:
    """A page of what the channel lists, and a message for the next."""
    listings = catalogue.page_of_listings(ChannelId(news.channel), news.after, PAGE)
    channel = config.channels.get(ChannelId(news.channel))
    if not listings or channel is None:
        return
    products = catalogue.products(Sku(listing.sku) for listing in listings)
    wanted = [
        Tell(channel=channel.id, sku=sku, forced=news.forced, at=news.at)
        for sku, product in products.items()
        if can_be_told(product, channel, config)
    ]
    request_publish(wanted, news.event)
    last = listings[-1].sku
    request_resync(ChannelId(channel.id), news.event, news.at, forced=news.forced, after=last)
