import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Api, open, stack, violations } from "./browser";

/** A phone that is held upright. */
const PHONE = { width: 390, height: 844 };
/** Narrower, the head of a column shows no word of it. */
const LEAST_COLUMN = 44;

let browser: Browser;
let page: Page;
let api: Api;

beforeAll(async () => {
  ({ browser, page, api } = await open("/health"));
  await page.setViewportSize(PHONE);
  await place();
});
afterAll(() => browser?.close());

/** What cannot be seen: it ends beyond the window, in nothing that scrolls sideways or shortens its text. */
const cutOff = () =>
  page.evaluate(() => {
    const isReached = (element: Element) => {
      for (let box: Element | null = element; box && box !== document.body; box = box.parentElement) {
        const { overflowX, textOverflow, position, clipPath } = getComputedStyle(box);
        const scrolls = (overflowX === "auto" || overflowX === "scroll") && box.clientWidth <= innerWidth;
        const ends = box.getBoundingClientRect().right <= innerWidth + 1;
        if (ends && (scrolls || (textOverflow === "ellipsis" && overflowX === "hidden"))) return true;
        if (position === "absolute" && clipPath !== "none") return true; // for those who hear the page
      }
      return false;
    };
    const beyond = [...document.body.querySelectorAll("*")].filter((each) => {
      const { width, height, right } = each.getBoundingClientRect();
      return width > 0 && height > 0 && right > innerWidth + 1 && !isReached(each);
    });
    return beyond.map(
      (each) => `${each.tagName} ${each.getAttribute("class")} ${each.textContent?.slice(0, 40)}`,
    );
  });

/** What people press or fill in, and is cut by a box around it, or cuts its own text. */
const cutShort = () =>
  page.evaluate(() => {
    const controls = [
      ...document.querySelectorAll<HTMLElement>(".page :is(button, a, input, select, textarea)"),
    ];
    const isCut = (control: HTMLElement) => {
      const { width, right } = control.getBoundingClientRect();
      if (control.matches(".btn") && control.scrollWidth > control.clientWidth + 1) return true;
      for (let box = control.parentElement; box && box !== document.body; box = box.parentElement) {
        const { overflowX, textOverflow } = getComputedStyle(box);
        if (overflowX === "auto" || overflowX === "scroll" || textOverflow === "ellipsis") return false;
        if (overflowX === "hidden" && width > 0 && right > box.getBoundingClientRect().right + 1) return true;
      }
      return false;
    };
    return controls.filter(isCut).map((each) => `${each.tagName} ${each.textContent || each.id}`);
  });

/** Columns of tables of which nothing is left. */
const tooNarrow = () =>
  page.evaluate(
    (least) =>
      [...document.querySelectorAll("th")]
        .filter((each) => each.textContent?.trim() && each.getBoundingClientRect().height > 0)
        .filter((each) => each.getBoundingClientRect().width < least)
        .map((each) => each.textContent),
    LEAST_COLUMN,
  );

/** Heads of tables that do not stand over their cells. */
const besideTheirs = () =>
  page.evaluate(() =>
    [...document.querySelectorAll("table")].flatMap((table) => {
      const heads = [...table.querySelectorAll("thead th")];
      const rows = [...table.querySelectorAll("tbody tr")];
      const cells = [...(rows.find((row) => row.children.length === heads.length)?.children ?? [])];
      const boxes = heads.map((head, at) => [
        head.getBoundingClientRect(),
        cells[at]?.getBoundingClientRect(),
      ]);
      if (boxes.every(([head]) => head?.width === 0)) return []; // each row is a card
      return heads
        .filter(
          (_, at) => boxes[at]?.[1] && Math.abs((boxes[at]?.[0]?.x ?? 0) - (boxes[at]?.[1]?.x ?? 0)) > 2,
        )
        .map((head) => head.textContent);
    }),
  );

