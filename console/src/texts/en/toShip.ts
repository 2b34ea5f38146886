import { agree, plural } from "../plural";

/** Texts of what must leave: its list, labels, holds, tags. */

export const toShip = {
  title: "To ship",
  views: {
    "to-ship": "To ship",
    "to-pack": "To pack",
    packed: "Packed",
    held: "On hold",
    short: "Waiting for stock",
    partners: "With partners",
    "needs-fix": "Needs data",
  },
  lateCount: (n: number) => `${n} late`,
  columns: {
    shipBy: "Ship by",
    order: "Order",
    shipTo: "Ship to",
    items: "Lines",
    from: "From",
    service: "Service",
    checks: "Checks",
    age: "Age",
  },
  groups: { late: "Late", today: "Today", tomorrow: "Tomorrow", later: "Later", undated: "No date" },
  lateHint: "ship these before anything else",
  filters: {
    warehouse: "Warehouse",
    channel: "Channel",
    service: "Service",
    country: "Country",
    tag: "Tag",
    check: "Lacks",
    late: "Late",
    expedited: "Expedited",
  },
  fresh: (n: number) => plural(n, "new order"),
  gone: "Has left this list",
  changed: "Changed",
  more: (n: number) => `+${n}`,
  empty: {
    "to-ship": ["Nothing to ship.", "Each paid order appears here about a second after it came in."],
    "to-pack": ["Nothing to pack.", "Orders come here once their label is bought."],
    packed: ["Nothing is packed.", "Orders come here from the bench, until they leave."],
    held: ["Nothing is on hold.", "Held orders keep their stock and wait here until they are released."],
    short: ["Nothing waits for stock.", "Orders with units that no warehouse has wait here."],
    partners: [
      "Nothing is with partners.",
      "Orders that suppliers and logistics partners ship are here until they have left.",
    ],
    "needs-fix": ["Nothing needs data.", "Orders that cannot go on by themselves wait here."],
  } as Record<string, [string, string]>,
  noMatch: (q: string) => `No order matches “${q}”.`,
  selected: (n: string) => `${n} selected`,
  readiness: (ready: number, lacking: number, labelled: number, waiting: number) =>
    [
      ready > 0 && `${ready} ready for a label`,
      lacking > 0 && `${lacking} ${agree(lacking, "needs", "need")} data`,
      labelled > 0 && `${labelled} with a label`,
      waiting > 0 && `${waiting} ${agree(waiting, "waits", "wait")}`,
    ]
      .filter(Boolean)
      .join(", "),
  buy: "Buy labels",
  slip: (n: number) => agree(n, "Slip", "Slips"),
  slipsMost: (most: number) =>
    `At most ${plural(most, "slip is", "slips are")} printed at once. Select fewer.`,
  pickList: "Pick list",
  hold: "Hold",
  release: "Release",
  tag: "Tag",
  rows: (n: number, more: boolean) => `${n}${more ? "+" : ""} shown`,
  pickListMixed: "Choose orders of one warehouse: a pick list is of one.",
  notHandedOver: "is not handed over to a warehouse yet",
};

export const buy = {
  title: (n: number) => `Buy ${plural(n, "label")}?`,
  pricing: "Asking carriers for prices",
  noneTitle: "No label can be bought yet",
  notHere: "its label is bought already, or by whoever ships it",
  outcome: (n: number, total: string | undefined, how: string) =>
    `${plural(n, "label")}${total ? ` for ${total}` : ""}, ${how}.`,
  ofFirst: (total: string, n: number) => `${total} for the first ${n}`,
  cheapest: "at the cheapest rate that arrives in time",
  cheapestOf: (carrier: string) => `at the cheapest rate of ${carrier} that arrives in time`,
  withService: (carrier: string, service: string) => `with ${carrier} ${service}`,
  rate: "Rate",
  late: "late",
  slow: (method: string, service: string, days: number | null | undefined) =>
    `The order is expedited${method && ` (“${method}”)`}: ${service} ${days == null ? "does not say how long it takes" : `takes ${plural(days, "day")}`}.`,
  slowRow: "Slow for an expedited order",
  carrier: "Carrier",
  anyCarrier: "Any",
  service: "Service",
  anyService: "The cheapest in time",
  most: (currency: string) => (currency ? `Most to pay (${currency})` : "Most to pay"),
  noLimit: "No limit",
  mostWrong: "Enter an amount, such as 12.50.",
  measure: {
    weight_g: "Weight (g)",
    length_mm: "Length (mm)",
    width_mm: "Width (mm)",
    height_mm: "Height (mm)",
  },
  measureWrong: "Enter a whole number.",
  weightMissing: "Weigh it, too.",
  sideMissing: "Measure this side, too.",
  left: (n: number) =>
    plural(
      n,
      "order stays behind: nothing is charged for it.",
      "orders stay behind: nothing is charged for them.",
    ),
  none: "None of these can get a label yet. Each row says what lacks.",
  undo: "Labels can be voided until their carrier has the parcel; carriers give the money back days later.",
  print: "One file to print, in packing order.",
  channels:
    "Channels hear of a parcel once it has left: at once where a warehouse's parcels ship with their label.",
  confirm: (n: number) => `Buy ${plural(n, "label")}`,
  days: (n: number) => plural(n, "day"),
};

