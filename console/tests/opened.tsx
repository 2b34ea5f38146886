import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { act, render } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import type { ReactNode } from "react";
import { SessionContext } from "../src/auth/context";
import type { Session } from "../src/auth/session";
import { router } from "../src/router";
import { server } from "./server";

/** What has read this by its keys, and reads none of it again. */
export function knowing(answers: Record<string, object>) {
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  for (const [name, answer] of Object.entries(answers)) client.setQueryData([name], answer);
  return client;
}

/** Show a part of the console by itself. */
export const show = (part: ReactNode, client = new QueryClient()) =>
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>{part}</QueryClientProvider>
    </MantineProvider>,
  );

interface Opened {
  roles?: string[];
  warehouses?: string[];
  /** What the API answers, by path; lists that are not named have nothing in them. */
  answers?: Record<string, object>;
}

/** Open the console at an address, as somebody with these roles. */
export function open(at: string, { roles = ["owner"], warehouses = [], answers = {} }: Opened = {}) {
  const known = { "/me": { id: "1", name: "ann", roles, warehouses }, ...answers };
  server.use(
    ...Object.entries(known).map(([path, body]) => http.get(`*/api${path}`, () => HttpResponse.json(body))),
    http.get("*/api/activity", () => HttpResponse.json({ detail: "not counted yet" }, { status: 404 })),
    http.get("*/api/*", () => HttpResponse.json({ items: [], next: null })),
  );
  const here = createRouter({ ...router.options, history: createMemoryHistory({ initialEntries: [at] }) });
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return show(
    <SessionContext value={{ token: async () => "t" } as unknown as Session}>
      <RouterProvider router={here} />
    </SessionContext>,
    client,
  );
}

/** The window is looked at again: what is shown is read again. */
export const lookAgain = () => act(async () => void window.dispatchEvent(new Event("visibilitychange")));
