import { agree, plural } from "../plural";

/** Texts of purchase orders and suggestions. */

export const purchases = {
  title: "Purchase orders",
  supplier: "Supplier",
  to: "To",
  expected: "Expected",
  received: "Received",
  total: "Total",
  receivedTotal: "Received, at price",
  note: "Note to the supplier",
  internalNote: "Internal note",
  empty: {
    title: "Nothing is on order.",
    text: "Make a purchase order by hand, or from the suggestions of what will run out.",
  },
  make: "New purchase order",
  suggestions: "Suggestions",
  shortText:
    "What is not on its way or drafted already is drafted, by supplier and warehouse, in whole cases. What no supplier sells is left out, and named. Nothing is sent until you submit a draft.",
  nothing: "Nothing that orders wait for is missing in purchase orders.",
  begun: (n: number) => plural(n, "purchase order is drafted.", "purchase orders are drafted."),
  leftOut: (reasons: string) => `Not drafted: ${reasons}.`,
  drop: "The supplier ships it to the buyer:",
  submitted: "Submitted",
  file: "To the supplier",
  sending: {
    sending: "Being sent",
    sent: "Sent",
    not_sent: "Not sent",
    unknown: "May have arrived",
  },
  collects: "Collects what is bought next, until it is submitted.",
  lines: {
    item: "Line",
    ordered: "Ordered",
    received: "Received",
    rejected: "Rejected",
    open: "Open",
    cost: "Unit cost",
    due: "Due",
    theirs: (sku: string) => `theirs: ${sku}`,
    cases: (n: number) => `cases of ${n}`,
    refused: (n: number) => `${n} refused`,
    closed: (n: number) => `${n} never ${agree(n, "comes", "come")}`,
    over: (n: number) => `${n} more kept`,
    overRejected: (n: number) => `${n} more rejected`,
    surplus: (n: number) => `${n} more than ordered`,
    unneeded: (n: number) => `${n} not needed any more`,
    offered: (price: string) => `offered at ${price}`,
  },
  receipts: "Deliveries",
  accepted: (n: number) => `${n} good`,
  rejected: (n: number, why: string) => `${n} rejected: ${why}`,
  /** What came beyond the order, by what was decided of it. */
  beyond: {
    accept: (n: number) => `${n} beyond the order, kept`,
    return: (n: number) => `${n} beyond the order, sent back`,
    undecided: (n: number) => `${n} beyond the order, not decided yet`,
  },
  withdrawing: {
    withdraw: "Withdraw",
    of: (receipt: string, sku: string) => `Withdraw ${receipt}, ${sku}`,
    title: (receipt: string) => `Withdraw this line of ${receipt}?`,
    text: "For a delivery that was typed wrongly: its units leave the shelf with their cost, and are to come again. It can be received again with the right units.",
    reason: "Why",
    reasonHint: "Is in the timeline.",
    confirm: "Withdraw delivery",
  },
  wasReceived: (n: number) => `${n} received`,
  wasRejected: (n: number) => `${n} rejected`,
  /** Units that come though they were given up. */
  came: {
    refused: (n: number, of: number) => `${n} of the ${of} they had refused came`,
    closed: (n: number, of: number) => `${n} of the ${of} that were closed short came`,
    both: (n: number, of: number) => `${n} of the ${of} that were refused or closed short came`,
  },
  notReceived: (n: number) => `${n} not received`,
  document: "PDF",
  act: {
    submit: "Submit",
    submitTitle: (id: string) => `Submit ${id}?`,
    submitText: (units: number, place: string) =>
      `${plural(units, "unit is", "units are")} incoming at ${place} from then on. It cannot be edited any more.`,
    submitSent: (name: string) =>
      `It goes to ${name} at once, if its settings say how; else you send it yourself.`,
    resend: "Send again",
    resendTitle: (id: string) => `Send ${id} again?`,
    resendText: (name: string) =>
      `${name} gets it as it is now, under a new number. Make sure that it is not delivered twice.`,
    resendWaitingText: (name: string) => `${name} has not got it: it is tried again at once.`,
    receive: "Receive",
    receiveMore: "Receive more",
    receiveTitle: (id: string) => `What has arrived of ${id}`,
    receiveVerb: (n: number) => (n === 0 ? "Receive" : `Receive ${plural(n, "unit")}`),
    receiveText: (good: number, bad: number, undecided: number, stays: number, place: string) =>
      [
        good > 0 && `Stock at ${place} goes up by ${good}; orders that wait are served first.`,
        bad > 0 && `${bad} ${agree(bad, "does", "do")} not go on the shelf.`,
        undecided > 0 &&
          `${undecided} beyond the order ${agree(undecided, "waits", "wait")} off the shelf for a decision.`,
        stays > 0 ? `${stays} ${agree(stays, "stays", "stay")} expected.` : "Nothing more is expected.",
      ]
        .filter(Boolean)
        .join(" "),
    answer: "Enter answer",
    answerTitle: (name: string) => `What ${name} answered`,
    answerText:
      "Units that they refuse come no more. Their price and date are those of the line from then on; the price also of what has come. Leave empty what they did not change.",
    refused: "Refused",
    price: "Price",
    due: "Due",
    why: "Their reason",
    answerConfirm: "Enter answer",
    refusedNotWhole: (sku: string) => `${sku}: enter refused units as a whole number.`,
    answerMissing: "Change at least one line.",
    close: "Close short",
    closeTitle: (id: string) => `Close ${id} short?`,
    closeText: (units: number) =>
      `${plural(units, "unit that is open is", "units that are open are")} not expected any more. What comes all the same can still be received.`,
    closeConfirm: (units: number) => `Close ${plural(units, "unit")} short`,
    cancel: "Cancel",
    cancelTitle: (id: string) => `Cancel ${id}?`,
    cancelText: (name: string) =>
      `Nothing of it is expected any more. ${name} is not notified: write to them if they have it.`,
    cancelConfirm: "Cancel purchase order",
    keepIt: "Keep it",
    keep: "Keep for stock",
    keepTitle: (n: number) => `Keep ${plural(n, "unit")} for stock?`,
    keepText:
      "The orders that they were bought for do not want them any more. They serve the oldest order that waits, or stay on the shelf.",
    surplusTitle: (n: number, sku: string) => `${n} of ${sku} beyond the order`,
    surplusText: (place: string) =>
      `Kept, they are on hand at ${place} and cost what the line says. Sent back, they never were.`,
    accept: (n: number) => `Keep ${n}`,
    return: "They go back",
    decide: "Decide",
  },
  draft: {
    title: "New purchase order",
    editTitle: (id: string) => `Edit ${id}`,
    currency: "Currency",
    cost: "Unit cost",
    costMissing: (currency: string, soldIn?: string) =>
      soldIn
        ? `The supplier sells it in ${soldIn}: enter the price in ${currency}, 0 if it is free`
        : "Enter the price, 0 if it is free",
    pack: "Case of",
    minimum: "Units at least",
    supplierSku: "Sku of the supplier",
    due: "Due on",
    submit: "Make draft",
    noSupplier: "There is none yet: add one on the page Suppliers.",
    supplierMissing: "Choose who delivers it.",
    what: "A draft is not sent, and nothing of it is incoming, until it is submitted.",
  },
};

