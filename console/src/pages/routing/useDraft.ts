import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { answerOf, api } from "../../api/client";
import { changesIn, type Draft, noDraft, type Saved, tidied, withDraft } from "./draft";

const KEPT = "packhorse-routing-draft";

/** The draft of an earlier visit; none where there is none, or it is of another shape. */
function kept(): Draft | null {
  try {
    const found = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    return found?.account && found.excludes && found.overrides ? found : null;
  } catch {
    return null;
  }
}

/** Read account, warehouses and channels again, and what follows from them. */
export function useRefresh() {
  const client = useQueryClient();
  return () => {
    const read = ["account", "warehouses", "channels", "versions"];
    return Promise.all(read.map((name) => client.invalidateQueries({ queryKey: [name] })));
  };
}

/** The settings in force, as routing reads them. */
export function useSaved() {
  const account = useQuery({ queryKey: ["account"], queryFn: () => answerOf(api.GET("/account")) });
  const warehouses = useQuery({ queryKey: ["warehouses"], queryFn: () => answerOf(api.GET("/warehouses")) });
  const channels = useQuery({ queryKey: ["channels"], queryFn: () => answerOf(api.GET("/channels")) });
  const saved = useMemo((): Saved | undefined => {
    if (!account.data || !warehouses.data || !channels.data) return undefined;
    const { config_version: version, warnings: _, ...settings } = account.data;
    return {
      version,
      account: settings,
      warehouses: warehouses.data.items,
      channels: channels.data.items.filter((each) => each.active !== false),
    };
  }, [account.data, warehouses.data, channels.data]);
  return { saved, failing: [account, warehouses, channels].find((each) => each.isError) ?? account };
}

/** A draft of the settings in force, kept in this browser until it is saved or discarded. */
export function useDraft(saved: Saved) {
  const [stored, setStored] = useState<Draft>(() => kept() ?? noDraft(saved.version));
  const draft = useMemo(() => {
    const tidy = tidied(saved, stored);
    return changesIn(tidy) ? tidy : noDraft(saved.version);
  }, [saved, stored]);
  const set = (next: Draft) => {
    const tidy = tidied(saved, next);
    if (changesIn(tidy)) localStorage.setItem(KEPT, JSON.stringify(tidy));
    else localStorage.removeItem(KEPT);
    setStored(tidy);
  };
  return {
    draft,
    set,
    shown: useMemo(() => withDraft(saved, draft), [saved, draft]),
    changes: changesIn(draft),
    discard: () => set(noDraft(saved.version)),
  };
}

/** Go back to a version, which makes a new one. */
export function useRestore() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: (number: number) =>
      answerOf(api.POST("/configuration/versions/{number}/restore", { params: { path: { number } } })),
    onSuccess: refresh,
  });
}
