import type { Schemas } from "../src/api/client";

const MINUTE = 60_000;
const before = (minutes: number) => new Date(Date.now() - minutes * MINUTE).toISOString();
const CHANNELS = ["shop-uk", "shop-us", "trade"];
const WAREHOUSES = ["leeds", "reno", "york"];
const GOODS = ["Oak stool 45", "Mug, black, 350 ml", "Linen apron with two pockets", "Serving bowl, small"];
const PLACES = [
  ["Mina Corr", "GB", "M4 1HQ"],
  ["Torsten Ackermann", "DE", "10115"],
  ["Guadalupe Hernández Montserrat", "US", "94107"],
] as const;

const at = <T>(all: readonly T[], place: number): T => all[place % all.length] as T;
const sku = (place: number) => `SKU-${String(place).padStart(5, "0")}`;
const usd = (amount: string): Schemas["Money"] => ({ amount, currency: "USD" });

const fulfilment = (place: number): Schemas["FulfilmentItem"] => {
  const [recipient, country, postcode] = at(PLACES, place);
  return {
    view: "to-ship",
    order_id: `order-${place}`,
    number: `UK-${20_000 + place}`,
    fulfilment: 1,
    channel: at(CHANNELS, place),
    warehouse: at(WAREHOUSES, place),
    kind: "own",
    placed_at: before(place),
    ship_by: before(600 - place),
    deliver_by: null,
    late: place < 600,
    expedited: place % 9 === 0,
    delivery_method: at(["Parcel 24", "Letter", "Freight to the kerb"], place),
    recipient,
    country,
    postcode,
    tags: place % 7 === 0 ? ["gift"] : [],
    units: (place % 4) + 1,
    lines: (place % 3) + 1,
    first_line: { sku: sku(place), name: at(GOODS, place), quantity: (place % 4) + 1 },
    short_line: null,
    short_lines: 0,
    checks: place % 11 === 0 ? ["weight"] : [],
    exceptions: [],
    merge: null,
    cancellation: null,
    packer: "",
  };
};

const order = (place: number): Schemas["OrderSummary"] => {
  const [recipient] = at(PLACES, place);
  return {
    id: `order-${place}`,
    channel: at(CHANNELS, place),
    channel_order_id: String(place),
    number: `UK-${20_000 + place}`,
    status: at(["in_fulfilment", "complete", "awaiting_payment"] as const, place),
    flags: place % 5 === 0 ? ["held", "backordered"] : [],
    placed_at: before(place),
    ship_by: before(600 - place),
    deliver_by: null,
    expedited: false,
    delivery_method: "Parcel 24",
    customer: { name: recipient, email: "buyer@example.com", phone: "" },
    recipient,
    total: usd(`${(place % 90) + 9}.00`),
    tags: [],
    units: (place % 4) + 1,
    warehouses: WAREHOUSES.slice(0, (place % 2) + 1),
  };
};

const purchase = (place: number): Schemas["PurchaseOrderSummary"] => ({
  id: `PO-${place}`,
  state: at(["new", "submitted", "partially_received"] as const, place),
  ships: null,
  collects: false,
  supplier: "mill",
  warehouse: at(WAREHOUSES, place),
  currency: "USD",
  reference: `our ${place}`,
  note: "",
  internal_note: "",
  total: usd(`${(place % 900) + 90}.00`),
  received_total: usd("0.00"),
  lines: [],
  created_at: before(place),
  submitted_at: null,
  cancelled_at: null,
  sending: null,
});

const balance = (place: number): Schemas["Balance"] => ({
  sku: sku(place),
  warehouse: at(WAREHOUSES, place),
  on_hand: place % 80,
  committed: place % 20,
  available: (place % 80) - (place % 20),
  incoming: place % 30,
});

const product = (place: number): Schemas["Product"] => ({
  sku: sku(place),
  name: at(GOODS, place),
  weight_g: 100 + (place % 900),
  needs_review: place % 40 === 0,
});

const suggestion = (place: number): Schemas["Suggestion"] => ({
  sku: sku(place),
  name: at(GOODS, place),
  warehouse: at(WAREHOUSES, place),
  supplier: "mill",
  supplier_sku: "",
  price: usd("4.20"),
  units: 36,
  taken: 236,
  days: 56,
  empty_days: place % 9,
  lead_days: 7,
  safety_days: 14,
  needed: 88,
  waiting: place % 3,
  available: 31,
  incoming: 24,
  drafted: 0,
  case_pack: 12,
  minimum: 12,
  sentence: "236 taken in 56 days; 21 days need 88; 31 available, 24 incoming: 33 lack, in cases of 12: 36.",
});

const exception = (place: number): Schemas["OpenException"] => ({
  id: `exception-${place}`,
  state: "open",
  cause: at(["unmatched_listing", "address_refused"], place),
  concerns: `order UK-${20_000 + place}`,
  subject: { channel: at(CHANNELS, place), order: `order-${place}` } as Schemas["Subject"],
  message: `No product has the listing NO-${place}.`,
  action: "Map it to a product, then it goes on by itself.",
  retryable: true,
  dismissible: true,
  raw: "",
  times: (place % 5) + 1,
  first_at: before(place + 60),
  last_at: before(place),
  order: `order-${place}`,
  order_number: `UK-${20_000 + place}`,
});

const me: Schemas["Me"] = {
  id: "ada",
  name: "ada@example.com",
  roles: ["owner", "operator"],
  warehouses: [],
};

const health = (channel: string): Schemas["ChannelHealth"] => ({
  channel,
  active: true,
  awaits_connection: false,
  paused_since: null,
  last_event_at: before(1),
  last_poll_at: before(1),
  lag_seconds: 3,
  is_late: false,
  orders_unread: 0,
  quantities_waiting: 0,
  notices_waiting: 0,
  notices_given_up: 0,
  problems: [],
  webhooks: null,
});

/** The lists of the API by path, each as its row at a place. */
export const LISTS: Record<string, (place: number) => object> = {
  "/fulfilments": fulfilment,
  "/orders": order,
  "/purchase-orders": purchase,
  "/stock": balance,
  "/products": product,
  "/purchase-suggestions": suggestion,
  "/exceptions": exception,
};

const named = (ids: readonly string[]) => ({ items: ids.map((id) => ({ id, name: id, kind: "own" })) });
const WHOLE: Record<string, object> = {
  "/me": me,
  "/channels": named(CHANNELS),
  "/warehouses": named(WAREHOUSES),
  "/suppliers": named(["mill"]),
  ...Object.fromEntries(CHANNELS.map((id) => [`/channels/${id}/health`, health(id)])),
};

/** What the API answers a merchant of so many rows in every list: pages of what is asked for, with where to go on. */
export function answered(address: URL, rows: number): object {
  const path = address.pathname.replace("/api", "");
  const row = LISTS[path];
  if (!row) return WHOLE[path] ?? { items: [] };
  const from = Number(address.searchParams.get("cursor") ?? 0);
  const to = Math.min(rows, from + Number(address.searchParams.get("limit") ?? 50));
  const items = Array.from({ length: to - from }, (_, place) => row(from + place));
  return { items, next: to < rows ? String(to) : null };
}
