import type { Browser, BrowserContext, Page, Response } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, open, stack, violations } from "./browser";

const run = Date.now().toString(36).toUpperCase();

let browser: Browser;
let context: BrowserContext;
let page: Page;
let api: Api;

beforeAll(async () => {
  ({ browser, context, page, api } = await open("/purchase-orders"));
  await api.call("PUT", "/suppliers/mill", { name: "Acme Mill" });
});
afterAll(() => browser?.close());

const visit = async (to: string) => {
  await page.goto(stack.console_url + to);
  await page.locator("h1").waitFor();
};
const press = (name: string | RegExp) => page.getByRole("button", { name }).first().click();
const field = (name: string) => page.getByLabel(name, { exact: true });
/** Goods that are on hand at Reno. */
const stocked = (...goods: [sku: string, quantity: number][]) => {
  const receipts = goods.map(([sku, quantity]) => ({
    sku,
    quantity,
    warehouse: "reno",
    reason: "delivered",
  }));
  return api.call("POST", "/stock/receipts", { receipts });
};
const documentId = () => new URL(page.url()).pathname.split("/").at(-1) ?? "";
const state = (word: string) => page.locator("header .badge", { hasText: word }).waitFor();

/** The answer links to a file that is a PDF; a browser without a viewer does not show it. */
async function isPdf(answer: Response) {
  const file = await context.request.get((await answer.json()).url);
  expect((await file.body()).subarray(0, 5).toString()).toBe("%PDF-");
}

describe("a purchase order", () => {
  let id: string;

  it("is written by hand, with what is refused at its field", async () => {
    await visit("/purchase-orders");
    await page.keyboard.press("n");
    await page.getByRole("heading", { name: "New purchase order" }).waitFor();
    await field("Supplier").selectOption("mill");
    await field("To").selectOption("reno");
    await expect.poll(() => field("Currency").inputValue()).toBe("USD");
    await field("Reference").fill(run);
    await field("Sku, line 1").fill("MUG-BLACK");
    await field("Units, line 1").fill("10");
    await field("Unit cost, line 1").fill("2,50");
    await field("Case of, line 1").fill("4");
    await press("Make draft");
    await page.getByText(/the supplier sells/).waitFor();

    await field("Units, line 1").fill("12");
    await press("Make draft");
    await state("Draft");
    id = documentId();
    expect(id).toMatch(/^PO-\d+$/);
    expect((await api.call("GET", `/purchase-orders/${id}`)).total).toEqual({
      amount: "30.00",
      currency: "USD",
    });
  });

  it("is submitted, and printed as a page", async () => {
    await page.keyboard.press("s");
    await page.getByRole("heading", { name: `Submit ${id}?` }).waitFor();
    expect(await page.getByText(/12 units are incoming at/).isVisible()).toBe(true);
    await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
    await state("On order");
    const printed = page.waitForResponse((answer) => answer.url().endsWith("/document"));
    await page.keyboard.press("p");
    await isPdf(await printed);
  });

  it("has its supplier's answer entered", async () => {
    await press("Enter answer");
    await field("Refused: MUG-BLACK").fill("4");
    await field("Their reason").fill("kiln is down");
    await page.getByRole("dialog").getByRole("button", { name: "Enter answer" }).click();
    await page.getByText("4 refused").first().waitFor();
    expect((await api.call("GET", `/purchase-orders/${id}`)).lines[0]).toMatchObject({ refused: 4, open: 8 });
  });

  it("is received in parts, with rejected units and more than were ordered", async () => {
    await page.keyboard.press("r");
    await field("Good now: MUG-BLACK").fill("5");
    await field("Rejected: MUG-BLACK").fill("1");
    await press(/^Receive 6 units/);
    await page.getByText("Say what is wrong with the bad ones.").waitFor();
    await field("What is wrong with them: MUG-BLACK").fill("chipped");
    await field("Delivery number").fill(`DN-${run}`);
    await page.getByText("2 stay expected.").waitFor();
    await press(/^Receive 6 units/);
    await state("Part received");

    await page.keyboard.press("r");
    await press("All that is open");
    await field("Good now: MUG-BLACK").fill("8"); // what was expected, what was refused, and two more
    await page.getByText("4 of the 4 they had refused came").waitFor();
    await page.getByText("2 more than expected").waitFor();
    await field("Delivery number").fill(`DN2-${run}`);
    await page.keyboard.press("Control+Enter");
    await page.getByText("2 more than ordered").waitFor();
    await press("Decide");
    await page.getByRole("dialog").getByRole("button", { name: "Keep 2" }).click();
    await page.getByText("2 more kept").waitFor();
    const [line] = (await api.call("GET", `/purchase-orders/${id}`)).lines;
    expect(line).toMatchObject({ received: 11, rejected: 1, refused: 0, over: 2, open: 0 });
  });

  it("has its freight spread over what its units cost", async () => {
    await press("Add a cost");
    const dialog = page.getByRole("dialog");
    await field("Its papers' number").fill(`FREIGHT-${run}`);
    await field("What for").fill("Freight");
    await dialog.getByRole("button", { name: "Add cost" }).click();
    await dialog.getByText("Enter the amount, such as 120.50.").first().waitFor();
    await field("Amount (USD)").fill("12");
    await field("Spread by").selectOption("quantity");
    await dialog.getByRole("button", { name: "Add cost" }).click();
    await page.getByText(`FREIGHT-${run}`).first().waitFor();
    const { landed } = await api.call("GET", `/purchase-orders/${id}`);
    expect(landed).toMatchObject([{ kind: "Freight", amount: { amount: "12.00" }, by: "quantity" }]);
  });

  it("is found by a word of it, closed short and cancelled with a word before", async () => {
    const lines = [{ sku: "MUG-BLACK", ordered: 5, unit_cost: { amount: "2.00", currency: "USD" } }];
    const draft = { supplier: "mill", warehouse: "reno", currency: "USD", note: `SECOND-${run}`, lines };
    const [short, gone] = [
      await api.call("POST", "/purchase-orders", draft),
      await api.call("POST", "/purchase-orders", draft),
    ];
    await api.call("POST", `/purchase-orders/${short.id}/submit`);

    await visit(`/purchase-orders?q=second-${run}`);
    await page.locator("tbody tr", { hasText: short.id }).click();
    await press("Close short");
    await page.getByRole("button", { name: "Close 5 units short" }).click();
    await state("Closed");

    await visit(`/purchase-orders/${gone.id}`);
    await press("Cancel");
    await page.getByText(/Acme Mill is not notified/).waitFor();
    await press("Cancel purchase order");
    await state("Cancelled");
    await visit(`/purchase-orders?q=second-${run}`);
    await page.getByText("Nothing matches these filters.").waitFor();
  });
});

