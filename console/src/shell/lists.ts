import { useEffect, useRef } from "react";
import type { OrderSearch } from "../search/orders";

/** The orders of the lists that were opened last, in their order: J and K go through them from an order's page. */
type List = NonNullable<OrderSearch["list"]>;

interface Remembered {
  ids: readonly string[];
  search: Record<string, unknown>;
}

const remembered = new Map<List, Remembered>();
const opened = new Map<List, string>();

export function remember(list: List, ids: readonly string[], search: object): void {
  remembered.set(list, { ids: [...new Set(ids)], search: search as Record<string, unknown> });
}

export const searchOf = (list: List | undefined) => (list ? remembered.get(list)?.search : undefined);

/** Keep which order of a list was looked at last. */
export function rememberOpened(list: List | undefined, id: string): void {
  if (list) opened.set(list, id);
}

export function neighbours(list: List | undefined, id: string) {
  const ids = list ? (remembered.get(list)?.ids ?? []) : [];
  const at = ids.indexOf(id);
  if (at < 0) return null;
  return { place: at + 1, all: ids.length, previous: ids[at - 1], next: ids[at + 1] };
}

/** Go on where the reader was: the order that was looked at last is current when its list is shown again. */
export function useReturn(list: List, ids: readonly string[], setCurrent: (place: number) => void) {
  const isDone = useRef(false);
  useEffect(() => {
    if (isDone.current || ids.length === 0) return;
    isDone.current = true;
    const at = ids.indexOf(opened.get(list) ?? "");
    if (at >= 0) setCurrent(at);
  }, [list, ids, setCurrent]);
}
