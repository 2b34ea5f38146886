import { describe, expect, it } from "vitest";
import {
  canBuy,
  checksOf,
  entriesOf,
  groupOf,
  holdNote,
  isEvery,
  keyOf,
  merged,
  ordersOf,
  readiness,
} from "../src/pages/to-ship/rows";
import { NOW, row } from "./builders";

const first = row();
const second = row({ order_id: "order-2", number: "UK-20442" });
const third = row({ order_id: "order-3", number: "UK-20443" });
const shown = merged([], [first, second], false, new Set(), false).rows;
const numbers = (rows: typeof shown) => rows.map((each) => each.row.number);

describe("rows on the screen", () => {
  it("follow what is read while nobody has the list in hand", () => {
    expect(numbers(merged(shown, [third, first], false, new Set(), false).rows)).toEqual([
      "UK-20443",
      "UK-20441",
    ]);
  });

  it("keep their places in the hand, and new ones wait", () => {
    const { rows, waiting } = merged(shown, [third, second, first], true, new Set(), false);

    expect(numbers(rows)).toEqual(["UK-20441", "UK-20442"]);
    expect(waiting).toBe(1);
  });

  it("stay in the hand when they have left, and say so", () => {
    expect(merged(shown, [first], true, new Set(), false).rows.map((each) => each.gone)).toEqual([
      false,
      true,
    ]);
  });

  it("go on in the hand with what is read behind them, so that its end is reached", () => {
    const { rows, waiting } = merged(shown, [first, second, third], true, new Set(), false);

    expect(numbers(rows)).toEqual(["UK-20441", "UK-20442", "UK-20443"]);
    expect(waiting).toBe(0);
  });

  it("have not left where a new one before them moved them to a page that is not read", () => {
    const read = (fresh: (typeof first)[], goesOn: boolean) =>
      merged(shown, fresh, true, new Set(), goesOn).rows.map((each) => each.gone);

    expect(read([third, first], true)).toEqual([false, false]);
    expect(read([third, first], false)).toEqual([false, true]);
    expect(read([first, third], true)).toEqual([false, true, false]);
    expect(read([second], true)).toEqual([true, false]);
  });

  it("say that they changed since they were selected, until they are let go", () => {
    const changed = row({ checks: ["address"] });
    const selected = new Set([keyOf(first)]);

    const once = merged(shown, [changed, second], true, selected, false).rows;
    const twice = merged(once, [changed, second], true, selected, false).rows;

    expect(once.map((each) => each.changed)).toEqual([true, false]);
    expect(twice.map((each) => each.changed)).toEqual([true, false]);
    expect(merged(twice, [changed, second], false, selected, false).rows.map((each) => each.changed)).toEqual(
      [false, false],
    );
  });
});

describe("headings", () => {
  it.each([
    ["2026-11-18T08:59:59Z", "late"],
    ["2026-11-18T14:00:00Z", "today"],
    ["2026-11-19T14:00:00Z", "tomorrow"],
    ["2026-11-25T14:00:00Z", "later"],
    [null, "undated"],
  ] as const)("%s stands under %s", (ship_by, group) => {
    expect(groupOf(row({ ship_by }), NOW)).toBe(group);
  });

  it("come where the group changes, with how many rows follow", () => {
    const late = row({ order_id: "late", ship_by: "2026-11-18T07:00:00Z" });
    const entries = entriesOf(merged([], [late, first, second], false, new Set(), false).rows, NOW);

    expect(
      entries.map((each) => (each.kind === "group" ? `${each.group} ${each.count}` : each.place)),
    ).toEqual(["late 1", 0, "today 2", 1, 2]);
  });
});

describe("a label", () => {
  it("can be bought for what our own people ship", () => {
    expect(canBuy(row())).toBe(true);
    expect(canBuy(row({ kind: "dropship", view: "partners" }))).toBe(false);
    expect(canBuy(row({ fulfilment: null }))).toBe(false);
    expect(canBuy(row({ view: "to-pack" }))).toBe(false);
  });

  it("is asked for where only data lack: the carrier may know better", () => {
    expect(canBuy(row({ checks: ["weight"] }))).toBe(true);
    expect(canBuy(row({ checks: ["hold"] }))).toBe(false);
  });
});

describe("what the bar says of the selected", () => {
  it("counts each once, and as ready only what a label can be bought for", () => {
    const rows = [
      row(),
      row({ checks: ["box"] }),
      row({ fulfilment: null }),
      row({ kind: "dropship", view: "partners" }),
      row({ view: "to-pack" }),
    ];

    expect(readiness(rows)).toEqual({ ready: 1, lacking: 1, labelled: 1, waiting: 2 });
    expect(rows.filter(canBuy)).toHaveLength(2);
  });
});

describe("orders that an action is about", () => {
  const note = (each: Parameters<typeof holdNote>[0]) => holdNote(each, (id) => id.toUpperCase());

  it("are there once, however many rows they have", () => {
    const rows = [row(), row({ fulfilment: 2 }), second];

    expect(ordersOf(rows, note).map((each) => each.name)).toEqual(["UK-20441", "UK-20442"]);
  });

  it("say what a hold does to them", () => {
    expect(note(row())).toBe("is with YORK: called back");
    expect(note(row({ view: "to-pack" }))).toBe("has its label at YORK: called back unless it leaves first");
    expect(note(row({ fulfilment: null }))).toBe("is not handed over yet");
    expect(note(row({ view: "held", fulfilment: null }))).toBe("is on hold already");
  });
});

describe("the box above all rows", () => {
  const shown = (key: string, gone = false) => ({ key, row: row(), gone, changed: false });

  it("is ticked while all that are still in the list are selected", () => {
    expect(isEvery([shown("a"), shown("b", true)], new Set(["a"]))).toBe(true);
    expect(isEvery([shown("a"), shown("b")], new Set(["a"]))).toBe(false);
  });

  it("is not ticked once an action has taken all of them out of the list", () => {
    expect(isEvery([shown("a", true)], new Set(["a"]))).toBe(false);
    expect(isEvery([], new Set())).toBe(false);
  });
});

describe("the checks of a row", () => {
  it.each([
    ["held", "hold"],
    ["short", "stock"],
  ] as const)("are never ready in the view %s", (view, check) => {
    expect(checksOf(row({ view }))).toEqual([check]);
    expect(checksOf(row({ view, checks: ["weight", check] }))).toEqual(["weight", check]);
  });

  it("are those that failed elsewhere", () => expect(checksOf(row())).toEqual([]));
});
