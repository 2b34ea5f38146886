import { describe, expect, it } from "vitest";
import { namedOf, speaker } from "../src/api/names";

const said = speaker([
  { id: "leeds", name: "Leeds, England" },
  { id: "reno", name: "Reno, Nevada" },
  { id: "trade", name: "Trade orders by file" },
  { id: "shopify-us", name: "Shopify, US" },
  { id: "shopify-us-2", name: "Shopify, US outlet" },
]);

describe("names", () => {
  it("are shown in full: two may differ behind a comma only", () => {
    const shown = namedOf([{ id: "a", name: "Shopify, EU" }, { id: "b", name: "Shopify, US" }, { id: "c" }]);

    expect(shown.map((each) => each.name)).toEqual(["Shopify, EU", "Shopify, US", "c"]);
  });

  it.each([
    [
      "warehouse leeds has no address: labels name their sender",
      "Leeds, England has no address: labels name their sender",
    ],
    ["shopify-us cancelled the order", "Shopify, US cancelled the order"],
    ["shopify-us-2: shipped 940", "Shopify, US outlet: shipped 940"],
    ["MUG: 2 at reno (geo)", "MUG: 2 at Reno, Nevada (region)"],
    ["geo skipped: no ship-to country", "region skipped: no ship-to country"],
    ["comes after reno", "comes after Reno, Nevada"],
    ["leeds", "Leeds, England"],
    ["from leeds by UPS, 1Z", "from Leeds, England by UPS, 1Z"],
    ["leeds, reno", "Leeds, England, Reno, Nevada"],
    ["waits for leeds or reno or trade", "waits for Leeds, England or Reno, Nevada or Trade orders by file"],
    ["leeds and york", "Leeds, England and york"],
    ["labels for trade are bought there", "labels for Trade orders by file are bought there"],
  ])("stand in “%s” in place of ids", (text, spoken) => expect(said(text)).toBe(spoken));

  it.each([
    "the buyer sent a trade card",
    "MUG-leeds is sold out",
    "ann@leeds.example wrote",
    "shopify-us-9 is unknown",
  ])("do not replace what is no id: “%s”", (text) => expect(said(text)).toBe(text));

  it("leave out which request of the API would do it", () => {
    expect(said("Map the listing (PUT /products/{sku}/listings/{channel}), then retry (or wait).")).toBe(
      "Map the listing, then retry (or wait).",
    );
  });
});
