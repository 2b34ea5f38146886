"""Plan publishing: find the channels that list what changed, and queue a publish for each."""

from collections.abc import Callable, Iterator

from packhorse.aws.telemetry import logger
from packhorse.channels import adapter_of
from packhorse.domain.catalogue.offer import is_published
from packhorse.domain.catalogue.product import Product
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.configuration.configuration import Configuration
from packhorse.domain.values import ChannelId, Sku
from packhorse.messages.changes import Burst, ChangeMessage, ProductChanged, ResyncChannel, send_change
from packhorse.messages.channels import PublishQuantity, send_quantities
from packhorse.store import catalogue, listings

FAN_OUT_PAGE = 100
FAN_OUT_MARGIN = 30.0
"""Seconds that a page takes at most."""


def fan_out(message: ChangeMessage, config: Configuration, remaining: Callable[[], float]) -> None:
    """Send a message to the channels queue for each channel and product that the change affects."""
    if isinstance(message, ResyncChannel):
        fan_out_in_time(message, config, remaining)
    elif isinstance(message, Burst):
        fan_out_burst(message, config, remaining)
    elif config.account.sync:
        send_quantities(quantity_messages(message, config), message.burst)


def fan_out_burst(burst: Burst, config: Configuration, remaining: Callable[[], float]) -> None:
    """Fan out every change; one that fails is retried by an invocation of its own and does not delay the others.

    Changes that come too late are left to another invocation: a component may be in many kits. If all fail, raise the
    first error: Lambda retries the whole burst.
    """
    failed = []
    for place, change in enumerate(burst.changes):
        if place and remaining() < FAN_OUT_MARGIN:
            send_change(burst.replace(changes=burst.changes[place:]))
            break
        try:
            fan_out(change, config, remaining)
        except Exception as error:
            logger.exception("change not published", extra={"sku": change.sku})
            failed.append((change, error))
    if failed and len(failed) == len(burst.changes):
        raise failed[0][1]
    for change, _ in failed:
        send_change(change)


def quantity_messages(message: ProductChanged, config: Configuration) -> Iterator[PublishQuantity]:
    """Yield a message for the product and each kit that holds it, on every channel that lists them."""
    for product in catalogue.find_products({message.sku, *catalogue.kits_with(message.sku)}).values():
        for listing in listings.listings_of(Sku(product.sku)):
            channel = config.channels.get(ChannelId(listing.channel))
            if channel and can_publish(product, channel, config) and not listing.fulfilled_by_channel:
                yield PublishQuantity(channel=channel.id, sku=Sku(product.sku), at=message.at)


def can_publish(product: Product, channel: Channel, config: Configuration) -> bool:
    """Return whether the `sync` switches are on, and the channel is of a kind that takes quantities."""
    return adapter_of(channel).stock is not None and is_published(product, channel, config)


def fan_out_in_time(message: ResyncChannel, config: Configuration, remaining: Callable[[], float]) -> None:
    """Fan out the channel's listings page by page; before the deadline send a message for the rest.

    An invocation for each page would multiply where answers of Lambda are lost: each repeats all pages behind it.
    """
    rest = fan_out_page(message, config)
    while rest and remaining() >= FAN_OUT_MARGIN:
        rest = fan_out_page(rest, config)
    if rest:
        send_change(rest)


def fan_out_page(message: ResyncChannel, config: Configuration) -> ResyncChannel | None:
    """Fan out a page of the channel's listings; return the message for the next page, None behind the last."""
    page = listings.listing_page(ChannelId(message.channel), message.after, FAN_OUT_PAGE)
    channel = config.channels.get(ChannelId(message.channel))
    if not page or channel is None:
        return None
    products = catalogue.find_products(Sku(listing.sku) for listing in page)
    wanted = [
        PublishQuantity(channel=channel.id, sku=sku, forced=message.forced, at=message.at)
        for sku, product in products.items()
        if can_publish(product, channel, config)
    ]
    send_quantities(wanted, message.event)
    return message.replace(after=page[-1].sku)
