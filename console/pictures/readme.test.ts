import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Api, open, scanned, stack } from "../e2e/browser";

const FOLDER = new URL("../../docs/pictures/", import.meta.url).pathname;
/** The first order number: another one each minute, since a channel has each number once. */
const FIRST = 10_000 + (Math.floor(Date.now() / 60_000) % 90_000);

let browser: Browser;
let page: Page;
let api: Api;

beforeAll(async () => {
  ({ browser, page, api } = await open("/"));
});
afterAll(() => browser?.close());

const item = (sku: string, quantity: number, price: string) => ({
  sku,
  quantity,
  unit_price: { amount: price, currency: "USD" },
});
const to = (name: string, address1: string, city: string, state: string, postcode: string) => ({
  ship_to: { name, address1, city, state, postcode, country: "US" },
  customer: { name, email: "buyer@example.com" },
});
/** Orders of a morning: the first is packed, the second is explained. */
const MORNING = [
  {
    lines: [item("MUG-BLACK", 2, "9.00"), item("BOWL-S", 1, "14.00")],
    ...to("Ines Duarte", "12 Elm St", "Albany", "NY", "12207"),
  },
  {
    lines: [item("MUG-WHITE", 3, "9.00"), item("PLATE-L", 2, "12.50")],
    ...to("Tom Weaver", "8 Bay Rd", "Reno", "NV", "89501"),
  },
  { lines: [item("BOARD-OAK", 1, "29.00")], ...to("Lena Fischer", "77 Lake Ave", "Chicago", "IL", "60601") },
  {
    lines: [item("BOWL-S", 4, "14.00")],
    expedited: true,
    ...to("Omar Haddad", "3 Pine Ct", "Boise", "ID", "83702"),
  },
  { lines: [item("MUG-BLACK", 6, "9.00")], ...to("Grace Hopper", "1 Harbor St", "New York", "NY", "10011") },
  {
    lines: [item("MUG-WHITE", 1, "9.00")],
    ...to("Yuki Tanaka", "500 Mission St", "San Francisco", "CA", "94105"),
  },
];

async function shoot(name: string) {
  await page.evaluate(() => document.fonts.ready);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${FOLDER}${name}.png`, animations: "disabled" });
}

it("takes the pictures of the README", async () => {
  const ids: string[] = [];
  for (const [place, order] of MORNING.entries()) ids.push(await api.place(`${FIRST + place}`, order));

  await page.goto(`${stack.console_url}/`);
  await page
    .getByText(`${FIRST + 5}`)
    .first()
    .waitFor({ timeout: 60_000 });
  await page.waitForTimeout(5000);
  await page.reload(); // its counts follow the rows within seconds
  await page
    .getByText(`${FIRST + 5}`)
    .first()
    .waitFor();
  await shoot("to-ship");

  await page.goto(`${stack.console_url}/orders/${ids[1]}`);
  await page.getByRole("heading", { level: 1 }).waitFor({ timeout: 60_000 });
  await page.getByText("Show every decision").click();
  await shoot("order");

  const [row] = (await api.call("GET", `/fulfilments?q=${FIRST}`)).items;
  await api.call("GET", `/orders/${ids[0]}/fulfilments/${row.fulfilment}/packing-slip`);
  const { fulfilments } = await api.call("GET", `/orders/${ids[0]}`);
  await page.goto(`${stack.console_url}/bench/one`);
  await page.locator(".say").first().waitFor();
  for (const code of [fulfilments[0].short_id, "MUG-BLACK", "MUG-BLACK"]) {
    await scanned(page, code);
    await page.waitForTimeout(1500);
  }
  expect(await page.locator(".box-count").textContent()).toBe("2 of 3 units");
  await shoot("bench");
});
