import type { Schemas } from "../src/api/client";

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
  checks: [],
  exceptions: [],
  merge: null,
  cancellation: null,
  ...change,
});
