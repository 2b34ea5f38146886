import type { Middleware } from "openapi-fetch";
import type { Me } from "../auth/roles";

const KEY = "packhorse-warehouse";
const UNLIMITED: ReadonlySet<string> = new Set(["owner", "operator", "read_only"]);

/** Requests that are about one warehouse where their sender is limited to some: of several they have to name it. */
export const OF_ONE_WAREHOUSE: ReadonlySet<string> = new Set([
  "/fulfilments",
  "/manifests",
  "/orders",
  "/purchase-orders",
  "/stock",
  "/stock/{sku}/movements",
  "/transfer-orders",
  "/work-orders",
]);

/** The warehouses of somebody who is limited to them; none of somebody who sees all. */
const ownOf = (me: Me | undefined) =>
  me && !me.roles.some((role) => UNLIMITED.has(role)) ? me.warehouses : [];

/** The warehouses that the reader can choose from: none where all are seen, and where there is no choice. */
export const choicesOf = (me: Me | undefined) => {
  const own = ownOf(me);
  return own.length > 1 ? own : [];
};

/** The one that the reader's lists are of: the one that was chosen last, else the first. */
export function currentWarehouse(me: Me | undefined): string | undefined {
  const choices = choicesOf(me);
  const chosen = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  const current = choices.find((each) => each === chosen) ?? choices[0];
  if (current) sessionStorage.setItem(KEY, current); // a choice in another tab leaves what this one shows
  return current;
}

/** Keep the choice, and load the page anew: nothing of the warehouse before stays on it, and what was typed does. */
export function chooseWarehouse(id: string): void {
  for (const store of [localStorage, sessionStorage]) store.setItem(KEY, id);
  const url = new URL(window.location.href);
  url.searchParams.delete("warehouse");
  window.location.assign(url);
}

/** Has lists be of the current warehouse where they name none. */
export function ofCurrentWarehouse(read: () => Promise<Me | undefined>): Middleware {
  return {
    async onRequest({ request, schemaPath }) {
      if (request.method !== "GET" || !OF_ONE_WAREHOUSE.has(schemaPath)) return undefined;
      const url = new URL(request.url);
      if (url.searchParams.has("warehouse")) return undefined;
      const current = currentWarehouse(await read());
      if (!current) return undefined;
      url.searchParams.set("warehouse", current);
      return new Request(url, request);
    },
  };
}
