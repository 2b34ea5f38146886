import type { UseMutationResult } from "@tanstack/react-query";
import { useKept } from "../../ui/kept";
import type { Labels } from "../../ui/labels";
import { useRead } from "../../ui/useRead";
import { Theirs } from "../setup/Theirs";

/**
 * A document as it is written: kept while it is typed, and made on what was read of `stored`, if it is edited. What
 * another person saved meanwhile is asked about by `meanwhile`.
 */
export function useWritten<T extends { timeline: readonly unknown[] }, Draft extends object>(
  stored: T | undefined,
  draftOf: (stored: T | undefined) => Draft,
  labels: Labels,
) {
  const [draft, setDraft] = useKept<Draft>("draft", () => draftOf(stored), { of: stored?.timeline.length });
  const read = useRead(stored, draftOf);
  const meanwhile = (save: UseMutationResult<unknown, Error, void>) => (
    <Theirs
      error={save.error}
      read={read}
      labels={labels}
      onTake={(now) => {
        setDraft(draftOf(now));
        save.reset();
      }}
      onKeep={save.reset}
    />
  );
  const set = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  return { draft, setDraft, set, read, meanwhile };
}
