import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Api, open, stack, violations } from "./browser";

const run = Date.now().toString(36).toUpperCase();
const numbers = ["A", "B", "C"].map((each) => `T${each}-${run}`);
const buyer = {
  ship_to: {
    name: `Ada ${run}`,
    address1: "1 Mill Road",
    city: "Leeds",
    postcode: "LS1 4AP",
    country: "GB",
  },
};

let browser: Browser;
let page: Page;
let api: Api;
let first: string;

beforeAll(async () => {
  ({ browser, page, api } = await open("/"));
  for (const number of numbers) {
    const id = await api.place(number, buyer);
    first ??= id;
  }
});
afterAll(() => browser?.close());

const row = (number: string) => page.locator("tbody tr", { hasText: number });
const region = () => page.getByRole("region", { name: "Fulfilment orders" });

it("orders of one recipient are shipped in one parcel from the order, and one is taken out again", async () => {
  await page.goto(`${stack.console_url}/orders/${first}`);
  await region().getByText("Could leave in one parcel with").waitFor();
  await region().getByRole("button", { name: "Ship together" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox", { name: new RegExp(numbers[2] ?? "") }).uncheck();
  expect(await violations(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Ship 2 orders together" }).click();

  await region().getByText("Leaves in one parcel with").waitFor();
  await region()
    .getByRole("link", { name: numbers[1] ?? "" })
    .waitFor();
  expect(await violations(page)).toEqual([]);
  await region().getByRole("button", { name: "Take out" }).click();

  await region().getByText("Could leave in one parcel with").waitFor();
});

it("selected rows are shipped in one parcel, which the list marks", async () => {
  await page.goto(`${stack.console_url}/?q=${run}`);
  for (const number of numbers) await row(number).getByRole("checkbox").check();
  await page.keyboard.press("o");
  await page.getByRole("dialog").getByRole("button", { name: "Ship 3 orders together" }).click();

  await page.getByText("3 orders leave in one parcel").waitFor();
  await expect
    .poll(() => page.getByRole("img", { name: "Leaves in one parcel with others" }).count())
    .toBe(3);
});
