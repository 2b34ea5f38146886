import type { Schemas } from "../../api/client";
import { delimiterOf, parse, write } from "./csvText";

export type Report = Schemas["UploadReport"];
type BadRow = Schemas["BadRow"];

/** A rejected row: its cells, what is wrong with which of them, and what is wrong with the row as a whole. */
export interface MendRow {
  index: number;
  /** Its row in the file that was sent, where the report has it. */
  number: number | null;
  cells: string[];
  bad: ReadonlyMap<number, string>;
  reason: string;
}

/** Rows that go in together or not at all: those of an order, a purchase order or a received line, or one of stock. */
export interface Group {
  key: string;
  rows: MendRow[];
}

export interface MendSheet {
  header: string[];
  delimiter: string;
  /** Whether several rows may go in together. */
  isGrouped: boolean;
  groups: Group[];
}

/** What was typed, by row and column. */
export type Edits = ReadonlyMap<string, string>;
export interface Cell {
  row: number;
  column: number;
}

export const keyOf = ({ row, column }: Cell) => `${row}:${column}`;
const folded = (name: string) => name.replace(/[\s_-]+/g, "").toLowerCase();
/** What an error says that its row is of, by the kind of its file. */
export const aboutOf = (error: BadRow) =>
  error.order_number ?? error.sku ?? error.reference ?? error.receipt ?? "";

interface Terms {
  /** The column of reasons in the file of failed rows. */
  reasons: string;
  /** The columns that rows which go in together have in common, folded; the first names them in errors. */
  together: readonly string[];
}
const TERMS: Record<Schemas["UploadKind"], Terms> = {
  orders: { reasons: "Reason", together: ["ordernumber"] },
  stock: { reasons: "Rejected", together: [] },
  purchases: { reasons: "Problem", together: ["reference"] },
  receipts: { reasons: "Problem", together: ["receipt", "purchaseorder", "line", "sku"] },
};

/** The reason that the file of failed rows gives for the errors of one row. */
const joined = (errors: readonly BadRow[]) =>
  errors.map((each) => (each.column ? `${each.column}: ${each.message}` : each.message)).join("; ");

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const item of items) found.set(key(item), [...(found.get(key(item)) ?? []), item]);
  return found;
}

/** The column of an export whose cells are the numbers of orders that errors name. */
function exportColumn(
  header: readonly string[],
  rows: readonly string[][],
  errors: readonly BadRow[],
): number {
  const numbers = new Set(errors.map(aboutOf));
  const hits = header.map((_, at) => rows.filter((row) => numbers.has(row[at] ?? "")).length);
  return hits.indexOf(Math.max(...hits));
}

/** The rejected rows of an upload, each with its errors, as the report has them. */
export function sheetOf(text: string, report: Report): MendSheet {
  const delimiter = delimiterOf(text);
  const [names = [], ...rows] = parse(text, delimiter);
  const kind = report.kind ?? "orders";
  const { reasons, together } = TERMS[kind];
  const reasonAt = names.lastIndexOf(reasons);
  const header = names.slice(0, reasonAt);
  const byReason = grouped([...grouped(report.errors, (each) => `${each.row}`).values()], joined);
  const own = together
    .map((column) => header.findIndex((name) => folded(name) === column))
    .filter((at) => at >= 0);
  const common = own.length === 0 && kind === "orders" ? [exportColumn(header, rows, report.errors)] : own;
  const isGrouped = common.length > 0;
  const mendRows = rows.map((cells, index): MendRow => {
    const reason = cells[reasonAt] ?? "";
    const key = cells[common[0] ?? -1];
    const same = byReason.get(reason) ?? [];
    const errors = same.find((each) => each[0] && aboutOf(each[0]) === key) ?? same[0] ?? [];
    const bad = new Map<number, string>();
    for (const each of errors) {
      const at = header.findIndex((name) => folded(name) === folded(each.column ?? ""));
      if (at >= 0) bad.set(at, each.message);
    }
    return {
      index,
      number: report.failed_row_numbers?.[index] ?? errors[0]?.row ?? null,
      cells: header.map((_, at) => cells[at] ?? ""),
      bad,
      reason,
    };
  });
  const groups = grouped(mendRows, ({ cells, index }) =>
    isGrouped
      ? common
          .map((at) => cells[at])
          .filter(Boolean)
          .join(" ")
      : `${index}`,
  );
  return { header, delimiter, isGrouped, groups: [...groups].map(([key, each]) => ({ key, rows: each })) };
}

