import type { Schemas } from "../../api/client";

export type AnswerLayout = Schemas["AnswerLayout"];
type RowType = Schemas["RowType"];
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

/** A layout as it is, with its columns by their places behind the code of their only kind of rows. */
export function inKinds(layout: AnswerLayout): AnswerLayout {
  const columns = (layout.columns ?? []).map((each, place) => ({
    ...each,
    names: [],
    position: (each.position ?? place + 1) + 1,
  }));
  return { ...layout, columns: [], row_types: [{ code: "D", role: "detail", columns }] };
}

/** A layout without one of its kinds of rows; the last one leaves its columns to the whole file. */
export function withoutKind(layout: AnswerLayout, place: number): AnswerLayout {
  const kinds = layout.row_types ?? [];
  const columns = kinds.length === 1 ? kinds[0]?.columns : layout.columns;
  return { ...layout, columns, row_types: kinds.toSpliced(place, 1) };
}

/** The code and role that a further kind of rows begins with: as far as they are free, `H` of an order, `T` of the end. */
export function nextKind(kinds: readonly RowType[]): RowType {
  const usual: RowType[] = [
    { code: "H", role: "header", columns: [] },
    { code: "D", role: "detail", columns: [] },
    { code: "T", role: "trailer", columns: [] },
  ];
  const isFree = ({ code, role }: RowType) => kinds.every((each) => each.code !== code && each.role !== role);
  return usual.find(isFree) ?? { code: `D${kinds.length + 1}`, role: "detail", columns: [] };
}
