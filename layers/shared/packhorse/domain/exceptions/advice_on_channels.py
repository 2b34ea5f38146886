"""Advice on what channels cannot read, refuse or request."""

from collections.abc import Mapping

from packhorse.domain.exceptions.retry import Advice, Retry
from packhorse.domain.problem import Cause

ADVICE: Mapping[str, Advice] = {
    Cause.POLL_FAILED: Advice(
        "Check the channel's address and credentials; the next poll that works ends it.", Retry.POLL
    ),
    Cause.CREDENTIALS_REFUSED: Advice(
        "Give the channel new credentials (PUT /channels/<id>): its quantities, which wait, are then published. "
        "The next call that it accepts ends this, too.",
        Retry.LISTINGS,
    ),
    Cause.UNREADABLE_ORDER: Advice(
        "Correct in the channel what the message names: the order's next message then ends this. A retry reads the "
        "stored payload again, which helps only after an update of Packhorse.",
        Retry.PAYLOAD,
    ),
    Cause.ORDER_NOT_READ: Advice(
        "Look at the order in the channel, and correct there what the message names, or the rights of the credentials; "
        "then retry. Each poll reads it again, too; it ends once the order is read, or is dismissed.",
        Retry.READING,
    ),
    Cause.UNKNOWN_CHANNEL: Advice("Set the channel up, then retry.", Retry.MESSAGE),
    Cause.UNMATCHED_LISTING: Advice(
        "Map the listing to a product (PUT /products/{sku}/listings/{channel}): all orders that wait for it then go on "
        "by themselves. A product has one listing in a channel: mapping replaces it, and the one before gets no "
        "quantity any more. A reference that cannot be the sku of a product is listed under another sku.",
        Retry.WAITING,
        dismissible=False,
    ),
    Cause.WEBHOOKS_LOST: Advice(
        "Correct what the message names in the channel, or enter the url of its webhooks there by hand; the hourly "
        "look at webhooks that finds them ends this. Until then polls bring its orders."
    ),
    Cause.PUSH_REJECTED: Advice("Correct the listing in the channel, or its mapping here, then retry.", Retry.LISTING),
    Cause.CHANNEL_NOT_NOTIFIED: Advice(
        "Correct in the channel what it refuses, then retry; or enter the tracking there by hand. It ends when the "
        "channel takes the notice, or reports the parcel itself.",
        Retry.NOTICES,
    ),
    Cause.CHANNEL_NOT_CANCELLED: Advice(
        "Cancel in the channel what the message names, and refund there what is paid: no money moves from here. It "
        "ends once the channel shows it. Retry if the channel can cancel it by now. With here_only, POST "
        "/orders/<id>/cancel leaves an order as it is in the channel.",
        Retry.NOTICES,
    ),
    Cause.NOT_REFUNDED: Advice(
        "Refund the order in the channel, which ends this once the channel says that all of its money went back. "
        "Dismiss it where a part of the money, or all of it, is kept, or the channel does not say."
    ),
    Cause.CHANNEL_NOT_HELD: Advice(
        "Correct in the channel what it refuses, then retry; or put the order on hold there, or release it, by hand, "
        "and dismiss this. It ends when the channel has done it, or when nothing is left to do. Here nothing depends "
        "on it.",
        Retry.NOTICES,
    ),
    Cause.DRIFT: Advice(
        "Find out who else sets the channel's numbers; retrying sets ours. The next comparison that finds them equal "
        "ends it.",
        Retry.LISTINGS,
    ),
    Cause.DATA_REQUESTED: Advice(
        "An owner exports the orders of `subject.orders` (POST /privacy/export, by the buyer's e-mail address or order "
        "by order) and gives the buyer the answer, within 30 days. The export of all of them ends this; where nothing "
        "is stored, say so to the buyer and dismiss it."
    ),
    Cause.CHANNEL_ERASURE_REQUESTED: Advice(
        "If the app was removed by mistake or for another one of yours, install it again, connect the channel, and "
        "dismiss this. If the store is given up, an owner has its buyers erased within 30 days (POST /privacy/erase "
        "for each of GET /orders?channel=<id>), and then dismisses this. Nothing is erased without a person."
    ),
    Cause.PRIVACY_REQUEST_UNREADABLE: Advice(
        "Find in the channel whose data was to be erased or given out, do it by POST /privacy/erase or "
        "/privacy/export, and dismiss this."
    ),
}
