import type { Page } from "playwright-core";

/** What a reader sees of a key: which row is current or has the focus, and how many are selected. */
const seen = () => {
  const focus = document.activeElement?.closest("li")?.textContent;
  const current = document.querySelector("tr.cur")?.textContent;
  return `${current} ${focus} ${document.querySelectorAll("tr.sel").length}`;
};

/** Note for every key how long it took from the key itself until what it changes was painted. */
const watch = (see: string) => {
  const state = new Function(`return (${see})()`) as () => string;
  const times: number[] = [];
  Object.assign(window, { times });
  window.addEventListener(
    "keydown",
    ({ timeStamp, key }) => {
      if (key === "Control") return;
      const before = state();
      const look = () => {
        if (state() === before) return requestAnimationFrame(look);
        const { port1, port2 } = new MessageChannel(); // its message comes once the frame is painted
        port1.onmessage = () => times.push(performance.now() - timeStamp);
        port2.postMessage(null);
      };
      requestAnimationFrame(look);
    },
    true,
  );
};

/** Milliseconds from each of so many presses of a key until its effect was painted. */
export async function pressed(page: Page, keys: readonly string[], times: number): Promise<number[]> {
  await page.evaluate(`(${watch})(${JSON.stringify(String(seen))})`);
  const count = () => page.evaluate("times.length") as Promise<number>;
  for (let place = 0; place < times; place++) {
    await page.keyboard.press(keys[place % keys.length] as string);
    await page.waitForFunction(`times.length > ${place}`, undefined, { timeout: 10_000, polling: 20 });
  }
  if ((await count()) !== times) throw new Error("a key was noted more than once");
  return page.evaluate("times") as Promise<number[]>;
}

/** Load a list to its end, as a reader does who goes on and on. */
export async function loadAll(page: Page): Promise<void> {
  const scrolled = page.locator("section.scroll").first();
  await scrolled.locator(":is(tbody tr, li.ex)").first().waitFor();
  const more = page.getByRole("button", { name: "Show more" });
  while (await more.count()) {
    await scrolled.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await more.evaluateAll((all) => (all[0] as HTMLElement | undefined)?.click());
    await page.waitForTimeout(20);
  }
  await scrolled.evaluate((element) => element.scrollTo(0, 0));
}

/** The value below which so many of a hundred are. */
export const percentile = (values: readonly number[], of: number): number => {
  const sorted = [...values].sort((one, other) => one - other);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * of) / 100))] ?? 0);
};
