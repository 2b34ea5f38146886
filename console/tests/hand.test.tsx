import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { row } from "./builders";
import { lookAgain, open } from "./opened";
import { server } from "./server";

/** Rows are drawn as far as they are in sight. */
beforeEach(() => {
  for (const name of ["offsetHeight", "offsetWidth", "clientHeight", "clientWidth"])
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 800 });
});

const known = { id: "shop-uk", name: "Shop", kind: "shopify" };
const make = (number: string) => row({ order_id: `order-${number}`, number });
const press = async (key: string) => {
  fireEvent.keyDown(document.body, { key });
  await act(() => new Promise((resolve) => setTimeout(resolve, 80))); // it may be a scanner's
};
const current = () => document.querySelector("tr.cur")?.textContent ?? "";

/** Open To ship with these rows of each view; give what changes them. */
async function opened(views: Record<string, string[]>) {
  open("/", { answers: { "/channels": { items: [known], next: null } } });
  const state = { channel: known.id, active: true, problems: [], notices_given_up: 0, lags: [] };
  server.use(
    http.get("*/api/channels/*", () => HttpResponse.json(state)),
    http.get("*/api/fulfilments", ({ request }) => {
      const view = new URL(request.url).searchParams.get("view") ?? "";
      return HttpResponse.json({ items: (views[view] ?? []).map(make), counts: null, next: null });
    }),
  );
  await screen.findByText(/UK-B/);
}

describe("the row that keys have chosen in To ship", () => {
  it("stays under them while new ones come, which wait", async () => {
    const views = { "to-ship": ["UK-A", "UK-B", "UK-C"] };
    await opened(views);
    await press("j");
    await press("j");
    await waitFor(() => expect(current()).toContain("UK-B"));

    views["to-ship"].unshift("UK-NEW");
    await lookAgain();
    await screen.findByText(/1 new/);
    expect(current()).toContain("UK-B");
    await press(".");

    await screen.findByText(/UK-NEW/);
    expect(current()).toContain("UK-B");
  });

  it("is let go by Escape: the list follows what is read again", async () => {
    const views = { "to-ship": ["UK-A", "UK-B", "UK-C"] };
    await opened(views);
    await press("j");
    await press("Escape");

    views["to-ship"].unshift("UK-NEW");
    await lookAgain();

    await screen.findByText(/UK-NEW/);
    expect(current()).toBe("");
  });

  it("keeps no row of a tab in the next one", async () => {
    await opened({ "to-ship": ["UK-A", "UK-B"], "to-pack": ["UK-F"] });
    await press("j");

    await press("2");

    await screen.findByText(/UK-F/);
    await waitFor(() => expect(screen.queryByText(/UK-B/)).toBeNull());
  });
});
