"""Read orders of a channel by its ids of them, as a notification named them.

One that cannot be read now is not lost: the next poll brings it.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import httpx

from packhorse.aws.telemetry import add_metric, logger
from packhorse.channels import adapter_of
from packhorse.channels.protocol import Keys, Page, Reading
from packhorse.domain.configuration.channel import Channel
from packhorse.domain.errors import Rejected, Unavailable
from packhorse.domain.values import ChannelId
from packhorse.store import configuration
from packhorse.usecases.channel_client import client_of_channel
from packhorse.usecases.channel_keys import with_keys
from packhorse.usecases.poll import queue_page


def read_orders(channel_id: ChannelId, names: Sequence[str], now: datetime) -> int:
    """Queue orders of a channel, and return how many; the watermark of its polls stays."""
    channel = configuration.current().channels.get(channel_id)
    reading = adapter_of(channel).read if channel else None
    if channel is None or reading is None:
        logger.warning("nothing to read", extra={"channel": channel_id})
        return 0
    try:
        page = with_keys(channel, lambda keys: _read(channel, reading, keys, names))
    except (Rejected, Unavailable) as error:
        logger.warning("orders not read", extra={"channel": channel_id, "failure": type(error).__name__})
        return 0
    orders = queue_page(channel, page, now, lane=channel.id)
    add_metric("OrdersPolled", orders)
    return orders


def _read(
    channel: Channel, reading: Callable[[Channel, httpx.Client], Reading], keys: Keys, names: Sequence[str]
) -> Page:
    with client_of_channel(channel, keys) as http:
        return reading(channel, http).orders_named(names)
