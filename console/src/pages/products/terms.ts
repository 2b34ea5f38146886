import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import type { Option } from "../../ui/FilterBar";
import { asOptions } from "../../ui/list";

export type Terms = NonNullable<Schemas["Product"]["bought_from"]>[number];
type Suppliers = {
  all: readonly { id: string; name: string }[];
  unused: readonly string[];
  areNamed: boolean;
};
const text = t.products.buying;

/** Terms to be filled in: of a supplier that sells nothing of the product yet, in the currency of the others. */
export function newTerms(sellers: readonly Terms[], suppliers: Suppliers, currency: string): Terms {
  const isFree = ({ id }: { id: string }) =>
    !suppliers.unused.includes(id) && !sellers.some((each) => each.supplier === id);
  return {
    supplier: suppliers.all.find(isFree)?.id ?? "",
    price: { amount: "", currency: sellers.at(-1)?.price.currency ?? currency },
    case_pack: 1,
    minimum: 0,
    lead_days: 0,
  };
}

/** Why nothing is drafted for a supplier; nothing is said while suppliers are not known. */
export function whyUnused(id: string, suppliers: Suppliers): string | undefined {
  if (!suppliers.areNamed || !id) return undefined;
  if (!suppliers.all.some((each) => each.id === id)) return text.absent(id);
  return suppliers.unused.includes(id) ? text.inactive : undefined;
}

/** Suppliers to choose from, with a word beside those that are switched off. */
export const supplierOptions = (suppliers: Suppliers): Option[] =>
  asOptions(suppliers.all).map(({ value, label }) => ({
    value,
    label: suppliers.unused.includes(value) ? text.switchedOff(label) : label,
  }));
