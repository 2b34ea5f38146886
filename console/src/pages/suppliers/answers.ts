import type { Schemas } from "../../api/client";

export type AnswerLayout = Schemas["AnswerLayout"];
type AnswerField = Schemas["AnswerField"];
type AnswerColumn = Schemas["AnswerColumn"];

/** What columns can hold, by what the file is about. */
export const FIELDS = {
  answers: [
    "fulfilment",
    "order",
    "status",
    "reason",
    "line",
    "sku",
    "supplier_sku",
    "quantity",
    "carrier",
    "tracking",
    "shipped_at",
    "purchase_order",
    "count",
  ],
  feed: ["sku", "supplier_sku", "quantity", "count"],
  purchases: [
    "purchase_order",
    "status",
    "line",
    "sku",
    "supplier_sku",
    "quantity",
    "unit_cost",
    "expected_on",
    "delivery",
    "reason",
    "count",
  ],
} as const satisfies Record<string, readonly AnswerField[]>;

export type About = keyof typeof FIELDS;

const column = (field: AnswerField, name: string, required = false): AnswerColumn => ({
  field,
  names: [name],
  required,
});

/** What a new layout begins with: the columns that such a file needs. */
export const BEGINNINGS: Record<About, AnswerLayout> = {
  answers: {
    files: "*.csv",
    means: "shipped",
    columns: [
      column("fulfilment", "ORDER", true),
      column("supplier_sku", "SKU"),
      column("quantity", "QUANTITY"),
      column("carrier", "CARRIER"),
      column("tracking", "TRACKING", true),
    ],
  },
  feed: {
    files: "*.csv",
    columns: [column("supplier_sku", "SKU", true), column("quantity", "QUANTITY", true)],
  },
  purchases: {
    files: "*.csv",
    means: "acknowledged",
    columns: [
      column("purchase_order", "PURCHASE_ORDER", true),
      column("supplier_sku", "SKU", true),
      column("quantity", "QUANTITY"),
      column("unit_cost", "PRICE"),
      column("expected_on", "EXPECTED"),
    ],
  },
};

/** A column for a field that the file has not got yet. */
export const nextColumn = (about: About, columns: readonly AnswerColumn[]): AnswerColumn => {
  const fields: readonly AnswerField[] = FIELDS[about];
  const field = fields.find((each) => columns.every((has) => has.field !== each)) ?? fields[0];
  return { field: field as AnswerField, names: [], required: false };
};
