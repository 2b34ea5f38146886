import { Refused } from "../../api/client";
import { t } from "../../texts";

/** A line of which units may arrive: `open` ones are still expected. */
export interface ArrivingLine {
  id: string;
  sku: string;
  barcode?: string;
  open: number;
  /** Units that were given up, and count as expected ones if they come all the same. */
  late: number;
  /** Whether more is refused until a person says that it is kept; else it waits for a decision. */
  refusesMore?: boolean;
}

/** What a person has counted of a line, as it is typed; `lost` of transfer orders only. */
export interface Counted {
  good: string;
  bad: string;
  lost: string;
  reason: string;
  /** The supplier sends other units for the bad ones. */
  replaced: boolean;
  /** Units beyond those that are expected are welcome. */
  over: boolean;
}

export type Counts = ReadonlyMap<string, Counted>;

const NOTHING: Counted = { good: "", bad: "", lost: "", reason: "", replaced: false, over: false };

export const countedOf = (counts: Counts, id: string) => counts.get(id) ?? NOTHING;
export const withCounted = (counts: Counts, id: string, change: Partial<Counted>): Counts =>
  new Map(counts).set(id, { ...countedOf(counts, id), ...change });

/** A whole number of units as it is typed, 0 for none; null for what is no such number. */
export function unitsOf(typed: string): number | null {
  const text = typed.trim();
  if (!text) return 0;
  return /^\d{1,7}$/.test(text) ? Number(text) : null;
}

const whole = (typed: string) => unitsOf(typed) ?? 0;
const now = (counted: Counted) => whole(counted.good) + whole(counted.bad) + whole(counted.lost);

/** How many units of a line stay expected; below 0 so many came beyond them. */
export function leftOf(line: ArrivingLine, counted: Counted): number {
  const comesAgain = counted.replaced ? whole(counted.bad) : 0;
  return line.open - now(counted) + comesAgain;
}

/** Good units that nobody keeps yet, beyond what a line has room for: they wait for a decision. */
const undecidedOf = (line: ArrivingLine, counted: Counted) =>
  counted.over ? 0 : Math.max(0, whole(counted.good) - line.open - line.late);

/** The fields of a line in which something may be wrong. */
export type Field = "good" | "bad" | "lost" | "reason";
export type Problems = Partial<Record<Field, string>>;

/** Why more was counted of a line than there can be, at the field that is at fault. */
export function excessOf(line: ArrivingLine, counted: Counted): Problems {
  if (!line.refusesMore) return {};
  const came = whole(counted.good) + whole(counted.bad);
  const most = line.open + line.late;
  const mayBeLost = Math.max(0, line.open - came);
  return {
    ...(!counted.over && came > most ? { good: t.receive.tooMany(most) } : {}),
    ...(whole(counted.lost) > mayBeLost ? { lost: t.receive.tooManyLost(mayBeLost) } : {}),
  };
}

/** Why what was counted of a line cannot be sent, at the field that is at fault. */
export function problemsOf(counted: Counted): Problems {
  const found: Problems = {};
  for (const each of ["good", "bad", "lost"] as const)
    if (unitsOf(counted[each]) === null) found[each] = t.receive.notWhole;
  if (whole(counted.bad) > 0 && !counted.reason.trim()) found.reason = t.receive.reasonMissing;
  return found;
}
const firstOf = (problems: Problems) => Object.values(problems)[0];

/** The fields of a line by the names that the API has for them in a receipt. */
const FIELDS: Record<string, Field> = {
  accepted: "good",
  rejected: "bad",
  damaged: "bad",
  lost: "lost",
  reason: "reason",
};

/** What the API refused of a receipt by the line that is at fault: `lines.1.accepted` counts those that were sent. */
export function refusedOf(refused: Refused | null, { lines }: Arrival) {
  const found = new Map<string, Problems>();
  for (const { field, message } of refused?.errors ?? []) {
    const [list, place, name = ""] = field.split(".");
    const line = list === "lines" ? lines[Number(place)]?.line : undefined;
    if (line) found.set(line.id, { ...found.get(line.id), [FIELDS[name] ?? "good"]: message });
  }
  return found;
}

const spelled = (number: string) => number.trim().replace(/\s+/g, " ").toLowerCase();

/** Whether a number is recorded, in capitals or not: what is sent under it again counts once, and is not too much. */
export const isRecorded = (number: string, recorded: readonly string[]) =>
  recorded.some((each) => spelled(each) === spelled(number));

export interface Arrival {
  lines: { line: ArrivingLine; counted: Counted }[];
  good: number;
  bad: number;
  lost: number;
  /** Good units beyond what is expected, which nobody keeps yet. */
  undecided: number;
  /** Units that stay expected, of all lines. */
  stays: number;
  /** Whether more was counted than there can be. */
  isTooMuch: boolean;
  problem: string | undefined;
}

