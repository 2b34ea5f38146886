import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, open, stack, violations } from "./browser";

const run = Date.now().toString(36).toUpperCase();

let browser: Browser;
let page: Page;
let api: Api;

beforeAll(async () => {
  ({ browser, page, api } = await open("/orders"));
  for (const each of ["A", "B"]) await api.place(`Q${each}-${run}`);
});
afterAll(() => browser?.close());

const visit = async (to: string) => {
  await page.goto(stack.console_url + to);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link").first().waitFor();
};
const row = (number: string) => page.locator("tbody tr", { hasText: number });
const press = async (...keys: string[]) => {
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(120);
  }
};

describe("a list", () => {
  it("of orders is limited to days and sorted, in its address", async () => {
    await visit(`/orders?q=${run}`);
    await row(`QA-${run}`).waitFor();

    await page.getByRole("button", { name: "Placed" }).click();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Yesterday" }).click();
    await page.getByText(`No order matches “${run}”.`).waitFor();
    await page.getByRole("button", { name: "Placed Yesterday" }).click();
    await page.getByLabel("To", { exact: true }).fill("2031-01-01");
    await page.keyboard.press("Enter");
    await row(`QA-${run}`).waitFor();
    await page.getByRole("button", { name: "Sort" }).click();
    await page.getByRole("menuitem", { name: "Oldest first" }).click();

    await expect
      .poll(() => page.locator("tbody tr .code").allInnerTexts())
      .toEqual([`QA-${run}`, `QB-${run}`]);
    expect(new URL(page.url()).search).toMatch(/placed=.*\.\.2031-01-01.*sort=placed/);
    await page.reload();
    await row(`QB-${run}`).waitFor();
  });

  it("says why a pick list of its current row was refused", async () => {
    await page.route("**/api/pick-lists", (route) =>
      route.fulfill({ status: 409, json: { detail: "it was taken back" } }),
    );
    await visit(`/?q=QA-${run}`);
    await row(`QA-${run}`).waitFor();

    await press("j", "i");

    await page.getByRole("alert").getByText("it was taken back").waitFor();
    await page.unroute("**/api/pick-lists");
  });

  it("does nothing to the rows of the filters before while those of new ones are read", async () => {
    await visit(`/?q=QA-${run}`);
    await row(`QA-${run}`).waitFor();
    await press("j");
    let answer = () => {};
    const isAnswered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await page.route("**/api/fulfilments?**q=QB*", async (route) => {
      await isAnswered;
      await route.continue();
    });

    await page.getByLabel("Search this list").fill(`QB-${run}`);
    await page.locator(".scroll[aria-busy=true]").waitFor();
    await page.getByLabel("Search this list").press("Escape");
    await press("h");
    expect(await page.getByRole("dialog").count()).toBe(0);

    answer();
    await row(`QB-${run}`).waitFor();
    await press("h");
    await page.getByRole("heading", { name: "Hold 1 order?" }).waitFor();
    await page.keyboard.press("Escape");
  });
});
