const DELIMITERS = [",", ";", "\t"] as const;

/** The delimiter that cuts the first line into most cells. */
export function delimiterOf(text: string): string {
  const first = text.replace(/^\ufeff/, "").split(/\r?\n/, 1)[0] ?? "";
  const cells = (delimiter: string) => first.split(delimiter).length;
  return DELIMITERS.reduce((best, each) => (cells(each) > cells(best) ? each : best));
}

/** The rows of a CSV text; a quoted cell may hold delimiters, quotes and line breaks. Blank rows are left out. */
export function parse(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cell = new RegExp(
    `(?:"((?:[^"]|"")*)"|([^"${delimiter}\\r\\n][^${delimiter}\\r\\n]*)?)(${delimiter}|\\r?\\n|$)`,
    "y",
  );
  const whole = text.replace(/^\ufeff/, "");
  while (cell.lastIndex < whole.length) {
    const at = cell.lastIndex;
    const found = cell.exec(whole);
    if (!found) {
      cell.lastIndex = at + 1; // a quote in the middle of nowhere: pass over it
      continue;
    }
    row.push(found[1]?.replaceAll('""', '"') ?? found[2] ?? "");
    if (found[3] === delimiter && cell.lastIndex < whole.length) continue;
    if (found[3] === delimiter) row.push("");
    if (row.some((each) => each !== "")) rows.push(row);
    row = [];
  }
  return rows;
}

const quoted = (cell: string, delimiter: string) =>
  cell.includes(delimiter) || /["\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;

/** Rows as a CSV text with a byte order mark, after which nobody guesses the encoding. */
export const write = (rows: readonly (readonly string[])[], delimiter: string): string =>
  `\ufeff${rows.map((row) => row.map((each) => quoted(each, delimiter)).join(delimiter)).join("\r\n")}\r\n`;