describe("a saved view", () => {
  it("keeps the filters of a list under a name, until it is deleted", async () => {
    await visit(`/purchase-orders?state=all&supplier=mill&q=${run}`);
    await press("Views");
    await page.getByRole("menuitem", { name: "Save these filters…" }).click();
    await field("Name").fill(`Mill ${run}`);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: `Mill ${run}` }).waitFor();

    await visit("/purchase-orders");
    await press("Views");
    await page.getByRole("menuitem", { name: `Mill ${run}` }).click();
    await page.waitForURL(/supplier=mill/);
    expect(new URL(page.url()).searchParams.get("state")).toBe("all");

    await press(`Mill ${run}`);
    await page.getByRole("menuitem", { name: "Rename or delete…" }).click();
    await page.getByRole("button", { name: `Delete Mill ${run}` }).click();
    await press("Save changes");
    await page.getByRole("button", { name: "Views" }).waitFor();
  });
});

describe("suggestions", () => {
  it("show their arithmetic, and those that are chosen become a draft", async () => {
    const sku = `WAITED-${run}`;
    const terms = {
      supplier: "mill",
      price: { amount: "3.00", currency: "USD" },
      case_pack: 6,
      lead_days: 5,
    };
    await api.call("PUT", `/products/${sku}`, { name: "Waited for", bought_from: [terms] });
    const lines = [{ sku, quantity: 4, unit_price: { amount: "9.00", currency: "USD" } }];
    await api.place(`S-${run}`, { lines }, "short");
    await api.call("POST", "/audits", { audit: "stock" });
    const row = page.locator("tbody tr", { hasText: sku }).first();
    await expect
      .poll(
        async () => {
          await visit("/purchase-orders/suggestions?supplier=mill");
          await page.waitForTimeout(1500);
          return row.count();
        },
        { timeout: 120_000 },
      )
      .toBe(1);

    expect(await row.textContent()).toContain("+ 4 waited for = 4; cases of 6");
    await row.getByRole("checkbox").check();
    await press("Draft 1 purchase order");
    await page.getByRole("dialog").getByText("1 product").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Draft 1 purchase order" }).click();
    await state("Draft");
    const { lines: drafted } = await api.call("GET", `/purchase-orders/${documentId()}`);
    expect(drafted.map((each: { sku: string; ordered: number }) => [each.sku, each.ordered])).toContainEqual([
      sku,
      6,
    ]);
  });
});

