import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { order, orderLine } from "./documents";
import { lookAgain, open } from "./opened";
import { server } from "./server";

const press = async (name: string | RegExp) => fireEvent.click(await screen.findByRole("button", { name }));
const line = orderLine({ reference: "MUG" });
const shipTo = { name: "Ada", address1: "1 Old Road", city: "Leeds", postcode: "LS1 4AP", country: "GB" };

/** Answer the stored document, as it is then, and keep what is sent. */
function stored(path: string, document: object) {
  const at = { now: document, sent: [] as unknown[] };
  const take = async ({ request }: { request: Request }) => {
    at.sent.push(await request.json());
    return HttpResponse.json(at.now);
  };
  server.use(http.get(path, () => HttpResponse.json(at.now)));
  return { at, take };
}

describe("what another person changes while a dialog is open", () => {
  it("stays as they left it where an order is edited", async () => {
    open("/orders/o");
    const before = { ...order, ship_to: shipTo, lines: [line], version: 4 };
    const { at, take } = stored("*/api/orders/o", before);
    server.use(http.patch("*/api/orders/o", take));
    await press("Edit");
    const dialog = await screen.findByRole("dialog");
    fireEvent.change(within(dialog).getByLabelText("Buyer's note"), { target: { value: "ring twice" } });

    const address = { ...shipTo, address1: "99 New Street" };
    at.now = { ...before, ship_to: address, lines: [{ ...line, cancelled: 2 }], version: 5 };
    await lookAgain();
    await waitFor(() => expect(screen.getAllByText("99 New Street").length).toBeGreaterThan(0));
    fireEvent.click(within(dialog).getByRole("button", { name: /^Save/ }));

    await waitFor(() => expect(at.sent).toEqual([{ version: 4, note: "ring twice" }]));
  });

  it("is not expected by a count of what was there before", async () => {
    open("/stock/MUG", {
      answers: { "/warehouses": { items: [{ id: "york", name: "York", kind: "own" }] } },
    });
    const has = (units: number) => ({
      items: [
        { sku: "MUG", name: "Mug", warehouse: "york", on_hand: units, available: units, quarantined: 0 },
      ],
      next: null,
    });
    const { at, take } = stored("*/api/stock", has(12));
    server.use(http.post("*/api/stock/counts", take));
    await press(/^Adjust/);
    fireEvent.change(await screen.findByLabelText("How"), { target: { value: "count" } });
    fireEvent.change(screen.getByLabelText("Counted"), { target: { value: "12" } });

    at.now = has(10);
    await lookAgain();
    await screen.findByRole("option", { name: "York (10)" });
    await press("Set 12 at York");

    await waitFor(() => expect(at.sent).toHaveLength(1));
    expect(at.sent[0]).toMatchObject({ counts: [{ counted: 12, expected: 12 }] });
  });
});