/** Parts of what is being written that have to be moved sideways. */
const sideways = () =>
  page.evaluate(() =>
    [...document.querySelectorAll(".draft *")]
      .filter((each) => ["auto", "scroll"].includes(getComputedStyle(each).overflowX))
      .filter((each) => each.scrollWidth > each.clientWidth + 1)
      .map((each) => each.className),
  );

const run = Date.now().toString(36).toUpperCase();
const price = { amount: "9.00", currency: "USD" };
const documents: Record<"order" | "purchase" | "transfer", string> = {
  order: "",
  purchase: "",
  transfer: "",
};

/** What there is to show: an order that a person has to mend, one to pack, and goods that are to come. */
async function place() {
  await api.place(
    `NX-${run}`,
    { lines: [{ sku: `NONE-${run}`, quantity: 1, unit_price: price }] },
    "needs-fix",
  );
  documents.order = await api.place(`N-${run}`);
  const line = { sku: "MUG-BLACK", ordered: 12, unit_cost: price };
  await api.call("PUT", "/suppliers/mill", { name: "Acme Mill" });
  const draft = { supplier: "mill", warehouse: "leeds", currency: "USD", lines: [line] };
  documents.purchase = (await api.call("POST", "/purchase-orders", draft)).id;
  await api.call("POST", `/purchase-orders/${documents.purchase}/submit`);
  const moved = { from_warehouse: "leeds", to_warehouse: "reno", lines: [{ sku: "MUG-BLACK", units: 2 }] };
  documents.transfer = (await api.call("POST", "/transfer-orders", moved)).id;
}

const first = async (path: string, id = "id") => (await api.call("GET", path)).items[0]?.[id] as string;
const PAGES: [to: string, of?: () => Promise<string>][] = [
  ["/"],
  ["/orders"],
  ["/orders/new"],
  ["/orders/", async () => documents.order],
  ["/exceptions"],
  ["/bench"],
  ["/bench/one"],
  ["/stock"],
  ["/stock/", () => Promise.resolve("MUG-BLACK")],
  ["/print/count?warehouse=leeds"],
  ["/products"],
  ["/products/", () => first("/products", "sku")],
  ["/purchase-orders"],
  ["/purchase-orders/new"],
  ["/purchase-orders/suggestions"],
  ["/purchase-orders/", async () => documents.purchase],
  ["/purchase-orders/", async () => `${documents.purchase}?doing=receive`],
  ["/transfers"],
  ["/transfers/new"],
  ["/transfers/", async () => documents.transfer],
  ["/work-orders"],
  ["/work-orders/new"],
  ["/routing"],
  ["/warehouses"],
  ["/warehouses/", () => first("/warehouses")],
  ["/channels"],
  ["/channels/", () => first("/channels")],
  ["/channels/", async () => `${await first("/channels")}?tab=compared`],
  ["/suppliers"],
  ["/suppliers/", () => first("/suppliers")],
  ["/carriers"],
  ["/boxes"],
  ["/uploads"],
  ["/health"],
  ["/people"],
];

describe("on a phone", () => {
  it.each(PAGES)("all of %s can be reached", async (to, of) => {
    await page.goto(stack.console_url + to + (of ? await of() : ""));
    await page.waitForLoadState("networkidle");

    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(PHONE.width);
    expect(await cutOff()).toEqual([]);
    expect(await cutShort()).toEqual([]);
    expect(await tooNarrow()).toEqual([]);
    expect(await besideTheirs()).toEqual([]);
    expect(await sideways()).toEqual([]);
    expect(await violations(page)).toEqual([]);
  });

  it("all that can be done with a selected row can be reached", async () => {
    await page.goto(`${stack.console_url}/?q=N-${run}`);
    await page.getByRole("checkbox", { name: `Select N-${run}` }).check();
    await page.getByRole("toolbar").waitFor();

    expect(await cutOff()).toEqual([]);
  });
});
