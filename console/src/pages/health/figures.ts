import type { Schemas } from "../../api/client";

export type Activity = Schemas["Activity"];
type Rule = Schemas["Rule"];

const HOURS = 24;
const DAYS = 14;
const WEEK = 7 * 24 * 3_600_000;

/** Whether everything was counted at least once. */
export const isWhole = ({ hours, usual, days }: Activity) =>
  hours.length === HOURS && usual.length === HOURS && days.length === DAYS;

export interface HourBar {
  start: string;
  orders: number;
  /** A week before; null where it was not counted yet. */
  usual: number | null;
  isRunning: boolean;
}

/** The hours from the oldest to the running one, each beside the same a week before. */
export function hourBars({ hours, usual }: Activity): HourBar[] {
  const before = new Map(usual.map((each) => [Date.parse(each.start) + WEEK, each.orders]));
  return [...hours].reverse().map(({ start, orders }, place) => ({
    start,
    orders,
    usual: before.get(Date.parse(start)) ?? null,
    isRunning: place === hours.length - 1,
  }));
}

/** The days from the oldest to today, with the share that left late; null for a day without orders. */
export const lateBars = ({ days }: Activity) =>
  [...days]
    .reverse()
    .map(({ start, orders, late }) => ({ start, orders, late, share: orders ? late / orders : null }));

export const sumOf = (numbers: readonly number[]) => numbers.reduce((all, each) => all + each, 0);

/** Routed lines of all days by rule, most first. */
export function ruleRows({ days }: Activity): [Rule, number][] {
  const all = new Map<Rule, number>();
  for (const { rules } of days)
    for (const [rule, lines] of Object.entries(rules) as [Rule, number][])
      all.set(rule, (all.get(rule) ?? 0) + lines);
  return [...all].sort(([, one], [, other]) => other - one);
}

/** The end of a scale with a whole number at its middle: 2, 4, 10, 20, 40, 100 and so on. */
export function topOf(most: number): number {
  let power = 1;
  while (10 * power < most) power *= 10;
  return [2, 4, 10].map((step) => step * power).find((each) => each >= most) ?? 10 * power;
}

type Batch = Pick<Schemas["SupplierBatchView"], "state" | "sent_at" | "problem">;
type File = Pick<Schemas["ReceivedFile"], "state" | "read_at" | "problem">;
export type PartnerState = "live" | "quiet" | "silent" | "failing";

/** How a partner does, by the last that was sent and the last that came. */
export function partnerState(
  sent: Batch | undefined,
  heard: File | undefined,
  limitHours: number,
  now: number,
): PartnerState {
  if (sent?.problem || sent?.state === "unknown" || heard?.state === "unreadable") return "failing";
  if (!sent?.sent_at) return heard ? "live" : "quiet";
  const sentAt = Date.parse(sent.sent_at);
  const answered = heard !== undefined && Date.parse(heard.read_at) >= sentAt;
  return !answered && now - sentAt > limitHours * 3_600_000 ? "silent" : "live";
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** The spans of a line over time: how long one is in milliseconds, and how many there are. */
export const BY_HOUR = { length: HOUR, shown: HOURS } as const;
export const BY_DAY = { length: DAY, shown: DAYS } as const;
export type Spans = typeof BY_HOUR | typeof BY_DAY;

/** The longest lag of each span, from the oldest to the running one; null where none was measured. */
export function trendOf(points: readonly Schemas["LagPoint"][], { length, shown }: Spans, now: number) {
  const measured = new Map(points.map(({ start, seconds }) => [Date.parse(start), seconds]));
  const running = Math.floor(now / length) * length;
  return Array.from({ length: shown }, (_, place) => {
    const start = running - (shown - 1 - place) * length;
    return { start, seconds: measured.get(start) ?? null };
  });
}

/** The longest of all, and when that was; undefined where none was measured. */
export const worstOf = (points: readonly Schemas["LagPoint"][]) =>
  points.reduce<Schemas["LagPoint"] | undefined>(
    (worst, each) => (worst && worst.seconds >= each.seconds ? worst : each),
    undefined,
  );

/** Places that follow each other with a value, as one line each. */
export function linesOf(values: readonly (number | null)[]): [place: number, value: number][][] {
  const lines: [number, number][][] = [];
  values.forEach((value, place) => {
    if (value === null) return;
    if (place > 0 && values[place - 1] !== null) lines.at(-1)?.push([place, value]);
    else lines.push([[place, value]]);
  });
  return lines;
}
