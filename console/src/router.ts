import { createRoute, createRouter, redirect } from "@tanstack/react-router";
import { goodsRoutes } from "./routes/goods";
import { ordersRoutes } from "./routes/orders";
import { root } from "./routes/root";
import { setupRoutes } from "./routes/setup";
import { parseSearch, stringifySearch } from "./search/parameters";
import { Broken } from "./shell/Broken";

const signedIn = createRoute({
  getParentRoute: () => root,
  path: "/signed-in",
  beforeLoad: () => {
    throw redirect({ to: "/" });
  },
});

export const router = createRouter({
  routeTree: root.addChildren([...ordersRoutes, ...goodsRoutes, ...setupRoutes, signedIn]),
  parseSearch,
  stringifySearch,
  defaultErrorComponent: Broken,
  defaultPreload: "intent",
  defaultPreloadStaleTime: 0,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
