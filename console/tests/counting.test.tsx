import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { fileOf, shelvesOf } from "../src/pages/stock/counting";
import { open } from "./opened";

const balance = (sku: string, on_hand: number) => ({ sku, name: `The ${sku}`, warehouse: "york", on_hand });
const BALANCES = [balance("BOWL", 3), balance("CUP", 0), balance("JUG", 7), balance("MUG", 12)];
const PRODUCTS = [
  { sku: "MUG", barcode: "5012345678900", bins: { york: "A-2", leeds: "Z-9" } },
  { sku: "JUG", bins: { york: "A-10" } },
  { sku: "CUP", bins: { leeds: "A-1" } },
];

it("the shelves of a warehouse are counted as one walks along them, those without a place last", () => {
  const shelves = shelvesOf(BALANCES as never, PRODUCTS as never, "york");

  expect(shelves.map(({ bin, sku }) => [bin, sku])).toEqual([
    ["A-2", "MUG"],
    ["A-10", "JUG"],
    ["", "BOWL"],
    ["", "CUP"],
  ]);
  expect(shelves[0]).toMatchObject({ barcode: "5012345678900", onHand: 12, name: "The MUG" });
});

it("the file of a sheet has its counts to fill in, beside what is expected", () => {
  const [shelf] = shelvesOf(BALANCES.slice(0, 1) as never, [], "york");

  expect(fileOf(shelf ? [shelf] : [], "york", "Counted")).toEqual([
    ["sku", "warehouse", "set", "expected", "reason"],
    ["BOWL", "york", "", 3, "Counted"],
  ]);
});

const answers = {
  "/warehouses": {
    items: [
      { id: "york", name: "York", kind: "own" },
      { id: "mill", name: "Mill", kind: "dropship" },
    ],
    next: null,
  },
  "/stock": { items: BALANCES, next: null },
  "/products": { items: PRODUCTS, next: null },
};

it("a count sheet hides what is on hand unless it is wanted", async () => {
  open("/print/count?warehouse=york", { answers });

  const rows = await screen.findAllByRole("row");
  expect(rows.map((each) => each.children.length)).toEqual([5, 5, 5, 5, 5]);
  expect(rows[1]?.textContent).toBe("A-2The MUG MUG5012345678900");
  expect(screen.getByRole("heading", { name: "Count sheet: York" })).toBeTruthy();
});

it("a count sheet offers the warehouses whose shelves are ours", async () => {
  open("/print/count?on_hand=true", { answers });

  expect(await screen.findByText("Choose a warehouse to count.")).toBeTruthy();
  expect(await screen.findByRole("option", { name: "York" })).toBeTruthy();
  expect(screen.queryByRole("option", { name: "Mill" })).toBeNull();
});
