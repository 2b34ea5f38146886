"""Advice on exceptions by cause: what a person should do, and what a retry does.

A cause without an entry gets the general advice and can be dismissed.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from packhorse.domain.values import Value


class Retry(StrEnum):
    """What trying again is."""

    MESSAGE = "message"
    """The message that is kept goes back to the queue that it came from, byte for byte."""
    PAYLOAD = "payload"
    """The payload that is kept is read again by its channel's adapter, and what it says is handed over."""
    POLL = "poll"
    """The channel is polled again."""
    ORDER = "order"
    """Advance the order."""
    LISTING = "listing"
    """Publish the product's quantity to the channel again."""
    LISTINGS = "listings"
    """Publish all listings of the channel, whatever it confirmed."""
    STOCK = "stock"
    """Publish what channels have not confirmed, and serve all backorders."""


class Advice(NamedTuple):
    """What a person should do, what trying again is (None: it cannot help), and whether it may just be put away."""

    action: str
    retry: Retry | None = None
    dismissible: bool = True


ADVICE: Mapping[str, Advice] = {
    "dead_letter": Advice("Find in the logs of that time why it failed, mend that, then retry.", Retry.MESSAGE),
    "poll_failed": Advice("Check the channel's address and credentials; the next poll that works ends it.", Retry.POLL),
    "unreadable_order": Advice("Have the order mended in the channel, or the adapter, then retry.", Retry.PAYLOAD),
    "unknown_channel": Advice("Set the channel up, then retry.", Retry.MESSAGE),
    "order_rejected": Advice("Map its lines to products, then retry.", Retry.MESSAGE),
    "order_exists": Advice("Place it again, under an id that its channel has no order of."),
    "unmatched_sku": Advice(
        "Map the channel's listing to a product: the order then goes on by itself. Or cancel the order.",
        Retry.ORDER,
        dismissible=False,
    ),
    "excluded_warehouse": Advice(
        "Move the line to another warehouse, or change what excludes this one and retry. Or cancel the order.",
        Retry.ORDER,
        dismissible=False,
    ),
    "overdue": Advice("Ask the warehouse; enter the tracking if it has shipped.", Retry.ORDER),
    "shipment_refused": Advice("Compare the parcel with the order, and enter the tracking by hand."),
    "overshipped": Advice("More left than was ordered: count the shelf, and settle it with the customer."),
    "cancelled_after_shipping": Advice("Stop the parcel if that is still possible, or wait for the return."),
    "edited_after_shipping": Advice("Settle with the customer what has shipped already."),
    "shipped_after_cancellation": Advice("Find out what left: count the shelf, and settle it with the channel."),
    "push_rejected": Advice("Mend the listing in the channel, or how it is mapped, then retry.", Retry.LISTING),
    "drift": Advice("Find out who else sets the channel's numbers; retrying sets ours.", Retry.LISTINGS),
    "changes_missed": Advice("Find in the logs of that time why changes of stock were not heard.", Retry.STOCK),
    "ledger_differs": Advice(
        "Have the balance or the ledger mended in the tables, then count the shelf; a count alone changes both, and "
        "leaves the difference. The audit that finds them equal ends it."
    ),
    "order_differs": Advice(
        "Compare the order with the movements of its skus, and have what is wrong mended in the tables; setting stock "
        "does not help. The audit that finds them in order ends it."
    ),
}

GENERAL = Advice("Look at what it concerns, and dismiss it once it is dealt with.")

NEEDED: Mapping[Retry, tuple[str, ...]] = {
    Retry.MESSAGE: ("raw", "queue"),
    Retry.PAYLOAD: ("raw", "channel", "headers"),
    Retry.POLL: ("channel",),
    Retry.ORDER: ("order",),
    Retry.LISTING: ("concerns",),
    Retry.LISTINGS: ("concerns",),
    Retry.STOCK: (),
}
"""The fields that an exception needs so that it can be retried."""


class Origin(Value):
    """Where it came from, as far as trying again must know: a queue of ours and the group in it, or a channel.

    `headers` are those that say what a payload is about.
    """

    queue: str = ""
    group: str = ""
    channel: str = ""
    headers: Mapping[str, str] = {}


def advice_on(cause: str) -> Advice:
    """Return the advice on a cause.

    >>> advice_on("something new").retry is None
    True
    """
    return ADVICE.get(cause, GENERAL)


def can_be_retried(cause: str, concerns: str, raw: str, order: str | None, origin: Origin) -> bool:
    """Return whether a retry can help and has all that it needs."""
    retry = advice_on(cause).retry
    known = {"concerns": concerns, "raw": raw, "order": order, **dict(origin)}
    return retry is not None and all(known[name] for name in NEEDED[retry])
