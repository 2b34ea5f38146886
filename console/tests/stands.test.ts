import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import type { Names } from "../src/api/queries";
import { movableFrom, stands, unitsOpen } from "../src/pages/order/stands";
import { supplyOf } from "../src/pages/order/supply";
import { dateOf } from "../src/ui/format";
import { NOW } from "./builders";

const names: Names = {
  warehouse: (id) => ({ york: "York", hull: "Hull" })[id ?? ""] ?? "",
  channel: (id) => id ?? "",
  warehouses: [],
  channels: [],
  areNamed: true,
  hasNoChannel: false,
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

type Supply = Schemas["Supply"];
const bought = (units: number, expected_on: string | null = null, change: Partial<Supply> = {}): Supply => ({
  line: "throw",
  sku: "THROW",
  warehouse: "hull",
  units,
  state: "submitted",
  purchase_order: "PO-1001",
  expected_on,
  ...change,
});
const built = bought(2, null, { state: "new", purchase_order: null, work_order: "WO-1001" });

describe("what an order waits for", () => {
  const waiting = (...supply: Supply[]) => order({ lines: [line("throw", 3, { short: 3 })], supply });
  const stand = (...supply: Supply[]) => {
    const found = waiting(...supply);
    return stands(found, names, NOW, supplyOf(found));
  };

  it("is said with the day by which all of it should be there", () => {
    const [first] = stand(bought(1, "2026-11-24"), bought(2, "2026-11-21", { purchase_order: "PO-1002" }));

    expect(first).toBe(`3 × throw wait for stock, expected ${dateOf("2026-11-24", NOW)}.`);
  });

  it.each([
    ["nothing is on order", []],
    ["a part is not on order", [bought(2, "2026-11-24")]],
    ["a part has no day", [bought(2, "2026-11-24"), bought(1)]],
    ["it is a draft", [bought(3, "2026-11-24", { state: "new" })]],
  ])("has no day where %s", (_, supply) => expect(stand(...supply)).toEqual(["3 × throw wait for stock."]));

  it("is listed by line, with the documents that bring it, while any of it is short", () => {
    const other = bought(1, null, { line: "stool" });

    expect(supplyOf(waiting(bought(2), other, built))).toEqual(
      new Map([
        ["throw", [bought(2), built]],
        ["stool", [other]],
      ]),
    );
    expect(supplyOf(order({ lines: [line("throw", 3)] }))).toBeNull();
    expect(supplyOf({ ...waiting(), status: "cancelled" })).toBeNull();
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
    const [timed] = said({ holds: [{ ...hold, until: "2026-12-01T08:00:00Z" }] });
    expect(timed).toMatch(/^It is on hold until .*: the buyer moves house\.$/);
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

it("can move a line from where its units are with no fulfilment order, and have not left", () => {
  const allocations = ["york", "hull"].map((warehouse) => ({ warehouse, quantity: 2 }));
  const split = line("throw", 4, { allocations });
  const atYork = (change: Partial<Schemas["FulfilmentView"]>) =>
    movableFrom(
      order({ fulfilments: [fulfilment({ lines: [{ line: "throw", quantity: 2, pick: [] }], ...change })] }),
      split,
    );

  expect(movableFrom(order({}), split)).toEqual(["york", "hull"]);
  expect(atYork({})).toEqual(["hull"]);
  expect(atYork({ status: "cancelled" })).toEqual(["york", "hull"]);
});
