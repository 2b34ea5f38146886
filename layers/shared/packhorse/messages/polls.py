"""Messages to the poll function: orders of a channel to be read."""

import json
from collections.abc import Sequence

from packhorse.aws.functions import invoke_later
from packhorse.aws.settings import settings
from packhorse.domain.values import ChannelId


def send_read(channel: ChannelId, orders: Sequence[str]) -> None:
    """Invoke the poll function to read these orders, by the channel's ids of them."""
    invoke_later(settings.poll_function, json.dumps({"channel": channel, "orders": list(orders)}))
