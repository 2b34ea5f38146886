import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { launch, PATIENCE } from "./chromium";

interface Person {
  user: string;
  password: string;
}

/** The running stack, as `make up` describes it; PACKHORSE_STACK names its file. */
interface Stack {
  console_url: string;
  operator: Person;
}

const path = process.env.PACKHORSE_STACK ?? new URL("../../.local/stack.json", import.meta.url);
export const stack: Stack = JSON.parse(readFileSync(path, "utf8"));

/** Sign in as a person does: by the sign-in page, which the console sends to. */
export async function signIn(page: Page, to = "/", person = stack.operator): Promise<void> {
  await page.goto(stack.console_url + to);
  await page.getByLabel("Username").fill(person.user);
  await page.getByLabel("Password").fill(person.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("navigation", { name: "Main" }).getByRole("link").first().waitFor();
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds on a page: the rule and the first element that breaks it. */
export async function violations(page: Page): Promise<[rule: string, html: string | undefined][]> {
  await page.evaluate(() => {
    const ending = document
      .getAnimations()
      .filter((each) => each.effect?.getComputedTiming().endTime !== Infinity);
    return Promise.allSettled(ending.map((each) => each.finished)); // colours of half a transition have no contrast
  });
  await page.evaluate(axe);
  const found: { id: string; nodes: { html: string }[] }[] = await page.evaluate(
    "axe.run({ runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }).then((found) => found.violations)",
  );
  return found.map((each) => [each.id, each.nodes[0]?.html]);
}

/** Do what a scanner does: every key at once, then Enter, wherever the focus is. */
export const scanned = (page: Page, code: string) =>
  page.evaluate((text) => {
    const target = document.activeElement ?? document.body;
    for (const key of [...text, "Enter"])
      target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  }, code);

/** A page of its own: nobody is signed in there yet. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}) {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    locale: "en-GB",
    bypassCSP: true, // axe is code that the page's policy refuses
    ...options,
  });
  context.setDefaultTimeout(PATIENCE);
  return { context, page: await context.newPage() };
}

/** A browser with a page of somebody who is signed in, and the API beside it. */
export async function open(to: string, options: BrowserContextOptions = {}) {
  const browser = await launch();
  const { context, page } = await openPage(browser, options);
  await signIn(page, to);
  return { browser, context, page, api: await Api.of(page) };
}

/** The API beside the browser, as the person who is signed in there. */
export class Api {
  constructor(
    private readonly context: BrowserContext,
    private readonly token: string,
  ) {}

  static async of(page: Page): Promise<Api> {
    const asked = page.waitForRequest((request) => request.url().includes("/api/"));
    await page.reload();
    return new Api(page.context(), (await asked).headers().authorization ?? "");
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects
  async call(method: string, address: string, data?: object): Promise<any> {
    const answer = await this.context.request.fetch(`${stack.console_url}/api${address}`, {
      method,
      data,
      headers: { authorization: this.token },
    });
    if (!answer.ok()) throw new Error(`${method} ${address}: ${answer.status()} ${await answer.text()}`);
    return answer.status() === 204 ? null : answer.json();
  }

  /** Place a paid order by hand, and wait until it has its row in the list that people ship from. */
  async place(number: string, change: object = {}, view = "to-ship"): Promise<string> {
    const to = {
      name: `Buyer of ${number}`,
      address1: "1 Mill Road",
      city: "Leeds",
      postcode: "LS1 4AP",
      country: "GB",
    };
    const lines = [{ sku: "MUG-BLACK", quantity: 1, unit_price: { amount: "9.00", currency: "USD" } }];
    const customer = { name: to.name, email: "buyer@example.com" };
    await this.call("POST", "/orders", {
      channel: "trade",
      channel_order_id: number,
      number,
      paid: true,
      ship_to: to,
      customer,
      lines,
      ...change,
    });
    for (let tries = 0; tries < 60; tries++) {
      const { items } = await this.call("GET", `/fulfilments?view=${view}&q=${encodeURIComponent(number)}`);
      const row = items.find((each: { number: string }) => each.number === number);
      if (row) return row.order_id;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    throw new Error(`order ${number} is not in ${view} after a minute`);
  }
}
