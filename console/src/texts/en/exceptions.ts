import { plural } from "../plural";

/** Texts of exceptions. */

export const exceptions = {
  title: "Exceptions",
  states: {
    open: "Need a person",
    retried: "Trying again",
    resolved: "Over by themselves",
    dismissed: "Dismissed",
  },
  all: "All causes",
  causes: "Causes",
  since: (time: string) => `since ${time}`,
  times: (n: number) => `seen ${plural(n, "time")}`,
  once: "seen once",
  waiting: (n: number) => plural(n, "order waits", "orders wait"),
  retry: "Retry",
  dismiss: "Dismiss",
  openOrder: "Open order",
  open: (name: string) => `Open ${name}`,
  order: (number: string) => `order ${number}`,
  /** Of so many orders those whose numbers are known. */
  orders: (numbers: readonly string[], n: number) => {
    if (numbers.length === 0) return plural(n, "order");
    const more = numbers.length < n ? ` and ${n - numbers.length} more` : "";
    return `${n === 1 ? "order" : "orders"} ${numbers.join(", ")}${more}`;
  },
  map: "Map",
  mapTo: "Product's sku",
  mapMissing: "Enter the sku of a product.",
  mapped: (sku: string) => `Mapped to ${sku}. What waited goes on by itself.`,
  product: "Use this product",
  retried: "Retried. It ends once the work is done, or comes back with the reason.",
  dismissed: "Dismissed.",
  undo: "Undo",
  reopen: "Reopen",
  reopened: "It needs a person again.",
  moneyTitle: (what: string) => `Dismiss it for ${what}?`,
  moneyText: "Nothing reminds of this money once it is dismissed.",
  moneyConfirm: "It is settled: dismiss it",
  moneyFootnote: "It stays under Dismissed, where it can be opened again.",
  retryAll: (n: number) => `Retry ${n}`,
  notRetried: (missed: number, all: number, why: string) => `${missed} of ${all} not retried: ${why}`,
  empty: {
    open: {
      title: "Nothing needs a person.",
      text: "What cannot go on by itself appears here, each with its fix.",
    },
    retried: {
      title: "Nothing is being tried again.",
      text: "What is tried again by itself, or by Retry, is here until it is known what became of it.",
    },
    resolved: {
      title: "Nothing has ended yet.",
      text: "Exceptions whose reason is gone, without anybody's doing, are here.",
    },
    dismissed: {
      title: "Nothing was dismissed.",
      text: "Exceptions that somebody ends with Dismiss are here, with who it was.",
    },
  },
  handled: (who: string, time: string) => `${who}, ${time}`,
  details: "What to do",
  more: "There are more; narrow them by cause.",
};
