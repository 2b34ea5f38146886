import { useVirtualizer } from "@tanstack/react-virtual";
import {
  type ClipboardEvent,
  type FocusEvent,
  type KeyboardEvent,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { flushSync } from "react-dom";
import {
  type Cell,
  type Group,
  type MendRow,
  type MendSheet,
  nextBad,
  rowsOf,
  textOf,
  usedColumns,
} from "./mending";
import type { Editing } from "./useEdits";

const ROW_PX = 34;
/** The column of row numbers, which stays in sight; and the others, which share what room there is. */
export const HEAD_PX = 52;
export const COLUMN_PX = 136;

/** How far a sheet is scrolled to the side to have a column in sight, as little as that takes. */
export function scrolledTo(
  place: number,
  columnPx: number,
  { left, width }: { left: number; width: number },
) {
  const from = place * columnPx;
  const room = width - HEAD_PX;
  return from < left || columnPx > room ? from : Math.max(left, from + columnPx - room);
}

type Line = { kind: "head"; group: Group } | { kind: "row"; row: MendRow };

export interface GridProps {
  sheet: MendSheet;
  editing: Editing;
  onSend: () => void;
}

/** The grid's current cell and its editor: moving, typing, pasting, and which lines are on the screen. */
export function useGrid({ sheet, editing, onSend }: GridProps) {
  const { edits, set, undo } = editing;
  const [current, setCurrent] = useState<Cell | null>(null);
  const [draft, setDraft] = useState<string | null>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const send = useRef(onSend);
  useLayoutEffect(() => {
    send.current = onSend;
  });
  const columns = useMemo(() => usedColumns(sheet), [sheet]);
  const rows = useMemo(() => rowsOf(sheet), [sheet]);
  const lines = useMemo(
    () =>
      sheet.groups.flatMap((group): Line[] => [
        ...(sheet.isGrouped ? [{ kind: "head", group } as const] : []),
        ...group.rows.map((row) => ({ kind: "row", row }) as const),
      ]),
    [sheet],
  );
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const currentRow = rows.find((each) => each.index === current?.row);

  const go = (cell: Cell | null) => {
    setDraft(null);
    setCurrent(cell);
    const at = lines.findIndex((line) => line.kind === "row" && line.row.index === cell?.row);
    if (at >= 0) virtual.scrollToIndex(at);
    if (scroll.current && cell) showColumn(scroll.current, columns.indexOf(cell.column), columns.length);
    scroll.current?.focus();
  };
  const commit = () => {
    if (current && currentRow && draft !== null && draft !== textOf(currentRow, current.column, edits))
      set([[current, draft.trim()]]);
    setDraft(null);
  };
  const choose = (cell: Cell) => {
    commit();
    go(cell);
  };
  /** Only to another part of the page: within the grid the key or the click has decided about the draft. */
  const onLeave = (event: FocusEvent) => {
    if (!scroll.current?.contains(event.relatedTarget)) commit();
  };
  const edit = (text?: string) => {
    if (current && currentRow) setDraft(text ?? textOf(currentRow, current.column, edits));
  };
  const moved = ([down, right]: Step): Cell | null => {
    const row = (current && rowPlace(rows, current)) ?? 0;
    const next = rows[Math.max(0, Math.min(rows.length - 1, row + down))];
    const place = columns.indexOf(current?.column ?? -1);
    const column = columns[Math.max(0, Math.min(columns.length - 1, place + right))];
    return next && column !== undefined ? { row: next.index, column } : null;
  };

  /** Keys that mean the same with the editor open or closed; returns whether the key was one. */
  const anyKey = (event: KeyboardEvent): boolean => {
    if (isCommand(event) && event.key === "Enter") {
      flushSync(commit); // what was typed last counts, also where it is all that was
      send.current();
      return true;
    }
    if (event.key !== "Tab") return false;
    const step = event.shiftKey ? -1 : 1;
    const next = nextBad(sheet, current, step) ?? beside(columns, current, step);
    commit();
    if (next) go(next);
    return next !== null; // else Tab leaves the grid, at the end of the row of the last bad cell
  };
  const editorKey = (event: KeyboardEvent): boolean => {
    if (event.key === "Enter") {
      commit();
      go(nextBad(sheet, current, 1) ?? current);
    } else if (event.key === "Escape") go(current);
    else return false;
    return true;
  };
  const cellKey = (event: KeyboardEvent): boolean => {
    const step = ARROWS[event.key];
    if (isCommand(event) && event.key === "z") undo();
    else if (step) go(moved(step));
    else if (event.key === "Enter" || event.key === "F2") edit();
    else if (event.key.length === 1 && !isCommand(event)) edit(event.key);
    else return false;
    return true;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const isDone = anyKey(event) || (draft === null ? cellKey(event) : editorKey(event));
    if (isDone) event.preventDefault();
  };

  const onPaste = (event: ClipboardEvent) => {
    if (draft !== null || !current) return;
    event.preventDefault();
    const pasted = event.clipboardData
      .getData("text")
      .replace(/\r?\n$/, "")
      .split(/\r?\n/);
    const top = rowPlace(rows, current);
    const left = columns.indexOf(current.column);
    const changes = pasted.flatMap((line, down) =>
      line.split("\t").map((text, right) => [rows[top + down], columns[left + right], text.trim()] as const),
    );
    set(
      changes.flatMap(([row, column, text]): [Cell, string][] =>
        row && column !== undefined ? [[{ row: row.index, column }, text]] : [],
      ),
    );
  };
  const onEnter = () => {
    if (!current) go(nextBad(sheet, null, 1));
  };
  useEffect(() => {
    if (document.activeElement === document.body) scroll.current?.focus();
  }, []);

  return {
    scroll,
    columns,
    rows,
    lines,
    virtual,
    current,
    currentRow,
    draft,
    setDraft,
    choose,
    onLeave,
    edit,
    onKeyDown,
    onPaste,
    onEnter,
  };
}

function showColumn(grid: HTMLElement, place: number, columns: number) {
  const columnPx = (grid.scrollWidth - HEAD_PX) / columns;
  grid.scrollLeft = scrolledTo(place, columnPx, { left: grid.scrollLeft, width: grid.clientWidth });
}

/** The cell after (or before) one in its row; null at the end. */
export function beside(columns: readonly number[], from: Cell | null, step: 1 | -1): Cell | null {
  const column = from && columns[columns.indexOf(from.column) + step];
  return from && column !== null && column !== undefined ? { row: from.row, column } : null;
}

type Step = [down: number, right: number];
const ARROWS: Record<string, Step> = {
  ArrowDown: [1, 0],
  ArrowUp: [-1, 0],
  ArrowRight: [0, 1],
  ArrowLeft: [0, -1],
};

const isCommand = (event: KeyboardEvent) => event.ctrlKey || event.metaKey;
const rowPlace = (rows: readonly MendRow[], cell: Cell) => rows.findIndex((each) => each.index === cell.row);
