import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { transfer, work } from "./documents";
import { open } from "./opened";

const WAIT = { timeout: 4500 };
const page = async () => (await screen.findByRole("main")).textContent ?? "";

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
