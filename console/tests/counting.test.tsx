import { fireEvent, screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { fileOf, shelvesOf } from "../src/pages/stock/counting";
import { open } from "./opened";
import { server } from "./server";

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

it("people of a warehouse type their counts into the sheet; a refused one is sent again on what is there now", async () => {
  const sent: { sku: string; counted: number; expected: number }[] = [];
  open("/print/count?warehouse=york", { roles: ["warehouse"], warehouses: ["york"], answers });
  server.use(
    http.post("*/api/stock/counts", async ({ request }) => {
      const { counts } = (await request.json()) as { counts: typeof sent };
      const [count] = counts;
      if (count) sent.push(count);
      if (count?.sku === "MUG" && count.expected === 12)
        return HttpResponse.json({ detail: "expected 12, there are 9" }, { status: 409 });
      return HttpResponse.json({ items: [] });
    }),
  );
  fireEvent.change(await screen.findByLabelText("Counted: MUG"), { target: { value: "8" } });
  fireEvent.change(screen.getByLabelText("Counted: CUP"), { target: { value: "0" } });
  server.use(http.get("*/api/stock", () => HttpResponse.json({ items: [balance("MUG", 9)], next: null })));

  fireEvent.click(screen.getByRole("button", { name: "Record 2 counts" }));
  expect(await screen.findByText("now 9 on hand: count again")).toBeTruthy();
  expect(await screen.findByText("1 count recorded, 1 refused: the last column says why.")).toBeTruthy();
  fireEvent.click(await screen.findByRole("button", { name: "Record 1 count" }));

  expect(await screen.findByText("2 counts recorded.")).toBeTruthy();
  expect(sent.map(({ sku, counted, expected }) => [sku, counted, expected])).toEqual([
    ["MUG", 8, 12],
    ["CUP", 0, 0],
    ["MUG", 8, 9],
  ]);
  expect(screen.queryByRole("button", { name: "CSV" })).toBeNull();
  expect(screen.queryByText(/Uploads/)).toBeNull();
});
