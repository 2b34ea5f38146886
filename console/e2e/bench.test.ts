import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, open, openPage, scanned, signIn, stack, violations } from "./browser";

const run = Date.now().toString(36).toUpperCase();

let browser: Browser;
let page: Page;
let api: Api;

beforeAll(async () => {
  ({ browser, page, api } = await open("/health"));
});
afterAll(() => browser?.close());

let last = "";

/** Scan by hand: nobody reads the same code again within what the bench takes for one that was read twice. */
async function scan(code: string, on = page) {
  if (code === last) await on.waitForTimeout(400);
  last = code;
  await scanned(on, code);
}

const line = (sku: string, quantity: number) => ({
  sku,
  quantity,
  unit_price: { amount: "9.00", currency: "USD" },
});

/** A box whose slip is printed, so that its short id opens it. */
async function printed(number: string, lines: object[]) {
  const id = await api.place(number, { lines });
  const [row] = (await api.call("GET", `/fulfilments?q=${number}`)).items;
  await api.call("GET", `/orders/${id}/fulfilments/${row.fulfilment}/packing-slip`);
  const { fulfilments } = await api.call("GET", `/orders/${id}`);
  return { id, shortId: fulfilments[0].short_id as string, warehouse: row.warehouse as string };
}

const say = (text: string | RegExp, on = page) => on.locator(".say").getByText(text).first().waitFor();

describe("the packing bench", () => {
  it("packs a box by scans alone, with a wrong item and one too many on the way", async () => {
    const box = await printed(`B-${run}`, [line("MUG-BLACK", 2), line("BOWL-S", 1)]);
    await page.goto(`${stack.console_url}/bench/one`);
    await say("Scan a slip");

    await scan(box.shortId);
    await say(box.shortId);
    expect(await page.locator(".box-count").textContent()).toBe("0 of 3 units");
    await scan("MUG-BLACK");
    await say("Right");
    await scan("MUG-WHITE");
    await say("Wrong item");
    await scan("MUG-BLACK");
    await say(/, 2 of 2$/);
    await scan("MUG-BLACK");
    await say("Too many");
    expect(await page.locator(".box-count").textContent()).toBe("2 of 3 units");
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Backspace");
    await say("Taken back");

    await page.reload();
    await say(box.shortId);
    expect(await page.locator(".box-count").textContent()).toBe("1 of 3 units");
    await scan("MUG-BLACK");
    await scan("BOWL-S");
    await say(/^(Complete|Packed, no label)$/);
    const { timeline } = await api.call("GET", `/orders/${box.id}`);
    expect(timeline.map((each: { what: string }) => each.what)).toContain("packed");

    await page.keyboard.press("Backspace");
    await page.locator(".box-count").getByText("3").waitFor();
    await scan("PH-SHIP-ALL");
    await say(/^(Complete|Packed, no label)$/);
  });

  it("closes a box with two of three, and says why the third is not there", async () => {
    const box = await printed(`R-${run}`, [line("MUG-BLACK", 3)]);
    await page.goto(`${stack.console_url}/bench/one`);
    await say("Scan a slip");
    await scan(box.shortId);
    await say(box.shortId);
    for (const n of [1, 2]) {
      await scan("MUG-BLACK");
      await say(new RegExp(`, ${n} of 3$`));
    }

    await page.keyboard.press("n");
    await page.getByText(/^2 of 3 found: .+ Why not the rest\?$/).waitFor();
    await scan("PH-4"); // too busy: the stock stays as it is
    await say(/^(Complete|Packed, no label)$/);

    const order = await api.call("GET", `/orders/${box.id}`);
    expect(JSON.stringify(order.timeline)).toContain("too busy");
  });

  it("counts a scan once whose answer was lost, and refuses those of an offline bench", async () => {
    const box = await printed(`O-${run}`, [line("MUG-BLACK", 2)]);
    await page.goto(`${stack.console_url}/bench/one`);
    await say("Scan a slip");
    await scan(box.shortId);
    await say(box.shortId);
    await page.route("**/api/bench/one/scan", async (route) => {
      await route.fetch(); // it is counted, but nobody hears of it
      await route.abort();
    });

    await scan("MUG-BLACK");
    await say("Offline");
    await scan("MUG-BLACK");
    await page.getByText("not counted").first().waitFor();
    await page.unroute("**/api/bench/one/scan");

    await say("Right");
    expect(await page.locator(".box-count").textContent()).toBe("1 of 2 units");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Put it aside" }).click();
    await say("Scan a slip");
  });

  it.each(["en-GB", "en-US"])("lists last scans one below the other, by the clock of %s", async (locale) => {
    const { context, page: other } = await openPage(browser, { locale });
    await signIn(other, "/");
    await other.goto(`${stack.console_url}/bench/one`);
    await say("Scan a slip", other);
    for (const n of [1, 2]) {
      await scan("NONSENSE-99", other);
      await other.locator(`.last-scans li:nth-child(${n})`).waitFor();
    }

    const heights = await other
      .locator(".last-scans li > span:first-child")
      .evaluateAll((times) => times.map((each) => each.getBoundingClientRect().height));
    expect(heights.map((height) => height < 24)).toEqual([true, true]);
    await context.close();
  });

  it("prints a sheet of its commands, and locks", async () => {
    await page.goto(`${stack.console_url}/print/commands`);
    await page.getByRole("img", { name: "PH-UNDO" }).waitFor();
    expect(await violations(page)).toEqual([]);
    await page.goto(`${stack.console_url}/bench`);
    await page.getByLabel("Name").waitFor();
    expect(await violations(page)).toEqual([]);

    await page.goto(`${stack.console_url}/bench/one`);
    await say("Scan a slip");
    await scan("PH-LOCK");
    await page.getByRole("button", { name: "Sign in to go on" }).click();
    await page.getByLabel("Username").waitFor();
  });
});
