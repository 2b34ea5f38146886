import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { exception, fulfilment, order, orderLine } from "./documents";
import { open } from "./opened";
import { server } from "./server";

const line = orderLine({ id: "l1", quantity: 2 });
const taken = (change: object) =>
  fulfilment({ lines: [{ line: line.id, quantity: line.quantity, pick: [] }], ...change });

/** Open the order with this fulfilment order, and give what is sent of it. */
function opened(change: object, roles = ["owner"], flags: string[] = []) {
  const sent: { method: string; path: string; body: unknown }[] = [];
  const shown = {
    ...order,
    id: "o",
    lines: [line],
    status: "in_fulfilment",
    flags,
    fulfilments: [taken(change)],
  };
  open("/orders/o", { roles, answers: { "/orders/o": shown } });
  const take = async ({ request }: { request: Request }) => {
    const text = await request.text();
    const path = new URL(request.url).pathname.replace("/api", "");
    sent.push({ method: request.method, path, body: text ? JSON.parse(text) : null });
    return HttpResponse.json(shown);
  };
  server.use(http.post("*/api/orders/o/*", take), http.patch("*/api/orders/o/*", take));
  return sent;
}
const press = async (name: string | RegExp) => fireEvent.click(await screen.findByRole("button", { name }));
const only = async (sent: unknown[]) => {
  await waitFor(() => expect(sent).toHaveLength(1));
  return sent[0];
};

describe("what a warehouse or a partner says, entered by a person", () => {
  it("is that it does not ship units, and why", async () => {
    const sent = opened({});
    await press("Reject");
    fireEvent.change(await screen.findByLabelText("Why"), { target: { value: "damaged" } });
    await press(/^Reject \d/);

    expect(await only(sent)).toMatchObject({
      path: "/orders/o/fulfilments/1/reject",
      body: { lines: [], reason: "damaged", override: false },
    });
  });

  it("is of a partner only once it is sure, since it may ship all the same", async () => {
    const sent = opened({ kind: "dropship" });
    await press("Reject");
    expect(await screen.findByRole("button", { name: /^Reject \d/ })).toHaveProperty("disabled", true);
    fireEvent.click(screen.getByLabelText("It says that it does not ship them"));
    await press(/^Reject \d/);
    expect(await screen.findAllByText(/Say why/)).toBeTruthy();
    expect(sent).toEqual([]);
    fireEvent.change(screen.getByLabelText("Why"), { target: { value: "other" } });
    await press(/^Reject \d/);

    expect(await only(sent)).toMatchObject({ body: { override: true } });
  });

  it.each([
    ["own", "Reject", []],
    ["own", "Mark shipped", []],
    ["dropship", "Reject", []],
    ["own", "Mark shipped", ["held"]],
  ])("is not offered to packers where the API refuses them: of %s, %s, %j", async (kind, name, flags) => {
    opened({ kind }, ["packer"], flags);
    await screen.findByRole("button", { name: "Slip" });

    const isRefused = kind === "dropship" || flags.length > 0;
    expect(screen.queryAllByRole("button", { name: new RegExp(`^${name}`) }).length === 0).toBe(isRefused);
  });

  it("is that a partner has accepted it", async () => {
    const sent = opened({ kind: "dropship", status: "requested" });
    await press("Accepted");
    await press("It is accepted");

    expect(await only(sent)).toMatchObject({ path: "/orders/o/fulfilments/1/accept" });
  });

  it("is whether it keeps back what it was requested to", async () => {
    const cancellation = { state: "requested", units: { [line.id]: 1 }, unwanted: {}, reason: "cancelled" };
    const sent = opened({ kind: "dropship", cancellation });
    expect(await screen.findByText("Cancellation of 1 unit requested, cancelled")).toBeTruthy();
    await press("Enter answer");
    fireEvent.change(await screen.findByLabelText("Answer"), { target: { value: "refused" } });
    fireEvent.change(screen.getByLabelText("What it said"), { target: { value: "it has left" } });
    const buttons = await screen.findAllByRole("button", { name: "Enter answer" });
    fireEvent.click(buttons.at(-1) as HTMLElement);

    expect(await only(sent)).toMatchObject({
      path: "/orders/o/fulfilments/1/answer-cancellation",
      body: { answer: "refused", reason: "it has left" },
    });
  });

  it("is another tracking number, unless a label has it", async () => {
    const parcel = { carrier: "Royal Mail", tracking: "RM1", shipped_at: "2026-11-18T09:00:00Z", lines: [] };
    const sent = opened({ status: "shipped", parcels: [{ ...parcel, transit: null, notified: null }] });
    await press("Correct");
    fireEvent.change(await screen.findByLabelText("Tracking number"), { target: { value: "RM2" } });
    const buttons = await screen.findAllByRole("button", { name: "Correct" });
    fireEvent.click(buttons.at(-1) as HTMLElement);

    expect(await only(sent)).toEqual({
      method: "PATCH",
      path: "/orders/o/fulfilments/1/parcels/1",
      body: { carrier: "Royal Mail", tracking: "RM2", was: "RM1" },
    });
  });
});

it("completes an order that was shipped without Packhorse", async () => {
  const sent = opened({});
  await press("Complete");
  expect(await screen.findByText(/^2 units count as shipped, without a parcel/)).toBeTruthy();
  await press("Complete order");

  expect(await only(sent)).toMatchObject({ path: "/orders/o/complete" });
});

