import { saveFile } from "./saving";

type Cell = string | number | boolean | null | undefined;

const FORMULA = /^(?:[\s'"]*[=+\-@＝＋－＠]|['"]*[\t\r])/;
const NUMBER = /^-?\d+([.,]\d+)?$/;
/** What becomes a cell where a spreadsheet cuts lines at another character than the file does. */
const PIECE = /(?<=[,;\t\r\n])[^,;\t\r\n]+/g;

const marked = (text: string, of = text) => (FORMULA.test(of) && !NUMBER.test(of) ? `'${text}` : text);

/** A cell that no spreadsheet takes for a formula, nor a piece of it, quoted where it must be; plain numbers stay. */
export function cell(value: Cell): string {
  const text = value === null || value === undefined ? "" : String(value);
  const safe = marked(
    text.replace(PIECE, (piece) => marked(piece)),
    text,
  );
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export const csv = (rows: readonly (readonly Cell[])[]) =>
  `${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;

/** Save rows as a file, with a byte order mark: spreadsheets then read it as UTF-8. */
export function download(name: string, rows: readonly (readonly Cell[])[]) {
  saveFile(`${name}.csv`, ["\ufeff", csv(rows)], "text/csv;charset=utf-8");
}
