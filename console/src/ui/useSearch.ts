import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";

/**
 * Write the filters of a list into the address of its page, over those that are there: `set` some of them, `find` by
 * words. Both keep their identity from render to render, as `ListSearchField` needs.
 */
export function useSetSearch<Search extends { q?: string }>() {
  const navigate = useNavigate();
  const set = useCallback(
    (change: Partial<Search>) =>
      navigate({
        to: ".",
        search: (before: Record<string, unknown>) => ({ ...before, ...change }),
        replace: true,
      }),
    [navigate],
  );
  const find = useCallback((q: string | undefined) => set({ q } as Partial<Search>), [set]);
  return { set, find };
}
