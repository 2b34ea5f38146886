import { useEffect, useMemo, useState } from "react";

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

/** Read the next page of a list, where it has one. */
export const nextOf = (list: Paged) => () => {
  if (list.hasNextPage && !list.isFetchingNextPage) list.fetchNextPage();
};

/** Which row of a plain list is current, moved by keys: it stays in sight, and behind the last one the list goes on. */
export function useCurrent(length: number, onEnd?: () => void) {
  const [current, setCurrent] = useState(-1);
  useEffect(() => {
    if (current >= length) setCurrent(length - 1);
  }, [current, length]);
  useEffect(() => {
    if (current >= 0) document.querySelector("tr.cur")?.scrollIntoView({ block: "nearest" });
  }, [current]);
  return useMemo(
    () => ({
      current,
      setCurrent,
      move: (step: number) => {
        if (step > 0 && current === length - 1) onEnd?.();
        setCurrent((at) => Math.max(0, Math.min(length - 1, at + step)));
      },
    }),
    [current, length, onEnd],
  );
}
