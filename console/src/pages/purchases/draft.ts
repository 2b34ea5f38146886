import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { amountOf } from "../../ui/format";
import { type DraftLine, filledIn, number } from "../numbered/drafting";

const d = t.purchases.draft;

/** A purchase order that is being written, as it is typed. */
export interface PurchaseDraft {
  supplier: string;
  warehouse: string;
  currency: string;
  reference: string;
  note: string;
  internal_note: string;
  lines: readonly DraftLine[];
}

type Line = Pick<Schemas["PurchaseOrderView"]["lines"][number], "sku" | "made_for">;

/** The orders that a line was made for, as far as its units reach: no field shows them, and an edit keeps them. */
export function madeFor(units: number, before: Line | undefined): Schemas["MadeFor"][] {
  let left = units;
  return (before?.made_for ?? []).flatMap((each) => {
    const taken = Math.min(each.units, left);
    left -= taken;
    return taken > 0 ? [{ ...each, units: taken, unneeded: Math.min(each.unneeded ?? 0, taken) }] : [];
  });
}

/** What the API takes of it; `stored` are the lines of the purchase order that is edited. */
export function draftBody(draft: PurchaseDraft, stored: readonly Line[] = []): Schemas["PurchaseDraft"] {
  const left = [...stored];
  const before = (sku: string) => {
    const place = left.findIndex((each) => each.sku === sku);
    return place < 0 ? undefined : left.splice(place, 1)[0];
  };
  const { supplier, warehouse } = draft;
  const texts = {
    reference: draft.reference.trim(),
    note: draft.note.trim(),
    internal_note: draft.internal_note.trim(),
  };
  const currency = draft.currency.trim().toUpperCase();
  const lines = filledIn(draft.lines).map((each) => ({
    sku: (each.sku ?? "").trim(),
    ordered: number(each.ordered),
    unit_cost: { amount: amountOf(each.unit_cost ?? ""), currency },
    case_pack: each.case_pack?.trim() ? number(each.case_pack) : 1,
    minimum: each.minimum ? number(each.minimum) : 0,
    supplier_sku: each.supplier_sku ?? "",
    expected_on: each.expected_on || null,
    made_for: madeFor(number(each.ordered), before((each.sku ?? "").trim())),
  }));
  return { supplier, warehouse, currency, ...texts, lines };
}

/** A draft as it is stored, to be edited, or an empty one; the blank line behind is for one more. */
export const draftOf = (order: Schemas["PurchaseOrderView"] | undefined): PurchaseDraft => ({
  supplier: order?.supplier ?? "",
  warehouse: order?.warehouse ?? "",
  currency: order?.currency ?? "",
  reference: order?.reference ?? "",
  note: order?.note ?? "",
  internal_note: order?.internal_note ?? "",
  lines: [
    ...(order?.lines ?? []).map((each) => ({
      sku: each.sku,
      ordered: String(each.ordered),
      unit_cost: each.unit_cost?.amount ?? "",
      case_pack: String(each.case_pack),
      minimum: String(each.minimum),
      supplier_sku: each.supplier_sku,
      expected_on: each.expected_on ?? "",
    })),
    {},
  ],
});

/** Fields of a line that no column shows: they follow from its product and supplier alone. */
const HIDDEN = new Set(["supplier_sku", "minimum", "sold_in"]);
/** Begins the names under which a line keeps what was filled in, so that it is known from what a person typed. */
const FILLED = "filled ";

/**
 * What a product costs at a supplier, filled in where nothing is typed yet; nothing where that does not sell it, and no
 * price in another currency than that of the purchase order.
 */
export function onTerms(
  line: DraftLine,
  product: Schemas["Product"],
  supplier: string,
  currency: string,
): DraftLine {
  const terms = product.bought_from?.find((each) => each.supplier === supplier);
  const isInIt = terms?.price.currency === currency.trim().toUpperCase();
  const found: DraftLine = {
    supplier_sku: product.supplier_skus?.[supplier] ?? "",
    ...(terms && {
      ...(isInIt ? { unit_cost: terms.price.amount } : { sold_in: terms.price.currency }),
      case_pack: String(terms.case_pack ?? 1),
      minimum: String(terms.minimum ?? 0),
    }),
  };
  const blank = Object.entries(found).filter(([name]) => !line[name]?.trim());
  const filled = blank.filter(([name]) => !HIDDEN.has(name));
  return Object.fromEntries([...blank, ...filled.map(([name, value]) => [FILLED + name, value])]);
}

/** A line without the terms of its product at its supplier, as one of them is another now; what was typed stays. */
export const withoutTerms = (line: DraftLine): DraftLine =>
  Object.fromEntries(
    Object.entries(line).filter(
      ([name, value]) => !HIDDEN.has(name) && !name.startsWith(FILLED) && value !== line[FILLED + name],
    ),
  );

/** A line without the price that was filled in, as that is of another currency now; what was typed stays. */
export const withoutPrice = ({
  unit_cost,
  sold_in: _,
  [`${FILLED}unit_cost`]: filled,
  ...line
}: DraftLine): DraftLine => (unit_cost === undefined || unit_cost === filled ? line : { ...line, unit_cost });

/** What is wrong with the fields of the lines: of a price that was left empty, which one to enter. */
export function withoutCosts(
  fields: ReadonlyMap<string, string>,
  lines: readonly DraftLine[],
  currency: string,
): ReadonlyMap<string, string> {
  const said = new Map(fields);
  for (const [at, line] of lines.entries()) {
    const field = `${at}.unit_cost`;
    if (said.has(field) && !line.unit_cost?.trim()) said.set(field, d.costMissing(currency, line.sold_in));
  }
  return said;
}

const skuIn = (line: DraftLine | undefined) => (line?.sku ?? "").trim();

/** Lines after a change of one: where it names another product now, it has no terms of the one before. */
export function relined(before: readonly DraftLine[], lines: readonly DraftLine[]): DraftLine[] {
  const isRemoved = lines.length < before.length;
  return lines.map((each, at) =>
    isRemoved || skuIn(each) === skuIn(before[at]) ? each : withoutTerms(each),
  );
}
