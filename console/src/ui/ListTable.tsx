import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useEffect, useLayoutEffect, useRef } from "react";
import { LoadMore, type Paged, Scroll } from "./list";

const HEIGHT = { wide: 38, narrow: 44 };
/** Rows beyond those in sight that are in the page, so that none lacks while it scrolls. */
const AROUND = 12;
export const isNarrow = () => matchMedia("(max-width: 1000px)").matches;
export const heightOfRow = () => (isNarrow() ? HEIGHT.narrow : HEIGHT.wide);

interface TableProps<Row> {
  label: string;
  className: string;
  /** The cells of its head. */
  head: ReactNode;
  rows: readonly Row[];
  /** How many rows are counted for those who hear the table, where `rows` has headings, too. */
  counted?: number;
  /**
   * Draw a row as a `tr` with its key, by a component that is a `memo`: one that is moved through by keys then draws
   * two rows again, not all of them.
   */
  draw: (row: Row, place: number, isCurrent: boolean) => ReactNode;
  /** The place of the current row. */
  current: number;
  /** Which row that is: another one comes into sight, while the same one does not scroll the list when it moves. */
  currentKey: string | undefined;
  list: Paged;
  heightOf?: (row: Row) => number;
  /** Whether rows are as high as what is in them: each then has its place as `data-index`. */
  isUneven?: boolean;
}

/** The rows of a list, of which only those in sight are in the page, however many there are; near its end it goes on. */
export function ListTable<Row>(props: TableProps<Row>) {
  const { label, className, head, rows, counted, draw, current, currentKey, list, heightOf, isUneven } =
    props;
  const scroll = useRef<HTMLElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const virtual = useVirtualizer<HTMLElement, HTMLTableRowElement>({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: (place) => heightOf?.(rows[place] as Row) ?? heightOfRow(),
    overscan: AROUND,
    scrollPaddingStart: 62,
    scrollPaddingEnd: 72,
  });
  const items = virtual.getVirtualItems();
  const first = items[0];
  const last = items.at(-1);
  useLayoutEffect(() => {
    if (!isUneven || !first || !last) return;
    for (const row of body.current?.querySelectorAll<HTMLTableRowElement>("tr[data-index]") ?? [])
      virtual.measureElement(row);
  }, [isUneven, first, last, virtual]);
  const place = useRef(current);
  place.current = current;
  useEffect(() => {
    if (currentKey !== undefined) virtual.scrollToIndex(place.current, { align: "auto" });
  }, [currentKey, virtual]);
  useGoOn(list, (last?.index ?? 0) >= rows.length - 1);
  const before = first?.start ?? 0;
  const after = virtual.getTotalSize() - (last?.end ?? 0);
  return (
    <Scroll label={label} ref={scroll} isOutdated={list.isPlaceholderData}>
      <table
        className={`tbl ${className}`}
        aria-rowcount={list.hasNextPage ? -1 : (counted ?? rows.length) + 1}
      >
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody ref={body}>
          {before > 0 && <Space height={before} />}
          {items.map(({ index }) => draw(rows[index] as Row, index, index === current))}
          {after > 0 && <Space height={after} />}
        </tbody>
      </table>
      <LoadMore list={list} />
    </Scroll>
  );
}

/** Read the next page once the end comes into sight; after a failure only when the reader says so. */
export function useGoOn(list: Paged, isNearEnd: boolean) {
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const goesOn = isNearEnd && hasNextPage && !isFetchingNextPage && !isFetchNextPageError;
  useEffect(() => {
    if (goesOn) fetchNextPage();
  }, [goesOn, fetchNextPage]);
}

/** Read on while a list has no row yet, as a search for what is rare may; return whether it does. */
export function useFirstRow(list: Paged & { isError: boolean }, rows: number): boolean {
  const isReadOn = rows === 0 && list.hasNextPage && !list.isError;
  useGoOn(list, isReadOn);
  return isReadOn;
}

const Space = ({ height }: { height: number }) => (
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: it only keeps the place of rows that are out of sight
  <tr aria-hidden="true" className="space">
    <td style={{ height }} />
  </tr>
);
