import { useMemo, useState } from "react";
import { type Cell, type Edits, keyOf } from "./mending";

export interface Editing {
  edits: Edits;
  set: (changes: readonly [Cell, string][]) => void;
  undo: () => void;
}

/** What was typed into the grid, each change one step back. */
export function useEdits(): Editing {
  const [steps, setSteps] = useState<readonly Edits[]>([new Map()]);
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
    [edits],
  );
}