describe("a transfer", () => {
  it("is requested, sent, received in parts with a damaged unit, and its rest given up and found", async () => {
    const sku = `MOVED-${run}`;
    await api.call("PUT", `/products/${sku}`, { name: "Moved" });
    await stocked([sku, 10]);
    await visit("/transfers");
    await page.keyboard.press("n");
    await field("From").selectOption("reno");
    await field("Sku, line 1").fill(sku);
    await field("Units, line 1").fill("8");
    await press("Request transfer");
    await page.getByText("Choose two warehouses").waitFor();
    await field("To").selectOption("newark");
    await press("Request transfer");
    await state("Requested");
    const id = documentId();

    await page.keyboard.press("s");
    await field(`Send: ${sku}`).fill("7");
    await page.getByRole("button", { name: "Send 7 units" }).click();
    await state("On its way");

    await page.keyboard.press("r");
    await field(`Good now: ${sku}`).fill("4");
    await field(`Damaged: ${sku}`).fill("1");
    await field(`What is wrong with them: ${sku}`).fill("wet");
    await field("Delivery number").fill(`VAN-${run}`);
    await press("Record 5 units");
    await state("Part received");

    await press("Give up the rest");
    await page.getByRole("button", { name: "Give up 2 units" }).click();
    await state("Closed");
    await press("Take back");
    await field(`Good now: ${sku}`).fill("2");
    await field("Delivery number").fill(`BACK-${run}`);
    await press("Record 2 units");
    await page.getByText("2 came back").first().waitFor();
    const [line] = (await api.call("GET", `/transfer-orders/${id}`)).lines;
    expect(line).toMatchObject({ sent: 7, received: 4, damaged: 1, lost: 0, returned: 2 });
  });
});

describe("a work order", () => {
  it("reserves its components, is built in parts with scrap, closed, and taken apart again", async () => {
    const [leg, top, table] = [`LEG-${run}`, `TOP-${run}`, `TABLE-${run}`];
    await api.call("PUT", `/products/${leg}`, { name: "Oak leg" });
    await api.call("PUT", `/products/${top}`, { name: "Oak top" });
    await api.call("PUT", `/products/${table}`, { kind: "built", components: { [leg]: 4, [top]: 1 } });
    await stocked([leg, 20], [top, 4]);
    await visit("/work-orders");
    await page.keyboard.press("n");
    await field("Sku").fill(table);
    await field("Units").fill("3");
    await field("At").selectOption("reno");
    await press("Make draft");
    await state("Draft");
    const id = documentId();

    await page.keyboard.press("s");
    await page.getByText(/The components of 3 units are reserved/).waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Submit" }).click();
    await state("To do");
    await page.keyboard.press("r");
    await field("Built").fill("2");
    await field(`Scrap: Oak leg ${leg}`).fill("1");
    await press("Report 2 built");
    await page.getByText("Say what went wrong with what failed or broke.").first().waitFor();
    await field("What went wrong").fill("split");
    await field("Job card").fill(`CARD-${run}`);
    await press("Report 2 built");
    await state("Part done");
    await press("Close short");
    await page.getByRole("button", { name: "Close 1 unit short" }).click();
    await state("Closed");
    expect(await api.call("GET", `/work-orders/${id}`)).toMatchObject({ done: 2, closed: 1 });

    await press("Take apart");
    await page.getByRole("heading", { name: "New work order" }).waitFor();
    expect(await field("Sku").inputValue()).toBe(table);
    await field("Units").fill("1");
    await press("Make draft");
    await state("Draft");
    expect(await api.call("GET", `/work-orders/${documentId()}`)).toMatchObject({
      kind: "disassembly",
      units: 1,
    });
    await press("Cancel");
    await press("Cancel work order");
    await state("Cancelled");
  });
});

describe("packing slips of many", () => {
  it("are one file of all that is selected", async () => {
    for (const each of ["A", "B"]) await api.place(`SLIP${each}-${run}`);
    await visit(`/?q=${run}`);
    for (const each of ["A", "B"])
      await page
        .locator("tbody tr", { hasText: `SLIP${each}-${run}` })
        .getByRole("checkbox")
        .check();
    const printed = page.waitForResponse((answer) => answer.url().endsWith("/packing-slips"));
    await page.keyboard.press("l");
    await isPdf(await printed);
  });
});

describe("every page of goods", () => {
  it.each([
    ["light", 1280],
    ["dark", 834],
  ] as const)("is accessible, %s at %d", async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    const { items } = await api.call("GET", "/purchase-orders?limit=1&state=submitted");
    const one = items[0]
      ? [`/purchase-orders/${items[0].id}`, `/purchase-orders/${items[0].id}?doing=receive`]
      : [];
    const moved = (await api.call("GET", "/transfer-orders?limit=1")).items[0].id;
    const built = (await api.call("GET", "/work-orders?state=closed&limit=1")).items[0].id;
    const pages = [
      "/purchase-orders?state=all",
      "/purchase-orders/new",
      "/purchase-orders/suggestions",
      ...one,
      "/transfers?state=all",
      `/transfers/${moved}`,
      `/transfers/${moved}?doing=receive`,
      "/work-orders?state=all",
      `/work-orders/${built}`,
      "/work-orders/new",
    ];
    const found: [string, string, string | undefined][] = [];
    for (const to of pages) {
      await visit(to);
      await expect.poll(() => page.locator(".skeleton").count()).toBe(0);
      await page.waitForTimeout(500);
      for (const each of await violations(page)) found.push([to, ...each]);
    }
    expect(found).toEqual([]);
  });
});
