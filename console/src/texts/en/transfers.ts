import { agree, plural } from "../plural";

/** Texts of transfers. */

export const transfers = {
  title: "Transfers",
  from: "From",
  to: "To",
  sent: "Sent",
  expected: "Expected",
  arrived: "Arrived",
  empty: {
    title: "Nothing is on its way.",
    text: "A transfer takes goods from one warehouse to another; what was sent is expected there until it arrives.",
  },
  make: "New transfer",
  uncounted:
    "Its quantities come from the warehouse itself: what arrives is recorded here, and changes no stock.",
  only: (n: string) => `only ${n}`,
  lines: {
    available: "Available",
    requested: "Requested",
    sent: "Sent",
    open: "On its way",
    received: "Arrived",
    damaged: "Damaged",
    lost: "Lost",
    over: (n: number) => `${n} more than sent`,
    cost: "Cost",
  },
  receipts: "Arrivals",
  foundAgain: (n: number, of: number) => `${n} of the ${of} that were lost came`,
  good: (n: number) => `${n} good`,
  damaged: (n: number, why: string) => `${n} damaged: ${why}`,
  lost: (n: number) => `${n} lost`,
  wasReceived: (n: number) => `${n} arrived`,
  wasDamaged: (n: number) => `${n} damaged`,
  wasReturned: (n: number) => `${n} came back`,
  back: "came back",
  act: {
    send: "Send",
    sendTitle: (id: string) => `Send ${id}?`,
    sendText: (from: string, to: string) =>
      `These units leave ${from} at once and are expected at ${to}. What orders have committed stays.`,
    sendUnits: "Send",
    force: "Send also what orders wait for",
    sendConfirm: (n: number) => `Send ${plural(n, "unit")}`,
    sendMissing: "Send whole units, no more than were requested, and at least one.",
    receive: "Receive",
    receiveMore: "Receive more",
    receiveTitle: (id: string) => `What has arrived of ${id}`,
    verb: (n: number) => (n === 0 ? "Receive" : `Record ${plural(n, "unit")}`),
    receiveText: (good: number, damaged: number, lost: number, stays: number, place: string) =>
      [
        good > 0 && `Stock at ${place} goes up by ${good}; orders that wait are served first.`,
        damaged > 0 && `${damaged} ${agree(damaged, "is", "are")} set aside as damaged.`,
        lost > 0 && `${lost} lost ${agree(lost, "opens", "open")} an exception.`,
        stays > 0 && `${stays} ${agree(stays, "stays", "stay")} on the way.`,
      ]
        .filter(Boolean)
        .join(" "),
    /** Of a warehouse that counts for itself. */
    recordText: (lost: number, stays: number, place: string) =>
      [
        `The figures of ${place} say what is on its shelves: this is recorded, and changes no stock here.`,
        lost > 0 && `${lost} lost ${agree(lost, "opens", "open")} an exception.`,
        stays > 0 && `${stays} ${agree(stays, "stays", "stay")} on the way.`,
      ]
        .filter(Boolean)
        .join(" "),
    return: "Take back",
    returnTitle: (id: string) => `What came back of ${id}`,
    returnText: (good: number, damaged: number, place: string) =>
      [
        good > 0 && `Stock at ${place} goes up by ${good} again.`,
        damaged > 0 && `${damaged} ${agree(damaged, "is", "are")} set aside as damaged.`,
      ]
        .filter(Boolean)
        .join(" "),
    expect: "Expect on another day",
    expectTitle: (id: string) => `When is ${id} expected?`,
    expectText: "What has not arrived by then is an exception on the day after. One that is late now ends.",
    expectConfirm: "Save the day",
    expectMissing: "Enter a day.",
    close: "Give up the rest",
    closeTitle: (n: number) => `Give up ${plural(n, "unit")} as lost?`,
    closeText:
      "They are not expected any more, and an exception says so. Found, they can still be received or taken back: that ends it.",
    closeConfirm: (n: number) => `Give up ${plural(n, "unit")}`,
    cancel: "Cancel",
    cancelTitle: (id: string) => `Cancel ${id}?`,
    cancelText: "Nothing of it has left: no stock changes.",
    cancelConfirm: "Cancel transfer",
    keepIt: "Keep it",
  },
  draft: {
    title: "New transfer",
    editTitle: (id: string) => `Edit ${id}`,
    submit: "Request transfer",
    what: "Nothing is reserved, and no stock changes, until it is sent.",
    expectedHint: "Without a day: two weeks after it is sent.",
    same: "Choose two warehouses: goods go from one to another.",
  },
};
