import type { Schemas } from "../../api/client";
import { sumOf, times } from "../../ui/amounts";

export type Suggestion = Schemas["Suggestion"];

export const shelfOf = (each: Pick<Suggestion, "sku" | "warehouse">) => `${each.warehouse}/${each.sku}`;

/** What the units of a suggestion cost. */
export const costOf = ({ price, units }: Suggestion): Schemas["Money"] => times(price, units);

export interface Draft {
  supplier: string;
  warehouse: string;
  products: number;
  total: Schemas["Money"];
}

/** The purchase orders that suggestions are drafted into: one by supplier, warehouse and currency. */
export function draftsOf(suggestions: readonly Suggestion[]): Draft[] {
  const groups = new Map<string, Suggestion[]>();
  for (const each of suggestions) {
    const group = `${each.supplier}/${each.warehouse}/${each.price.currency}`;
    groups.set(group, [...(groups.get(group) ?? []), each]);
  }
  return [...groups.values()].flatMap((all) => {
    const first = all[0];
    return first
      ? [
          {
            supplier: first.supplier,
            warehouse: first.warehouse,
            products: all.length,
            total: sumOf(all.map(costOf), first.price.currency),
          },
        ]
      : [];
  });
}

/** What all of it costs, an amount for each currency. */
export const totalsOf = (suggestions: readonly Suggestion[]): Schemas["Money"][] => {
  const currencies = [...new Set(suggestions.map((each) => each.price.currency))];
  return currencies.map((currency) =>
    sumOf(suggestions.filter((each) => each.price.currency === currency).map(costOf), currency),
  );
};

/** How many units lack, before they are made whole cases. */
export const lackingOf = (each: Suggestion) =>
  each.needed + each.waiting - each.available - each.incoming - each.drafted;

/** Suggestions as a file, with their arithmetic. */
export const csvOf = (rows: readonly Suggestion[]) => [
  [
    "sku",
    "name",
    "warehouse",
    "supplier",
    "supplier_sku",
    "units",
    "price",
    "currency",
    "taken",
    "days",
    "empty_days",
    "lead_days",
    "safety_days",
    "needed",
    "waiting",
    "available",
    "incoming",
    "drafted",
    "case_pack",
    "minimum",
  ],
  ...rows.map((each) => [
    each.sku,
    each.name,
    each.warehouse,
    each.supplier,
    each.supplier_sku,
    each.units,
    each.price.amount,
    each.price.currency,
    each.taken,
    each.days,
    each.empty_days,
    each.lead_days,
    each.safety_days,
    each.needed,
    each.waiting,
    each.available,
    each.incoming,
    each.drafted,
    each.case_pack,
    each.minimum,
  ]),
];
