import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, open, openPage, signIn, stack, violations } from "./browser";

const run = Date.now().toString(36).toUpperCase();

let browser: Browser;
let page: Page;
let api: Api;

beforeAll(async () => {
  // The policy of the page counts here: a file goes to another place than the page comes from.
  ({ browser, page, api } = await open("/uploads", { bypassCSP: false }));
});
afterAll(() => browser?.close());

const HEADER =
  "OrderNumber,SKU,Quantity,UnitPrice,Currency,ShipName,ShipAddress1,ShipCity,ShipZip,ShipCountry,Status";
const row = (number: string, change: { sku?: string; quantity?: string; price?: string } = {}) =>
  [
    `${number}-${run}`,
    change.sku ?? "MUG-BLACK",
    change.quantity ?? "1",
    change.price ?? "9.00",
    "USD,Ann Lee,1 Mill Road,Leeds,LS1 4AP,GB,InProcess",
  ].join(",");

/** Drop a file for the offline channel, or with something else, and wait for its report. */
async function drop(name: string, rows: string[], has = "trade") {
  await page.goto(`${stack.console_url}/uploads`);
  await page.getByLabel("It has").selectOption(has);
  await page.getByLabel("Choose or drop CSV files").setInputFiles({
    name,
    mimeType: "text/csv",
    buffer: Buffer.from(`${rows.join("\n")}\n`),
  });
  await page.getByRole("heading", { name }).waitFor();
}
const figure = (name: string) => page.locator(".sum > div", { hasText: name }).locator(".v").textContent();

describe("uploads", () => {
  it("mends two rows of a file in the grid, by the keyboard alone, and sends them again", async () => {
    await drop(`mixed-${run}.csv`, [
      HEADER,
      row("U1"),
      row("U2", { quantity: "some" }),
      row("U2"),
      row("U3", { price: "9.x" }),
    ]);
    await page.getByRole("grid", { name: "Rejected rows" }).waitFor();
    expect(await figure("Accepted orders")).toBe("1");
    expect(await figure("Rejected orders")).toBe("2");

    await page.getByRole("grid").focus();
    await page.keyboard.type("2");
    await page.keyboard.press("Enter");
    await page.getByText("1 of 2 orders mended").waitFor();
    await page.keyboard.type("9.50");
    await page.keyboard.press("Enter");
    await page.getByText("2 of 2 orders mended").waitFor();
    await page.keyboard.press("Control+z");
    await page.getByText("1 of 2 orders mended").waitFor();
    await page.keyboard.type("9.50");
    await page.keyboard.press("Control+Enter");

    await page.getByRole("heading", { name: `mixed-${run}-mended.csv` }).waitFor();
    await page.getByText("Everything is in.").waitFor();
    expect(await figure("Accepted orders")).toBe("2");
    // What is accepted is on the queue of orders, and stored a moment later.
    await expect.poll(async () => (await api.call("GET", `/orders?q=U2-${run}`)).items.length).toBe(1);
  });

  it("has the columns of an unknown file named by hand, and keeps the names", async () => {
    const theirs = HEADER.replace("OrderNumber", `Auftrag ${run}`).replace("SKU", `Artikel ${run}`);
    await drop(`unknown-${run}.csv`, [theirs, row("M1")]);
    await page.getByText("What its columns are").waitFor();
    await page.getByText("Still needed: OrderNumber, SKU").waitFor();

    await page.getByLabel(`What Auftrag ${run} is`).selectOption("OrderNumber");
    await page.getByLabel(`What Artikel ${run} is`).selectOption("SKU");
    await page.getByRole("button", { name: "Keep this and send the file again" }).click();
    await page.getByText("Everything is in.").waitFor();

    await drop(`known-${run}.csv`, [theirs, row("M2")]);
    await page.getByText("Everything is in.").waitFor();
    expect(await figure("Accepted orders")).toBe("1");
  });

  it("makes drafts of a file of purchase orders, and mends those that it rejects", async () => {
    const bought = "reference,supplier,warehouse,sku,ordered,unit_cost,currency";
    const line = (of: string, ordered: string) =>
      `${of}-${run},loomworks,newark,CUSHION-LINEN,${ordered},6.40,USD`;
    await drop(`bought-${run}.csv`, [bought, line("spring", "12"), line("autumn", "many")], "purchases:");
    await page.getByText("0 of 1 purchase order mended").waitFor();
    expect(await figure("Drafts made")).toBe("1");
    expect(await figure("Rejected purchase orders")).toBe("1");

    await page.getByRole("grid").focus();
    await page.keyboard.type("24");
    await page.keyboard.press("Control+Enter");

    await page.getByText("Everything is in.").waitFor();
    expect(await figure("Drafts made")).toBe("1");
    const { items } = await api.call("GET", `/purchase-orders?q=autumn-${run}`);
    expect(items).toMatchObject([{ state: "new", lines: [{ ordered: 24 }] }]);

    // What is drafted counts as coming for the orders of other tests.
    for (const of of ["spring", "autumn"]) {
      const [{ id }] = (await api.call("GET", `/purchase-orders?q=${of}-${run}`)).items;
      await api.call("POST", `/purchase-orders/${id}/cancel`);
    }
  });

  it("are accessible", async () => {
    const { context: own, page: other } = await openPage(browser);
    await drop(`open-${run}.csv`, [HEADER, row("U4", { quantity: "some" })]);
    await signIn(other, "/uploads");
    await other.getByRole("link", { name: `open-${run}.csv` }).waitFor();
    expect(await violations(other)).toEqual([]);
    await other.getByRole("link", { name: `open-${run}.csv` }).click();
    await other.getByRole("grid").waitFor();
    expect(await violations(other)).toEqual([]);
    await other.goto(`${stack.console_url}/uploads`);
    await other.getByRole("link", { name: `mixed-${run}.csv` }).click();
    await other
      .getByRole("link", { name: `mixed-${run}-mended.csv` })
      .first()
      .waitFor();
    expect(await violations(other)).toEqual([]);
    await own.close();
  });
});
