"""Advice on exceptions by cause: what a person should do, and what a retry does.

A cause without an entry gets the general advice and can be dismissed.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from packhorse.domain.problem import Cause, Origin, Subject


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


ADVICE: Mapping[str, Advice] = {
    Cause.DEAD_LETTER: Advice(
        "Find in the logs of that time why it failed, fix that, then retry. It ends when the retried message has "
        "not failed for half an hour, or when a later message did its work.",
        Retry.MESSAGE,
    ),
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
    Cause.ORDER_REJECTED: Advice("Make products of its lines' skus, or map the listings, then retry.", Retry.MESSAGE),
    Cause.ORDER_EXISTS: Advice("Place it again, under an id that its channel has no order of."),
    Cause.SAME_ORDER: Advice(
        "Find out whether both are one order. If so, cancel one of them: the other goes on by itself, which ends this, "
        "and neither is cancelled in its channel; where the other has shipped, complete or cancel this one. If they "
        "are two, release this one.",
        Retry.ORDER,
        dismissible=False,
    ),
    Cause.UNMATCHED_SKU: Advice(
        "Name the line's product (POST /orders/{id}/lines/{line}/product), or make one with its barcode: the order "
        "then goes on by itself. Or cancel the line or the order.",
        Retry.ORDER,
        dismissible=False,
    ),
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
    Cause.SHORT_LINE: Advice(
        "Have stock counted in or ordered at a warehouse that it names, or move the line to another one, or back to "
        "one that rejected it once the reason for that is mended; the order then goes on by itself, which ends this. "
        "Or cancel what is short.",
        Retry.ORDER,
        dismissible=False,
    ),
    Cause.NOT_BOUGHT: Advice(
        "Have the product name a supplier that sells it, and draft purchase orders for what orders wait for (POST "
        "/purchase-orders/from-short-lines). Or move the line to another warehouse, or cancel what is short. Either "
        "ends this.",
        dismissible=False,
    ),
    Cause.EXCLUDED_WAREHOUSE: Advice(
        "Move the line to another warehouse, or change what excludes this one and retry. Or cancel the order.",
        Retry.ORDER,
        dismissible=False,
    ),
    Cause.UNKNOWN_COUNTRY: Advice(
        "Have the country of the address corrected in the channel: the order then goes on by itself. Or cancel it.",
        Retry.ORDER,
        dismissible=False,
    ),
    Cause.NO_ADDRESS: Advice(
        "Have the address entered in the channel: the order then goes on by itself. Or cancel it, or complete it where "
        "the buyer fetched the goods.",
        Retry.ORDER,
        dismissible=False,
    ),
    Cause.OVERDUE: Advice("Ask the warehouse; enter the tracking if it has shipped.", Retry.ORDER),
    Cause.LABEL_REFUSED: Advice(
        "Correct what the carrier names, then buy the label again, which ends this; or ship by another carrier and "
        "enter its tracking.",
    ),
    Cause.LABEL_UNUSED: Advice(
        "Void the label, which ends this: nothing is left to send by it. Dismiss this if it was used otherwise."
    ),
    Cause.LABEL_NOT_REFUNDED: Advice(
        "Ask the carrier, or who sold the label, about it by its tracking number. It ends once they say that it is "
        "refunded, or its parcel is recorded as shipped. Dismiss it where the money is lost, or came back otherwise."
    ),
    Cause.NOT_DELIVERED: Advice(
        "Settle with the customer and the carrier: correct the address and send it again, or expect it back. It ends "
        "when the carrier delivers it after all; otherwise dismiss it."
    ),
    Cause.BOX_CHANGED: Advice(
        "Fetch the box: open it at the bench, take out or add what the message says, and close it; or put it aside, "
        "with its units back on the shelf. Either ends this. Dismiss it if the units are back otherwise."
    ),
    Cause.UNEXPECTED_PARCEL: Advice(
        "Have the carrier stop the parcel, and ship the order anew; or, if it is to reach the buyer, enter its "
        "tracking number (POST /orders/<id>/fulfilments/<n>/ship): that ends this, and nothing is sent twice. Dismiss "
        "it once the parcel is back, or nothing of the order was in it."
    ),
    Cause.SUPPLIER_FAILED: Advice(
        "Mend what the message names: the supplier's settings or credentials here, or its server with the supplier "
        "(POST /suppliers/<id>/test shows each step). What waits is sent and fetched then, which ends this."
    ),
    Cause.SUPPLIER_BATCH_UNKNOWN: Advice(
        "Find out from the supplier whether it has the files. If it does, POST /suppliers/<id>/batches/<n>/confirm; if "
        "not, POST /suppliers/<id>/batches/<n>/resend, which sends them under a new number. Either ends this.",
        dismissible=False,
    ),
    Cause.SUPPLIER_FILE_UNREADABLE: Advice(
        "Compare the files with the layout of the supplier's answers, and correct that; or have the supplier send them "
        "again. It ends once no such file is in the folder."
    ),
    Cause.SUPPLIER_ROWS_REFUSED: Advice(
        "What these rows say is not recorded. GET /suppliers/<id>/files lists the file, with each row and its reason: "
        "have the supplier send them again in a new file, or enter them by POST /orders/<id>/fulfilments/<n>/ship, "
        "/accept or /reject, also where a row may mean several, which it names; mend the layout if it is wrong. It "
        "ends once the fulfilment orders that these rows may mean have ended; those of rows that may say that units "
        "left, once they have shipped: they are neither reminded nor routed again. If they did not leave, reject them "
        "with override and dismiss this. If a row names none that was open, which the message says, dismiss it."
    ),
    Cause.SUPPLIER_SILENT: Advice(
        "Ask the supplier, and enter its answer if it comes by e-mail or telephone: POST "
        "/orders/<id>/fulfilments/<n>/accept, /reject with override, or /ship. It ends with an answer, or once the "
        "order is cancelled."
    ),
    Cause.SUPPLIER_LAYOUT_REFUSED: Advice(
        "Correct the order, or the supplier's layout: it is in the next file then, which ends this."
    ),
    Cause.MANIFEST_NOT_MADE: Advice(
        "Look at what the message says that the carrier answers, and give the carrier account what it lacks, such as a "
        "new token: the manifest is tried again every hour, and ends this once it is made or refused. Its labels wait "
        "for it. Removing the carrier account refuses it, too, which frees its labels.",
        dismissible=False,
    ),
    Cause.SUPPLIER_FEED_HELD: Advice(
        "Find out from the supplier whether the figures are right (GET /suppliers/<id>/files has the file). If they "
        "are, POST /suppliers/<id>/files/<file>/accept sets the stock by them; if not, POST .../discard. Either ends "
        "this, and so does a later feed that is not held.",
        dismissible=False,
    ),
    Cause.SUPPLIER_FEED_SILENT: Advice(
        "Ask the supplier for its stock feed, and correct the stock by hand meanwhile. It ends with the next feed."
    ),
    Cause.AMAZON_FAILED: Advice(
        "Mend what the message names: the credentials of the warehouse's channel (PUT /channels/<id>), the roles of "
        "the application in Seller Central, or the warehouse's settings. What waits is sent and read then, which ends "
        "this."
    ),
    Cause.AMAZON_STOCK_HELD: Advice(
        "Compare the numbers with those in Seller Central. If they are right, retry, which sets the stock by what "
        "Amazon says then. A later list that is not held ends this, too.",
        Retry.AMAZON_STOCK,
    ),
    Cause.AMAZON_DIFFERS: Advice(
        "Look the fulfilment order up in Seller Central, by its id. Enter the parcels that left (POST "
        "/orders/<id>/fulfilments/<n>/ship), and reject what never will (POST "
        "/orders/<id>/fulfilments/<n>/reject, with override), which routes it again. Either ends this, and so does an "
        "answer of Amazon's that fits. If a kit left in part, send what is missing and enter its parcel, or reject it. "
        "If Amazon withdrew a shipment, and no other one leaves in its place, send the units by an order of their own, "
        "or refund them, and dismiss this."
    ),
    Cause.UNFULFILLABLE: Advice(
        "Move the lines to another warehouse (POST /orders/<id>/lines/<line>/move), or mend what Amazon names, such as "
        "its stock or the address; then release the order, which ends this. Or cancel it.",
        dismissible=False,
    ),
    Cause.PURCHASE_NOT_SENT: Advice(
        "Mend what the message names: the layout of purchase orders in the supplier's settings, what a product or the "
        "purchase order says, or the supplier's server (POST /suppliers/<id>/test). Then send it again (POST "
        "/purchase-orders/<id>/resend), or leave that to the next exchange, which ends this; so does cancelling the "
        "purchase order."
    ),
    Cause.PURCHASE_ROWS_REFUSED: Advice(
        "What these rows say of purchase orders is not recorded. GET /suppliers/<id>/files lists the file, with each "
        "row and its reason. Ask the supplier what it means, and enter that: POST /purchase-orders/<id>/answer; or "
        "mend the layout if it is wrong, and have the supplier send these rows again in a new file. Then dismiss this. "
        "It ends by itself once the purchase orders that these rows name are received, closed or cancelled; not if a "
        "row names none that was open, which the message says by asking you to dismiss it."
    ),
    Cause.PURCHASE_UNANSWERED: Advice(
        "Ask the supplier whether it has the purchase order. If it has not, send it again: POST "
        "/purchase-orders/<id>/resend. What it says goes in by its file or POST .../answer; that ends this, and so "
        "does a receipt."
    ),
    Cause.PURCHASE_PRICE_DIFFERS: Advice(
        "Agree on prices with the supplier, and enter them: POST /purchase-orders/<id>/answer with each line and its "
        "unit_cost, the new one or the one that was ordered, also once they came. That ends this, and so does closing "
        "lines of which nothing came.",
        dismissible=False,
    ),
    Cause.OVER_RECEIVED: Advice(
        "Count what came, and decide on it: POST /purchase-orders/<id>/lines/<line>/surplus with the decision "
        "`accept` puts it on the shelf, `return` leaves it to be sent back. Either ends this.",
        dismissible=False,
    ),
    Cause.PURCHASE_UNNEEDED: Advice(
        "Decide on the units: POST /purchase-orders/<id>/keep keeps them for stock; or ask the supplier to deliver "
        "fewer, and enter its answer (POST .../answer), cancel or close the purchase order. Either ends this, and so "
        "does their arrival.",
        dismissible=False,
    ),
    Cause.TRANSFER_DIFFERS: Advice(
        "Count the shelf at both warehouses. Units that are found: POST /transfer-orders/<id>/receive where they "
        "arrived, or /return where they were sent from, which ends this. Where more came than were sent, set the stock "
        "of the warehouse that sent them. Amazon counts its own warehouse: ask it there. Otherwise dismiss it."
    ),
    Cause.WORK_UNNEEDED: Advice(
        "Decide on the units: POST /work-orders/<id>/keep builds them for stock, POST .../close with their number as "
        "`units` builds them no more, and without one also not what is needed. Either ends this, and so does their "
        "completion.",
        dismissible=False,
    ),
    Cause.WORK_LACKS_COMPONENTS: Advice(
        "Bring the components (receive, build or find them), then POST /work-orders/<id>/submit, which reserves them; "
        "or POST /work-orders/<id>/close to build no more. Either ends this.",
        dismissible=False,
    ),
    Cause.SHIPPED_LATE: Advice(
        "Have whoever else was asked for these units keep them, or take their parcel back; then dismiss this."
    ),
    Cause.SHIPMENT_REFUSED: Advice(
        "Compare the parcel with the order, and enter its tracking there, which ends this, as does a corrected file of "
        "the supplier that ships the rest; or dismiss it."
    ),
    Cause.ANSWER_REFUSED: Advice(
        "Call the fulfiller: what it answers is not what is recorded here. It ends with its next "
        "answer that fits, or once the fulfilment order is rejected here; otherwise dismiss it."
    ),
    Cause.CANCELLATION_REFUSED: Advice(
        "Settle with the customer what is shipped, or request it again (cancel, or take back). It ends once that is "
        "shipped, requested again or given back."
    ),
    Cause.CANCELLATION_BY_HAND: Advice(
        "Ask the fulfiller to keep the units back, then enter its answer: POST "
        "/orders/<id>/fulfilments/<n>/answer-cancellation. The answer ends this, and so does a shipment.",
        dismissible=False,
    ),
    Cause.CANCELLATION_UNANSWERED: Advice(
        "Ask the fulfiller, then enter its answer: POST /orders/<id>/fulfilments/<n>/answer-cancellation. An answer "
        "of its own or a shipment ends this, too. In files, the number that a supplier keeps back is that of all "
        "requests for the fulfilment order."
    ),
    Cause.OVERSHIPPED: Advice(
        "More left than was ordered: count the shelf, or ask whoever ships from it (a supplier, Amazon), and settle it "
        "with the customer."
    ),
    Cause.FULFILMENT_CANCELLED: Advice(
        "Find out whether the parcel left. If it did, fulfil the units in the channel again, which ends this. If not, "
        "put them back on the shelf (set its stock), send them with a new order, and dismiss this."
    ),
    Cause.TRACKING_DIFFERS: Advice(
        "Find out which number is right, and correct the other; the same number on both sides ends this. If there were "
        "two parcels, complete the order or ship the rest."
    ),
    Cause.SHIPPED_WITHOUT_STOCK: Advice(
        "Count the shelf that the units left, and set its stock: the order then takes them by itself. Or complete the "
        "order, which leaves the stock as it is.",
        Retry.ORDER,
        dismissible=False,
    ),
    Cause.PAID_AFTER_CANCELLATION: Advice(
        "Refund it in the channel, or place the order again (its stock was given back); then dismiss this."
    ),
    Cause.ADDRESS_CHANGED: Advice(
        "Hold the order: a warehouse of your own gives it back, a supplier once it agrees, which ends this, and "
        "released it goes out to the new address. What has left has to be redirected with the carrier."
    ),
    Cause.DELETED_IN_CHANNEL: Advice(
        "The channel deleted the order, and it is held: cancel it here, or release it to send it. Either ends this."
    ),
    Cause.CANCELLED_AFTER_SHIPPING: Advice("Stop the parcel if that is still possible, or wait for the return."),
    Cause.EDITED_AFTER_SHIPPING: Advice("Settle with the customer what has shipped already."),
    Cause.SHIPPED_AFTER_CANCELLATION: Advice(
        "Find out what left: count the shelf, or ask whoever ships from it (a supplier, Amazon). Settle with the buyer "
        "what is to come back, in the channel what is to be paid for it, and dismiss this. A supplier will invoice "
        "what it shipped."
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
    Cause.CHANGES_MISSED: Advice(
        "Find in the logs of that time why changes of stock were not processed. The hourly audit publishes and serves "
        "all of them again, and the one after it ends this.",
        Retry.STOCK,
    ),
    Cause.LEDGER_DIFFERS: Advice(
        "Have the balance or the ledger corrected in the tables, then count the shelf; a count alone changes both, and "
        "leaves the difference. The audit that finds them equal ends it."
    ),
    Cause.ORDER_DIFFERS: Advice(
        "Compare the order with the movements of its skus, and have what is wrong corrected in the tables; setting "
        "stock does not help. The audit that finds them in order ends it."
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

GENERAL = Advice("Check what it concerns, and dismiss it once it is dealt with.")

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


def advice_on(cause: str) -> Advice:
    """Return the advice on a cause.

    >>> advice_on("something new").retry is None
    True
    """
    return ADVICE.get(cause, GENERAL)


def can_be_retried(cause: str, subject: Subject, raw: str, order: str | None, origin: Origin) -> bool:
    """Return whether a retry can help and has its NEEDED fields; `order` is the order that the exception is kept in."""
    retry = advice_on(cause).retry
    fields = {**dict(subject), "raw": raw, "order": order, **dict(origin)}
    fields["channel"] = origin.channel or subject.channel
    return retry is not None and all(fields[name] for name in NEEDED[retry])
