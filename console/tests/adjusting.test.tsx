import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { queries } from "../src/api/queries";
import { AdjustDialog } from "../src/pages/stock/AdjustDialog";
import { placesOf, typedUnits, type Way, waysAt } from "../src/pages/stock/adjusting";
import { open, show } from "./opened";
import { server } from "./server";

const places = [
  { warehouse: "leeds", onHand: 12, available: 9, quarantined: 3 },
  { warehouse: "york", onHand: 0, available: 0, quarantined: 0 },
];

const me = { id: "1", name: "ann", roles: ["owner"], warehouses: [] };
const read = [
  http.get("*/api/me", () => HttpResponse.json(me)),
  http.get("*/api/*", () => HttpResponse.json({ items: [], next: null })),
];

function opened() {
  show(<AdjustDialog sku="MUG" places={places} chosen="leeds" onClose={() => {}} />, queries);
  fireEvent.change(screen.getByLabelText("Add or take away"), { target: { value: "+7" } });
  fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "found" } });
  fireEvent.click(screen.getByRole("button", { name: /^Add 7/ }));
}

it("adds units by what was entered alone, which is right whatever others change meanwhile", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/stock/adjustments", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ items: [] });
    }),
    ...read,
  );
  opened();

  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({ adjustments: [{ sku: "MUG", warehouse: "leeds", add: 7, reason: "found" }] });
});

it("reads stock again where what was sent before, without an answer, was done", async () => {
  const earlier = { request: "POST /stock/adjustments", status: 200, id: null };
  server.use(
    http.post("*/api/stock/adjustments", () =>
      HttpResponse.json({ detail: "used", earlier }, { status: 422 }),
    ),
    ...read,
  );
  queries.setQueryData(["stock", "MUG"], places);
  opened();

  expect(await screen.findByText(/What you sent before, whose answer was lost, was done/)).toBeTruthy();
  expect(queries.getQueryState(["stock", "MUG"])?.isInvalidated).toBe(true);
});

it.each([
  ["quarantine", "Quarantine", "Quarantine 2 at leeds", "9 available."],
  ["sale", "Sell quarantined ones after all", "Sell 2 at leeds", "3 quarantined."],
  ["scrap", "Scrap quarantined ones", "Scrap 2 at leeds", "3 quarantined."],
])("moves units by %s", async (to, label, confirm, hint) => {
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/stock/quarantine", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ items: [] });
    }),
    ...read,
  );
  show(<AdjustDialog sku="MUG" places={places} chosen="leeds" onClose={() => {}} />, queries);
  fireEvent.change(screen.getByLabelText("How"), { target: { value: to } });
  fireEvent.change(screen.getByLabelText(label), { target: { value: "2" } });
  fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "chipped" } });
  expect(screen.getByText(hint)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: confirm }));

  await waitFor(() => expect(sent).toHaveLength(1));
  const moves = [{ sku: "MUG", warehouse: "leeds", reason: "chipped", quantity: 2, to }];
  expect(sent[0]).toEqual({ moves, reference: "" });
});

it("offers no quarantine where nothing can go into it or come out", () => {
  expect(waysAt({ available: 0, quarantined: 0 })).toEqual(["add", "count"]);
  expect(waysAt({ available: 1, quarantined: 0 })).toEqual(["add", "count", "quarantine"]);
  expect(waysAt({ available: 0, quarantined: 1 })).toEqual(["add", "count", "sale", "scrap"]);
});

it.each<[Way, string, number | null]>([
  ["add", "−2", -2],
  ["add", "0", null],
  ["add", "", null],
  ["count", "0", 0],
  ["count", "-1", null],
  ["count", "", null],
  ["scrap", "2", 2],
  ["sale", "0", null],
  ["quarantine", "-1", null],
])("takes by %s of “%s” %s units", (way, typed, units) => expect(typedUnits(way, typed)).toBe(units));

it("can change stock where there is some and at our own warehouses, as far as they are the reader's", () => {
  const balances = [
    { warehouse: "reno", on_hand: 3, available: 2, quarantined: 1 },
    { warehouse: "amazon", on_hand: 9 },
  ] as never;
  const warehouses = [
    { id: "leeds", kind: "own" },
    { id: "reno", kind: "3pl" },
    { id: "acme", kind: "dropship" },
    { id: "amazon", kind: "fba" },
  ];
  const packer = { roles: ["warehouse"], warehouses: ["leeds"] } as never;

  expect(placesOf(balances, warehouses, { roles: ["operator"] } as never)).toEqual([
    { warehouse: "reno", onHand: 3, available: 2, quarantined: 1 },
    { warehouse: "leeds", onHand: 0, available: 0, quarantined: 0 },
  ]);
  expect(placesOf(balances, [], packer).map((each) => each.warehouse)).toEqual(["leeds"]);
});

