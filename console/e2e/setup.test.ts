import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, open, stack, violations } from "./browser";

const run = Date.now().toString(36);

let browser: Browser;
let page: Page;
let api: Api;

beforeAll(async () => {
  ({ browser, page, api } = await open("/channels"));
});
afterAll(() => browser?.close());

const visit = (to: string) => page.goto(stack.console_url + to);

describe("setting up", () => {
  it("creates a channel, says what a setting is refused for, and removes it", async () => {
    await page.getByRole("button", { name: "New channel" }).click();
    await page.getByLabel("Name", { exact: true }).fill(`Fair ${run}`);
    await page.getByLabel("Kind").selectOption("offline");
    await page.getByRole("button", { name: "Create channel" }).click();
    await page.getByRole("heading", { name: `Fair ${run}` }).waitFor();

    const name = page.getByLabel("Name", { exact: true });
    await name.fill("F".repeat(256));
    await page.getByRole("button", { name: "Save" }).click();
    await expect.poll(() => name.getAttribute("aria-invalid")).toBe("true");
    expect(await violations(page)).toEqual([]);
    await name.fill(`Fair ${run}`);
    await page.getByLabel("Orders before this stay out").fill("2026-11-01");
    await page.keyboard.press("Control+s");
    await page.getByText(`Fair ${run} is saved`).waitFor();
    expect((await api.call("GET", `/channels/fair-${run}`)).ignore_before).toBe("2026-11-01T00:00:00Z");

    await page.getByRole("button", { name: "Remove channel" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Remove channel" }).click();
    await page.getByRole("heading", { name: "Channels" }).first().waitFor();
    await expect.poll(() => page.getByText(`Fair ${run}`, { exact: true }).count()).toBe(0);
  });

  it.each([
    ["shopify", [["Address of the store", `new-${run}.myshopify.com`]]],
    ["woocommerce", [["Address of the shop", `woo-${run}.example.com`]]],
    ["generic", [["Address of the shop's API", `api-${run}.example.com`]]],
    ["ebay", []],
    ["amazon", [["Merchant token", `A${run.toUpperCase()}`]]],
  ] as const)("makes a channel of kind %s, which is not connected yet", async (kind, answers) => {
    await visit("/channels");
    await page.getByRole("button", { name: "New channel" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill(`New ${kind} ${run}`);
    await dialog.getByLabel("Kind").selectOption(kind);
    for (const [label, value] of answers) await dialog.getByLabel(label, { exact: true }).fill(value);
    if (kind === "amazon") await dialog.getByLabel("Marketplace").selectOption({ label: "Germany" });
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Create channel" }).click();
    await page.getByRole("heading", { name: `New ${kind} ${run}` }).waitFor();

    await page.getByText("Not connected", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    expect(await violations(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Connect", exact: true }).click();
    await dialog.getByText("Enter the ", { exact: false }).first().waitFor();
    await page.keyboard.press("Escape");
    await api.call("DELETE", `/channels/new-${kind}-${run}`);
  });

  it("checks a channel, and refuses credentials that do not work", async () => {
    await visit("/channels/shopify-us");
    await page.getByRole("button", { name: "Check" }).click();
    await page.getByText("The credentials work and have every right.").waitFor();
    await page.getByRole("button", { name: "Connect again" }).click();
    await page.getByLabel("Sign in by").selectOption({ label: "a custom app with an access token" });
    await page.getByLabel("Admin API access token").fill("wrong");
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    await page.getByText("the channel refuses these credentials", { exact: false }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("says how an Amazon channel sells, and what its parcels look like", async () => {
    const before = await api.call("GET", "/channels/amazon-us");
    await visit("/channels/amazon-us");
    const marketplace = page.getByLabel("Marketplace");
    await expect.poll(() => marketplace.inputValue()).toBe(before.marketplace);
    await page.getByLabel("In boxes").selectOption("unbranded");
    const seller = page.getByLabel("Merchant token");
    await seller.fill("nobody");
    await page.keyboard.press("Control+s");
    await expect.poll(() => seller.getAttribute("aria-invalid")).toBe("true");
    expect(await violations(page)).toEqual([]);
    await seller.fill(before.seller);
    await page.keyboard.press("Control+s");
    await page.getByText("is saved", { exact: false }).waitFor();
    expect(await api.call("GET", "/channels/amazon-us")).toMatchObject({
      packaging: "unbranded",
      marketplace: before.marketplace,
    });
    await api.call("PATCH", "/channels/amazon-us", { packaging: before.packaging });
  });

  it("edits the layout of a supplier's file beside a past order as it would look", async () => {
    await api.place(`S-${run}`, { lines: RUG }, "partners");
    await visit("/suppliers/loomworks?tab=file");
    const file = page.getByRole("region", { name: "The file it makes" });
    await page.getByLabel("Of the order").selectOption({ label: `S-${run}` });
    await file.getByText("PO_NUM,LINE", { exact: false }).waitFor();

    await page.getByLabel("Name of column 1", { exact: true }).fill("OUR_NUMBER");
    await page.getByLabel("Move column 2, LINE").focus();
    await page.keyboard.press("Alt+ArrowUp");
    await file.getByText("LINE,OUR_NUMBER", { exact: false }).waitFor();
    await page.getByLabel("Between cells").selectOption("semicolon");
    await file.getByText("LINE;OUR_NUMBER", { exact: false }).waitFor();
    expect(await violations(page)).toEqual([]);

    await page.getByRole("button", { name: "Discard" }).click();
    await file.getByText("PO_NUM,LINE", { exact: false }).waitFor();
    expect((await api.call("GET", "/suppliers/loomworks")).orders.records[0].columns[0].name).toBe("PO_NUM");
  });

  it("writes the file that asks a supplier to keep units back, and tells kinds of rows of its answers apart", async () => {
    await visit("/suppliers/loomworks?tab=cancellations");
    await page.getByRole("button", { name: "Begin with the usual columns" }).click();
    const file = page.getByRole("region", { name: "The file it makes" });
    await file.getByText("ORDER,LINE,SKU,QUANTITY", { exact: false }).waitFor();
    await page.getByLabel("Name of column 1", { exact: true }).fill("OUR_NUMBER");
    await file.getByText("OUR_NUMBER,LINE", { exact: false }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Control+s");
    await page.getByText("is saved", { exact: false }).waitFor();
    const saved = await api.call("GET", "/suppliers/loomworks");
    expect(saved.cancellations.records[0].columns[0]).toMatchObject({ name: "OUR_NUMBER" });
    await page.getByRole("button", { name: "Remove this layout" }).click();
    await page.keyboard.press("Control+s");
    await page.getByText("No file of cancellations.").waitFor();
    await expect.poll(async () => (await api.call("GET", "/suppliers/loomworks")).cancellations).toBeNull();

    await visit("/suppliers/loomworks?tab=answers");
    await page.getByRole("button", { name: "Tell kinds of rows apart" }).first().click();
    await page.getByRole("button", { name: "Add a kind of row" }).click();
    await page.getByRole("heading", { name: "Rows of H" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Discard" }).click();
    await expect.poll(() => page.getByRole("heading", { name: "Rows of H" }).count()).toBe(0);
  });

  it("tests the connection to a supplier", async () => {
    await visit("/suppliers/loomworks");
    await page.getByRole("button", { name: "Test the connection" }).click();
    await page.getByText("All of it works.").waitFor();
    expect(await violations(page)).toEqual([]);
  });

  it("adds a box size, which labels may then be bought in, and a region", async () => {
    const before = await api.call("GET", "/account");
    await visit("/boxes");
    await page.getByRole("button", { name: "Add a box" }).click();
    const box = page.getByRole("group", { name: /^box-/i }).last();
    await box.getByLabel("Name").fill(`Carton ${run}`);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Not saved.").waitFor();
    const filled = page.getByRole("group", { name: `Carton ${run}` });
    for (const [side, mm] of [
      ["Length inside", "300"],
      ["Width inside", "200"],
      ["Height inside", "150"],
    ] as const)
      await filled.getByLabel(side).fill(mm);
    await filled.getByText("Holds 9 l.").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Control+s");
    await page.getByText("Boxes is saved").waitFor();
    const { boxes } = await api.call("GET", "/account");
    expect(boxes.at(-1)).toMatchObject({ name: `Carton ${run}`, length_mm: 300 });
    await api.call("PATCH", "/account", { boxes: before.boxes });

    await visit("/warehouses/leeds");
    await page.getByRole("button", { name: "Add a region" }).click();
    const region = page.getByRole("group", { name: /^Region / }).last();
    await region.getByLabel("Country").fill("nowhere");
    await page.getByRole("button", { name: "Save" }).click();
    await expect
      .poll(() => page.getByLabel("Country", { exact: true }).last().getAttribute("aria-invalid"))
      .toBe("true");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Discard" }).click();
  });

  it("shows how a supplier's answers, feed and purchase orders are read", async () => {
    for (const tab of ["answers", "feed", "purchases"]) {
      await visit(`/suppliers/loomworks?tab=${tab}`);
      const begin = page.getByRole("button", { name: /^(Add a layout|Begin with the usual columns)$/ });
      await page.getByRole("button", { name: "Save" }).waitFor();
      if (await begin.count()) await begin.last().click();
      await page.getByRole("button", { name: "Column", exact: true }).last().waitFor();
      expect(await violations(page)).toEqual([]);
    }
  });

  it("edits a product and lists it on a channel", async () => {
    await visit("/products");
    await page.getByLabel("Find a sku").fill("mug-wh");
    await page.waitForURL(/q=mug-wh/);
    await page.getByRole("link", { name: "MUG-WHITE" }).waitFor();
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
    await page.keyboard.press("Escape");
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    const weight = page.getByLabel("Weight (g)");
    await weight.fill("heavy");
    await page.keyboard.press("Control+s");
    await expect.poll(() => weight.getAttribute("aria-invalid")).toBe("true");
    await page.getByRole("button", { name: "Discard" }).click();

    const before = await api.call("GET", "/products/MUG-WHITE");
    await page.getByRole("button", { name: "Add a supplier" }).click();
    await page.getByLabel("Price a unit").last().fill("-2");
    await page.keyboard.press("Control+s");
    const price = page.getByLabel("Price a unit").last();
    await expect.poll(() => price.getAttribute("aria-invalid")).toBe("true");
    expect(await violations(page)).toEqual([]);
    await price.fill("2,40");
    await page.getByLabel("Currency of the price").last().fill("usd");
    await page.keyboard.press("Control+s");
    await page.getByText("MUG-WHITE is saved").waitFor();
    const { bought_from } = await api.call("GET", "/products/MUG-WHITE");
    expect(bought_from.at(-1)).toMatchObject({ price: { amount: "2.40", currency: "USD" }, case_pack: 1 });
    await api.call("PATCH", "/products/MUG-WHITE", { bought_from: before.bought_from });

    await page.getByRole("button", { name: "Add a listing" }).click();
    await page.getByLabel("Channel", { exact: true }).selectOption("trade");
    await page.getByLabel("Reference there").fill(`white-${run}`);
    await page.keyboard.press("Enter");
    await page.getByText(`white-${run}`).waitFor();
    await page.getByRole("button", { name: "Change how much Trade orders by file shows" }).click();
    await page.getByLabel("At most").fill("many");
    await page.keyboard.press("Enter");
    await page.getByText("Enter a whole number, 0 or more.").waitFor();
    await page.getByLabel("At most").fill("5");
    await page.keyboard.press("Enter");
    await page.getByText("Shown at most 5").waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Remove the listing on Trade orders by file" }).click();
    await page.getByRole("button", { name: "Remove listing", exact: true }).click();
    await expect.poll(() => page.getByText(`white-${run}`).count()).toBe(0);
  });

  it("shows warehouses and carriers", async () => {
    await visit("/warehouses");
    await page.getByRole("link", { name: "Leeds, England" }).click();
    await expect.poll(() => page.getByLabel("Cut-off").inputValue()).toBe("14:00");
    expect(await violations(page)).toEqual([]);
    await visit("/carriers");
    await page.getByRole("link", { name: "EasyPost" }).click();
    await page.getByLabel("API key").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});

const RUG = [{ sku: "RUG-WOOL", quantity: 1, unit_price: { amount: "90.00", currency: "USD" } }];
