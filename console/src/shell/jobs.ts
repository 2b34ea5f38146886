import { type QueryState, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { answerOf, api, type Schemas } from "../api/client";
import { PRESIGN_AGAIN_MS } from "../api/queries";

/** The label batch that is shown in the bar: its id outlives a reload, everything else is the API's. */
const KEY = "packhorse-job";

interface Shown {
  id: string | null;
  open: boolean;
}

let shown: Shown = {
  id: typeof localStorage === "undefined" ? null : localStorage.getItem(KEY),
  open: false,
};
const listeners = new Set<() => void>();

function set(next: Shown) {
  shown = next;
  if (next.id) localStorage.setItem(KEY, next.id);
  else localStorage.removeItem(KEY);
  for (const each of listeners) each();
}

export const watchJob = (id: string) => set({ id, open: true });
export const openJob = () => set({ ...shown, open: true });
export const closeJob = () => set({ ...shown, open: false });
export const dropJob = () => set({ id: null, open: false });

export const useShownJob = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );

export type Batch = Schemas["BatchView"];

const FAILED = new Set<Schemas["EntryState"]>(["needs_data", "refused", "failed"]);
export const failedIn = (batch: Batch) => batch.items.filter((each) => FAILED.has(each.state));
export const boughtIn = (batch: Batch) => batch.items.filter((each) => each.state === "bought");

/** Whether nothing will change by itself: all are decided, and there is a file to print where one was bought. */
export const isSettled = (batch: Batch) =>
  batch.done && (batch.url !== null || batch.problem !== "" || boughtIn(batch).length === 0);

export const batchKey = (id: string | null) => ["label-batch", id];

/** How long a batch is looked at each second; what is not settled then takes its time. */
const SOON_MS = 10 * 60_000;
const MOST_MS = 60_000;

type Readings = Pick<QueryState<Batch>, "data" | "status" | "errorUpdateCount">;

/** When a batch is read again, the later the more often that failed. */
export function readAgainIn({ data, status, errorUpdateCount }: Readings): number {
  if (status === "error") return Math.min(MOST_MS, 1_000 * 2 ** errorUpdateCount);
  if (data && isSettled(data)) return PRESIGN_AGAIN_MS;
  return data && Date.now() - Date.parse(data.created_at) > SOON_MS ? MOST_MS / 4 : 1_000;
}

export function useJob() {
  const { id } = useShownJob();
  return useQuery({
    queryKey: batchKey(id),
    queryFn: () =>
      answerOf(api.GET("/label-batches/{batch_id}", { params: { path: { batch_id: id ?? "" } } })),
    enabled: id !== null,
    retry: false,
    refetchInterval: ({ state }) => readAgainIn(state),
  });
}
