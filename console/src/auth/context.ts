import { useQuery } from "@tanstack/react-query";
import { createContext, use, useMemo } from "react";
import { answerOf, api } from "../api/client";
import { type Can, permissions } from "./roles";
import type { Session } from "./session";

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(SessionContext);
  if (!session) throw new Error("no session");
  return session;
}

export const meQuery = {
  queryKey: ["me"],
  queryFn: () => answerOf(api.GET("/me")),
  staleTime: 5 * 60_000,
};

export const useMe = () => useQuery(meQuery);

/** What the reader may do; nothing until it is known. */
export function useCan(): Can {
  const { data } = useMe();
  return useMemo(() => permissions(data), [data]);
}