it("keeps the lines of a text that is changed", async () => {
  const gift_message = "Happy birthday, Ann!\n\nLove,\nMum";
  const sent: unknown[] = [];
  const shown = { ...order, id: "o", version: 4, gift_message, lines: [line] };
  open("/orders/o", { answers: { "/orders/o": shown } });
  server.use(
    http.patch("*/api/orders/o", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(shown);
    }),
  );
  await press("Edit");
  const field = await screen.findByLabelText<HTMLTextAreaElement>("Gift message");
  fireEvent.change(field, { target: { value: field.value.replace("Ann", "Anne") } });
  await press(/^Save/);

  expect(await only(sent)).toEqual({ version: 4, gift_message: gift_message.replace("Ann", "Anne") });
});

it("takes a note of an order away that is wrong", async () => {
  const sent: string[] = [];
  const note = {
    id: "n1",
    text: "Wrap it",
    author: "user:ann",
    written_at: "2026-11-18T09:00:00Z",
    printable: true,
  };
  open("/orders/o", { answers: { "/orders/o": { ...order, id: "o", internal_notes: [note] } } });
  server.use(
    http.delete("*/api/orders/o/notes/*", ({ request }) => {
      sent.push(new URL(request.url).pathname);
      return HttpResponse.json({ ...order, id: "o" });
    }),
  );
  const said = await screen.findByText(/Wrap it/);
  expect(said.closest("li")?.textContent).toContain("printed on the slip");
  await press("Remove");
  await press("Remove note");

  expect(await only(sent)).toBe("/api/orders/o/notes/n1");
});

const ofSupplier = (cause: string) =>
  exception({
    cause,
    subject: { text: "batch 7", supplier: "mill", orders: [], tracking: [] },
    message: "it may have reached the supplier",
  });

it.each([
  ["supplier_batch_unknown", "confirm", "/suppliers/mill/batches/7/confirm"],
  ["supplier_batch_unknown", "resend", "/suppliers/mill/batches/7/resend"],
  ["supplier_feed_held", "accept", "/suppliers/mill/files/f3/accept"],
  ["supplier_feed_held", "discard", "/suppliers/mill/files/f3/discard"],
])("what a supplier says to %s is entered on its row: %s", async (cause, answer, path) => {
  const sent: string[] = [];
  open("/exceptions", {
    answers: {
      "/exceptions": { items: [ofSupplier(cause)], next: null },
      "/suppliers/mill/batches": {
        items: [
          { number: 8, state: "sent", files: [] },
          { number: 7, state: "unknown", files: [{ name: "a.csv" }] },
        ],
      },
    },
  });
  server.use(
    http.get("*/api/suppliers/mill/files", ({ request }) => {
      const isOfHeld = new URL(request.url).searchParams.get("state") === "held";
      const items = [
        { id: "f3", state: "held", name: "3.csv", problem: "all of it is gone" },
        { id: "f2", state: "held", name: "2.csv", problem: "half of it is gone" },
      ];
      return HttpResponse.json({ items: isOfHeld ? items : [], next: null });
    }),
    http.post("*/api/suppliers/*", ({ request }) => {
      sent.push(new URL(request.url).pathname.replace("/api", ""));
      return HttpResponse.json({});
    }),
  );
  await press("Enter answer");
  await screen.findByText(/7: a.csv|Half of it is gone/);
  const batch = screen.queryByLabelText("Batch");
  if (batch) fireEvent.change(batch, { target: { value: "7" } });
  fireEvent.change(screen.getByLabelText("Answer"), { target: { value: answer } });
  const buttons = await screen.findAllByRole("button", { name: "Enter answer" });
  fireEvent.click(buttons.at(-1) as HTMLElement);

  expect(await only(sent)).toBe(path);
});

describe("what a supplier is asked about on the row of an exception", () => {
  const shown = () =>
    open("/exceptions", {
      answers: { "/exceptions": { items: [ofSupplier("supplier_batch_unknown")], next: null } },
    });

  it("is read again once one answer is entered", async () => {
    const states = ["unknown", "sent"];
    shown();
    server.use(
      http.get("*/api/suppliers/mill/batches", () =>
        HttpResponse.json({
          items: [{ number: 7, state: states.shift(), files: [{ name: "a.csv" }] }],
        }),
      ),
      http.post("*/api/suppliers/*", () => HttpResponse.json({})),
    );
    await press("Enter answer");
    await screen.findByText("7: a.csv");
    fireEvent.change(screen.getByLabelText("Batch"), { target: { value: "7" } });
    const buttons = await screen.findAllByRole("button", { name: "Enter answer" });
    fireEvent.click(buttons.at(-1) as HTMLElement);

    await waitFor(() => expect(states).toEqual([]));
  });

  it.each([
    ["unknown", /Choose the batch/],
    ["sent", /nothing left to answer/],
  ])("is said where no batch is chosen: one is %s", async (state, said) => {
    shown();
    const items = [{ number: 7, state, files: [{ name: "a.csv" }] }];
    server.use(http.get("*/api/suppliers/mill/batches", () => HttpResponse.json({ items })));
    await press("Enter answer");
    await waitFor(() =>
      expect(screen.getAllByRole("button", { name: "Enter answer" }).at(-1)).toHaveProperty(
        "disabled",
        false,
      ),
    );
    fireEvent.click(screen.getAllByRole("button", { name: "Enter answer" }).at(-1) as HTMLElement);

    expect(await screen.findByText(said)).toBeTruthy();
  });

  it("is not said to be nothing where it cannot be read", async () => {
    shown();
    server.use(
      http.get("*/api/suppliers/mill/batches", () =>
        HttpResponse.json({ detail: "not now" }, { status: 403 }),
      ),
    );
    await press("Enter answer");

    expect((await screen.findByText(/not now/i)).closest("[role=alert]")).toBeTruthy();
    const buttons = screen.getAllByRole("button", { name: "Enter answer" });
    expect(buttons.at(-1)).toHaveProperty("disabled", true);
  });
});
