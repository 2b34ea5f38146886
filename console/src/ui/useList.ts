import { useCallback, useEffect, useState } from "react";

/** Which row of a list is current, moved by keys. */
export function useCurrent(length: number) {
  const [current, setCurrent] = useState(-1);
  useEffect(() => {
    if (current >= length) setCurrent(length - 1);
  }, [current, length]);
  const move = useCallback(
    (step: number) => setCurrent((at) => Math.max(0, Math.min(length - 1, at + step))),
    [length],
  );
  return { current, setCurrent, move };
}

/** The keys that move through a list, and open its current row unless the focus is on something else. */
export const listKeys = (move: (step: number) => void, open: () => void) => ({
  j: () => move(1),
  k: () => move(-1),
  Enter: (event: KeyboardEvent) => event.target === document.body && open(),
});

interface Loaded {
  state: { data?: { pages: readonly unknown[] } };
}

/** Pages that are read again at once without a thought for the API. */
const FEW_PAGES = 3;

/** How often a list is read again: less often the more pages of it are loaded, as each of them is a request. */
export const readEvery =
  (milliseconds: number) =>
  ({ state }: Loaded) =>
    milliseconds * Math.max(1, Math.ceil((state.data?.pages.length ?? 0) / FEW_PAGES));
