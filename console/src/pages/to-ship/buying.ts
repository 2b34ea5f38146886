import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { amountOf, isAmount, wholeOf } from "../../ui/format";
import type { Row } from "./rows";

export type Rated = Schemas["RateRow"];
export type Quote = Schemas["Quote"];
export type Wanted = Schemas["WantedLabel"];

/** So many are rated at once; the prices of the others are asked for when they are bought. */
export const RATED = 20;

export const SIDES = ["length_mm", "width_mm", "height_mm"] as const;
export const MEASURES = ["weight_g", ...SIDES] as const;
export type Measure = (typeof MEASURES)[number];

/** What a person says of the labels, as it is typed; what is empty is chosen for each. */
export type Terms = Record<"box" | "carrier" | "service" | "most" | Measure, string>;

export const NO_TERMS: Terms = {
  box: "",
  carrier: "",
  service: "",
  most: "",
  weight_g: "",
  length_mm: "",
  width_mm: "",
  height_mm: "",
};

/** What is known of a parcel before it is measured. */
export type Known = Schemas["Package"] | null | undefined;

/** The parcel as it was measured; what was not is as it is `known`. Null if nothing was typed. */
export function packageOf(terms: Terms, known: Known): Schemas["WeighedPackage"] | null {
  if (MEASURES.every((each) => terms[each].trim() === "")) return null;
  const of = (each: Measure) => wholeOf(terms[each]) ?? known?.[each] ?? 0;
  return {
    weight_g: of("weight_g"),
    length_mm: of("length_mm"),
    width_mm: of("width_mm"),
    height_mm: of("height_mm"),
  };
}

/** What is wrong with the terms, by field. */
export function problemsOf(terms: Terms, known: Known): ReadonlyMap<keyof Terms, string> {
  const found = new Map<keyof Terms, string>();
  if (terms.most.trim() && !isAmount(terms.most)) found.set("most", t.buy.mostWrong);
  for (const each of MEASURES)
    if (terms[each].trim() && (wholeOf(terms[each]) ?? 0) <= 0) found.set(each, t.buy.measureWrong);
  const parcel = packageOf(terms, known);
  if (!parcel || found.size > 0) return found;
  if (!parcel.weight_g) found.set("weight_g", t.buy.weightMissing);
  const lacking = SIDES.filter((each) => !parcel[each]);
  if (lacking.length > 0 && lacking.length < SIDES.length)
    for (const each of lacking) found.set(each, t.buy.sideMissing);
  return found;
}

/** The terms as the API takes them; `currency` is that of the prices. */
export const wantedOf = (terms: Terms, known: Known, currency: string): Wanted => ({
  account: null,
  carrier: terms.carrier || null,
  service: terms.service || null,
  max_price: terms.most.trim() ? { amount: amountOf(terms.most), currency } : null,
  package: packageOf(terms, known),
  box: terms.box || null,
  format: null,
});

/** The terms for the label of that rate. */
export const wantedAt = (wanted: Wanted, { account, rate }: Quote): Wanted => ({
  ...wanted,
  account: account || null,
  carrier: rate.carrier,
  service: rate.service,
});

/** Carriers with their services, as they stand in rates. */
export function servicesIn(rated: readonly Rated[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const { rate } of rated.flatMap((each) => each.rates?.items ?? []))
    found.set(rate.carrier, (found.get(rate.carrier) ?? new Set()).add(rate.service));
  const sorted = [...found].sort(([one], [other]) => one.localeCompare(other));
  return new Map(sorted.map(([carrier, services]) => [carrier, [...services].sort()]));
}

export const currencyIn = (rated: readonly Rated[]) =>
  rated.flatMap((each) => each.rates?.items ?? [])[0]?.rate.price.currency;

/** What a person chooses by a rate, which is rated again under another id of its carrier. */
export const quoteKey = ({ account, rate }: Quote) => `${account}/${rate.carrier}/${rate.service}`;

/** The rate that would be bought. */
export function chosenIn(rated: Rated | undefined): Quote | undefined {
  const { items = [], chosen, account } = rated?.rates ?? {};
  if (!chosen) return undefined;
  const ofIt = items.filter((each) => each.rate.id === chosen);
  return ofIt.find((each) => (each.account ?? "") === account) ?? ofIt[0];
}

/** Days that the parcel of a buyer may take who paid for a quick one. */
const QUICK_DAYS = 2;
const BY_GROUND = /ground|surface|economy|media/i;

/** Whether a rate is slow for an order whose buyer paid for a quick one. */
export const isSlow = ({ expedited }: Pick<Row, "expedited">, { rate }: Quote) =>
  expedited && (rate.days == null || rate.days > QUICK_DAYS || BY_GROUND.test(rate.service));

/** A service in words: carriers write `GroundAdvantage` and `NEXT_DAY`. */
export const inWords = (service: string) =>
  service.replace(/([a-z\d])(?=[A-Z][a-z])/g, "$1 ").replaceAll("_", " ");
