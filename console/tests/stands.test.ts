import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import type { Names } from "../src/api/queries";
import { stands, unitsOpen } from "../src/pages/order/stands";
import { NOW } from "./builders";

const names: Names = {
  warehouse: (id) => ({ york: "York", hull: "Hull" })[id ?? ""] ?? "",
  channel: (id) => id ?? "",
  warehouses: [],
  channels: [],
  areNamed: true,
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
    lines: [],
    fulfilments: [],
    ...change,
  }) as unknown as Schemas["OrderView"];

const said = (change: Partial<Schemas["OrderView"]>) => stands(order(change), names, NOW);

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
