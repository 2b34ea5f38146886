import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { BuyDialog } from "../src/pages/to-ship/BuyDialog";
import { row } from "./builders";
import { exception, fulfilment, order, orderLine, purchase, purchaseLine } from "./documents";
import { knowing, open, show } from "./opened";
import { server } from "./server";

const press = async (name: string | RegExp) => fireEvent.click(await screen.findByRole("button", { name }));

/** The bodies of what is sent to a path, each answered by `answer`. */
function sentTo(path: string, answer: () => HttpResponse<object> = () => HttpResponse.json({})) {
  const sent: Record<string, unknown>[] = [];
  const take = async ({ request }: { request: Request }) => {
    const text = await request.text();
    sent.push({ path: new URL(request.url).pathname.replace("/api", ""), ...(text && JSON.parse(text)) });
    return answer();
  };
  server.use(
    http.post(`*/api${path}`, take),
    http.put(`*/api${path}`, take),
    http.patch(`*/api${path}`, take),
  );
  return sent;
}

describe("what is sent is what a person meant", () => {
  it("counts a shelf on what was there when it was typed, also after the page was loaded again", async () => {
    const answers = (on_hand: number) => ({
      "/warehouses": { items: [{ id: "york", name: "York", kind: "own" }], next: null },
      "/stock": { items: [{ sku: "MUG", name: "Mug", warehouse: "york", on_hand }], next: null },
      "/products": { items: [{ sku: "MUG" }], next: null },
    });
    open("/print/count?warehouse=york", { answers: answers(12) });
    fireEvent.change(await screen.findByLabelText("Counted: MUG"), { target: { value: "12" } });
    const kept = Object.entries(sessionStorage);
    cleanup();
    for (const [key, value] of kept) sessionStorage.setItem(key, String(value));
    open("/print/count?warehouse=york", { answers: answers(10) });
    const sent = sentTo("/stock/counts", () => HttpResponse.json({ items: [] }));
    await screen.findByLabelText("Counted: MUG");
    await press("Record 1 count");

    await waitFor(() =>
      expect(sent).toMatchObject([{ counts: [{ sku: "MUG", counted: 12, expected: 12 }] }]),
    );
  });

  it("values a product for customs in the account's currency, or not at all", async () => {
    open("/products/MUG", {
      answers: { "/products/MUG": { sku: "MUG", customs_value: null }, "/account": { currency: "EUR" } },
    });
    const sent = sentTo("/products/MUG");
    const value = await screen.findByLabelText("Value of one unit");
    await waitFor(() =>
      expect(screen.getByLabelText<HTMLInputElement>("Currency of the value").value).toBe("EUR"),
    );

    fireEvent.change(value, { target: { value: "7,5" } });
    await press("Save");
    await waitFor(() => expect(sent).toMatchObject([{ customs_value: { amount: "7.5", currency: "EUR" } }]));

    fireEvent.change(value, { target: { value: "" } });
    fireEvent.change(screen.getByLabelText("Name"), { target: { value: "Mug" } });
    await press("Save");
    await waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[1]).not.toHaveProperty("customs_value.amount");
  });

  it("answers for the batch of the exception, not for another one", async () => {
    const about = (batch: number) =>
      exception({
        id: `e${batch}`,
        cause: "supplier_batch_unknown",
        subject: { text: `mill batch ${batch}`, supplier: "mill", batch, orders: [], tracking: [] },
        message: `batch ${batch} may have reached the supplier, or not`,
      });
    open("/exceptions", { answers: { "/exceptions": { items: [about(7), about(9)], next: null } } });
    const sent = sentTo("/suppliers/*");
    const item = (await screen.findByText(/batch 7 may/)).closest("li") as HTMLElement;
    fireEvent.click(within(item).getByRole("button", { name: "Enter answer" }));
    const dialog = await screen.findByRole("dialog", { name: /batch 7/ });
    fireEvent.change(within(dialog).getByLabelText("Answer"), { target: { value: "resend" } });
    fireEvent.click(dialog.querySelector("[type=submit]") as HTMLElement);

    await waitFor(() => expect(sent).toMatchObject([{ path: "/suppliers/mill/batches/7/resend" }]));
  });

  const many = Array.from({ length: 30 }, (_, at) => ({
    ...purchaseLine,
    id: String(at + 1),
    sku: `SKU-${at}`,
    ordered: 5,
    open: 5,
  }));
  const delivered = purchase({ lines: many });
  const receiveAll = async () => {
    open("/purchase-orders/PO-1?doing=receive", { answers: { "/purchase-orders/PO-1": delivered } });
    await press(/All that is open/);
    fireEvent.change(screen.getByLabelText("Delivery number"), { target: { value: "DN-1" } });
  };

  it("receives a delivery of many lines part by part, under one number", async () => {
    await receiveAll();
    const sent = sentTo("/purchase-orders/PO-1/receive", () => HttpResponse.json(delivered));
    await press(/^Receive \d/);

    await waitFor(() =>
      expect(sent.map((each) => [each.receipt, (each.lines as object[]).length])).toEqual([
        ["DN-1", 23],
        ["DN-1", 7],
      ]),
    );
  });

  it("says at a line of a later part why that was refused", async () => {
    await receiveAll();
    sentTo("/purchase-orders/PO-1/receive", () => answers.shift() ?? HttpResponse.json(delivered));
    const errors = [{ field: "lines.6.accepted", message: "was received with other units" }];
    const answers = [
      HttpResponse.json<object>(delivered),
      HttpResponse.json<object>({ detail: "no", errors }, { status: 422 }),
    ];
    await press(/^Receive \d/);

    const problem = await screen.findByText(/was received with other units/i);
    expect(problem.closest("tr")?.textContent).toContain("SKU-29");
  });

  it("releases the hold alone that its button is beside", async () => {
    const hold = (id: string) => ({
      id,
      reason: `because of ${id}`,
      owner: "ann",
      placed_at: order.placed_at,
    });
    const shown = { ...order, id: "o", lines: [orderLine({ id: "l1" })], holds: [hold("h1"), hold("h2")] };
    open("/orders/o", { answers: { "/orders/o": shown } });
    const sent = sentTo("/orders/o/release", () => HttpResponse.json(shown));
    const note = (await screen.findByText(/because of h2/)).closest("section") as HTMLElement;
    fireEvent.click(within(note).getByRole("button", { name: "Release" }));
    await screen.findByRole("dialog", { name: "Release this hold?" });
    await press("Release hold");

    await waitFor(() => expect(sent).toMatchObject([{ hold: "h2" }]));
  });

  it("keeps the warehouses of a supplier of which another is chosen", async () => {
    open("/suppliers/acme", {
      answers: {
        "/suppliers/acme": { id: "acme", name: "Acme", active: true, warehouses: ["hub", "mill"] },
        "/suppliers": { items: [], next: null },
        "/warehouses": {
          items: [
            { id: "hub", name: "Hub", kind: "3pl" },
            { id: "mill", name: "Mill", kind: "dropship" },
            { id: "forge", name: "Forge", kind: "dropship" },
          ],
          next: null,
        },
      },
    });
    const sent = sentTo("/suppliers/acme", () => HttpResponse.json({ id: "acme", warnings: [] }));
    fireEvent.click(await screen.findByLabelText("Forge"));
    await press("Save");

    await waitFor(() => expect(sent).toMatchObject([{ warehouses: ["hub", "mill", "forge"] }]));
  });

  it("cancels more units beside those that a partner is requested to keep back", async () => {
    const cancellation = { state: "requested", units: { l1: 2 }, unwanted: { l1: 2 }, reason: "cancelled" };
    const work = fulfilment({
      kind: "dropship",
      lines: [{ line: "l1", quantity: 5, pick: [] }],
      cancellation,
    });
    const line = orderLine({ id: "l1", quantity: 5, cancelled: 0 });
    const shown = { ...order, id: "o", status: "in_fulfilment", lines: [line], fulfilments: [work] };
    open("/orders/o", { answers: { "/orders/o": shown } });
    const sent = sentTo("/orders/o/lines/l1/cancel", () => HttpResponse.json(shown));
    await press("Cancel order");
    fireEvent.click(await screen.findByLabelText("Only some of the units"));
    fireEvent.change(within(screen.getByRole("dialog")).getByLabelText(/Mug|MUG/), {
      target: { value: "1" },
    });
    await press(/^Cancel 1 unit/);

    await waitFor(() => expect(sent).toMatchObject([{ keep: 2 }]));
  });

  it("keeps a dialog until it is known what became of its request", async () => {
    open("/orders/o", {
      answers: { "/orders/o": { ...order, id: "o", lines: [orderLine({ quantity: 2 })] } },
    });
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    server.use(
      http.post("*/api/orders/o/cancel", async () => {
        await answered;
        return HttpResponse.json({ detail: "it has shipped meanwhile" }, { status: 409 });
      }),
    );
    await press("Cancel order");
    await press(/^Cancel 2 units/);
    await waitFor(() =>
      expect(screen.getByRole("button", { name: "Keep it" })).toHaveProperty("disabled", true),
    );
    fireEvent.keyDown(screen.getByRole("dialog"), { key: "Escape" });
    answer();

    expect(await screen.findByText(/shipped meanwhile/)).toBeTruthy();
  });

  it("buys no label of which the price is not known", async () => {
    server.use(
      http.post("*/api/label-batches/rates", () =>
        HttpResponse.json({ detail: "a service failed" }, { status: 503 }),
      ),
    );
    const known = knowing({
      me: { name: "ann", roles: ["operator"], warehouses: [] },
      account: { boxes: [] },
      warehouses: { items: [] },
      channels: { items: [] },
    });
    show(<BuyDialog rows={[row({})]} onClose={() => {}} onBought={() => {}} />, known);
    await screen.findByText(/could not be loaded/);

    expect(screen.getByRole("button", { name: /^Buy 1 label/ })).toHaveProperty("disabled", true);
  });

  it("maps no second listing of a product, which would take the first one off", async () => {
    const listing = { reference: "222", sku: "MUG", title: "Mug", reason: "sku_twice" };
    open("/channels/shop?tab=unmatched", {
      answers: {
        "/channels/shop": { id: "shop", name: "Shop", kind: "shopify", active: true },
        "/channels": { items: [{ id: "shop", name: "Shop", kind: "shopify" }], next: null },
        "/channels/shop/unmatched": { items: [listing], next: null },
        "/products/MUG": { sku: "MUG", name: "Mug" },
      },
    });
    server.use(
      http.put("*/api/products/MUG/listings/shop", ({ request }) =>
        HttpResponse.json({}, { status: request.headers.get("if-none-match") === "*" ? 412 : 200 }),
      ),
    );
    await press("Map");

    expect(await screen.findByText(/MUG has another listing there already/)).toBeTruthy();
  });
});
