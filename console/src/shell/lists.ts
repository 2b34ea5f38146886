import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useCallback, useEffect, useRef } from "react";
import type { OrderSearch } from "../search/orders";

/** The orders of the lists that were opened last, in their order: J and K go through them from an order's page. */
type List = NonNullable<OrderSearch["list"]>;

const ids = new Map<List, readonly string[]>();
/** With which filters the page of each address was shown last. */
const searches = new Map<string, Record<string, unknown>>();
/** What was looked at last from each list. */
const opened = new Map<string, string>();

export function remember(list: List, all: readonly string[]): void {
  ids.set(list, [...new Set(all)]);
}

export const searchOf = (list: string | undefined) => (list ? searches.get(list) : undefined);

/** Keep what was looked at last from a list. */
export function rememberOpened(list: string | undefined, id: string): void {
  if (list) opened.set(list, id);
}

/** Keep with which filters a page is shown, and of which list one thing is looked at: `/transfers/TO-7`. */
export function rememberPage(path: string, search: Record<string, unknown>): void {
  searches.set(path, search);
  const [list, id] = path.split(/\/(?=[^/]+$)/);
  if (list && id) opened.set(list, decodeURIComponent(id));
}

/** Keep each page that is shown, for the way back to it. */
export function useRemembered() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const search = useRouterState({ select: (state) => state.location.search as Record<string, unknown> });
  useEffect(() => rememberPage(path, search), [path, search]);
}

/** Goes back to a list as it was left, with its filters. */
export function useBack(list: string) {
  const navigate = useNavigate();
  return useCallback(() => navigate({ to: list, search: searchOf(list) as never }), [navigate, list]);
}

export function neighbours(list: List | undefined, id: string) {
  const all = list ? (ids.get(list) ?? []) : [];
  const at = all.indexOf(id);
  if (at < 0) return null;
  return { place: at + 1, all: all.length, previous: all[at - 1], next: all[at + 1] };
}

/** Go on where the reader was: what was looked at last is current when its list is shown again. */
export function useReturn(list: string, all: readonly string[], setCurrent: (place: number) => void) {
  const isDone = useRef(false);
  useEffect(() => {
    if (isDone.current || all.length === 0) return;
    isDone.current = true;
    const at = all.indexOf(opened.get(list) ?? "");
    if (at >= 0) setCurrent(at);
  }, [list, all, setCurrent]);
}
