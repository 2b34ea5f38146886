import { MutationCache, QueryClient, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useCan, useMe } from "../auth/context";
import { answerOf, api, Refused } from "./client";
import { namedOf, speaker } from "./names";
import { choicesOf } from "./warehouse";

/** Old data stays while new data loads; what the API refuses is not asked for again. */
export const queries: QueryClient = new QueryClient({
  mutationCache: new MutationCache({ onError: readAgainAfter }),
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: true,
      retry: (failures, error) => failures < 2 && !(error instanceof Refused && error.status < 500),
    },
  },
});

/** Reads what is shown again where a request before, whose answer was lost, was or may have been done. */
export function readAgainAfter(error: unknown) {
  if (error instanceof Refused && error.earlier !== undefined) queries.invalidateQueries();
}

/** One order; what is changed of it is kept under the same key. */
export const orderQuery = (id: string) => ({
  queryKey: ["order", id],
  queryFn: () => answerOf(api.GET("/orders/{order_id}", { params: { path: { order_id: id } } })),
});

/** What shows orders; lists and counts follow a change by the stream of its table. */
const FOLLOWING = ["order", "could-ship-with", "fulfilments", "counts", "orders", "exceptions"];
/** When they are read again, in milliseconds after an act. */
const FOLLOWED_BY = [1_000, 3_000, 8_000];
let following: ReturnType<typeof setTimeout>[] = [];

/** Read again what shows orders after some were changed here: at once, and once lists and counts have followed. */
export function refreshOrders(client: QueryClient) {
  const read = () => {
    for (const name of FOLLOWING) client.invalidateQueries({ queryKey: [name] });
  };
  read();
  for (const timer of following) clearTimeout(timer);
  following = FOLLOWED_BY.map((wait) => setTimeout(read, wait));
}

/** When presigned URLs are read again: each is good for a quarter of an hour. */
export const PRESIGN_AGAIN_MS = 10 * 60_000;

const SETUP = { staleTime: 5 * 60_000 };

export interface Names {
  warehouse: (id: string | null | undefined) => string;
  channel: (id: string | null | undefined) => string;
  /** Whether a channel can be told anything; one whose orders come by file and by hand cannot. */
  isReachable: (id: string) => boolean;
  /** A text of the API with these names in place of ids. */
  said: (text: string) => string;
  warehouses: { id: string; name: string; kind?: string }[];
  channels: { id: string; name: string; kind?: string }[];
  /** Whether neither is being read. */
  areNamed: boolean;
  /** Whether there is no channel yet, as far as channels were read. */
  hasNoChannel: boolean;
}

/** All channels, where the reader may see them. */
export function useChannels() {
  const can = useCan();
  return useQuery({
    queryKey: ["channels"],
    queryFn: () => answerOf(api.GET("/channels")),
    enabled: can("GET /channels"),
    ...SETUP,
  });
}

/** What people call warehouses and channels; the id where the reader may not see their names. */
export function useNames(): Names {
  const can = useCan();
  const { data: me } = useMe();
  const seesWarehouses = can("GET /warehouses");
  const warehouses = useQuery({
    queryKey: ["warehouses"],
    queryFn: () => answerOf(api.GET("/warehouses")),
    enabled: seesWarehouses,
    ...SETUP,
  });
  const channels = useChannels();
  return useMemo(() => {
    const places = namedOf(warehouses.data?.items);
    const shops = namedOf(channels.data?.items);
    const byId = (all: { id: string; name: string }[]) => {
      const names = new Map(all.map((each) => [each.id, each.name]));
      return (id: string | null | undefined) => (id ? (names.get(id) ?? id) : "");
    };
    return {
      warehouses: seesWarehouses ? places : choicesOf(me).map((id) => ({ id, name: id })),
      channels: shops,
      warehouse: byId(places),
      channel: byId(shops),
      isReachable: (id: string) => shops.find((each) => each.id === id)?.kind !== "offline",
      said: speaker([...places, ...shops]),
      areNamed: !warehouses.isLoading && !channels.isLoading,
      hasNoChannel: channels.isSuccess && shops.length === 0,
    };
  }, [
    me,
    seesWarehouses,
    warehouses.data,
    warehouses.isLoading,
    channels.data,
    channels.isLoading,
    channels.isSuccess,
  ]);
}

/** Suppliers with what people call them; the id where the reader may not see their names. */
export function useSuppliers() {
  const can = useCan();
  const found = useQuery({
    queryKey: ["suppliers"],
    queryFn: () => answerOf(api.GET("/suppliers")),
    enabled: can("GET /suppliers"),
    ...SETUP,
  });
  return useMemo(() => {
    const all = namedOf(found.data?.items);
    const unused = found.data?.items.filter((each) => each.active === false).map((each) => each.id) ?? [];
    return {
      all,
      /** Those that are switched off: nothing is sent to them, and nothing drafted for them by itself. */
      unused,
      areNamed: found.isSuccess,
      isNone: found.isSuccess && all.length === 0,
      name: (id: string) => all.find((each) => each.id === id)?.name ?? id,
    };
  }, [found.data, found.isSuccess]);
}

/** How many rows of the "To ship" list each of its views has. */
export function useViewCounts() {
  const can = useCan();
  return useQuery({
    queryKey: ["counts"],
    queryFn: () => answerOf(api.GET("/fulfilments", { params: { query: { limit: 1 } } })),
    enabled: can("GET /fulfilments"),
    refetchInterval: 20_000,
  });
}

/** The account's settings, where the reader may see them and `needed`. */
export function useAccount(needed = true) {
  const can = useCan();
  return useQuery({
    queryKey: ["account"],
    queryFn: () => answerOf(api.GET("/account")),
    enabled: can("GET /account") && needed,
    ...SETUP,
  });
}
