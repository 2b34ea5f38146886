import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import type { Item } from "../../ui/each";
import { daysBetween } from "../../ui/format";

export type Row = Schemas["FulfilmentItem"];
export type Group = "late" | "today" | "tomorrow" | "later" | "undated";

/** A row as it is shown: `gone` has left the list, `changed` is not any more as it was when it was selected. */
export interface Shown {
  key: string;
  row: Row;
  gone: boolean;
  changed: boolean;
}

export const keyOf = (row: Pick<Row, "order_id" | "fulfilment">) => `${row.order_id}/${row.fulfilment ?? ""}`;

const plain = (row: Row): Shown => ({ key: keyOf(row), row, gone: false, changed: false });
const differs = (one: Row, other: Row) => JSON.stringify(one) !== JSON.stringify(other);

/**
 * Put what was read into what is shown. While the list is in somebody's hand nothing moves: rows keep their places,
 * those that left stay, struck through, what was read behind all of them is added at the end, and new ones before that
 * wait; `waiting` is how many. While the list goes on, one of the last rows that was not read may only have moved to a
 * page that was not read either.
 */
export function merged(
  shown: readonly Shown[],
  fresh: readonly Row[],
  inHand: boolean,
  selected: ReadonlySet<string>,
  goesOn: boolean,
) {
  if (!inHand) return { rows: fresh.map(plain), waiting: 0 };
  const byKey = new Map(fresh.map((row) => [keyOf(row), row]));
  const known = new Set(shown.map((each) => each.key));
  const lastShown = shown.findLastIndex((each) => byKey.has(each.key));
  const behind = fresh.findLastIndex((row) => known.has(keyOf(row))) + 1;
  const isEndRead = !goesOn || behind < fresh.length;
  const rows = shown.map((each, place): Shown => {
    const row = byKey.get(each.key);
    if (!row) return { ...each, gone: isEndRead || place < lastShown };
    const changed = selected.has(each.key) && (each.changed || differs(each.row, row));
    return { key: each.key, row, gone: false, changed };
  });
  const waiting = fresh.slice(0, behind).filter((row) => !known.has(keyOf(row))).length;
  return { rows: [...rows, ...fresh.slice(behind).map(plain)], waiting };
}

/** The heading under which a row stands: by when it is to leave, on the reader's calendar. */
export function groupOf(row: Row, now: number): Group {
  if (!row.ship_by) return "undated";
  const at = Date.parse(row.ship_by);
  if (at < now) return "late";
  const days = daysBetween(now, at);
  if (days <= 0) return "today";
  return days === 1 ? "tomorrow" : "later";
}

export type Entry =
  | { kind: "group"; group: Group; count: number }
  | { kind: "row"; shown: Shown; place: number };

/** Rows with the headings between them; a heading comes where the group changes, so that no row moves for it. */
export function entriesOf(rows: readonly Shown[], now: number): Entry[] {
  const entries: Entry[] = [];
  let heading: { kind: "group"; group: Group; count: number } | null = null;
  rows.forEach((shown, place) => {
    const group = groupOf(shown.row, now);
    if (heading?.group !== group) {
      heading = { kind: "group", group, count: 0 };
      entries.push(heading);
    }
    heading.count += 1;
    entries.push({ kind: "row", shown, place });
  });
  return entries;
}

/** Whether all that are still in the list are selected, and there are any. */
export function isEvery(rows: readonly Shown[], selected: ReadonlySet<string>): boolean {
  const here = rows.filter((each) => !each.gone);
  return here.length > 0 && here.every((each) => selected.has(each.key));
}

/** What a view says of its rows that no fulfilment order of theirs was checked for yet. */
const SAID: Partial<Record<Schemas["View"], Schemas["Check"]>> = { held: "hold", short: "stock" };

/** What lacks of a row; one that is held or short is never ready. */
export function checksOf({ view, checks }: Pick<Row, "view" | "checks">): Schemas["Check"][] {
  const said = SAID[view];
  return said && !checks.includes(said) ? [said, ...checks] : [...checks];
}

/** Checks without which nothing leaves, whatever label it has. */
const STOPS = new Set<Schemas["Check"]>(["product", "warehouse", "stock", "hold"]);

/** How far rows are with their labels; each is counted once. */
export function readiness(rows: readonly Row[]) {
  const found = { ready: 0, lacking: 0, labelled: 0, waiting: 0 };
  for (const row of rows) {
    if (row.view === "to-pack" || row.view === "packed") found.labelled += 1;
    else if (row.checks.length > 0) found.lacking += 1;
    else if (canBuy(row)) found.ready += 1;
    else found.waiting += 1; // not handed over yet, or with a partner
  }
  return found;
}

export const canBuy = (row: Row) =>
  row.fulfilment !== null &&
  row.kind === "own" &&
  (row.view === "to-ship" || row.view === "needs-fix") &&
  !row.checks.some((each) => STOPS.has(each));

type BoxSize = Schemas["BoxSize-Output"];

/** Box sizes in use that every warehouse of the rows has. */
export const boxesAt = (boxes: readonly BoxSize[], rows: readonly Row[]) =>
  boxes.filter(({ active, warehouses = [] }) => {
    const isAt = (row: Row) => warehouses.length === 0 || warehouses.includes(row.warehouse ?? "");
    return active && rows.every(isAt);
  });

/** Orders of rows, once each, with what is noted of their first row. */
export function ordersOf(rows: readonly Row[], note: (row: Row) => string | undefined): Item[] {
  const orders = new Map<string, Item>();
  for (const row of rows)
    if (!orders.has(row.order_id))
      orders.set(row.order_id, { id: row.order_id, name: row.number, note: note(row) });
  return [...orders.values()];
}

/** What a hold does to a row. */
export function holdNote(row: Row, place: (id: string) => string): string {
  if (row.view === "held") return t.hold.note.held;
  if (row.fulfilment === null || !row.warehouse) return t.hold.note.here;
  if (row.view === "to-pack" || row.view === "packed") return t.hold.note.labelled(place(row.warehouse));
  return t.hold.note.there(place(row.warehouse));
}
