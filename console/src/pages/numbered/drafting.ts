import type { Refused } from "../../api/client";
import { wholeOf } from "../../ui/format";

/** A line of a document that is being written, as it is typed, by the names that the API has for its fields. */
export type DraftLine = Readonly<Record<string, string>>;

export const isBlank = (line: DraftLine) => Object.values(line).every((value) => !value.trim());
export const filledIn = (lines: readonly DraftLine[]) => lines.filter((each) => !isBlank(each));

/** Lines with one changed; behind the last that is filled in there is always a blank one to go on in. */
export function withLine(lines: readonly DraftLine[], place: number, change: DraftLine): DraftLine[] {
  const changed = lines.map((each, at) => (at === place ? { ...each, ...change } : each));
  return changed.length === 0 || !isBlank(changed[changed.length - 1] as DraftLine)
    ? [...changed, {}]
    : changed;
}

/** Lines with the skus that are meant by what is typed in them. */
export const withSkus = (lines: readonly DraftLine[], meant: (sku: string) => Promise<string>) =>
  Promise.all(lines.map(async (each) => (each.sku?.trim() ? { ...each, sku: await meant(each.sku) } : each)));

export const withoutLine = (lines: readonly DraftLine[], place: number) => {
  const left = lines.filter((_, at) => at !== place);
  return left.length ? left : [{}];
};

/** Whole units as the API takes them; what is not a number goes there as it is, to be refused by name. */
export const number = (typed: string | undefined): number => wholeOf(typed ?? "") ?? Number.NaN;

/** What the API says about a field of a draft: `lines.2.sku` counts the lines that are filled in. */
export function problemsOf(refused: Refused | null, lines: readonly DraftLine[]) {
  const fields = new Map<string, string>();
  const rest: string[] = [];
  const places = lines.flatMap((each, at) => (isBlank(each) ? [] : [at]));
  for (const { field, message } of refused?.errors ?? []) {
    const [list, place, name] = field.split(".");
    const at = list === "lines" ? places[Number(place)] : undefined;
    if (at !== undefined && name) fields.set(`${at}.${name}`, message);
    else fields.set(field, message);
    if (at === undefined || !name || name === "made_for") rest.push(message); // which no field shows
  }
  return { fields, rest };
}

interface LeftOut {
  sku: string;
  reason: string;
}
const MOST = 3;
const some = (all: readonly string[]) => [...all.slice(0, MOST), ...(all.length > MOST ? ["…"] : [])];

/** Reasons, each with the products that it does not name itself. */
function reasonsOf(leftOut: readonly LeftOut[]): string[] {
  const skus = new Map<string, Set<string>>();
  for (const { sku, reason } of leftOut) skus.set(reason, (skus.get(reason) ?? new Set()).add(sku));
  return [...skus].map(([reason, all]) => {
    const unnamed = [...all].filter((sku) => !reason.includes(sku));
    const said = reason.replaceAll("`", "");
    return unnamed.length > 0 ? `${some(unnamed).join(", ")}: ${said}` : said;
  });
}

/** What a request to draft for waiting orders did, and why it left out the rest. */
export function draftedSentence(
  drafted: number,
  leftOut: readonly LeftOut[],
  words: { begun: (n: number) => string; nothing: string; leftOut: (reasons: string) => string },
): string {
  const reasons = some(reasonsOf(leftOut)).join("; ");
  if (!reasons) return drafted === 0 ? words.nothing : words.begun(drafted);
  return [drafted > 0 && words.begun(drafted), words.leftOut(reasons)].filter(Boolean).join(" ");
}
