import { describe, expect, it } from "vitest";
import { bySku } from "../src/pages/stock/balances";

const shelf = (warehouse: string, change: object) => ({
  sku: "LAMP",
  name: "Desk lamp",
  warehouse,
  on_hand: 0,
  committed: 0,
  quarantined: 0,
  available: 0,
  incoming: 0,
  in_transit: 0,
  waiting: 0,
  average_cost: null,
  ...change,
});

describe("the stock of a sku over its warehouses", () => {
  it("adds up what is on shelves, so that on hand is available, committed and quarantined", () => {
    const [sum] = bySku([
      shelf("leeds", { available: 4, committed: 2, quarantined: 1, on_hand: 7 }),
      shelf("reno", { available: -1, committed: 3, on_hand: 2, incoming: 5 }),
    ]);

    expect(sum).toMatchObject({
      name: "Desk lamp",
      available: 3,
      committed: 5,
      quarantined: 1,
      on_hand: 9,
      incoming: 5,
    });
    expect(sum?.on_hand).toBe((sum?.available ?? 0) + (sum?.committed ?? 0) + (sum?.quarantined ?? 0));
  });

  it("counts a unit that waits at several warehouses once", () => {
    const waiting = ["leeds", "reno", "newark"].map((each) => shelf(each, { waiting: 1 }));

    expect(bySku(waiting)[0]?.waiting).toBe(1);
  });
});
