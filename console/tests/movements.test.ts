import { describe, expect, it } from "vitest";
import { documentOf, noteOf } from "../src/pages/stock/movements";

const ID = "20c84fc2b692902b042498d48f132e2b";
const entry = (kind: Parameters<typeof documentOf>[0]["kind"], reference: string, committed = 0) => ({
  kind,
  reference,
  committed,
});

describe("a movement of stock", () => {
  it.each([
    [entry("ship", ID, -1), "/orders"],
    [entry("short_pick", ID), "/orders"],
    [entry("quarantine", ID, -2), "/orders"],
    [entry("receive", "PO-1001"), "/purchase-orders"],
    [entry("transfer_out", "TO-1001"), "/transfers"],
    [entry("commit", "WO-1002", 1), "/work-orders"],
  ])("leads to what changed the stock: %o", (of, page) => expect(documentOf(of)).toBe(page));

  it.each([
    entry("adjust", ID),
    entry("write_off", ID),
    entry("quarantine", `${ID} dented`),
    entry("feed", "stock.csv"),
  ])("of a person or a file leads nowhere: %o", (of) => expect(documentOf(of)).toBeNull());

  it("says what a person wrote, without the id of the request", () => {
    expect(noteOf(entry("count", `${ID} shelf was mixed up`))).toBe("shelf was mixed up");
    expect(noteOf(entry("adjust", ID))).toBe("");
    expect(noteOf(entry("feed", "stock.csv"))).toBe("stock.csv");
  });
});
