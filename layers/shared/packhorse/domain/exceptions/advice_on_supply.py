"""Advice on suppliers, Amazon as a warehouse, and purchase, transfer and work orders."""

from collections.abc import Mapping

from packhorse.domain.exceptions.retry import Advice, Retry
from packhorse.domain.problem import Cause

ADVICE: Mapping[str, Advice] = {
    Cause.NOT_BOUGHT: Advice(
        "Have the product name a supplier that sells it, and draft purchase orders for what orders wait for (POST "
        "/purchase-orders/from-short-lines). Or move the line to another warehouse, or cancel what is short. Either "
        "ends this.",
        dismissible=False,
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
        "with override and dismiss this. If a row names none that was open, which the message says, dismiss it. Of a "
        "stock feed: mend the layout, such as its words for quantities, or set the stock; the next feed of a whole "
        "catalogue without such rows ends it."
    ),
    Cause.SUPPLIER_SILENT: Advice(
        "Ask the supplier, and enter its answer if it comes by e-mail or telephone: POST "
        "/orders/<id>/fulfilments/<n>/accept, /reject with override, or /ship. It ends with an answer, or once the "
        "order is cancelled."
    ),
    Cause.SUPPLIER_LAYOUT_REFUSED: Advice(
        "Correct the order, or the supplier's layout: it is in the next file then, which ends this."
    ),
    Cause.SUPPLIER_FEED_HELD: Advice(
        "Find out from the supplier whether the figures are right (GET /suppliers/<id>/files?state=held has the file). "
        "If they are, POST /suppliers/<id>/files/<file>/accept sets the stock by them; if not, POST .../discard. "
        "Either ends this, and so does a later feed that is not held, unless feeds are of changes.",
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
    Cause.LATE_TO_ARRIVE: Advice(
        "Ask the supplier or the carrier. Receive what came, or enter the day on which the rest is expected now: POST "
        "/purchase-orders/<id>/answer with the expected_on of each line, POST /transfer-orders/<id>/expect. What does "
        "not come any more is closed (POST .../close), so that orders do not wait for it. Each of these ends this, for "
        "all units that were expected by now."
    ),
    Cause.TRANSFER_DIFFERS: Advice(
        "Count the shelf at both warehouses, and do what the message says. Dismiss it once nothing more is to be done."
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
}
