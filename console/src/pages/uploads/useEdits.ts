import { useMemo } from "react";
import { useKept } from "../../ui/kept";
import { type Cell, type Edits, keyOf } from "./mending";

export interface Editing {
  edits: Edits;
  set: (changes: readonly [Cell, string][]) => void;
  undo: () => void;
}

/** The browser keeps what is typed, not the way to it. */
const KEPT = {
  store: (steps: readonly Edits[]) => [...(steps.at(-1) ?? [])],
  revive: (stored: [string, string][]) => [new Map(), new Map(stored)],
};

/** What was typed into the grid, each change one step back. */
export function useEdits(): Editing {
  const [steps, setSteps] = useKept<readonly Edits[]>("edits", () => [new Map()], KEPT);
  const edits = steps.at(-1) ?? new Map();
  return useMemo(
    () => ({
      edits,
      set: (changes) =>
        setSteps((before) => {
          const next = new Map(before.at(-1));
          for (const [cell, value] of changes) next.set(keyOf(cell), value);
          return [...before, next];
        }),
      undo: () => setSteps((before) => (before.length > 1 ? before.slice(0, -1) : before)),
    }),
    [edits, setSteps],
  );
}
