"""Finds out which channels are to be told of a change: the changes queue."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from packhorse import publishing
from packhorse.batch import each
from packhorse.channels import STOCKED
from packhorse.domain.configuration import Channel, Configuration
from packhorse.domain.product import Product
from packhorse.domain.publishing import is_published
from packhorse.domain.values import ChannelId, Sku
from packhorse.publishing import CHANGE, Changed, Resync, Tell
from packhorse.store import catalogue, configuration
from packhorse.telemetry import logger, metrics

PAGE = 100


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: object) -> dict[str, Any]:
    """A batch of the changes queue."""
    return each(event, partial(publish, config=configuration.current()))


def publish(body: str, config: Configuration) -> None:
    """Passes on which channel is to be told of which product."""
    news = CHANGE.validate_json(body)
    if isinstance(news, Resync):
        resync(news, config)
    elif config.account.sync:
        publishing.tell(tellings(news, config), news.burst)


def tellings(news: Changed, config: Configuration) -> Iterator[Tell]:
    """The product and all kits that hold it, on every channel that lists them."""
    for product in catalogue.products({news.sku, *catalogue.kits_with(news.sku)}).values():
        for listing in catalogue.listings(Sku(product.sku)):
            channel = config.channels.get(ChannelId(listing.channel))
            if channel and can_be_told(product, channel, config) and not listing.fulfilled_by_channel:
                yield Tell(channel=channel.id, sku=Sku(product.sku), at=news.at)


def can_be_told(product: Product, channel: Channel, config: Configuration) -> bool:
    """Whether the switches are on, and the channel is of a kind that listens."""
    return channel.kind in STOCKED and is_published(product, channel, config)


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
    publishing.tell(wanted, news.event)
    last = listings[-1].sku
    publishing.resync(ChannelId(channel.id), news.event, news.at, forced=news.forced, after=last)