/** What has been counted of all lines together. */
export function arrivalOf(lines: readonly ArrivingLine[], counts: Counts, receipt: string): Arrival {
  const all = lines.map((line) => ({ line, counted: countedOf(counts, line.id) }));
  const touched = all.filter(({ counted }) => now(counted) > 0 || firstOf(problemsOf(counted)));
  const sum = (of: "good" | "bad" | "lost") => touched.reduce((n, { counted }) => n + whole(counted[of]), 0);
  const wrong = touched.map(({ counted }) => firstOf(problemsOf(counted))).find(Boolean);
  const excess = touched.map(({ line, counted }) => firstOf(excessOf(line, counted))).find(Boolean);
  const problem = touched.length === 0 ? t.receive.nothing : receipt.trim() ? undefined : t.receive.noReceipt;
  return {
    lines: touched,
    good: sum("good"),
    bad: sum("bad"),
    lost: sum("lost"),
    undecided: touched.reduce((n, { line, counted }) => n + undecidedOf(line, counted), 0),
    stays: all.reduce((n, { line, counted }) => n + Math.max(0, leftOf(line, counted)), 0),
    isTooMuch: excess !== undefined,
    problem: wrong ?? excess ?? problem,
  };
}

/** Count as good what is still expected of every line. */
export const allOf = (lines: readonly ArrivingLine[]): Counts =>
  new Map(
    lines.filter(({ open }) => open > 0).map(({ id, open }) => [id, { ...NOTHING, good: String(open) }]),
  );

/** Digits of a barcode of trade, which is the same with more or fewer zeros in front. */
const GTIN = /^(?:\d{8}|\d{12,14})$/;

/** A code as it is compared: scanners change the case, and the zeros in front. */
const compared = (code: string) => (GTIN.test(code) ? code.padStart(14, "0") : code.toLowerCase());

/** The lines whose sku a code is, else those whose barcode it is. */
function linesNamed(lines: readonly ArrivingLine[], code: string): readonly ArrivingLine[] {
  const named = code.trim();
  const bySku = lines.filter(({ sku }) => sku.toLowerCase() === named.toLowerCase());
  if (bySku.length > 0) return bySku;
  return lines.filter(({ barcode }) => barcode && compared(barcode) === compared(named));
}

/** Count one more unit of a line that a scan names, and whether nobody expects it; null where it names none. */
export function scanned(lines: readonly ArrivingLine[], counts: Counts, code: string) {
  const found = linesNamed(lines, code);
  const line = found.find((each) => leftOf(each, countedOf(counts, each.id)) > 0) ?? found[0];
  if (!line) return null;
  const before = countedOf(counts, line.id);
  const after = withCounted(counts, line.id, { good: String(whole(before.good) + 1) });
  return { counts: after, isBeyond: leftOf(line, countedOf(after, line.id)) + line.late < 0 };
}

/** How many lines of a receipt the API takes in one request. */
export const MOST_LINES = { purchase: 23, transfer: 24 };

/**
 * Send the lines of a receipt, part by part under its number; return the last answer. One that fails may be sent again
 * whole, since each line of a receipt counts once.
 */
export async function inParts<Line, Answer>(
  lines: readonly Line[],
  most: number,
  send: (part: Line[]) => Promise<Answer>,
): Promise<Answer> {
  let answer: Answer | undefined;
  for (let first = 0; first === 0 || first < lines.length; first += most)
    answer = await send(lines.slice(first, first + most)).catch((error) => {
      throw error instanceof Refused ? error.after("lines", first) : error;
    });
  return answer as Answer;
}

/** Lines of a receipt of a purchase order. */
export const purchaseReceipt = ({ lines }: Arrival) =>
  lines.map(({ line, counted }) => ({
    line: line.id,
    accepted: whole(counted.good),
    rejected: whole(counted.bad),
    reason: whole(counted.bad) ? counted.reason.trim() : "",
    replaced: whole(counted.bad) > 0 && counted.replaced,
    accept_over: counted.over,
  }));

/** Lines of a receipt of a transfer order. */
export const transferReceipt = ({ lines }: Arrival) =>
  lines.map(({ line, counted }) => ({
    line: line.id,
    accepted: whole(counted.good),
    damaged: whole(counted.bad),
    lost: whole(counted.lost),
    reason: counted.reason.trim(),
    accept_over: counted.over,
  }));

/** Lines of a receipt of what comes back to where it was sent from. */
export const returnReceipt = ({ lines }: Arrival) =>
  lines.map(({ line, counted }) => ({
    line: line.id,
    accepted: whole(counted.good),
    damaged: whole(counted.bad),
    reason: counted.reason.trim(),
  }));
