import { describe, expect, it } from "vitest";
import { documentOf, noteOf } from "../src/pages/stock/movements";

const ID = "20c84fc2b692902b042498d48f132e2b";
const entry = (reference: string, order_number: string | null = null) => ({ reference, order_number });

describe("a movement of stock", () => {
  it.each([
    [entry(ID, "UK-20441"), "/orders"],
    [entry("PO-1001"), "/purchase-orders"],
    [entry("TO-1001"), "/transfers"],
    [entry("WO-1002"), "/work-orders"],
  ])("leads to what changed the stock: %o", (of, page) => expect(documentOf(of)).toBe(page));

  it.each([entry(ID), entry(`${ID} dented`), entry("stock.csv")])(
    "of a person or a file leads nowhere: %o",
    (of) => expect(documentOf(of)).toBeNull(),
  );

  it("says what a person wrote, without the id of the request", () => {
    expect(noteOf(entry(`${ID} shelf was mixed up`))).toBe("shelf was mixed up");
    expect(noteOf(entry(ID))).toBe("");
    expect(noteOf(entry("stock.csv"))).toBe("stock.csv");
  });
});
