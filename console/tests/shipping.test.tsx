import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import type { ReactNode } from "react";
import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { Ship } from "../src/pages/order/ShipDialogs";
import { Join, Split } from "../src/pages/order/SplitDialogs";
import { useOrderActions } from "../src/pages/order/useOrderActions";
import { Cancel } from "../src/pages/order/WholeDialogs";
import { knowing, show } from "./opened";
import { server } from "./server";

const client = knowing({
  me: { name: "ann", roles: ["owner"], warehouses: [] },
  warehouses: {
    items: [
      { id: "york", name: "York" },
      { id: "amazon", name: "Amazon, UK" },
    ],
  },
  channels: {
    items: [
      { id: "trade", name: "Trade", kind: "offline" },
      { id: "shop", name: "Shop", kind: "shopify" },
    ],
  },
});

const fulfilment = (warehouse: string, kind: Schemas["WarehouseKind"]) =>
  ({
    number: 1,
    warehouse,
    kind,
    status: "accepted",
    lines: [{ line: "1", quantity: 1 }],
    parcels: [],
    labels: [],
  }) as unknown as Schemas["FulfilmentView"];
const line = (id: string, name: string, quantity: number) => ({
  id,
  name,
  sku: name,
  quantity,
  cancelled: 0,
  shipped_elsewhere: 0,
  allocations: [],
});
const order = (fulfilments: Schemas["FulfilmentView"][], channel = "shop") =>
  ({
    id: "o",
    number: "1",
    channel,
    status: "in_fulfilment",
    flags: [],
    version: 3,
    lines: [line("1", "Mug", 3), line("2", "Bowl", 1)],
    holds: [],
    fulfilments,
  }) as unknown as Schemas["OrderView"];
const shown = (part: ReactNode) => show(part, client);
const own = fulfilment("york", "own");
const theirs = fulfilment("amazon", "fba");
const marks = () => screen.getByRole<HTMLButtonElement>("button", { name: /Mark shipped/ });

function Actions({ of, onAsk }: { of: Schemas["OrderView"]; onAsk: (asked: unknown) => void }) {
  return useOrderActions(of, onAsk).buttons;
}

describe("marking a fulfilment order as shipped", () => {
  it("says what follows where a partner ships, and takes a second word", () => {
    shown(<Ship order={order([theirs])} fulfilment={theirs} onClose={() => {}} />);

    expect(
      screen.getByText(/Amazon, UK is not notified, and what it still has may be sent twice/),
    ).toBeTruthy();
    expect(marks().disabled).toBe(true);
    fireEvent.click(screen.getByLabelText("They have left, as I say here"));
    expect(marks().disabled).toBe(false);
  });

  it.each([
    ["shop", "1 unit leaves stock, and Shop is notified of the tracking number."],
    ["trade", "1 unit leaves stock."],
  ])("says who is told, where anybody can be: %s", (channel, sentence) => {
    shown(<Ship order={order([own], channel)} fulfilment={own} onClose={() => {}} />);

    expect(screen.getByText(sentence)).toBeTruthy();
    expect(marks().disabled).toBe(false);
  });

  it("is no first choice where a partner ships, and begins with our own warehouse", () => {
    const asked: unknown[] = [];
    const { unmount } = shown(<Actions of={order([theirs])} onAsk={() => {}} />);
    expect(marks().className).not.toContain("primary");
    unmount();

    shown(<Actions of={order([theirs, own])} onAsk={(each) => asked.push(each)} />);
    fireEvent.click(marks());

    expect(asked).toEqual([{ kind: "ship", fulfilment: own, among: [own, theirs] }]);
  });

  it("asks which one, where it may be several", () => {
    const [york, amazon] = [own, { ...theirs, number: 2 }];
    shown(<Ship order={order([york, amazon])} fulfilment={york} among={[york, amazon]} onClose={() => {}} />);
    expect(screen.getByText("Mark as shipped from York?")).toBeTruthy();

    fireEvent.change(screen.getByLabelText("Which one"), { target: { value: "2" } });

    expect(screen.getByText("Mark as shipped from Amazon, UK?")).toBeTruthy();
  });
});

