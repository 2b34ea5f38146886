import { describe, expect, it } from "vitest";
import { MOST_VIEWS, nameOf, problemsOfNames, viewOf, viewsIn } from "../src/ui/views";

const LATE = { name: "Late in York", search: { late: true, warehouse: "york" } };
const HELD = { name: "Held", search: { view: "held" } };

describe("saved views", () => {
  it("are read as they were kept", () => {
    expect(viewsIn(JSON.stringify([LATE, HELD]))).toEqual([LATE, HELD]);
  });

  it.each([undefined, "", "no JSON", "7", "{}", '[null, 7, {"name": "x"}, {"name": "", "search": {}}]'])(
    "are none where the browser has %j",
    (stored) => {
      expect(viewsIn(stored)).toEqual([]);
    },
  );

  it("are at most so many", () => {
    const many = Array.from({ length: MOST_VIEWS + 5 }, (_, place) => ({ ...HELD, name: `Held ${place}` }));

    expect(viewsIn(JSON.stringify(many))).toHaveLength(MOST_VIEWS);
  });

  it("are told apart by their names, whatever the case", () => {
    expect([...problemsOfNames(["Late", "Held"])]).toEqual([]);
    expect([...problemsOfNames(["Late", "late "])]).toEqual([[1, "taken"]]);
    expect([...problemsOfNames(["Late", "  ", "\u200b"])]).toEqual([
      [1, "missing"],
      [2, "missing"],
    ]);
  });

  it.each([
    ["“Late” & 'held'", "“Late” & 'held'"],
    ["🚚 first", "🚚 first"],
    [" two \n lines ", "two lines"],
    ["x".repeat(200), "x".repeat(40)],
  ])("keep odd names such as %s", (typed, kept) => {
    expect(nameOf(typed)).toBe(kept);
  });

  it("are known again by their filters, in any order", () => {
    expect(viewOf([HELD, LATE], { warehouse: "york", late: true })).toBe(LATE);
    expect(viewOf([HELD, LATE], { warehouse: "york" })).toBeUndefined();
  });
});
