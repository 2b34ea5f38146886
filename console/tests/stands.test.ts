import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import type { Names } from "../src/api/queries";
import { stands, unitsOpen } from "../src/pages/order/stands";
import { supplyOf } from "../src/pages/order/supply";
import { dateOf } from "../src/ui/format";
import { NOW } from "./builders";

const names: Names = {
  warehouse: (id) => ({ york: "York", hull: "Hull" })[id ?? ""] ?? "",
  channel: (id) => id ?? "",
  warehouses: [],
  channels: [],
  areNamed: true,
  isReachable: () => true,
  said: (text) => text,
};

const line = (id: string, quantity: number, change: Partial<Schemas["LineView"]> = {}) =>
  ({
    id,
    sku: id,
    reference: id,
    name: id,
    quantity,
    cancelled: 0,
    shipped_elsewhere: 0,
    short: 0,
    allocations: [],
    ...change,
  }) as unknown as Schemas["LineView"];

const fulfilment = (change: Partial<Schemas["FulfilmentView"]>) =>
  ({
    warehouse: "york",
    status: "accepted",
    ship_by: null,
    lines: [],
    parcels: [],
    ...change,
  }) as unknown as Schemas["FulfilmentView"];

const order = (change: Partial<Schemas["OrderView"]>) =>
  ({
    status: "in_fulfilment",
    flags: [],
    holds: [],
    exceptions: [],
    lines: [],
    fulfilments: [],
    ...change,
  }) as unknown as Schemas["OrderView"];

const said = (change: Partial<Schemas["OrderView"]>) => stands(order(change), names, NOW);

const bought = (
  units: number,
  change: Partial<Schemas["PurchaseOrderSummary"]> = {},
  expected: string | null = null,
) =>
  ({
    id: "PO-1001",
    state: "submitted",
    lines: [{ open: units, expected_on: expected, for_order: [{ order: "o", line: "throw", units }] }],
    ...change,
  }) as unknown as Schemas["PurchaseOrderSummary"];
const built = { id: "WO-1001", state: "new", open: 5, for_order: [{ order: "o", line: "throw", units: 2 }] };

describe("what an order waits for", () => {
  const waiting = order({ lines: [line("throw", 3, { short: 3 })] });
  const stand = (...purchases: Schemas["PurchaseOrderSummary"][]) =>
    stands(waiting, names, NOW, supplyOf(purchases, []));

  it("is said with the day by which all of it should be there", () => {
    const [first] = stand(bought(1, {}, "2026-11-24"), bought(2, { id: "PO-1002" }, "2026-11-21"));

    expect(first).toBe(`3 × throw wait for stock, expected ${dateOf("2026-11-24", NOW)}.`);
  });

  it.each([
    ["nothing is on order", []],
    ["a part is not on order", [bought(2, {}, "2026-11-24")]],
    ["a part has no day", [bought(2, {}, "2026-11-24"), bought(1)]],
    ["it is a draft", [bought(3, { state: "new" }, "2026-11-24")]],
  ])("has no day where %s", (_, purchases) =>
    expect(stand(...purchases)).toEqual(["3 × throw wait for stock."]),
  );

  it("is listed by line, with the documents that bring it and what of them is still wanted and to come", () => {
    const [wanted] = bought(3).lines;
    if (!wanted) throw new Error("no line");
    const part = { ...wanted, open: 2, for_order: [{ order: "o", line: "throw", units: 4, unneeded: 1 }] };
    const supply = supplyOf(
      [bought(0, { lines: [part] }), bought(1, { id: "PO-1002", lines: [{ ...part, open: 0 }] })],
      [built as unknown as Schemas["WorkOrderRow"]],
    );

    expect(supply.get("throw")).toEqual([
      { id: "PO-1001", kind: "purchase", units: 2, isDraft: false, expected: null },
      { id: "WO-1001", kind: "work", units: 2, isDraft: true, expected: null },
    ]);
  });

  it.each([
    [["unmatched_sku"], "It waits until we know which product one of its lines is."],
    [["unmatched_sku", "unmatched_sku"], "It waits until we know which products 2 of its lines are."],
    [["no_warehouse"], "It waits until we have solved a problem with it."],
    [[], "It is being routed."],
  ])("is a person where no warehouse has any of it: %s", (causes, sentence) => {
    const exceptions = causes.map(
      (cause, place) => ({ cause, line: `${place}` }) as Schemas["OrderExceptionView"],
    );

    expect(said({ status: "open", lines: [line("throw", 1)], exceptions })).toEqual([sentence]);
  });
});

describe("where an order stands", () => {
  it("says what left, what leaves by when, and what waits", () => {
    const parcel = {
      carrier: "Northpost",
      tracking: "1",
      shipped_at: "2026-11-17T09:12:00Z",
      lines: [{ line: "throw", quantity: 1 }],
    };
    const found = said({
      lines: [line("throw", 2, { short: 1 }), line("stool", 1), line("candle", 3)],
      fulfilments: [
        fulfilment({
          warehouse: "hull",
          status: "shipped",
          lines: [{ line: "throw", quantity: 1, pick: [] }],
          parcels: [parcel as never],
        }),
        fulfilment({
          ship_by: "2026-11-19T14:00:00Z",
          lines: [
            { line: "stool", quantity: 1, pick: [] },
            { line: "candle", quantity: 3, pick: [] },
          ],
        }),
      ],
    });

    expect(found[0]).toMatch(/^1 × throw left Hull yesterday .* with Northpost\.$/);
    expect(found[1]).toMatch(/^4 units leave York by .*19/);
    expect(found[2]).toBe("1 × throw waits for stock.");
  });

  it("says that something should have left", () => {
    const late = fulfilment({
      ship_by: "2026-11-18T08:00:00Z",
      lines: [{ line: "stool", quantity: 1, pick: [] }],
    });

    expect(said({ lines: [line("stool", 1)], fulfilments: [late] })[0]).toContain("should have left York");
  });

  it("says why it is held", () => {
    const hold = {
      id: "1",
      reason: "the buyer moves house",
      owner: "user:ann@example.com",
      placed_at: "2026-11-18T08:00:00Z",
    };

    expect(said({ holds: [hold] })).toEqual(["It is on hold: the buyer moves house."]);
    expect(said({ flags: ["held"] })).toEqual(["It is on hold."]);
  });

  it.each([
    ["awaiting_payment", "It waits for its payment."],
    ["cancelled", "The order is cancelled."],
    ["complete", "Everything has left."],
    ["open", "It is being routed."],
  ] as const)("says one thing of an order that is %s", (status, text) =>
    expect(said({ status })).toEqual([text]),
  );

  it("names nobody of the staff", () => {
    const hold = { id: "1", reason: "", owner: "user:ann@example.com", placed_at: "2026-11-18T08:00:00Z" };

    expect(said({ holds: [hold] }).join()).not.toContain("ann");
  });
});

it("counts what has not left", () => {
  const parcel = { lines: [{ line: "a", quantity: 2 }] };
  const part = order({
    lines: [line("a", 5, { cancelled: 1, shipped_elsewhere: 1 })],
    fulfilments: [fulfilment({ parcels: [parcel as never] })],
  });

  expect(unitsOpen(part)).toBe(1);
});
