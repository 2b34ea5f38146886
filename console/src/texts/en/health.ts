import { agree, numeral, plural } from "../plural";

/** Texts of the health page: its charts, channels and partners. */

export const health = {
  title: "Health",
  channels: "Channels",
  lagIs:
    "Lag: since the last poll that came to its end began. Stock: from a change until the channel had it.",
  columns: {
    channel: "Channel",
    state: "State",
    event: "Last message",
    poll: "Last poll",
    lag: "Lag",
    waiting: "Waiting",
    problems: "Problems",
    actions: "Actions",
  },
  live: "Live",
  slow: "Slow",
  failing: "Failing",
  paused: "Paused",
  unconnected: "Not connected",
  never: "never",
  quantities: (n: number) => plural(n, "quantity to publish", "quantities to publish"),
  notices: (n: number) => `${plural(n, "notice")} to send`,
  givenUp: (n: number) => `${n} given up`,
  poll: "Poll now",
  publish: "Publish all",
  pause: "Pause",
  resume: "Resume",
  publishing: (name: string) => `All quantities are being published to ${name}.`,
  polled: (name: string) => `${name} is being polled.`,
  pausedToast: (name: string) => `${name} is paused.`,
  resumedToast: (name: string) => `${name} is called again.`,
  pauseTitle: (name: string) => `Pause ${name}?`,
  pauseText:
    "It is not polled, and nothing is published to it, until you resume it. Orders that it sends by itself are still taken; what it is owed is kept.",
  empty: "No channel is connected.",
  emptyWhy: "Add one on the page Channels; it appears here at once.",
  offline: "By file and by hand",
  webhooksLost: (n: number) => `${plural(n, "webhook")} missing`,
  elsewhere: (n: number) => `Webhooks go to ${n} other ${agree(n, "address", "addresses")}, too`,
  elsewhereWhy:
    "Nothing here hears those. Delete them in the shop if they are of a tunnel or a deployment that is gone; another one that runs still needs its own.",
};

export const activity = {
  hours: {
    title: "Orders per hour",
    last: (n: string) => `last 24 h: ${n}`,
    usual: (n: string) => `a week before: ${n}`,
    hour: "Hour",
    orders: "Orders",
    before: "A week before",
    said: (last: number, usual: number) =>
      `${plural(last, "order was", "orders were")} placed in the last 24 hours, ${numeral(usual)} in the same hours a week before`,
  },
  late: {
    title: "Left late",
    about: (share: string) => `${share} in 14 days`,
    sample: "Left late or should have left, of the last 100 orders of each day.",
    day: "Day",
    orders: "Orders",
    late: "Late",
    today: "today",
    said: (late: number, orders: number) =>
      `${numeral(late)} of ${plural(orders, "order")} of the last 14 days left late`,
  },
  open: {
    title: "Open work",
    stage: "Stage",
    rows: "Rows",
    said: (listed: string) => `Open work by stage: ${listed}`,
  },
  rules: {
    title: "By rule",
    about: "14 days",
    rule: "Rule",
    lines: "Lines",
    none: "No line was routed yet.",
    said: (listed: string) => `Routed lines by rule: ${listed}`,
  },
  measuring: "Being counted; the first time takes a minute.",
};

export const audits = {
  title: "Audits",
  about: "What must agree is compared by the hour or the night. What cannot be mended is an exception.",
  now: "Audit now",
  begun: "Everything is being audited.",
  never: "Nothing was audited yet.",
  running: "running",
  columns: { audit: "Audit", last: "Last run", read: "Looked at", mended: "Mended", wrong: "Wrong" },
  kinds: {
    stock: "Stock, by its movements",
    orders: "Orders, by the stock that they took",
    executions: "Unfinished orders, by what was handed over",
    channels: "Channels, by what they show of our stock",
    payloads: "Stored messages, by their orders",
    rows: "Lists, by their orders",
  },
};

export const partners = {
  title: "Partners",
  columns: { name: "Partner", state: "State", sent: "Last sent", heard: "Last answer" },
  state: { live: "Live", quiet: "Nothing sent", silent: "Silent", failing: "Failing", inactive: "Inactive" },
  batch: (number: number, orders: number) => `batch ${number}, ${plural(orders, "order")}`,
  purchase: (number: number, id: string) => `batch ${number}, ${id}`,
  notSent: "not sent yet",
  file: (name: string, rows: number) => `${name}, ${plural(rows, "row")}`,
  limit: (hours: number) => `no answer; the limit is ${hours} h`,
};

export const lags = {
  hours: "Longest in 24 h",
  days: "First answers, 14 days",
  orders: "orders",
  quantities: "stock",
  saidHours: (longest: string, at: string) => `At most ${longest} in the last 24 hours, at ${at}`,
  saidDays: (longest: string, day: string) => `At most ${longest} in the last 14 days, on ${day}`,
};
