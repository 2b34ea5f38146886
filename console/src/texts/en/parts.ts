import { agree, plural } from "../plural";

/** Texts of parts of an order: units that ship, are cancelled, or are split off. */

export const units = {
  legend: "Units",
  of: (name: string, most: number, line: string) => `${name}${line && ` (line ${line})`}, of ${most}`,
  wrong: (most: number) => `Enter a whole number, ${most} at most.`,
  notNumbers: "Correct the numbers of units.",
  none: "Say how many units.",
};

export const unnumbered = {
  check: "It has no tracking number, such as a letter",
  hint: (channel: string) =>
    `It is recorded without a number${channel && `, and ${channel} is notified without one`}.`,
};

export const cancelling = {
  some: "Only some of the units",
  tell: (channel: string) => `${channel} is notified of it, where it takes that.`,
  begin: "Say how many of each.",
  confirm: "Cancel units",
  partTitle: (number: string) => `Cancel units of ${number}?`,
};

export const splitting = {
  button: "Split",
  title: (place: string) => `Split what ${place} ships?`,
  text: "These units become a fulfilment order of their own at the same warehouse, with its own parcel and label.",
  all: "Leave at least one unit.",
  confirm: (n: number) => (n > 0 ? `Split off ${plural(n, "unit")}` : "Split"),
};

export const joining = {
  button: "Join",
  title: (id: string) => `Join ${id} with another one?`,
  text: "All of its units go into the other fulfilment order, and ship with that. This one ends.",
  into: "Into",
  option: (id: string, n: number) => `${id}, ${plural(n, "unit")}`,
  confirm: "Join",
};

export const merging = {
  button: "Ship together",
  could: "Could leave in one parcel with",
  leaves: "Leaves in one parcel with",
  mark: "Leaves in one parcel with others",
  takeOut: "Take out",
  title: "Ship in one parcel?",
  text: "One label is bought for all of them. Each order keeps its slip, its stock and its channel's notice.",
  legend: (number: string) => `Leaves with ${number}`,
  option: (number: string, channel: string, n: number) => `${number}, ${channel}, ${plural(n, "unit")}`,
  none: "Choose at least one order.",
  most: (most: number) =>
    `At most ${plural(most, "order leaves", "orders leave")} in one parcel. Choose fewer.`,
  confirm: (n: number) => `Ship ${plural(n, "order")} together`,
  done: (n: number) => `${plural(n, "order")} ${agree(n, "leaves", "leave")} in one parcel`,
};

export const privacy = {
  exportButton: "Export buyer",
  eraseButton: "Erase buyer",
  whose: "Whose data",
  of: {
    order: (number: string, _email: string, _channel: string) => `Of order ${number} alone`,
    email: (_number: string, email: string, _channel: string) => `Of all orders of ${email}`,
    customer: (_number: string, _email: string, channel: string) =>
      `Of all orders of this customer at ${channel}`,
  },
  exportTitle: "Export the buyer's data?",
  exportText:
    "A file with what is stored of the buyer: addresses, what was bought and sent, and what was written about it. Each order notes who exported it. Your people are not named in it.",
  exportConfirm: "Save the file",
  inPart: (n: number) =>
    `Only ${plural(n, "order")} could be read: the file has ${agree(n, "it", "them")} alone. Save it again.`,
  exported: (n: number) => (n === 0 ? "Nothing is stored of this buyer" : `${plural(n, "order")} exported`),
  eraseTitle: "Erase the buyer's data?",
  eraseText:
    "Names, addresses, messages and all that was written about the buyer are erased within the hour; an open order's once it is complete or cancelled. Quantities, amounts and dates stay for your books.",
  eraseConfirm: "Erase",
  keep: "Keep it",
  erasing: (n: number) =>
    n === 0
      ? "Nothing is stored of this buyer"
      : `${plural(n, "order")} ${agree(n, "is", "are")} to be erased: within the hour, or once ${agree(n, "it is", "they are")} over`,
};
