import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, open, stack, violations } from "./browser";

const run = Date.now().toString(36).toUpperCase();

let browser: Browser;
let page: Page;
let api: Api;
let priorities: string[];

beforeAll(async () => {
  ({ browser, page, api } = await open("/"));
  ({ priorities } = await api.call("GET", "/account"));
  // An order that no region covers: what is asked by priority has it.
  await api.place(`R-${run}`, {
    ship_to: {
      name: "Buyer",
      address1: "1 Oak Street",
      city: "Austin",
      state: "TX",
      postcode: "73301",
      country: "US",
    },
  });
});
afterAll(async () => {
  await api?.call("PATCH", "/account", { priorities });
  await browser?.close();
});

const PLACE = "Leeds, England";
const rows = () => page.getByRole("list", { name: "Warehouses by priority" }).getByRole("listitem");
const order = async () => (await rows().allTextContents()).map((each) => each.replace(/^\d+|was \d+$/g, ""));

describe("routing", () => {
  it("changes a priority, sees the dry run differ, saves it, and goes back", async () => {
    await page.goto(`${stack.console_url}/routing`);
    await rows().first().waitFor();
    const before = await order();
    const version: number = (await api.call("GET", "/account")).config_version;
    await page.getByText("Nothing changed yet", { exact: false }).waitFor();

    await rows().filter({ hasText: PLACE }).getByRole("button").first().focus();
    for (let place = before.indexOf(PLACE); place > 0; place--) await page.keyboard.press("Alt+ArrowUp");
    await page.getByText(`Draft of version ${version}, 1 change`).waitFor();
    await page.reload(); // the draft survives it
    await page.getByText(`Draft of version ${version}, 1 change`).waitFor();
    expect((await order())[0]).toBe(PLACE);

    const asked = await api.call("POST", "/routing/dry-run", {
      last: 200,
      details: 0,
      draft: { account: { priorities: ["leeds", ...priorities.filter((each) => each !== "leeds")] } },
    });
    expect(asked.orders_differing).toBeGreaterThan(0);
    const figure = page.locator(".figures > div", { hasText: "Orders that change" }).locator(".v");
    await expect.poll(() => figure.textContent()).toBe(`${asked.orders_differing} of ${asked.today.orders}`);
    await page.getByRole("link", { name: `R-${run}` }).waitFor();
    expect(await violations(page)).toEqual([]);

    await page.keyboard.press("Control+s");
    await page.getByRole("heading", { name: `Save as version ${version + 1}?` }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByText(`Version ${version + 1} is in force`).waitFor();
    expect((await api.call("GET", "/account")).priorities[0]).toBe("leeds");

    await page.getByRole("button", { name: "Versions" }).click();
    const saved = page.locator("tbody tr", { hasText: "in force" });
    await saved.getByText("Account: priorities").waitFor();
    await saved.getByRole("button", { name: "Changes" }).click();
    await page.getByRole("rowheader", { name: "Account priorities" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page
      .getByRole("row", { name: new RegExp(`^${version} `) })
      .getByRole("button", { name: "Go back" })
      .click();
    await page.getByRole("button", { name: `Go back to ${version}` }).click();
    await page.getByText(`Gone back: version ${version + 2} is in force`).waitFor();
    expect((await api.call("GET", "/account")).priorities).toEqual(priorities);
  });

  it("says what contradicts itself, and refuses a draft of a version that is not in force any more", async () => {
    await page.goto(`${stack.console_url}/routing`);
    const channel = page.getByLabel("Where orders of Trade orders by file ship from");
    await channel.selectOption({ label: "Always Newark, New Jersey" });
    const card = page.getByRole("region", { name: "Who ships for which channel" });
    await card.getByText("excludes it; the override wins").waitFor();

    await api.call("PATCH", "/account", { split_lines: true });
    await page.getByRole("button", { name: /^Save as version/ }).click();
    await page
      .getByRole("dialog")
      .getByRole("button", { name: /^Save as version/ })
      .click();
    await page.getByText("came into force since you began this draft", { exact: false }).waitFor();
    // It is said while the dialog still saves, and stays: its button waits for that, Escape would not.
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("button", { name: "Go on from there" }).click();
    await page.getByRole("button", { name: "Discard" }).click();
    await api.call("PATCH", "/account", { split_lines: false });
  });
});
