import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { areMergeable } from "../src/pages/to-ship/merging";
import { row } from "./builders";
import { fulfilment, order } from "./documents";
import { open } from "./opened";
import { server } from "./server";

const two = { order: "o2", fulfilment: 1, short_id: "O2-1", number: "UK-2", channel: "shop", units: 3 };
const three = { ...two, order: "o3", short_id: "O3-1", number: "UK-3" };
const asked = fulfilment({ status: "requested" });

/** Open an order with this fulfilment order; the others could leave with it. Return what is posted. */
function opened(change: object, company: object[], refusal?: object) {
  const sent: { path: string; body: unknown }[] = [];
  open("/orders/o", {
    answers: {
      "/orders/o": { ...order, status: "in_fulfilment", fulfilments: [{ ...asked, ...change }] },
      "/orders/o2": { ...order, id: "o2", number: "UK-2" },
      "/orders/o/fulfilments/1/could-ship-with": { items: company, next: null },
    },
  });
  server.use(
    http.post("*/api/*", async ({ request }) => {
      const text = await request.text();
      sent.push({
        path: new URL(request.url).pathname.replace("/api", ""),
        body: text ? JSON.parse(text) : null,
      });
      return HttpResponse.json(refusal ?? { ...order, items: company }, { status: refusal ? 422 : 201 });
    }),
  );
  return sent;
}
const region = async () => within(await screen.findByRole("region", { name: "Fulfilment orders" }));
const press = async (name: string) => fireEvent.click(await screen.findByRole("button", { name }));

describe("orders that could leave in one parcel", () => {
  it("are named beside the fulfilment order, and merged as they are chosen", async () => {
    const sent = opened({}, [two, three]);
    expect((await (await region()).findByRole("link", { name: "UK-3" })).getAttribute("href")).toBe(
      "/orders/o3",
    );

    await press("Ship together");
    fireEvent.click(await screen.findByRole("checkbox", { name: /UK-3/ }));
    await press("Ship 2 orders together");

    const fulfilments = [
      { order: "o", fulfilment: 1 },
      { order: "o2", fulfilment: 1 },
    ];
    await waitFor(() => expect(sent).toEqual([{ path: "/merges", body: { fulfilments } }]));
  });

  it("are one fulfilment order of each", async () => {
    opened({}, [two, { ...two, fulfilment: 2, short_id: "O2-2" }]);

    await press("Ship together");

    expect(await screen.findAllByRole("checkbox", { name: /UK-2/ })).toHaveLength(1);
  });

  it("are at least one other", async () => {
    const sent = opened({}, [two]);
    await press("Ship together");
    fireEvent.click(await screen.findByRole("checkbox", { name: /UK-2/ }));

    await press("Ship 1 order together");

    expect(await screen.findByText("Choose at least one order.")).toBeTruthy();
    expect(sent).toEqual([]);
  });

  it("are named by their numbers where they do not fit", async () => {
    const errors = [{ field: "fulfilments.1", message: "its order is held" }];
    opened({}, [two], { detail: "some cannot be merged", errors });

    await press("Ship together");
    await press("Ship 2 orders together");

    expect(await screen.findByText(/UK-2: its order is held/)).toBeTruthy();
  });

  it.each([
    ["a partner ships", { kind: "dropship" }],
    ["is packed", { packed_at: "2026-11-18T09:00:00Z" }],
    [
      "has a label",
      { labels: [{ id: "l", state: "bought", carrier: "UPS", service: "Ground", price: null }] },
    ],
  ])("are not looked for while it %s", async (_, change) => {
    opened(change, [two]);

    await region();

    expect(screen.queryByRole("button", { name: "Ship together" })).toBeNull();
  });
});

describe("a fulfilment order that leaves in one parcel with another", () => {
  const member = (id: string) => ({ order: id, fulfilment: 1 });
  const merge = { id: "m", alike: "a", members: [member("o"), member("o2")] };

  it("names the other order, and is taken out", async () => {
    const sent = opened({ merge }, []);
    expect(await (await region()).findByRole("link", { name: "UK-2" })).toBeTruthy();

    await press("Take out");

    await waitFor(() => expect(sent).toEqual([{ path: "/orders/o/fulfilments/1/unmerge", body: null }]));
  });

  it("stays while it has a label", async () => {
    const labels = [{ id: "l", state: "bought", carrier: "UPS", service: "Ground", price: null }];
    opened({ merge, labels }, []);

    await (await region()).findByRole("link", { name: "UK-2" });

    expect(screen.queryByRole("button", { name: "Take out" })).toBeNull();
  });
});

describe("rows of one parcel", () => {
  const first = row();
  const second = row({ order_id: "order-2" });

  it.each([
    [true, [first, second]],
    [false, [first]],
    [false, [first, row({ fulfilment: 2 })]],
    [false, [first, row({ order_id: "order-2", warehouse: "hull" })]],
    [false, [first, row({ order_id: "order-2", merge: "m" })]],
    [false, [first, row({ order_id: "order-2", kind: "dropship" })]],
    [false, [first, row({ order_id: "order-2", view: "to-pack" })]],
    [false, ["2", "3", "4", "5", "6", "7"].map((id) => row({ order_id: id }))],
  ])("may be merged (%s) where all are ours, of other orders, and have no label", (may, rows) => {
    expect(areMergeable(rows)).toBe(may);
  });
});