export const job = {
  running: (done: number, size: number) => `Labels ${done} of ${size}`,
  need: (n: number) => plural(n, "label needs you", "labels need you"),
  done: (n: number) => `${plural(n, "label")} bought`,
  title: (time: string) => `Labels, ${time}`,
  bought: (n: number, size: number) => `${n} of ${size} bought.`,
  notBought: (n: number) =>
    plural(n, "was not: nothing was charged for it.", "were not: nothing was charged for them."),
  needsData: "Need data",
  refused: "Refused by the carrier",
  waiting: "Waiting",
  boughtOnes: "Bought, in packing order",
  print: (n: number) => `Print ${plural(n, "label")}`,
  again: (n: number) => (n === 1 ? "Try it again" : `Try the ${n} again`),
  preparing: "The file to print is being made",
  dismiss: "Done with this",
  before: "Label batches",
  batch: (time: string, size: number, who: string) => `${time}, ${plural(size, "label")}, ${who}`,
  none: "No labels were bought as a batch yet.",
};

export const hold = {
  title: (n: number) => `Hold ${plural(n, "order")}?`,
  text: "They keep their stock and are not handed over. What a warehouse already has is called back where it can be.",
  textOne:
    "It keeps its stock and is not handed over. What a warehouse already has is called back where it can be.",
  reason: "Reason",
  reasonHint: "Stays here, seen on the order",
  until: "Until",
  untilHint: "By your clock. Without it, until a person releases it",
  past: "That time is over.",
  category: "Kind",
  categories: {
    other: "Other",
    payment: "Payment",
    fraud: "Fraud",
    address: "Address",
    stock: "Stock",
    delivery_date: "Delivery date",
    return: "Return",
  },
  missing: "Say why, for whoever finds it on hold.",
  confirm: (n: number) => `Hold ${plural(n, "order")}`,
  releaseTitle: (n: number) => `Release ${plural(n, "order")}?`,
  releaseOneText: "It is handed over to its warehouses at once, if no other hold is on it.",
  releaseText: "All holds on them end, and they are handed over to their warehouses at once.",
  releaseConfirm: (n: number) => `Release ${plural(n, "order")}`,
  held: (n: number) => `${plural(n, "order")} held`,
  released: (n: number) => `${plural(n, "order")} released`,
  note: {
    held: "is on hold already",
    here: "is not handed over yet",
    there: (place: string) => `is with ${place}: called back`,
    labelled: (place: string) => `has its label at ${place}: called back unless it leaves first`,
  },
};

export const tag = {
  title: (n: number) => `Tags of ${plural(n, "order")}`,
  what: "What to do",
  add: "Add tags",
  change: "Change tags",
  remove: "Take tags off",
  tags: "Tags",
  hint: "With commas between them; below, each order's tags as they will be",
  missing: "Name a tag.",
  none: "no tags",
  confirm: {
    add: (n: number) => `Tag ${plural(n, "order")}`,
    remove: (n: number) => `Take tags off ${plural(n, "order")}`,
  },
  done: (n: number) => `Tags of ${plural(n, "order")} changed`,
};
