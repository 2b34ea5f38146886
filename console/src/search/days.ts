/** Periods that a list can be limited to, in days from today: their dates are other ones tomorrow. */
const PERIODS = {
  yesterday: [-1, -1],
  today: [0, 0],
  tomorrow: [1, 1],
  "last-7": [-6, 0],
  "last-30": [-29, 0],
  "next-7": [0, 6],
} as const;

export type Period = keyof typeof PERIODS;

/** From the one day to the other, both included; a side that is not set has no limit. */
export interface Days {
  from?: string;
  to?: string;
}

/** A day of the reader's calendar as addresses have it, `2026-11-20`. */
const dayOf = (at: Date) => at.toLocaleDateString("sv");
export const today = (now = Date.now()) => dayOf(new Date(now));

const moved = (now: number, by: number) => {
  const at = new Date(now);
  return dayOf(new Date(at.getFullYear(), at.getMonth(), at.getDate() + by, 12));
};

/** Whether a text is a day of the calendar: `2026-02-30` is none. */
const isDay = (text: string) => {
  const at = new Date(`${text}T12:00`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && dayOf(at) === text;
};

export const isPeriod = (text: string): text is Period => Object.hasOwn(PERIODS, text);

/** Take `2026-11-01..2026-11-05` apart, of which either side may be empty; null where it is none. */
function rangeIn(text: string): Days | null {
  const [from = "", to = "", ...more] = text.split("..");
  const isFit = more.length === 0 && text.includes("..") && [from, to].every((each) => !each || isDay(each));
  if (!isFit || (!from && !to) || (from && to && from > to)) return null;
  return { ...(from && { from }), ...(to && { to }) };
}

/** The name of a period or a range of days, as the address of a page has it; anything else is dropped. */
export const days = (value: unknown): string | undefined =>
  typeof value === "string" && (isPeriod(value) || rangeIn(value)) ? value : undefined;

export const rangeOf = ({ from = "", to = "" }: Days) => days(`${from}..${to}`);

/** The days of a period as of now, or of a range. */
export function daysOf(value: string, now: number): Days {
  if (!isPeriod(value)) return rangeIn(value) ?? {};
  const [from, to] = PERIODS[value];
  return { from: moved(now, from), to: moved(now, to) };
}

/** A moment of the reader's clock as the API takes it; "" for what is none, such as one in a year of five digits. */
export function momentOf(typed: string): string {
  const at = new Date(typed);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString();
}

/** The moments at which a day of the reader's calendar begins and ends. */
export const startOf = (day: string) => momentOf(`${day}T00:00`);
export const endOf = (day: string) => momentOf(`${day}T23:59:59.999`);

/** The end of a day that is over; nothing of one that still runs, which is as it is now. */
export const endOfPast = (day: string | undefined, now = Date.now()) =>
  day && Date.parse(endOf(day)) < now ? endOf(day) : undefined;

/** The first and the last moment of a limit of days, as the API takes them. */
export function momentsOf(value: string | undefined, now: number): { from?: string; to?: string } {
  const { from, to } = value ? daysOf(value, now) : {};
  return { ...(from && { from: startOf(from) }), ...(to && { to: endOf(to) }) };
}

/** A day of the calendar that has begun somewhere, as the address of a page has it; anything else is dropped. */
export const pastDay = (value: unknown): string | undefined =>
  typeof value === "string" && isDay(value) && Date.parse(value) <= Date.now() + 14 * 3_600_000
    ? value
    : undefined;
