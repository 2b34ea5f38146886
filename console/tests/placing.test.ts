import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { addressOf } from "../src/pages/order/AddressFields";
import { editsOf, notANumber, patchOf, unpaidIn } from "../src/pages/order/edits";
import { type OrderDraft, orderBody, proposedOf, unknownIn, wrongIn } from "../src/pages/orders/placing";

const shipTo = { ...addressOf(null), name: "Ada", address1: "1 Mill Road", city: "Leeds", country: "GB" };
const draft: OrderDraft = {
  channel: "trade",
  number: " 17 ",
  email: "ada@example.com",
  currency: "gbp",
  paid: true,
  note: "",
  gift: "",
  shipTo,
  lines: [{ sku: " MUG ", quantity: "2", unit_price: "9,50" }, { sku: "GIFT", quantity: "1" }, {}],
};

describe("an order placed by hand", () => {
  it("has the lines that are filled in, with amounts as the API writes them", () => {
    const { number, lines } = orderBody(draft);

    expect(number).toBe("17");
    expect(lines).toEqual([
      { sku: "MUG", quantity: 2, unit_price: { amount: "9.50", currency: "GBP" } },
      { sku: "GIFT", quantity: 1, unit_price: { amount: "0", currency: "GBP" } },
    ]);
  });

  it.each<[string, Partial<OrderDraft>, string]>([
    ["a city of blanks", { shipTo: { ...shipTo, city: " " } }, "ship_to.city"],
    ["no channel", { channel: "" }, "channel"],
    ["an e-mail that is none", { email: "ada at example" }, "customer.email"],
    ["no currency", { currency: "" }, "currency"],
    ["half a unit", { lines: [{}, { sku: "MUG", quantity: "1.5" }] }, "1.quantity"],
    ["no units", { lines: [{ sku: "MUG" }] }, "0.quantity"],
    ["a price in words", { lines: [{ sku: "MUG", quantity: "1", unit_price: "nine" }] }, "0.unit_price"],
    ["a negative price", { lines: [{ sku: "MUG", quantity: "1", unit_price: "-1" }] }, "0.unit_price"],
    ["a line without a sku", { lines: [{ quantity: "1" }] }, "0.sku"],
  ])("is refused at the field for %s", (_, change, field) =>
    expect([...wrongIn({ ...draft, ...change }).keys()]).toEqual([field]),
  );

  it("is refused for nothing where all is there, an e-mail and prices left out or not", () => {
    expect(wrongIn(draft).size).toBe(0);
    expect(wrongIn({ ...draft, email: "" }).size).toBe(0);
  });

  it("names skus that no product has", async () => {
    expect(await unknownIn(draft.lines, async (sku) => sku === "MUG")).toEqual([
      { field: "lines.1.sku", message: "There is no product GIFT." },
    ]);
  });
});

describe("where an order would go", () => {
  it("is asked without the buyer's name, for lines that are whole", () => {
    const typed = { ...draft, lines: [...draft.lines, { sku: "LAMP", quantity: "" }] };

    expect(proposedOf(typed)).toEqual({
      channel: "trade",
      ship_to: { ...addressOf(null), city: "Leeds", country: "GB" },
      lines: [
        { sku: "MUG", quantity: 2 },
        { sku: "GIFT", quantity: 1 },
      ],
    });
  });

  it.each([
    ["a country", { shipTo: { ...shipTo, country: "" } }],
    ["a line", { lines: [{}] }],
    ["a channel", { channel: "" }],
  ])("is not asked without %s", (_, change) => expect(proposedOf({ ...draft, ...change })).toBeNull());
});

describe("an edited order", () => {
  const line = (id: string, quantity: number, cancelled = 0) => ({ id, sku: id, quantity, cancelled });
  const order = {
    version: 4,
    ship_to: shipTo,
    note: "ring twice",
    gift_message: "",
    lines: [line("a", 3, 1), line("b", 2, 2)],
  } as unknown as Schemas["OrderView"];
  const edits = editsOf(order);

  it("offers the units that are still wanted of each line", () => expect(edits.units).toEqual({ a: "2" }));

  it("sends what is changed only, with the version that was read", () => {
    expect(patchOf(order, { ...edits, note: "", units: { a: "0" } })).toEqual({
      version: 4,
      note: "",
      lines: [{ id: "a", quantity: 0 }],
    });
    expect(patchOf(order, { ...edits, shipTo: { ...shipTo, postcode: "LS1 4AP" } })).toEqual({
      version: 4,
      ship_to: { ...shipTo, postcode: "LS1 4AP" },
    });
  });

  it("has units for which nobody paid, where a paid order gets more of them", () => {
    const paid = { ...order, paid_at: "2026-11-18T09:00:00Z" };
    const raised = {
      ...paid,
      lines: [{ ...order.lines[0], quantity: 5, stated_quantity: 3 }],
    } as typeof paid;
    const more = (of: typeof order, a: string) =>
      unpaidIn(of, { ...edits, units: { a } }).map((each) => each.more);

    expect(more(paid, "4")).toEqual([2]);
    expect(more(paid, "2")).toEqual([]);
    expect(more(raised, "4")).toEqual([]);
    expect(more(raised, "6")).toEqual([4]);
    expect(more(order, "4")).toEqual([]);
  });

  it("sends nothing where nothing is changed", () => expect(patchOf(order, edits)).toBeNull());

  it("has whole numbers of units", () => {
    expect(notANumber(edits)).toBeUndefined();
    expect(notANumber({ ...edits, units: { a: "two" } })).toBe("a");
  });
});
