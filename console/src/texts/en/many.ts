import { agree, plural } from "../plural";

/** Texts of what is done to many rows of To ship at once, beside labels, holds and tags. */

const orders = (n: number) => plural(n, "order");

export const shipBy = {
  button: "Ship date",
  title: (n: number) => `Ship date of ${orders(n)}`,
  what: "What to do",
  set: "Set when it leaves at the latest",
  back: "Take the set date back",
  until: "Leaves by",
  hint: "By your clock. It counts before what the channel and the warehouse say.",
  missing: "Enter a date and a time.",
  note: (before: string, after: string) => `${before} → ${after}`,
  noteBack: (before: string) => `${before} → as its channel or warehouse says`,
  undated: "no date",
  changed: (now: string) => `Changed meanwhile to ${now}. Confirm again to replace that.`,
  confirm: {
    set: (n: number) => `Set the date of ${orders(n)}`,
    back: (n: number) => `Take back the date of ${orders(n)}`,
  },
  done: (n: number) => `Ship date of ${orders(n)} changed`,
};

export const moving = {
  button: "Move",
  title: (n: number) => (n === 0 ? "Nothing of it can move" : `Move ${orders(n)} to another warehouse?`),
  text: "Its warehouse lets the units go, the other one commits them: both or neither. A partner that has accepted is asked first.",
  to: "To",
  choose: "Choose a warehouse",
  missing: "Choose the warehouse that ships instead.",
  looking: "looking at the stock there",
  notLooked: "its stock was not looked at",
  whole: (units: string, free: number) => `${units}, ${free} available`,
  short: (units: string, lacking: number) =>
    `${units}, ${lacking} ${agree(lacking, "waits", "wait")} there for stock`,
  stay: (n: number) => `${orders(n)} ${agree(n, "stays", "stay")} where ${agree(n, "it is", "they are")}:`,
  why: {
    label: "has a label: void it first",
    product: "has a line without a product",
    there: "is there already",
  },
  confirm: (n: number) => `Move ${orders(n)}`,
  done: (n: number) => `${orders(n)} moved`,
};

export const box = {
  label: "Box",
  bySize: "The smallest that fits",
  size: (name: string, length: number, width: number, height: number) =>
    `${name}, ${length} × ${width} × ${height} mm`,
};