const two = { ...own, number: 1, short_id: "A-1", status: "requested", lines: [{ line: "1", quantity: 3 }] };
const other = { ...two, number: 2, short_id: "A-2", lines: [{ line: "2", quantity: 1 }] };
const whole = order([two, other] as Schemas["FulfilmentView"][]);
const [first] = whole.fulfilments as [Schemas["FulfilmentView"]];

/** What the API is sent, with its path below the order. */
const heard = () => {
  const sent: [string, unknown][] = [];
  server.use(
    http.post("*/api/orders/o/*", async ({ request }) => {
      sent.push([new URL(request.url).pathname.replace(/^.*orders\/o/, ""), await request.json()]);
      return HttpResponse.json(whole);
    }),
  );
  return sent;
};
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const nothing = () => {};

describe("a parcel that is entered by hand", () => {
  it("has all units that are left, or those that are chosen", async () => {
    const sent = heard();
    shown(<Ship order={whole} fulfilment={first} onClose={nothing} />);
    type("Carrier", "DPD");
    type("Tracking number", "JD 1");
    type("Mug, of 3", "4");
    press("Mark shipped");
    expect(await screen.findByText("Enter a whole number, 3 at most.")).toBeTruthy();

    type("Mug, of 3", "2");
    expect(screen.getByText(/^2 units leave stock/)).toBeTruthy();
    press("Mark shipped");

    await waitFor(() => expect(sent).toHaveLength(1));
    const parcel = { carrier: "DPD", tracking: "JD 1", lines: [{ line: "1", quantity: 2 }] };
    expect(sent).toEqual([["/fulfilments/1/ship", { parcels: [parcel], override: false }]]);
  });

  it("without a number has a name of its own, which stays the same until the parcel is recorded", async () => {
    const names: unknown[] = [];
    server.use(
      http.post("*/api/orders/o/*", async ({ request }) => {
        names.push(((await request.json()) as { parcels: unknown[] }).parcels[0]);
        return HttpResponse.json({ detail: "later" }, { status: 503 });
      }),
    );
    shown(<Ship order={whole} fulfilment={first} onClose={nothing} />);
    type("Carrier", "Post");
    fireEvent.click(screen.getByLabelText("It has no tracking number, such as a letter"));
    press("Mark shipped");
    await waitFor(() => expect(names).toHaveLength(1));
    await waitFor(() => expect(marks().disabled).toBe(false));
    press("Mark shipped");
    await waitFor(() => expect(names).toHaveLength(2));

    const name = expect.stringMatching(/^LETTER-[0-9A-F]{8}$/);
    expect(names[0]).toEqual({ carrier: "Post", tracking: name, unnumbered: true });
    expect(names[1]).toEqual(names[0]);
  });
});

describe("a fulfilment order", () => {
  it("is split by lines and units, of which some stay", async () => {
    const sent = heard();
    shown(<Split order={whole} fulfilment={first} onClose={nothing} />);
    type("Mug, of 3", "3");
    press("Split off 3 units");
    expect(await screen.findByText(/Leave at least one unit\./)).toBeTruthy();

    type("Mug, of 3", "1");
    press("Split off 1 unit");

    await waitFor(() =>
      expect(sent).toEqual([["/fulfilments/1/split", { lines: [{ line: "1", quantity: 1 }] }]]),
    );
  });

  it("is joined with another one of its warehouse", async () => {
    const sent = heard();
    shown(<Join order={whole} fulfilment={first} onClose={nothing} />);
    expect(screen.getByRole("option", { name: "A-2, 1 unit" })).toBeTruthy();
    press("Join");

    await waitFor(() => expect(sent).toEqual([["/fulfilments/1/join", { into: 2 }]]));
  });
});

describe("cancelling", () => {
  it("is of some units, by how many of each line stay", async () => {
    const sent = heard();
    shown(<Cancel order={whole} onClose={nothing} />);
    fireEvent.click(screen.getByLabelText("Only some of the units"));
    type("Mug, of 3", "2");
    type("Reason", "one broke");
    press("Cancel 2 units");

    await waitFor(() => expect(sent).toEqual([["/lines/1/cancel", { keep: 1, reason: "one broke" }]]));
  });

  it("is of all that has not left otherwise", async () => {
    const sent = heard();
    shown(<Cancel order={whole} onClose={nothing} />);
    press("Cancel 4 units");

    await waitFor(() => expect(sent).toEqual([["/cancel", { reason: "" }]]));
  });
});
