import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { skuSearch } from "../src/search/goods";
import {
  CHECKS,
  exceptionSearch,
  FLAGS,
  listSearch,
  orderSearch,
  STATES,
  STATUSES,
  VIEWS,
} from "../src/search/orders";

const { schemas } = JSON.parse(readFileSync("../docs/openapi.json", "utf8")).components;

describe("addresses", () => {
  it("keep what the page knows and drop the rest", () => {
    expect(
      listSearch({ view: "held", warehouse: "york", nonsense: "1", check: "gone", late: "true" }),
    ).toEqual({
      view: "held",
      warehouse: "york",
      late: true,
    });
  });

  it("have no defaults in them", () => {
    expect(listSearch({ view: "to-ship", late: false, q: "  " })).toEqual({});
    expect(exceptionSearch({ state: "open" })).toEqual({});
  });

  it("go back to lists of ours only", () => {
    expect(orderSearch({ list: "https://evil.example" })).toEqual({});
    for (const list of ["/", "/orders", "/exceptions"]) expect(orderSearch({ list })).toEqual({ list });
  });

  it("take numbers for words", () => expect(listSearch({ q: 20441 })).toEqual({ q: "20441" }));

  it.each(["yesterday", "2026-99-99", "2999-01-01"])("take no day such as %s", (at) =>
    expect(skuSearch({ at })).toEqual({}),
  );

  it.each([
    ["View", VIEWS],
    ["Check", CHECKS],
    ["Status", STATUSES],
    ["Flag", FLAGS],
    ["ExceptionState", STATES],
  ])("know every %s of the API", (name, known) => {
    expect([...known].sort()).toEqual([...schemas[name].enum].sort());
  });
});