export const suggestions = {
  title: "What to order",
  weeks: "Pace of",
  weeksOf: (n: number) => plural(n, "week"),
  safety: "Safety",
  days: (n: number) => plural(n, "day"),
  order: "Order",
  cost: "Cost",
  sum: "Why so many",
  needs: (taken: number, days: number, ahead: number, needed: number) =>
    taken ? `${taken} in ${plural(days, "day")}, so ${needed} for ${plural(ahead, "day")}` : "None was taken",
  waiting: (n: number) => `+ ${n} waited for`,
  available: (n: number) => (n < 0 ? `+ ${-n} owed` : `− ${n} there`),
  incoming: (n: number) => `− ${n} coming`,
  inDrafts: (n: number) => `− ${n} drafted`,
  lacks: (n: number) => `= ${n}`,
  cases: (pack: number, minimum: number) =>
    [pack > 1 && `cases of ${pack}`, minimum > 1 && `at least ${minimum}`].filter(Boolean).join(", "),
  selected: (n: string) => `${n} selected`,
  worth: (drafts: number, total: string) => `${plural(drafts, "purchase order")}, ${total}`,
  draft: (n: number) => `Draft ${plural(n, "purchase order")}`,
  draftTitle: (n: number) => `Draft ${plural(n, "purchase order")}?`,
  draftText:
    "Nothing is sent: they are drafts, or lines of the drafts that collect, until you submit them. What has changed meanwhile is counted again.",
  drafted: (ids: string) => `Drafted in ${ids}`,
  draftedNone: "Nothing lacks any more: no purchase order was changed.",
  lines: (n: number) => plural(n, "product"),
  empty: "Nothing needs to be ordered.",
  emptyWhy: [
    "What is there and on its way lasts for the days that suppliers need and those of safety.",
    "Only days that are over count, and each night counts them: what was sold today comes tomorrow.",
    "A product is here once its page says who sells it, if that supplier is active.",
    "Kits, and what is bought per order, are never here.",
  ],
  toProducts: "Say who sells a product",
  toSuppliers: "Suppliers",
};