export const textOf = (row: MendRow, column: number, edits: Edits) =>
  edits.get(keyOf({ row: row.index, column })) ?? row.cells[column] ?? "";

const isEdited = (row: MendRow, column: number, edits: Edits) => edits.has(keyOf({ row: row.index, column }));

/** Bad cells of a group that nobody has changed yet. */
export const leftIn = (group: Group, edits: Edits): number =>
  group.rows.reduce(
    (sum, row) => sum + [...row.bad.keys()].filter((column) => !isEdited(row, column, edits)).length,
    0,
  );

/** Whether all that was wrong with it is changed; where no cell is to blame, whether anything is. */
export function isMended(group: Group, edits: Edits): boolean {
  const isTouched = group.rows.some((row) => row.cells.some((_, column) => isEdited(row, column, edits)));
  return isTouched && leftIn(group, edits) === 0;
}

export const rowsOf = (sheet: MendSheet): MendRow[] => sheet.groups.flatMap((each) => each.rows);

/** Every bad cell, in the order of the sheet. */
export const badCells = (sheet: MendSheet): Cell[] =>
  rowsOf(sheet).flatMap((row) =>
    [...row.bad.keys()].sort((a, b) => a - b).map((column) => ({ row: row.index, column })),
  );

/** The columns in which any rejected row has something, or something wrong. */
export const usedColumns = (sheet: MendSheet): number[] => {
  const rows = rowsOf(sheet);
  return [...sheet.header.keys()].filter((at) => rows.some((row) => row.cells[at] !== "" || row.bad.has(at)));
};

/** The next bad cell after (or before) one; null behind the last, where Tab leaves the grid. */
export function nextBad(sheet: MendSheet, from: Cell | null, step: 1 | -1): Cell | null {
  const order = new Map(rowsOf(sheet).map((row, place) => [row.index, place]));
  const place = (cell: Cell) => (order.get(cell.row) ?? 0) * sheet.header.length + cell.column;
  const cells = badCells(sheet);
  if (from === null) return cells.at(step === 1 ? 0 : -1) ?? null;
  if (step === 1) return cells.find((each) => place(each) > place(from)) ?? null;
  return cells.findLast((each) => place(each) < place(from)) ?? null;
}

/** Groups that a later upload has as they were mended. */
export interface SentAgain {
  upload: string;
  file: string;
  groups: Group[];
}

/** What is left to mend of a sheet, and what was sent again: a group by its first row, the last time that it was. */
export function splitSheet(sheet: MendSheet, sent: Report["sent_again"] = []) {
  const later = new Map(sent.flatMap((each) => each.rows.map((row) => [row, each] as const)));
  const uploadOf = (group: Group) => later.get(group.rows[0]?.index ?? -1);
  const again = sent.map(
    ({ upload, file }): SentAgain => ({
      upload,
      file,
      groups: sheet.groups.filter((group) => uploadOf(group)?.upload === upload),
    }),
  );
  return {
    left: { ...sheet, groups: sheet.groups.filter((group) => !uploadOf(group)) },
    again: again.filter(({ groups }) => groups.length > 0),
  };
}

export const mendedIn = (sheet: MendSheet, edits: Edits): Group[] =>
  sheet.groups.filter((each) => isMended(each, edits));

/** The most rows that an upload can say that it mends. */
const MOST_NAMED = 10_000;
export const mendedRows = (sheet: MendSheet, edits: Edits) =>
  mendedIn(sheet, edits)
    .flatMap((each) => each.rows.map(({ index }) => index))
    .slice(0, MOST_NAMED);

/** The mended groups as a file in the columns of the one that was sent. */
export function mendedFile(sheet: MendSheet, edits: Edits): string {
  const rows = mendedIn(sheet, edits)
    .flatMap((each) => each.rows)
    .map((row) => sheet.header.map((_, column) => textOf(row, column, edits)));
  return write([sheet.header, ...rows], sheet.delimiter);
}
