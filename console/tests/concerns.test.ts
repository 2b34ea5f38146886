import { describe, expect, it } from "vitest";
import { concernsOf } from "../src/pages/exceptions/concerns";

const names = {
  channel: (id?: string | null) => `the ${id}`,
  warehouse: (id?: string | null) => `the ${id}`,
};
const ID = "0a1b2c3d4e5f60718293a4b5c6d7e8f9";
const about = (subject: object, more: object = {}) =>
  concernsOf({ subject: { text: ID, ...subject } as never, ...more }, names);

describe("what an exception is about", () => {
  it("is its order by the number that people have, never by our id", () => {
    expect(about({ order: ID, channel: "shop" }, { order_number: "UK-20441" })).toBe(
      "order UK-20441 · the shop",
    );
  });

  it("is an order that is not stored here by its channel's id", () => {
    expect(about({ channel: "shop", channel_order_id: "5123" })).toBe("order 5123 · the shop");
  });

  it.each([
    [[{ id: ID, number: "1001" }], "order 1001"],
    [
      [
        { id: ID, number: "1001" },
        { id: "b", number: "1002" },
      ],
      "orders 1001, 1002",
    ],
    [[{ id: ID, number: "1001" }, { id: "b" }, { id: "c" }], "orders 1001 and 2 more"],
    [[{ id: ID }], "1 order"],
  ])("is, beside its document, the orders that it concerns", (orders, said) => {
    expect(about({ warehouse: "york" }, { orders })).toBe(`${said} · the york`);
  });

  it("is a product by its name and sku", () => {
    expect(about({ sku: "MUG", warehouse: "york" }, { product: "Mug" })).toBe("Mug · MUG · the york");
  });

  it("is the words of the API where it has nothing else", () => {
    expect(about({ text: "acme batch 12" })).toBe("acme batch 12");
  });
});
