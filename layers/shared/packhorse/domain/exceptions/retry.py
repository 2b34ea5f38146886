"""Retries of exceptions: what each does and needs, and advice, which names one."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Retry(StrEnum):
    """What a retry of an exception does."""

    MESSAGE = "message"
    """Send the stored message to the queue or function that it came from, byte for byte."""
    PAYLOAD = "payload"
    """Read the stored payload with its channel's adapter again, and send its order to the orders queue."""
    READING = "reading"
    """Poll the channel, and read the order by its id there."""
    POLL = "poll"
    """Poll the channel again."""
    ORDER = "order"
    """Advance the order."""
    LISTING = "listing"
    """Publish the product's quantity to the channel again."""
    LISTINGS = "listings"
    """Publish all listings of the channel, whatever it confirmed."""
    NOTICES = "notices"
    """Notify the order's channel again of all that it is owed."""
    STOCK = "stock"
    """Publish what channels have not confirmed, and serve all backorders."""
    AMAZON_STOCK = "amazon_stock"
    """Set the stock of a warehouse that Amazon ships from by Amazon's numbers, however far they are from ours."""
    WAITING = "waiting"
    """Advance the orders that wait for a listing."""


class Advice(NamedTuple):
    """What a person should do, what a retry does (None: it cannot help), and whether a person may dismiss it."""

    action: str
    retry: Retry | None = None
    dismissible: bool = True


NEEDED: Mapping[Retry, tuple[str, ...]] = {
    Retry.MESSAGE: ("raw", "queue"),
    Retry.PAYLOAD: ("raw", "channel", "headers"),
    Retry.READING: ("channel", "channel_order_id"),
    Retry.POLL: ("channel",),
    Retry.ORDER: ("order",),
    Retry.LISTING: ("channel", "sku"),
    Retry.LISTINGS: ("channel",),
    Retry.NOTICES: ("order",),
    Retry.STOCK: (),
    Retry.AMAZON_STOCK: ("warehouse",),
    Retry.WAITING: ("channel",),
}
"""Fields of an exception without which it cannot be retried."""
