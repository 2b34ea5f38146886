/**
 * What a person should do about an exception, by its cause, where the API's own advice names requests: here they are
 * steps of the console. What the console has no step for is said to be one of the API.
 */
export const advice: Record<string, string | undefined> = {
  supplier_batch_unknown:
    "Find out from the supplier whether it has the files. Then press Enter answer: it has them, or they are sent again under a new number. Either ends this.",
  supplier_rows_refused:
    "What these rows say is not recorded. Have the supplier send them again in a new file, or mark their orders shipped by hand; mend the layout on the supplier's page if it is wrong. It ends once the orders at the supplier that these rows may mean have ended. If a row names none that was open, which the message says, dismiss it. Of a stock feed: mend its layout, such as its words for quantities, or set the stock; the next feed of a whole catalogue without such rows ends it.",
  purchase_rows_refused:
    "What these rows say of purchase orders is not recorded. Ask the supplier what it means, open the purchase order, and press Enter answer; or have it send these rows again in a new file. Then dismiss this. It ends by itself once the purchase orders that these rows name are received, closed or cancelled; not if a row names none that was open, which the message says by asking you to dismiss it.",
  supplier_silent:
    "Ask the supplier, and enter its answer if it comes by e-mail or telephone: open the order, and press Accepted, Reject or Mark shipped. It ends with an answer, or once the order is cancelled.",
  supplier_feed_held:
    "Find out from the supplier whether the figures are right, then press Enter answer: the stock is set by the file, or the file is discarded. Either ends this, and so does a later feed that is not held, unless feeds are of changes.",
  purchase_unanswered:
    "Ask the supplier whether it has the purchase order. If it has not, open it and press Send again. What the supplier says goes in by its file, or by Enter answer; that ends this, and so does a receipt.",
  purchase_price_differs:
    "Agree on prices with the supplier, and enter them on the purchase order with Enter answer: the new price of each line, or the one that was ordered, also once it has come. That ends this, and so does closing lines of which nothing came.",
  over_received:
    "Count what came, and decide on it at its line of the purchase order: put it on the shelf, or leave it to be sent back. Either ends this.",
  purchase_unneeded:
    "Decide on the units on the purchase order: Keep for stock; or ask the supplier to deliver fewer, and enter its answer, cancel it or close it short. Either ends this, and so does their arrival.",
  late_to_arrive:
    "Ask the supplier or the carrier. Receive what came, or enter the day on which the rest is expected now: Enter answer on the purchase order, Expect on another day on the transfer. What does not come any more is closed short, or given up. Each of these ends this, for all units that were expected by now.",
  transfer_differs:
    "Count the shelf at both warehouses, and do what the message says. Dismiss it once nothing more is to be done.",
  work_unneeded:
    "Decide on the units on the work order: Keep for stock, or Build fewer, which leaves what is needed; Close short builds nothing more of it. Either ends this, and so does their completion.",
  work_lacks_components:
    "Bring the components (receive, build or find them), then press Reserve what lacks on the work order; or close it short to build no more. Either ends this.",
  cancellation_by_hand:
    "Ask the fulfiller to keep the units back, then open the order, and press Enter answer at the fulfilment order. The answer ends this, and so does a shipment.",
  cancellation_unanswered:
    "Ask the fulfiller, then open the order, and press Enter answer at the fulfilment order. An answer of its own or a shipment ends this, too.",
  channel_not_cancelled:
    "Cancel in the channel what the message names, and refund there what is paid: no money moves from here. It ends once the channel shows it. Retry if the channel can cancel it by now.",
  data_requested:
    "An owner opens an order that it names, presses Export buyer, chooses all orders of the customer, and gives the buyer the file, within 30 days. The export of all of them ends this; where nothing is stored, say so to the buyer and dismiss it.",
  channel_erasure_requested:
    "If the app was removed by mistake or for another one of yours, install it again, connect the channel, and dismiss this. If the store is given up, an owner erases its buyers within 30 days (Erase buyer at each order), and then dismisses this. Nothing is erased without a person.",
  privacy_request_unreadable:
    "Find in the channel whose data was to be erased or given out, have an owner do it at an order of that buyer, and dismiss this.",
};
