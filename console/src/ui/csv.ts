import { saveFile } from "./saving";

type Cell = string | number | boolean | null | undefined;

/** A cell that no spreadsheet takes for a formula, quoted where it must be. */
export function cell(value: Cell): string {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csv = (rows: readonly (readonly Cell[])[]) =>
  `${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;

/** Save rows as a file, with a byte order mark: spreadsheets then read it as UTF-8. */
export function download(name: string, rows: readonly (readonly Cell[])[]) {
  saveFile(`${name}.csv`, ["\ufeff", csv(rows)], "text/csv;charset=utf-8");
}