it("can change stock at the current one alone of several warehouses that a reader is limited to", () => {
  const balances = [{ warehouse: "york", on_hand: 4, available: 4, quarantined: 0 }] as never;
  const packer = { roles: ["warehouse"], warehouses: ["york", "leeds"] } as never;

  expect(placesOf(balances, [], packer)).toEqual([
    { warehouse: "york", onHand: 4, available: 4, quarantined: 0 },
  ]);
});

it("has the first stock of a product entered as counted, if there still is none", async () => {
  const sent: unknown[] = [];
  open("/stock/VASE", {
    answers: { "/warehouses": { items: [{ id: "leeds", name: "Leeds", kind: "own" }] } },
  });
  server.use(
    http.post("*/api/stock/counts", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ items: [] });
    }),
  );
  fireEvent.click(await screen.findByRole("button", { name: /^Adjust/ }));
  fireEvent.change(await screen.findByLabelText("Counted"), { target: { value: "7" } });
  expect(screen.getByText(/^0 on hand.*: 7 more.$/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Set 7 at Leeds" }));

  await waitFor(() => expect(sent).toHaveLength(1));
  const counts = [{ sku: "VASE", warehouse: "leeds", counted: 7, expected: 0, reason: "" }];
  expect(sent[0]).toEqual({ counts, reference: "" });
});

it("shows of a sku no quantities of the one that was shown before", async () => {
  open("/stock/VASE", {
    answers: {
      "/warehouses": { items: [{ id: "leeds", name: "Leeds", kind: "own" }] },
      "/products": { items: [{ sku: "MUG", name: "Mug" }], next: null },
    },
  });
  const balance = {
    sku: "VASE",
    name: "Vase",
    warehouse: "leeds",
    on_hand: 77,
    available: 77,
    quarantined: 0,
  };
  server.use(
    http.get("*/api/stock", ({ request }) =>
      new URL(request.url).searchParams.get("sku") === "VASE"
        ? HttpResponse.json({ items: [balance], next: null })
        : new Promise(() => {}),
    ),
  );
  await screen.findAllByText("77");
  fireEvent.keyDown(document.body, { key: "/" });
  fireEvent.change(await screen.findByRole("combobox", { name: "Search or scan" }), {
    target: { value: "MUG" },
  });
  fireEvent.click(await screen.findByText("Mug"));

  expect(await screen.findByRole("heading", { level: 1, name: "MUG" })).toBeTruthy();
  expect(screen.queryAllByText("77")).toEqual([]);
  expect(screen.queryByRole("button", { name: /^Adjust/ })).toBeNull();
});

it("sends a count that was refused again, on what is there now", async () => {
  let onHand = 12;
  const sent: unknown[] = [];
  open("/stock/MUG", { answers: { "/warehouses": { items: [{ id: "york", name: "York", kind: "own" }] } } });
  server.use(
    http.get("*/api/stock", () => {
      const balance = { sku: "MUG", name: "Mug", warehouse: "york", on_hand: onHand, available: onHand };
      return HttpResponse.json({ items: [balance], next: null });
    }),
    http.post("*/api/stock/counts", async ({ request }) => {
      sent.push(await request.json());
      if (sent.length > 1) return HttpResponse.json({ items: [] });
      onHand = 4;
      return HttpResponse.json({ detail: "there are 4, not 12" }, { status: 409 });
    }),
  );
  fireEvent.click(await screen.findByRole("button", { name: /^Adjust/ }));
  fireEvent.change(await screen.findByLabelText("How"), { target: { value: "count" } });
  fireEvent.change(screen.getByLabelText("Counted"), { target: { value: "5" } });
  fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "shelf count" } });
  fireEvent.click(screen.getByRole("button", { name: "Set 5 at York" }));

  expect(await screen.findByText(/^Now 4 on hand/)).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Set 5 at York" }));

  await waitFor(() => expect(sent).toHaveLength(2));
  const count = { sku: "MUG", warehouse: "york", reason: "shelf count", counted: 5 };
  expect(sent).toMatchObject([
    { counts: [{ ...count, expected: 12 }] },
    { counts: [{ ...count, expected: 4 }] },
  ]);
});
