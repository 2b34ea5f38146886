import { readFileSync } from "node:fs";
import { extname } from "node:path";
import type { Browser, Page, Route } from "playwright-core";
import { answered } from "./merchant";

const ORIGIN = "http://localhost:1"; // nothing listens there: every request is answered below
const SETTINGS = { client_id: "console", sign_in_url: `${ORIGIN}/people` };
const SIGNED_IN = `packhorse.user:${SETTINGS.sign_in_url}:${SETTINGS.client_id}`;
const TOKENS = { access_token: "token", refresh_token: "again", token_type: "Bearer", expires_in: 3600 };
const TYPES: Record<string, string> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** The built console as the stack serves it, and the API with `rows` in every list, without a stack. */
function answer(route: Route, rows: number) {
  const address = new URL(route.request().url());
  const { pathname } = address;
  if (pathname === "/settings.json") return route.fulfill({ json: SETTINGS });
  if (pathname === "/people/oauth2/token") return route.fulfill({ json: TOKENS });
  if (pathname.startsWith("/api/")) return route.fulfill({ json: answered(address, rows) });
  const file = extname(pathname) ? pathname : "/index.html";
  const body = readFileSync(new URL(`../dist${file}`, import.meta.url));
  return route.fulfill({ body, contentType: TYPES[extname(file)] });
}

/** A page of the console of somebody who is signed in at a merchant of so many rows in every list. */
export async function openServed(browser: Browser, to: string, rows: number): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" });
  await context.addInitScript(([key, value]) => sessionStorage.setItem(key, value), [
    SIGNED_IN,
    JSON.stringify({ refresh_token: "again", profile: { sub: "ada" }, expires_at: 0 }),
  ] as const);
  await context.route("**/*", (route) => answer(route, rows));
  const page = await context.newPage();
  await page.goto(ORIGIN + to);
  await page.getByRole("navigation", { name: "Main" }).getByRole("link").first().waitFor();
  return page;
}
