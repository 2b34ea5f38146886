import { useInfiniteQuery } from "@tanstack/react-query";
import {
  type Dispatch,
  type SetStateAction,
  useCallback,
  useEffect,
  useMemo,
  useReducer,
  useRef,
} from "react";
import { answerOf, api } from "../../api/client";
import type { ListSearch } from "../../search/orders";
import { type Cursor, PAGE_ROWS } from "../../ui/everyRow";
import type { Paged } from "../../ui/list";
import { readEvery, useCurrent } from "../../ui/useList";
import { keyOf, merged, type Row, type Shown } from "./rows";

export const listKey = (search: ListSearch) => ["fulfilments", search] as const;

export const pageOf = (search: ListSearch, cursor: Cursor) =>
  answerOf(
    api.GET("/fulfilments", {
      params: { query: { ...search, view: search.view ?? "to-ship", limit: PAGE_ROWS, cursor } },
    }),
  );

export function useFulfilments(search: ListSearch) {
  return useInfiniteQuery({
    queryKey: listKey(search),
    queryFn: ({ pageParam }) => pageOf(search, pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: readEvery(15_000),
    placeholderData: (before) => before,
  });
}

/**
 * The rows on the screen: they follow what is read, but never move under the hand. While `isEarlier`, what is read is
 * still that of the view before; while the list `goesOn`, there are pages that were not read.
 */
export function useShown(
  fresh: readonly Row[] | undefined,
  view: string,
  inHand: boolean,
  selected: ReadonlySet<string>,
  { isPlaceholderData: isEarlier, hasNextPage: goesOn }: Pick<Paged, "isPlaceholderData" | "hasNextPage">,
) {
  const shown = useRef<{ view: string; rows: Shown[] }>({ view, rows: [] });
  const [asked, ask] = useReducer((n: number) => n + 1, 0);
  const taken = useRef(asked);
  const result = useMemo(() => {
    const same = shown.current.view === view;
    const holds = inHand && same && taken.current === asked;
    taken.current = asked;
    return merged(same ? shown.current.rows : [], fresh ?? [], holds, selected, goesOn);
  }, [fresh, view, inHand, selected, asked, goesOn]);
  useEffect(() => {
    if (!isEarlier) shown.current = { view, rows: result.rows };
  }, [view, result, isEarlier]);
  return { ...result, takeFresh: ask };
}

type SetSelected = Dispatch<SetStateAction<ReadonlySet<string>>>;

/** Which rows are selected and which one is current, by key and by pointer. */
export function useSelection(
  rows: readonly Shown[],
  selected: ReadonlySet<string>,
  setSelected: SetSelected,
) {
  const keys = useMemo(() => rows.map((each) => each.key), [rows]);
  const { current, setCurrent } = useCurrent(keys);
  const anchor = useRef("");

  const toggle = useCallback(
    (place: number, extend = false) => {
      const begun = extend ? keys.indexOf(anchor.current) : -1;
      const from = begun >= 0 ? begun : place;
      const key = keys[place] ?? "";
      setSelected((before) => {
        const next = new Set(before);
        const on = extend || !before.has(key);
        for (const each of keys.slice(Math.min(from, place), Math.max(from, place) + 1))
          on ? next.add(each) : next.delete(each);
        return next;
      });
      anchor.current = key;
      setCurrent(place);
    },
    [keys, setCurrent, setSelected],
  );
  const move = useCallback(
    (step: number, extend = false) => {
      const place = Math.max(0, Math.min(keys.length - 1, current + step));
      const key = keys[place];
      const here = keys[current];
      setCurrent(place);
      anchor.current = key ?? "";
      if (extend && key) setSelected((before) => new Set([...before, key, ...(here ? [here] : [])]));
    },
    [keys, current, setCurrent, setSelected],
  );
  const all = useCallback(
    () => setSelected(new Set(rows.filter((each) => !each.gone).map((each) => each.key))),
    [rows, setSelected],
  );
  const clear = useCallback(() => {
    setSelected(new Set());
    anchor.current = "";
  }, [setSelected]);
  const chosen = useMemo(
    () => rows.filter((each) => selected.has(each.key)).map((each) => each.row),
    [rows, selected],
  );
  /** What an action is about: the selected rows, else the current one. */
  const acted = chosen.length ? chosen : rows[current] ? [rows[current].row] : [];
  return { selected, current, setCurrent, toggle, move, all, clear, chosen, acted };
}

export const refsOf = (rows: readonly Row[]) =>
  rows.flatMap((row) =>
    row.fulfilment === null ? [] : [{ order: row.order_id, fulfilment: row.fulfilment }],
  );

export const keysOf = (rows: readonly Row[]) => rows.map(keyOf);
