import { useCallback, useEffect, useState } from "react";

/** A row by its key, with the place where it stood last. */
interface Chosen {
  key: string;
  place: number;
}

/** Where a row stands now; one that is gone leaves its place to the row that stands there now. */
function placeOf({ key, place }: Chosen, keys: readonly string[]): number {
  if (keys[place] === key) return place;
  const at = keys.indexOf(key);
  return at >= 0 ? at : Math.min(place, keys.length - 1);
}

/** Which row of a list is current, moved by keys: it is the same one wherever it stands once the list is read again. */
export function useCurrent(keys: readonly string[]) {
  const [chosen, setChosen] = useState<Chosen>({ key: "", place: -1 });
  const current = placeOf(chosen, keys);
  const setCurrent = useCallback((place: number) => setChosen({ key: keys[place] ?? "", place }), [keys]);
  const isSettled = chosen.place === current && chosen.key === (keys[current] ?? "");
  useEffect(() => {
    if (!isSettled) setCurrent(current);
  }, [isSettled, current, setCurrent]);
  const move = useCallback(
    (step: number) =>
      setChosen((before) => {
        const place = Math.max(0, Math.min(keys.length - 1, placeOf(before, keys) + step));
        return { key: keys[place] ?? "", place };
      }),
    [keys],
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
