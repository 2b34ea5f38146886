import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { open } from "./opened";

const WAIT = { timeout: 4500 };
const page = async () => (await screen.findByRole("main")).textContent ?? "";

const part = { per_unit: 4, reserved: 4, awaited: 0, lacking: 0, used: 0, scrapped: 0, nested: "" };
const work = {
  id: "WO-1",
  kind: "build",
  state: "submitted",
  sku: "TABLE",
  name: "Oak table",
  warehouse: "york",
  units: 1,
  done: 0,
  open: 1,
  closed: 0,
  unneeded: 0,
  reference: "",
  note: "",
  builds_for: "",
  created_at: "2026-11-20T09:00:00Z",
  made_for: [],
  labour: null,
  cost: null,
  expense: null,
  inputs: [{ sku: "LEG", name: "Oak leg", ...part }],
  outputs: [],
  reports: [],
  timeline: [],
};
const line = {
  id: "1",
  sku: "LAMP",
  name: "Desk lamp",
  units: 2,
  sent: 2,
  open: 2,
  received: 0,
  damaged: 0,
  lost: 0,
};
const transfer = {
  id: "TO-1",
  state: "sent",
  from_warehouse: "york",
  to_warehouse: "reno",
  sent_at: "2026-11-20T09:00:00Z",
  is_counted: true,
  reference: "",
  note: "",
  lines: [{ ...line, returned: 0, over: 0, cost: null }],
  receipts: [],
  timeline: [],
};
it.each([
  ["/work-orders/WO-1", { "/work-orders/WO-1": work }, ["Oak table", "TABLE", "Oak leg", "LEG"]],
  ["/transfers/TO-1", { "/transfer-orders/TO-1": transfer }, ["Desk lamp", "LAMP"]],
  ["/transfers/TO-1?doing=receive", { "/transfer-orders/TO-1": transfer }, ["Desk lamp", "LAMP"]],
])("%s names products beside their skus", async (at, answers, said) => {
  open(at, { answers });
  await screen.findAllByText(said[0] ?? "", undefined, WAIT);

  const shown = await page();
  for (const each of said) expect(shown).toContain(each);
});
