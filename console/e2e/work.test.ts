import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, open, openPage, signIn, stack, violations } from "./browser";

const run = Date.now().toString(36).toUpperCase();

let browser: Browser;
let context: BrowserContext;
let page: Page;
let api: Api;

beforeAll(async () => {
  ({ browser, context, page, api } = await open("/orders?status=complete"));
});
afterAll(() => browser?.close());

const visit = async (to: string) => {
  await page.goto(stack.console_url + to);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link").first().waitFor();
};
const row = (number: string) => page.locator("tbody tr", { hasText: number });

describe("a day's work", () => {
  it("begins with a sign-in that leads to the page that was asked for", async () => {
    expect(new URL(page.url()).pathname + new URL(page.url()).search).toBe("/orders?status=complete");
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain("access_token");
  });

  it("ships three paid orders by one batch of labels, by the keyboard alone", async () => {
    const numbers = ["A", "B", "C"].map((each) => `L${each}-${run}`);
    for (const number of numbers) await api.place(number);
    await visit(`/?q=${run}`);
    for (const number of numbers) await row(number).waitFor();

    for (const _ of numbers) {
      await page.keyboard.press("j");
      await page.waitForTimeout(120);
      await page.keyboard.press("x");
      await page.waitForTimeout(120);
    }
    await page.getByText("3 selected").first().waitFor();
    await page.keyboard.press("p");
    await page.getByRole("heading", { name: "Buy 3 labels?" }).waitFor();
    const buy = page.getByRole("button", { name: "Buy 3 labels" });
    await expect.poll(() => buy.isEnabled()).toBe(true);
    await page.keyboard.press("Enter");

    const print = page.getByRole("link", { name: "Print 3 labels" });
    await print.waitFor({ timeout: 90_000 });
    expect(await page.getByText("3 of 3 bought.").isVisible()).toBe(true);
    const file = await context.request.get((await print.getAttribute("href")) ?? "");
    expect((await file.body()).subarray(0, 5).toString()).toBe("%PDF-");
    const { items } = await api.call("GET", `/fulfilments?q=${run}`);
    expect(items.filter((each: { view: string }) => each.view === "to-ship")).toEqual([]);
  });

  it("holds an order, which stops it until it is released", async () => {
    const number = `H-${run}`;
    const id = await api.place(number);
    await visit(`/?q=${number}`);
    await row(number).getByRole("checkbox").check();
    await page.keyboard.press("h");
    await page.getByRole("heading", { name: "Hold 1 order?" }).waitFor();
    await page.getByRole("button", { name: "Hold 1 order" }).click();
    expect(await page.getByText("Say why, for whoever finds it on hold.").first().isVisible()).toBe(true);
    await page.getByLabel("Reason").fill("the buyer moves house");
    await page.keyboard.press("Enter");
    await page.getByText("1 order held").waitFor();

    await visit(`/orders/${id}`);
    await page.getByText("It is on hold: the buyer moves house.").waitFor();
    expect(await page.getByRole("button", { name: /^Buy label/ }).count()).toBe(0);
    await page.getByRole("button", { name: "Release" }).first().click();
    await page.getByRole("button", { name: "Release hold" }).click();
    await page.getByText("Hold released").waitFor();
    await expect.poll(async () => (await api.call("GET", `/orders/${id}`)).flags).not.toContain("held");
  });

  it("sets the ship date of two orders, and moves them to another warehouse", async () => {
    const numbers = ["A", "B"].map((each) => `M${each}-${run}`);
    const ids = [];
    for (const number of numbers) ids.push(await api.place(number));
    await visit(`/?q=M`);
    for (const number of numbers) await row(number).getByRole("checkbox").check();
    await page.keyboard.press("d");
    await page.getByLabel("Leaves by").fill("2031-05-06T10:30");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Set the date of 2 orders" }).click();
    await page.getByText("Ship date of 2 orders changed").waitFor();
    const dated = await api.call("GET", `/orders/${ids[0]}`);
    expect(dated.asked_ship_by).toMatch(/^2031-05-06T/);

    const [there] = dated.fulfilments;
    const { items } = await api.call("GET", "/warehouses");
    const other = items.find(
      (each: { id: string; kind: string }) => each.kind === "own" && each.id !== there.warehouse,
    );
    for (const number of numbers) await row(number).getByRole("checkbox").check();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Move" }).click();
    await page.getByLabel("To", { exact: true }).selectOption(other.id);
    await page
      .getByText(/1 unit, \d+ available|1 unit, 1 waits there/)
      .first()
      .waitFor();
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Move 2 orders" }).click();
    await page.getByText("2 orders moved").waitFor();
    const moved = await api.call("GET", `/orders/${ids[1]}`);
    expect(moved.lines[0].allocations.map((each: { warehouse: string }) => each.warehouse)).not.toContain(
      there.warehouse,
    );
  });

  it("places an order that came by phone, and corrects its address while no warehouse has it", async () => {
    await visit("/orders");
    await page.keyboard.press("n");
    await page.getByRole("heading", { name: "New order" }).waitFor();
    await page.getByLabel("Number", { exact: true }).fill(`PHONE-${run}`);
    await page.getByRole("button", { name: "Place order" }).click();
    await page.getByText("Name a product and its units in a line.").waitFor();
    expect(await page.getByText("It is missing.").count()).toBe(4);
    for (const [label, value] of [
      ["Name", "Ada Byron"],
      ["Street", "12 Mill Rode"],
      ["City", "Leeds"],
      ["Postcode", "LS1 4AP"],
      ["Country", "GB"],
      ["Sku, line 1", "MUG-BLACK"],
      ["Units, line 1", "2"],
      ["Unit price, line 1", "9,50"],
    ] as const)
      await page.getByLabel(label, { exact: true }).fill(value);
    const way = page.getByRole("region", { name: "Where it would go" });
    await way.getByText(/^2 from /).waitFor();
    await page.getByLabel("It is paid").uncheck();
    await page.getByRole("button", { name: "Place order" }).click();
    await page.getByRole("heading", { name: `PHONE-${run}` }).waitFor();
    expect(await violations(page)).toEqual([]);

    await page.keyboard.press("e");
    await page.getByLabel("Street", { exact: true }).fill("12 Mill Road");
    await page.getByLabel("Units of Mug, black").fill("1");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Save changes" }).click();
    await page.getByText("12 Mill Road", { exact: true }).waitFor();
    const { items } = await api.call("GET", `/orders?q=PHONE-${run}`);
    const order = await api.call("GET", `/orders/${items[0].id}`);
    expect(order.lines[0]).toMatchObject({ unit_price: { amount: "9.50", currency: "USD" } });
    expect(order.status).toBe("awaiting_payment");

    await api.call("POST", `/orders/${order.id}/pay`);
    await expect.poll(async () => (await api.call("GET", `/orders/${order.id}`)).fulfilments.length).toBe(1);
    await page.reload();
    await page.getByRole("button", { name: /^Buy label/ }).waitFor();
    await page.keyboard.press("e");
    await page.getByText("A warehouse has it already.", { exact: false }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("retries an exception, and mends it by mapping the listing on its row", async () => {
    const number = `X-${run}`;
    const unknown = [{ sku: `NO-${run}`, quantity: 1, unit_price: { amount: "9.00", currency: "USD" } }];
    await api.place(number, { lines: unknown }, "needs-fix");
    await visit("/exceptions?cause=unmatched_listing");
    const found = page.locator("li.ex", { hasText: `NO-${run}` });
    await found.getByRole("button", { name: "Retry" }).click();
    await page.getByText("Retried. It ends once the work is done, or comes back with the reason.").waitFor();

    await page.reload();
    await found.getByLabel("Product's sku").fill("BOWL-S");
    await found.getByRole("button", { name: "Map" }).click();
    await page.getByText("Mapped to BOWL-S. What waited goes on by itself.").waitFor();
    await expect
      .poll(async () => (await api.call("GET", `/fulfilments?view=to-ship&q=${number}`)).items.length)
      .toBe(1);
  });

  it("finds an order by a scan anywhere on a page", async () => {
    await visit("/stock");
    await page.keyboard.type("/");
    await page.getByRole("combobox").fill(`LA-${run}`);
    await page.getByRole("option", { name: new RegExp(`LA-${run}`) }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: `LA-${run}` }).waitFor();
  });
});

describe("every page", () => {
  const pages = [
    "/",
    "/?view=held",
    "/orders",
    "/exceptions",
    "/stock",
    "/stock/MUG-BLACK",
    "/health",
    "/nowhere",
  ];

  it.each(["light", "dark"] as const)("is accessible, %s", async (colorScheme) => {
    await page.emulateMedia({ colorScheme });
    const { items } = await api.call("GET", "/orders?limit=1");
    const found: [string, string, string | undefined][] = [];
    for (const to of [...pages, `/orders/${items[0].id}?trace=all`]) {
      await visit(to);
      await expect.poll(() => page.locator(".skeleton").count()).toBe(0);
      await page.waitForTimeout(500);
      for (const each of await violations(page)) found.push([to, ...each]);
    }
    expect(found).toEqual([]);
  });
});

describe("stock", () => {
  it("is adjusted by hand, with a reason, at one warehouse", async () => {
    const onHand = async () => {
      const { items } = await api.call("GET", "/stock?sku=MUG-ENAMEL&warehouse=leeds");
      return items[0].on_hand as number;
    };
    const before = await onHand();
    await visit("/stock/MUG-ENAMEL?warehouse=leeds");
    await page.getByRole("button", { name: "Adjust" }).first().click();
    await page.getByLabel("Warehouse", { exact: true }).last().selectOption("leeds");
    await page.getByLabel("Add or take away").fill("+3");
    await page.getByLabel("Reason").fill("found behind the shelf");
    await page.getByRole("button", { name: /^Add 3/ }).click();
    await page.getByText("Stock adjusted").waitFor();
    expect(await onHand()).toBe(before + 3);
  });

  it.each([834, 1001, 1280])("shows all quantities of a sku at %d, cut nowhere", async (width) => {
    await page.setViewportSize({ width, height: 800 });
    await visit("/stock/MUG-BLACK");
    for (const head of ["Available", "Incoming", "Waiting"])
      await page.getByRole("columnheader", { name: head, exact: true }).waitFor();
    await page.getByRole("region", { name: "Movements" }).getByRole("row").first().waitFor();
    const cut = await page
      .locator(".cols, .card, .card > table")
      .evaluateAll((all) => all.filter((each) => each.scrollWidth > each.clientWidth + 1).length);
    expect(cut).toBe(0);
    await page.setViewportSize({ width: 1280, height: 800 });
  });
});

describe("a packer", () => {
  it("gets no e-mail address, no price and no page that is not for packers", async () => {
    const person = JSON.parse(process.env.PACKHORSE_PACKER ?? "null");
    expect(person, "PACKHORSE_PACKER").toBeTruthy();
    const { context: own, page: bench } = await openPage(browser);
    const bodies: Promise<string>[] = [];
    bench.on("response", (answer) => {
      if (answer.url().includes("/api/") && !answer.url().endsWith("/api/me"))
        bodies.push(answer.text().catch(() => ""));
    });
    await signIn(bench, "/", person);

    await bench.locator("tbody tr a").first().click();
    await bench.getByText("Where it stands").waitFor();
    const links = await bench.getByRole("navigation", { name: "Main" }).getByRole("link").allInnerTexts();
    expect(links.map((each) => each.split("\n")[0])).toEqual(["To ship", "Packing bench", "Orders"]);
    expect(await bench.getByRole("button", { name: /Hold|Cancel/ }).count()).toBe(0);
    await bench.goto(`${stack.console_url}/bench/one`);
    await bench.locator(".wait").first().click();
    await bench.locator(".box-count, .ask").first().waitFor();
    const seen = (await Promise.all(bodies)).join("\n");
    expect(seen).toContain("fulfilment");
    expect(seen).not.toMatch(/buyer@example\.com|"amount"/);
    await own.close();
  });
});
