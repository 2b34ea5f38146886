import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRouter, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { SessionContext } from "../src/auth/context";
import type { Session } from "../src/auth/session";
import { router } from "../src/router";
import { server } from "./server";

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
  return render(
    <MantineProvider env="test">
      <SessionContext value={{ token: async () => "t" } as unknown as Session}>
        <QueryClientProvider client={client}>
          <RouterProvider router={here} />
        </QueryClientProvider>
      </SessionContext>
    </MantineProvider>,
  );
}
