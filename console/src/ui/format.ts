import type { Schemas } from "../api/client";
import { t } from "../texts";
import { numeral } from "../texts/plural";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LOCALE = typeof navigator === "undefined" ? undefined : navigator.language;

const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: "short", hour: "2-digit", minute: "2-digit" });
const dayAndTime = new Intl.DateTimeFormat(LOCALE, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const dayAndYear = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });
const dayTimeAndYear = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
const shortDay = new Intl.DateTimeFormat(LOCALE, { weekday: "short", day: "numeric", month: "short" });
const dayOnly = new Intl.DateTimeFormat(LOCALE, { weekday: "long", day: "numeric", month: "long" });
const longDayAndYear = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full" });
const full = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "long" });
const utcDay = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", timeZone: "UTC" });
const percent = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 1 });

export const count = numeral;

const startOfDay = (at: number) => new Date(at).setHours(0, 0, 0, 0);

/** Days from one to another on the reader's calendar, whatever the hour; rounded, since a day may have 23 hours. */
export const daysBetween = (from: number, to: number) =>
  Math.round((startOfDay(to) - startOfDay(from)) / DAY);

/** Whether a day and a month do not say which year is meant: more than half a year from now. */
const needsYear = (at: number, now: number) => Math.abs(at - now) > 183 * DAY;

/** A day and a time, with the year where it is not the one that comes to mind. */
const momentOf = (at: number, now: number) => (needsYear(at, now) ? dayTimeAndYear : dayAndTime).format(at);

/** A span in its two largest units: `1 h 52 min`, `3 d`. */
export function span(milliseconds: number): string {
  const ms = Math.abs(milliseconds);
  if (ms < MINUTE) return t.time.seconds(Math.floor(ms / 1000));
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min`;
  if (ms < DAY) {
    const minutes = Math.floor((ms % HOUR) / MINUTE);
    return `${Math.floor(ms / HOUR)} h${minutes ? ` ${minutes} min` : ""}`;
  }
  return `${Math.floor(ms / DAY)} d`;
}

/** How old something is, in its largest unit. */
export function age(milliseconds: number): string {
  if (milliseconds < HOUR) return `${Math.max(0, Math.floor(milliseconds / MINUTE))} min`;
  if (milliseconds < 2 * DAY) return `${Math.floor(milliseconds / HOUR)} h`;
  return `${Math.floor(milliseconds / DAY)} d`;
}

/** A moment that is past as people say it: `12 s ago`, `4 min ago`, `09:14`, `17 Nov 15:31`. */
export function when(iso: string, now: number): string {
  const at = Date.parse(iso);
  const past = now - at;
  // The page's clock goes in steps of half a minute, and the server's may be ahead of it.
  if (past > -MINUTE && past < HOUR) return t.time.ago(span(Math.max(0, past)));
  if (daysBetween(at, now) === 0) return clock.format(at);
  return momentOf(at, now);
}

export const timeOf = (iso: string | number) => clock.format(typeof iso === "number" ? iso : Date.parse(iso));
export const absolute = (iso: string) => full.format(Date.parse(iso));
/** The day that begins at a midnight in UTC. */
export const dayInUtc = (iso: string) => utcDay.format(Date.parse(iso));
export const percentOf = (share: number) => percent.format(share);
export const dateAndTime = (iso: string, now = Date.now()) => momentOf(Date.parse(iso), now);

/** By when something is to happen: the time alone is that of today. */
export const byWhen = (iso: string, now: number) =>
  daysBetween(Date.parse(iso), now) === 0 ? timeOf(iso) : dateAndTime(iso, now);

/** A calendar day of the API, `2026-12-01`, which is the same day wherever it is read. */
export function dateOf(day: string, now = Date.now()): string {
  const at = Date.parse(`${day}T12:00`);
  return (needsYear(at, now) ? dayAndYear : shortDay).format(at);
}

/** The heading of a day: today, yesterday, or its name. */
export function dayName(iso: string, now: number): string {
  const days = daysBetween(Date.parse(iso), now);
  if (days === 0) return t.time.today;
  if (days === 1) return t.time.yesterday;
  return (needsYear(Date.parse(iso), now) ? longDayAndYear : dayOnly).format(Date.parse(iso));
}

export interface Due {
  tone: "danger" | "warn" | "today" | "later" | "none";
  text: string;
}

/** By when something is to leave: late, within two hours, today, later. */
export function due(iso: string | null, now: number): Due {
  if (!iso) return { tone: "none", text: t.common.none };
  const at = Date.parse(iso);
  const left = at - now;
  if (left < 0) return { tone: "danger", text: t.time.late(span(left)) };
  if (left < 2 * HOUR) return { tone: "warn", text: span(left) };
  if (daysBetween(now, at) === 0) return { tone: "today", text: span(left) };
  const within = daysBetween(now, at) < 7;
  if (within) return { tone: "later", text: weekday.format(at) };
  return { tone: "later", text: (needsYear(at, now) ? dayAndYear : dayAndTime).format(at) };
}

/** An amount with its currency's sign, unrounded. */
export function money(value: Schemas["Money"] | null | undefined): string {
  if (!value) return t.common.none;
  const decimals = value.amount.split(".")[1]?.length ?? 0;
  const style = { style: "currency", currency: value.currency, minimumFractionDigits: decimals } as const;
  try {
    return new Intl.NumberFormat(LOCALE, { ...style, maximumFractionDigits: Math.max(decimals, 2) }).format(
      Number(value.amount),
    );
  } catch {
    return `${value.amount} ${value.currency}`;
  }
}

/** An amount as the API takes it: people write `2,50` and `.50`, too. */
export const amountOf = (typed: string) =>
  typed
    .trim()
    .replace(/^(\d*),(\d{1,2})$/, "$1.$2")
    .replace(/^\./, "0.");

/** Whether a typed amount is digits: JavaScript reads `1e3` as a number as well, which nobody means. */
export const isAmount = (typed: string) => /^\d+(\.\d+)?$/.test(amountOf(typed));

/** A typed whole number; null for any other text, such as `1e3` or `0x10`. */
export const wholeOf = (typed: string): number | null =>
  /^[+-]?\d+$/.test(typed.trim()) ? Number(typed) : null;

/** A typed number; null for text that is none, or is not finished, such as `0.`. */
export const numberOf = (typed: string): number | null =>
  /^-?\d+(\.\d+)?$/.test(typed.trim()) ? Number(typed) : null;

/** What is there of several facts, with commas: no dash stands for one that is missing. */
export const listed = (...facts: (string | null | undefined | false)[]) => facts.filter(Boolean).join(", ");

/** A text of the API as a sentence begins. */
export const begun = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** `user:ann@example.com` as people say it. */
export function person(who: string): string {
  return who.replace(/^user:/, "").replace(/@.*$/, "");
}

export function initials(name: string): string {
  const parts = person(name)
    .split(/[._\s-]+/)
    .filter(Boolean);
  return ((parts[0]?.[0] ?? "?") + (parts[1]?.[0] ?? "")).toUpperCase();
}

/** The name of a country by its code, as the reader's language has it. */
export function countryName(code: string | undefined): string {
  if (!code) return "";
  try {
    return new Intl.DisplayNames(undefined, { type: "region" }).of(code) ?? code;
  } catch {
    return code;
  }
}
