import { createEvent, fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it, vi } from "vitest";
import { row } from "./builders";
import { purchaseLine as line, purchase as order, transfer, work } from "./documents";
import { open } from "./opened";
import { server } from "./server";

const opened = (at: string, change: object = {}) =>
  open(at, { answers: { "/purchase-orders/PO-1": order(change) } });

it("says at the fields of a line what is wrong with what arrived, and goes there", async () => {
  opened("/purchase-orders/PO-1?doing=receive");
  const good = await screen.findByLabelText("Good now: MUG");
  await userEvent.type(good, "1.5");

  expect(good.getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText("A whole number, or nothing").id).toBe(good.getAttribute("aria-describedby"));

  await userEvent.clear(good);
  await userEvent.type(screen.getByLabelText("Rejected: MUG"), "1");
  const reason = screen.getByLabelText("What is wrong with them: MUG");
  expect(reason.getAttribute("aria-invalid")).toBeNull();
  await userEvent.click(screen.getByRole("button", { name: /^Receive 1 unit/ }));

  expect(reason.getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(reason);
});

it.each([
  ["0 units came", 0, false],
  ["units came all the same", 2, true],
])("offers landed costs of a cancelled purchase order of which %s: %s", async (_, over, isOffered) => {
  opened("/purchase-orders/PO-1", { state: "cancelled", lines: [{ ...line, open: 0, over }] });
  await screen.findByText("Mug");

  expect(screen.queryByRole("heading", { name: "Landed costs" }) !== null).toBe(isOffered);
});

it("expects units that the supplier had refused, and asks only about those beyond them", async () => {
  opened("/purchase-orders/PO-1?doing=receive", { lines: [{ ...line, open: 5, refused: 5, closed: 0 }] });
  const good = await screen.findByLabelText("Good now: MUG");
  await userEvent.type(good, "7");

  expect(screen.getByText("2 of the 5 they had refused came")).toBeTruthy();
  expect(screen.queryByLabelText(/^keep /)).toBeNull();
  await userEvent.clear(good);
  await userEvent.type(good, "11");
  expect(screen.getByText("5 of the 5 they had refused came")).toBeTruthy();
  expect(screen.getByText("1 more than expected")).toBeTruthy();
  expect(screen.getByLabelText("keep it")).toBeTruthy();
});

it("says at its line what the API refused of a receipt, until that is changed", async () => {
  opened("/purchase-orders/PO-1?doing=receive");
  server.use(
    http.post("*/api/purchase-orders/PO-1/receive", () =>
      HttpResponse.json(
        { detail: "no", errors: [{ field: "lines.0.accepted", message: "2 more than were ordered" }] },
        { status: 422 },
      ),
    ),
  );
  const good = await screen.findByLabelText("Good now: MUG");
  await userEvent.type(good, "12");
  await userEvent.type(screen.getByLabelText("Delivery number"), "DN-1");
  await userEvent.click(screen.getByRole("button", { name: /^Receive 12 units/ }));

  expect(await screen.findByText("2 more than were ordered")).toBeTruthy();
  expect(good.getAttribute("aria-invalid")).toBe("true");
  await userEvent.type(good, "{Backspace}");
  expect(good.getAttribute("aria-invalid")).toBeNull();
});

it.each([
  ["submitted", "Receive"],
  ["received", "PDF"],
])("has as first step of a purchase order that is %s: %s", async (state, first) => {
  opened("/purchase-orders/PO-1", { state });
  await screen.findByRole("button", { name: /^Receive/ });

  const [step] = document.querySelectorAll(".sub button");
  expect(step?.textContent).toContain(first);
});

it.each([
  ["Keep for stock", "Keep for stock", "keep", null],
  ["Build fewer", "Close 2 units short", "close", { units: 2 }],
])(
  "offers what can be decided about units of a work order that no order wants: %s",
  async (link, confirm, step, body) => {
    const sent: [string, unknown][] = [];
    open("/work-orders/WO-1", {
      answers: { "/work-orders/WO-1": { ...work, units: 5, open: 5, unneeded: 2 } },
    });
    server.use(
      http.post("*/api/work-orders/WO-1/:step", async ({ request, params }) => {
        sent.push([String(params.step), JSON.parse((await request.text()) || "null")]);
        return HttpResponse.json({ ...work, units: 5, open: 5 });
      }),
    );
    await userEvent.click(await screen.findByRole("button", { name: link }));
    const dialog = await screen.findByRole("dialog");
    await userEvent.click(within(dialog).getByRole("button", { name: confirm }));

    await waitFor(() => expect(sent).toEqual([[step, body]]));
  },
);

it("says which orders wait, and for what, before it drafts for them", async () => {
  const short = { short_line: { sku: "LAMP", name: "Desk lamp", quantity: 2 }, short_lines: 2, lines: 4 };
  const rows = {
    items: [row({ view: "short", number: "UK-7", ...short })],
    next: null,
    counts: { short: { rows: 3 } },
  };
  let drafted = 0;
  open("/purchase-orders", { answers: { "/fulfilments": rows } });
  server.use(
    http.post("*/api/purchase-orders/from-short-lines", () => {
      drafted += 1;
      return HttpResponse.json({ items: [], left_out: [] });
    }),
  );
  await userEvent.click(await screen.findByRole("button", { name: "Draft for waiting orders" }));

  expect(await screen.findByText("3 orders wait for stock:")).toBeTruthy();
  expect(screen.getByText("UK-7")).toBeTruthy();
  expect(screen.getByText("2 × Desk lamp +1")).toBeTruthy();
  expect(drafted).toBe(0);
  await userEvent.click(screen.getByRole("button", { name: "Make drafts" }));
  expect(drafted).toBe(1);
});

it("calls the fields of a draft that another person saved meanwhile as the draft does", async () => {
  const draft = { state: "new", submitted_at: null };
  let stored = order(draft);
  const answer = (tag: string) =>
    HttpResponse.json(stored, { headers: { ETag: tag, "Cache-Control": "no-store" } });
  opened("/purchase-orders/PO-1?doing=edit", draft);
  server.use(
    http.get("*/api/purchase-orders/PO-1", () => answer(stored.reference ? '"r2"' : '"r1"')),
    http.put("*/api/purchase-orders/PO-1", () => {
      stored = order({ ...draft, reference: "Q-7", lines: [{ ...line, ordered: 12 }], timeline: [{}] });
      return HttpResponse.json({ detail: "it was changed since you read it" }, { status: 412 });
    }),
  );
  await userEvent.type(await screen.findByLabelText("Note to the supplier"), "by lorry");
  await userEvent.click(screen.getByRole("button", { name: "Save changes" }));

  const saved = await screen.findByText("Q-7");
  expect(saved.parentElement?.textContent).toBe("ReferenceQ-7");
  expect(screen.getByText(/^Sku: MUG, Units: 12, .*Units at least/).parentElement?.textContent).toMatch(
    /^Lines/,
  );
  expect(screen.getByLabelText<HTMLInputElement>("Note to the supplier").value).toBe("by lorry");
});

it("says of a transfer to Amazon that what arrives is recorded, and changes no stock here", async () => {
  const answers = { "/transfer-orders/TO-1": { ...transfer, is_counted: false } };
  open("/transfers/TO-1?doing=receive", { answers });
  await userEvent.type(await screen.findByLabelText("Good now: LAMP"), "1");

  expect(screen.getByText(/changes no stock here\. 1 stays on the way\.$/)).toBeTruthy();
  expect(screen.queryByText(/goes up by/)).toBeNull();
});

it.each([
  ["/purchase-orders/PO-1?doing=receive", "MUG", ["york"], true],
  ["/purchase-orders/PO-1?doing=receive", "MUG", ["reno"], false],
  ["/transfers/TO-1?doing=receive", "LAMP", ["reno"], true],
  ["/transfers/TO-1?doing=return", "LAMP", ["york"], true],
])("says of %s that a partner's stock feed may have %s: at %j, %s", async (at, sku, partners, isSaid) => {
  const items = ["york", "reno"].map((id) => ({ id, kind: partners.includes(id) ? "3pl" : "own" }));
  const bought = order({ lines: [{ ...line, closed: 0 }] });
  const answers = { "/purchase-orders/PO-1": bought, "/transfer-orders/TO-1": transfer };
  open(at, { answers: { ...answers, "/warehouses": { items } } });
  await userEvent.type(await screen.findByLabelText(`Good now: ${sku}`), "1");

  const said = await screen.findByText(/goes up by 1/);
  await waitFor(() => expect(/enter this once the feed has it\.$/.test(said.textContent ?? "")).toBe(isSaid));
});

it("lists a line that was refused whole, to take that back", async () => {
  const refused = { ...line, ordered: 5, open: 0, received: 0, over: 0, refused: 5 };
  opened("/purchase-orders/PO-1", { state: "closed", lines: [refused] });
  await userEvent.click(await screen.findByRole("button", { name: /^Enter answer/ }));

  expect(await screen.findByLabelText<HTMLInputElement>("Refused: MUG")).toHaveProperty("placeholder", "5");
});

it("names of the orders that a work order is built for those that still need some", async () => {
  const made = (of: string, unneeded: number) => ({ order: of, line: "1", units: 1, unneeded });
  const order = { ...work, units: 5, done: 2, open: 1, closed: 2, unneeded: 1 };
  const answers = {
    "/work-orders/WO-1": { ...order, made_for: [made("o1", 1), made("o2", 0)] },
    "/orders/o1": { id: "o1", number: "UK-1" },
    "/orders/o2": { id: "o2", number: "UK-2" },
  };
  open("/work-orders/WO-1", { answers });

  expect(await screen.findByText("UK-2")).toBeTruthy();
  expect(screen.queryByText("UK-1")).toBeNull();
  expect(screen.getByText("1 unit is not needed any more by the orders that it was built for.")).toBeTruthy();
  expect(screen.getByText("2 done, 1 open, 2 not built")).toBeTruthy();
});

it.each([
  ["kept", "accept"],
  ["sent back", "return"],
  ["not decided yet", null],
])("says of what came beyond the order that it is %s", async (text, decision) => {
  const receipt = {
    receipt: "L-4",
    line: "l1",
    surplus: 3,
    decision,
    who: "ann",
    at: "2026-11-21T09:00:00Z",
  };
  opened("/purchase-orders/PO-1", { receipts: [receipt] });

  expect(await screen.findByText(`3 beyond the order, ${text}`)).toBeTruthy();
});

it("withdraws a line of a delivery that was typed wrongly, with the reason", async () => {
  const receipt = { receipt: "L-4", line: "l1", accepted: 10, who: "ann", at: "2026-11-21T09:00:00Z" };
  opened("/purchase-orders/PO-1", { receipts: [receipt] });
  let sent: unknown;
  server.use(
    http.post("*/api/purchase-orders/PO-1/receipts/withdraw", async ({ request }) => {
      sent = await request.json();
      return HttpResponse.json(order({ receipts: [] }));
    }),
  );

  await userEvent.click(await screen.findByRole("button", { name: "Withdraw L-4, MUG" }));
  await userEvent.type(await screen.findByLabelText("Why"), "1 came");
  await userEvent.click(screen.getByRole("button", { name: "Withdraw delivery" }));

  await waitFor(() => expect(sent).toEqual({ receipt: "L-4", line: "l1", reason: "1 came" }));
});

it("offers no report of more units than are open, and says at the field how many are", async () => {
  const answers = { "/work-orders/WO-1": { ...work, units: 5, open: 5 } };
  open("/work-orders/WO-1", { answers });
  await userEvent.click(await screen.findByRole("button", { name: /^Report/ }));
  const built = await screen.findByLabelText("Built");
  await userEvent.type(built, "9");
  const report = screen.getByRole("button", { name: "Report 9 built" });

  expect(report).toHaveProperty("disabled", true);
  expect(built.getAttribute("aria-invalid")).toBe("true");
  expect(screen.getByText(/^5 units are open/).id).toBe(built.getAttribute("aria-describedby"));
  expect(screen.queryByText(/on the shelf/)).toBeNull();

  await userEvent.clear(built);
  await userEvent.type(built, "5");
  expect(screen.getByRole("button", { name: "Report 5 built" })).toHaveProperty("disabled", false);
});

it("says at its field before it is sent that more came of a transfer than was sent", async () => {
  open("/transfers/TO-1?doing=receive", { answers: { "/transfer-orders/TO-1": transfer } });
  const good = await screen.findByLabelText("Good now: LAMP");
  await userEvent.type(good, "5");

  expect(screen.getByText("2 units can come: count again.").id).toBe(good.getAttribute("aria-describedby"));
  expect(screen.queryByText(/goes up by/)).toBeNull();
  await userEvent.click(screen.getByLabelText(/^keep /));
  expect(screen.getByText(/goes up by 5/)).toBeTruthy();
});

it("says beside the units of a transfer what there is to send", async () => {
  const requested = { ...transfer, state: "requested", sent_at: null };
  open("/transfers/TO-1", {
    answers: { "/transfer-orders/TO-1": requested, "/stock": { items: [{ available: 1 }], next: null } },
  });

  expect(await screen.findByText("only 1")).toBeTruthy();
});

/** Later than any key that is typed in these tests, however long they take. */
const LATER = 1e9;

/** Scan a code into what has the focus; keys come as a scanner's on any machine, `at` so many milliseconds. */
function scan(code: string, at = 60_000) {
  const to = document.activeElement ?? document.body;
  for (const [place, key] of [...code, "Enter"].entries()) {
    const event = createEvent.keyDown(to, { key });
    Object.defineProperty(event, "timeStamp", { value: LATER + at + place * 8 });
    fireEvent(to, event);
    if (to instanceof HTMLInputElement && key !== "Enter")
      fireEvent.change(to, { target: { value: to.value + key } });
  }
}

it("counts what is scanned while a field of units has the focus, by its barcode, and once", async () => {
  const lines = [{ ...line, barcode: "5012345678900" }];
  opened("/purchase-orders/PO-1?doing=receive", { lines });
  const good = await screen.findByLabelText<HTMLInputElement>("Good now: MUG");
  fireEvent.change(good, { target: { value: "3" } });
  good.focus();

  scan("5012345678900");
  await waitFor(() => expect(good.value).toBe("4"));
  scan("5012345678900", 60_120);

  expect(await screen.findByText("5012345678900 was read twice: counted once")).toBeTruthy();
  expect(good.value).toBe("4");
  scan("5012345678900", 61_000);
  await waitFor(() => expect(good.value).toBe("5"));
});

it("takes another day on which a transfer is expected", async () => {
  const sent = vi.fn();
  const late = { ...transfer, expected_on: "2026-12-04" };
  open("/transfers/TO-1", { answers: { "/transfer-orders/TO-1": late } });
  server.use(
    http.post("*/api/transfer-orders/TO-1/expect", async ({ request }) => {
      sent(await request.json());
      return HttpResponse.json({ ...late, expected_on: "2026-12-20" });
    }),
  );

  await userEvent.click(await screen.findByRole("button", { name: /^Expect on another day/ }));
  const day = screen.getByLabelText<HTMLInputElement>("Expected");
  expect(day.value).toBe("2026-12-04");
  fireEvent.change(day, { target: { value: "2026-12-20" } });
  await userEvent.click(screen.getByRole("button", { name: "Save the day" }));

  await waitFor(() => expect(sent).toHaveBeenCalledWith({ expected_on: "2026-12-20" }));
});

it("says of a scan that comes while the receipt is recorded that it is not counted", async () => {
  opened("/purchase-orders/PO-1?doing=receive");
  server.use(http.post("*/api/purchase-orders/PO-1/receive", () => new Promise(() => {})));
  const good = await screen.findByLabelText<HTMLInputElement>("Good now: MUG");
  await userEvent.type(good, "2");
  await userEvent.type(screen.getByLabelText("Delivery number"), "DN-1");
  await userEvent.click(screen.getByRole("button", { name: /^Receive 2 units/ }));
  (document.activeElement as HTMLElement).blur();

  scan("MUG");

  expect(await screen.findByText(/^MUG not counted/)).toBeTruthy();
  expect(good.value).toBe("2");
});
