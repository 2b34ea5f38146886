import type { Schemas } from "../src/api/client";
import type { Answer, Box } from "../src/pages/bench/state";

export const NOW = Date.parse("2026-11-18T09:00:00Z");

/** A row that is ready to be shipped today; a test says only what matters. */
export const row = (change: Partial<Schemas["FulfilmentItem"]> = {}): Schemas["FulfilmentItem"] => ({
  view: "to-ship",
  order_id: "order-1",
  number: "UK-20441",
  fulfilment: 1,
  channel: "shop-uk",
  warehouse: "york",
  kind: "own",
  placed_at: "2026-11-17T09:00:00Z",
  ship_by: "2026-11-18T14:00:00Z",
  deliver_by: null,
  late: false,
  expedited: false,
  delivery_method: "Parcel 24",
  recipient: "Mina Corr",
  country: "GB",
  postcode: "M4 1HQ",
  tags: [],
  units: 1,
  lines: 1,
  first_line: { sku: "STL-OAK-45", name: "Oak stool 45", quantity: 1 },
  short_line: null,
  short_lines: 0,
  checks: [],
  exceptions: [],
  merge: null,
  cancellation: null,
  packer: "",
  ...change,
});

/** A product of a box. */
export const item = (sku: string, needed: number, counted = 0): Schemas["BoxItem"] => ({
  sku,
  name: `The ${sku}`,
  bin: "C-07-2",
  needed,
  counted,
});

/** A box of two products, three units; a test says only what matters. */
export const box = (change: Partial<Box> = {}): Box => {
  const items = change.items ?? [item("STOOL", 1), item("CANDLE", 2)];
  const sum = (of: "needed" | "counted") => items.reduce((all, each) => all + each[of], 0);
  return {
    order: "order-1",
    fulfilment: 1,
    short_id: "7K3M2Q00-1",
    number: "UK-20441",
    channel: "shop-uk",
    warehouse: "york",
    state: "open",
    who: "user:jo@example.com",
    station: "york-2",
    since: null,
    closed_at: null,
    check: false,
    shipped: false,
    units: sum("needed"),
    counted: sum("counted"),
    scans: [],
    notes: [],
    gift: false,
    buyer_note: false,
    ship_by: null,
    expedited: false,
    delivery_method: "Parcel 24",
    city: "Manchester",
    country: "GB",
    postcode_area: "M4",
    labels: [],
    ...change,
    items,
  };
};

/** The bench's answer, with no more than this. */
export const answer = (result: Answer["result"], change: Partial<Answer> = {}): Answer => ({
  result,
  detail: "",
  who: "",
  at: null,
  product: null,
  box: null,
  choices: [],
  label_problem: "",
  print_job: null,
  ...change,
});
