import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { skuSearch, suggestionSearch } from "../src/search/goods";
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
import { parseSearch, stringifySearch } from "../src/search/parameters";
import { routingSearch } from "../src/search/setup";

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

  it.each(["9400118831776771958941", "20441", "007", "1e3", "true", "null", "[1]", '12" pan', "a&b +c"])(
    "keep %s as the text that it is",
    (q) => {
      expect(listSearch(parseSearch(stringifySearch({ q })))).toEqual({ q });
      expect(listSearch(parseSearch(`?${new URLSearchParams({ q })}`))).toEqual({ q });
    },
  );

  it("take a text out of quotation marks", () =>
    expect(listSearch(parseSearch("?q=%2220441%22"))).toEqual({ q: "20441" }));

  it.each([
    [listSearch, { late: true, view: "held" }],
    [routingSearch, { tab: "versions", diff: [3, 12] }],
    [routingSearch, { last: 50 }],
    [suggestionSearch, { weeks: 4, days: 0 }],
  ])("are read as they are written", (read, search) =>
    expect(read(parseSearch(stringifySearch(search)))).toEqual(search),
  );

  it.each(["[12,3]", "[3]", "3", "x,y", "[-1,2]"])("compare no versions such as %s", (diff) =>
    expect(routingSearch({ diff })).toEqual({}),
  );

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
