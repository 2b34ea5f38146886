import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { purchase, transfer, work } from "./documents";
import { open } from "./opened";

const NOON = "2026-11-21T12:00:00Z";
const shelf = {
  sku: "LAMP",
  name: "Desk lamp",
  warehouse: "york",
  on_hand: 4,
  committed: 0,
  quarantined: 0,
  available: 4,
  incoming: 0,
  in_transit: 0,
  waiting: 0,
  average_cost: null,
};
const stock = { "/stock": { items: [shelf], next: null } };
const page = () => document.body.textContent ?? "";

it.each([
  ["/work-orders/WO-1", { "/work-orders/WO-1": work }, ["Oak table", "TABLE", "Oak leg", "LEG"]],
  ["/transfers/TO-1", { "/transfer-orders/TO-1": transfer }, ["Desk lamp", "LAMP"]],
  ["/transfers/TO-1?doing=receive", { "/transfer-orders/TO-1": transfer }, ["Desk lamp", "LAMP"]],
  ["/stock/LAMP", stock, ["Desk lamp", "LAMP"]],
])("%s names products beside their skus", async (at, answers, said) => {
  open(at, { answers });
  await screen.findAllByText(said[0] ?? "");

  const shown = page();
  for (const each of said) expect(shown).toContain(each);
});

const received = { receipt: "DN-7", who: "ann", at: NOON };

it.each([
  [
    "/purchase-orders/PO-1",
    { "/purchase-orders/PO-1": purchase({ receipts: [{ ...received, line: "l1", accepted: 4 }] }) },
    ["Mug", "MUG"],
  ],
  [
    "/transfers/TO-1",
    { "/transfer-orders/TO-1": { ...transfer, receipts: [{ ...received, line: "1", accepted: 1 }] } },
    ["Desk lamp", "LAMP"],
  ],
  [
    "/work-orders/WO-1",
    {
      "/work-orders/WO-1": {
        ...work,
        reports: [
          { report: "DN-7", who: "ann", at: NOON, scrap: [{ sku: "LEG", units: 2 }], reason: "split" },
        ],
      },
    },
    ["2 × Oak leg LEG scrapped"],
  ],
])("what was recorded of %s names products, too", async (at, answers, said) => {
  open(at, { answers });
  const records = (await screen.findByText("DN-7")).closest("section");

  for (const each of said) expect(records?.textContent).toContain(each);
});
