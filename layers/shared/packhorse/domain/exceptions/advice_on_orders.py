"""Advice on orders, their lines, labels and parcels."""

from collections.abc import Mapping

from packhorse.domain.exceptions.retry import Advice, Retry
from packhorse.domain.problem import Cause

ADVICE: Mapping[str, Advice] = {
    Cause.ORDER_REJECTED: Advice("Make products of its lines' skus, or map the listings, then retry.", Retry.MESSAGE),
    Cause.ORDER_EXISTS: Advice(
        "Place it again, under an id that its channel has no order of, if it is another order; in a file give it its "
        "StorefrontOrderId. Then dismiss this."
    ),
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
    Cause.SHORT_LINE: Advice(
        "Have stock counted in or ordered at a warehouse that it names, or move the line to another one, or back to "
        "one that rejected it once the reason for that is mended; the order then goes on by itself, which ends this. "
        "Or cancel what is short.",
        Retry.ORDER,
        dismissible=False,
    ),
    Cause.EXCLUDED_WAREHOUSE: Advice(
        "Move the line to another warehouse, or change what excludes this one and retry. Or cancel the order.",
        Retry.ORDER,
        dismissible=False,
    ),
    Cause.UNKNOWN_COUNTRY: Advice(
        "Have the country of the address corrected in the channel, or enter the address here: the order then goes on "
        "by itself. Or cancel it.",
        Retry.ORDER,
        dismissible=False,
    ),
    Cause.NO_ADDRESS: Advice(
        "Have the address entered in the channel, or enter it here: the order then goes on by itself. Where the buyer "
        "fetches the goods, complete it once they are gone, in the channel or here. Or cancel it.",
        Retry.ORDER,
        dismissible=False,
    ),
    Cause.OVERDUE: Advice("Ask the warehouse; enter the tracking if it has shipped.", Retry.ORDER),
    Cause.LABEL_REFUSED: Advice(
        "Correct what the carrier names, then buy the label again, which ends this; or ship by another carrier and "
        "enter its tracking.",
    ),
    Cause.LABEL_UNUSED: Advice(
        "Void the label: nothing is left to send by it. If its parcel has left all the same, enter its tracking number "
        "instead. Either ends this. Dismiss it if the label was used otherwise."
    ),
    Cause.LABEL_UNFINISHED: Advice(
        "Look at the carrier for what the message says, and mend it: the account, its token, its funds. The label is "
        "tried again by itself, and this ends once it is bought, refused or voided. A label that is being bought is "
        "refused once its carrier account is removed."
    ),
    Cause.LABEL_NOT_REFUNDED: Advice(
        "Ask the carrier, or who sold the label, about it by its tracking number. It ends once they say that it is "
        "refunded, or its parcel is recorded as shipped. Dismiss it where the money is lost, or came back otherwise."
    ),
    Cause.NOT_DELIVERED: Advice(
        "Settle with the customer and the carrier: correct the address and send it again, or expect it back. What "
        "could not be delivered ends when it goes on after all; otherwise dismiss it, as what comes back "
        "once it is settled."
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
    Cause.MANIFEST_NOT_MADE: Advice(
        "Look at what the message says that the carrier answers, and give the carrier account what it lacks, such as a "
        "new token: the manifest is tried again every hour, and ends this once it is made or refused. Its labels wait "
        "for it. Removing the carrier account refuses it, too, which frees its labels.",
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
    Cause.ACCEPTED_IN_PART: Advice(
        "Ask the supplier whether it ships the others. It ends once it acknowledges, ships or rejects them, or they "
        "are rejected here; otherwise dismiss it."
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
        "with the customer. It ends when the channel reports fewer; otherwise dismiss it."
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
        "Count the shelf that the units left, and set its stock: the order then takes them by itself. Other lines ship "
        "meanwhile. Once they have, you may complete the order instead, which leaves the stock as it is; before, that "
        "would count them as shipped, too.",
        Retry.ORDER,
        dismissible=False,
    ),
    Cause.PAID_AFTER_CANCELLATION: Advice(
        "Refund it in the channel, or place the order again (its stock was given back); then dismiss this."
    ),
    Cause.UNCANCELLED_IN_CHANNEL: Advice(
        "The channel has the order as one to be sent again; here it stays cancelled, and its stock was given back. "
        "Place it anew if it is to be sent, then dismiss this; or cancel it in the channel, which ends this."
    ),
    Cause.ADDRESS_CHANGED: Advice(
        "Hold the order: a warehouse of your own gives it back, a supplier once it agrees, which ends this, and "
        "released it goes out to the new address. What has left has to be redirected with the carrier."
    ),
    Cause.DELETED_IN_CHANNEL: Advice(
        "The channel deleted the order, and it is held: cancel it here, or release it to send it. Either ends this."
    ),
    Cause.CANCELLED_AFTER_SHIPPING: Advice(
        "Stop the parcel if that is still possible, or wait for the return; settle that with the customer, and dismiss "
        "this."
    ),
    Cause.EDITED_AFTER_SHIPPING: Advice("Settle with the customer what has shipped already, and dismiss this."),
    Cause.SHIPPED_AFTER_CANCELLATION: Advice(
        "Find out what left: count the shelf, or ask whoever ships from it (a supplier, Amazon). Settle with the buyer "
        "what is to come back, in the channel what is to be paid for it, and dismiss this. A supplier will invoice "
        "what it shipped."
    ),
}
