/** Texts of stock. */

export const stock = {
  title: "Stock",
  columns: {
    product: "Product",
    available: "Available",
    onHand: "On hand",
    committed: "Committed",
    quarantined: "Quarantined",
    incoming: "Incoming",
    waiting: "Waiting",
    where: "Where",
  },
  bar: (available: number, committed: number, quarantined: number, incoming: number) =>
    `${available} available, ${committed} committed, ${quarantined} quarantined, ${incoming} incoming`,
  chart: "As a bar",
  quarantinedNote: "On the shelf, not for sale: damaged, or waiting for a decision.",
  waitingNote:
    "A unit that an order lacks waits at each warehouse that may serve it: these are not added up.",
  empty: "No stock yet.",
  emptyOf: (sku: string) => `There is no stock of ${sku}.`,
  emptyWhyOf: "Adjust it to enter what was counted, receive goods, or drop a file with quantities.",
  emptyWhy: "Receive goods, or drop a file with quantities; each shelf appears here.",
  allWarehouses: "All warehouses",
  search: "Find a sku or name",
  noneOf: (q: string) => `There is no stock of “${q}”.`,
  noneOfWhy: "Open a product to enter its first.",
  low: "None left",
  movements: "Movements",
  at: "As of",
  now: "Now",
  columnsMoves: {
    time: "Time",
    what: "What",
    change: "On hand",
    committed: "Committed",
    quarantined: "Quarantined",
    after: "After",
    why: "Why",
  },
  kind: {
    commit: "Committed",
    release: "Released",
    ship: "Shipped",
    void: "Label voided",
    return: "Returned",
    write_off: "Written off",
    short_pick: "Not found",
    quarantine: "Quarantined",
    adjust: "Adjusted",
    set: "Set",
    receive: "Received",
    count: "Counted",
    transfer: "Transferred",
    transfer_out: "Sent by transfer",
    transfer_in: "Arrived by transfer",
    work_out: "Used by a work order",
    work_in: "Made by a work order",
    feed: "By feed",
  },
  adjust: "Adjust",
  adjustTitle: (sku: string) => `Adjust ${sku}?`,
  adjustText: "Channels are told the new quantity within seconds.",
  how: "How",
  way: { add: "Add or take away", count: "Counted" },
  countHint: (onHand: number, counted: number | null) =>
    `${onHand} on hand, with those that are committed or quarantined${
      counted === null
        ? ""
        : counted === onHand
          ? ": the count agrees"
          : `: ${Math.abs(counted - onHand)} ${counted > onHand ? "more" : "fewer"}`
    }.`,
  adjustReason: "Reason",
  missing: {
    add: "Enter a whole number other than 0.",
    count: "Enter the units that were counted, 0 for none.",
  },
  confirm: {
    add: (by: number, place: string) => `${by > 0 ? `Add ${by}` : `Take ${-by} away`} at ${place}`,
    count: (units: number, place: string) => `Set ${units} at ${place}`,
  },
  adjusted: "Stock adjusted",
  reasonMissing: "Say why, for whoever asks later.",
  byWarehouse: "By warehouse",
  order: "Order",
  noMoves: "Nothing has moved here yet.",
  noMovesWhy: "What is received, counted, adjusted or sent stands here, with when and by whom.",
  asOf: (time: string) => `As it was at the end of ${time}.`,
  today: "Back to now",
  asOfLabel: "Show the stock as of the end of this day",
};
