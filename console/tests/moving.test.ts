import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { needsOf, notesOf, whyStays } from "../src/pages/to-ship/moving";
import { boxesAt } from "../src/pages/to-ship/rows";
import { row } from "./builders";

const line = (change: Partial<Schemas["LineView"]>) =>
  ({
    id: "1",
    sku: "STOOL",
    components: {},
    quantity: 3,
    cancelled: 0,
    shipped_elsewhere: 0,
    ...change,
  }) as never;
const given = (change: object) => ({ number: 1, status: "accepted", ...change }) as never;

describe("moving rows to another warehouse", () => {
  it("leaves out what has a label, no product, or is there already", () => {
    expect(whyStays(row({ view: "to-pack" }), "hull")).toBe("label");
    expect(whyStays(row({ view: "needs-fix", checks: ["product"] }), "hull")).toBe("product");
    expect(whyStays(row({ warehouse: "hull" }), "hull")).toBe("there");
    expect(whyStays(row({ warehouse: null, fulfilment: null }), "")).toBeUndefined();
  });

  it("takes what a warehouse has to pick, components in place of kits", () => {
    const pick = [
      { sku: "LEG", quantity: 8 },
      { sku: "SEAT", quantity: 2 },
    ];
    const order = { lines: [], fulfilments: [given({ lines: [{ line: "1", quantity: 2, pick }] })] };

    expect([...needsOf({ fulfilment: 1 }, order)]).toEqual([
      ["LEG", 8],
      ["SEAT", 2],
    ]);
  });

  it("takes of a row without a warehouse the units that none has got", () => {
    const order = {
      lines: [line({ cancelled: 1 }), line({ id: "2", components: { LEG: 4 }, quantity: 2 })],
      fulfilments: [
        given({ lines: [{ line: "1", quantity: 1, pick: [] }] }),
        given({ status: "cancelled", lines: [{ line: "2", quantity: 2, pick: [] }] }),
      ],
    };

    expect([...needsOf({ fulfilment: null }, order)]).toEqual([
      ["STOOL", 1],
      ["LEG", 8],
    ]);
  });

  it("says of each row what is left for it after those before", () => {
    const needs = new Map([
      ["a", new Map([["MUG", 2]])],
      ["b", new Map([["MUG", 2]])],
      ["c", new Map([["CUP", 1]])],
    ]);

    expect([...notesOf(needs, new Map([["MUG", 3]])).values()]).toEqual([
      "2 units, 3 available",
      "2 units, 1 waits there for stock",
      "1 unit, 1 waits there for stock",
    ]);
  });
});

describe("box sizes of a batch", () => {
  const size = (id: string, warehouses: string[], active = true) => ({ id, warehouses, active }) as never;

  it("are those in use that every warehouse of the rows has", () => {
    const sizes = [size("s", []), size("m", ["york"]), size("l", ["york", "hull"]), size("old", [], false)];

    expect(boxesAt(sizes, [row(), row({ warehouse: "hull" })]).map(({ id }) => id)).toEqual(["s", "l"]);
  });
});
