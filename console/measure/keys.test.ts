import { writeFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { launch } from "../e2e/chromium";
import { loadAll, percentile, pressed } from "./keys";
import { openServed } from "./served";

const ROWS = 10_000;
/** More exceptions at once are one cause that a person retries as a whole. */
const EXCEPTIONS = 1_000;
const PRESSES = 100;
/** Beyond it a reader notices that they wait. */
const MOST_MS = 100;

/** Every list that is moved through by keys, with the keys that are pressed there in turn, and its rows. */
const LISTS: [path: string, keys: string[], rows: number][] = [
  ["/", ["j", "x"], ROWS],
  ["/?late=true", ["Control+a", "Escape"], ROWS],
  ["/orders", ["j"], ROWS],
  ["/purchase-orders", ["j"], ROWS],
  ["/stock", ["j"], ROWS],
  ["/products", ["j"], ROWS],
  ["/purchase-orders/suggestions", ["j", "x"], ROWS],
  ["/exceptions", ["j"], EXCEPTIONS],
];

const figures: Record<string, object> = {};
let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  const file = process.env.PACKHORSE_FIGURES;
  if (file) writeFileSync(file, JSON.stringify(figures));
});

it.each(LISTS)("answers a key in %s before a reader notices", async (path, keys, rows) => {
  const page = await openServed(browser, path, rows);
  await loadAll(page);
  const all = await pressed(page, keys, PRESSES);
  figures[path] = { rows, median_ms: percentile(all, 50), p95_ms: percentile(all, 95) };
  await page.context().close();
  expect(percentile(all, 95), JSON.stringify(figures[path])).toBeLessThan(MOST_MS);
});
