import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { goodsOf, lessOf, partsOf, priceOf } from "../src/pages/order/sums";

const line = (amount: string, quantity: number, currency = "USD") =>
  ({ unit_price: { amount, currency }, quantity }) as Schemas["LineView"];
const order = (...lines: Schemas["LineView"][]) => ({ lines }) as unknown as Schemas["OrderView"];

describe("the sums of an order", () => {
  it.each([
    [line("0.10", 3), "0.30"],
    [line("9007199254740993.01", 3), "27021597764222979.03"],
    [line("500", 2, "JPY"), "1000"],
    [line("1.250", 2, "KWD"), "2.500"],
  ])("multiply exactly", (of, amount) => expect(priceOf(of)?.amount).toBe(amount));

  it("add up all lines", () => {
    expect(goodsOf(order(line("0.10", 3), line("12.50", 1)))).toEqual({ amount: "12.80", currency: "USD" });
  });

  it("are none for a reader who sees no prices", () => {
    const hidden = { unit_price: null, quantity: 3 } as Schemas["LineView"];
    expect([priceOf(hidden), goodsOf(order(hidden)), goodsOf(order())]).toEqual([null, null, null]);
  });

  const usd = (amount: string) => ({ amount, currency: "USD" });
  const summed = (tax: string, total: string | null) =>
    partsOf({
      ...order(line("40.00", 3)),
      shipping: usd("4.90"),
      discount: usd("1.00"),
      tax: usd(tax),
      total: total === null ? null : usd(total),
    });

  it("say which tax is in the prices, and what no part of a total says", () => {
    expect(summed("19.78", "143.68")).toMatchObject({ isIncluded: false, other: null });
    expect(summed("19.78", "123.90")).toMatchObject({ isIncluded: true, other: null });
    expect(summed("19.78", "148.68")).toMatchObject({ isIncluded: false, other: usd("5.00") });
    expect(summed("0.00", "123.90")).toMatchObject({ isIncluded: false, other: null });
    expect(summed("19.78", null)).toMatchObject({ isIncluded: false, other: null });
  });

  it("take a discount off", () => {
    expect(lessOf({ amount: "0.05", currency: "USD" }).amount).toBe("-0.05");
    expect(lessOf({ amount: "0.00", currency: "USD" }).amount).toBe("0.00");
  });
});
