import { plural } from "../plural";

/** Texts of what a warehouse or a partner says about what it was to ship, entered by a person. */

export const rejecting = {
  button: "Reject",
  title: (place: string) => `Reject what ${place} was to ship?`,
  text: (place: string) =>
    `These units are routed again, without ${place}. What no other warehouse has waits for stock.`,
  reason: "Why",
  choose: "Choose a reason",
  reasonMissing: "Say why: the stock of the shelf changes by it.",
  note: "Note",
  byPartner: (place: string) =>
    `${place} may ship them all the same, and another warehouse would ship them, too: ask it first.`,
  isSure: "It says that it does not ship them",
  confirm: (n: number) => (n > 0 ? `Reject ${plural(n, "unit")}` : "Reject"),
};

export const accepting = {
  button: "Accepted",
  title: (place: string) => `Has ${place} accepted it?`,
  text: "Enter it where the answer came by e-mail or telephone.",
  confirm: "It is accepted",
};

export const answering = {
  requested: (n: number) => `Cancellation of ${plural(n, "unit")} requested`,
  button: "Enter answer",
  title: (place: string) => `What does ${place} say?`,
  text: (n: number) => `It was requested to keep ${plural(n, "unit")} back.`,
  answer: "Answer",
  answers: { accepted: "It keeps them back", refused: "It ships them" },
  reason: "What it said",
  confirm: "Enter answer",
};

export const correcting = {
  button: "Correct",
  title: "Correct the number of this parcel?",
  text: (channel: string) =>
    `The parcel stays the same${channel && `; the new number is sent to ${channel}`}.`,
  missing: "Enter another number or carrier.",
  confirm: "Correct",
};

/** What a supplier says about its files. */
export const supplierAnswers = {
  button: "Enter answer",
  batchTitle: "Has the supplier the files of this batch?",
  batch: "Batch",
  titleOf: (number: number) => `Has the supplier the files of batch ${number}?`,
  choose: "Choose",
  batchMissing: "Choose the batch that the answer is about.",
  batchOption: (number: number, files: string) => `${number}: ${files}`,
  batchAnswers: { confirm: "It has them", resend: "It has not: send them again under a new number" },
  feedTitle: (n: number) => (n > 1 ? `Are these ${n} stock feeds right?` : "Is this stock feed right?"),
  feedAnswers: { accept: "Yes: set the stock", discard: "No: discard, the stock stays as it is" },
  answer: "Answer",
  confirm: "Enter answer",
  none: "There is nothing left to answer: read the list again.",
  done: "The answer is entered.",
};
