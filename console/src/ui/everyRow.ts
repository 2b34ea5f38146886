/** How many rows a file has at most: beyond them, filters are the better tool. */
export const MOST_ROWS = 10_000;
/** The most rows that the API puts into a page. */
export const PAGE_ROWS = 100;

export type Cursor = string | undefined;
export type ReadPage<Row, More = unknown> = (
  cursor: Cursor,
) => Promise<{ items: readonly Row[]; next?: string | null | undefined } & More>;

/** Read a list page by page to its end, at most `most` rows; `isCut` says that there are more. */
export async function everyRow<Row>(read: ReadPage<Row>, onRead: (n: number) => void, most = MOST_ROWS) {
  const rows: Row[] = [];
  let cursor: Cursor;
  do {
    const page = await read(cursor);
    rows.push(...page.items);
    cursor = page.next ?? undefined;
    onRead(Math.min(rows.length, most));
  } while (cursor && rows.length < most);
  return { rows: rows.slice(0, most), isCut: cursor !== undefined || rows.length > most };
}
