import type { Operation } from "../api/roles";
import { t } from "../texts";
import type { IconName } from "../ui/Icon";

/** The address of a page that has a place in the navigation. */
export type Path =
  | "/"
  | "/bench"
  | "/orders"
  | "/exceptions"
  | "/stock"
  | "/purchase-orders"
  | "/transfers"
  | "/work-orders"
  | "/routing"
  | "/channels"
  | "/suppliers"
  | "/products"
  | "/warehouses"
  | "/carriers"
  | "/boxes"
  | "/uploads"
  | "/health"
  | "/people";
export interface Item {
  to: Path;
  label: string;
  icon: IconName;
  /** What a role must be allowed for the page to be of use. */
  needs: Operation;
  group?: string;
}

export const PAGES: Item[] = [
  { to: "/", label: t.nav.toShip, icon: "truck-delivery", needs: "GET /fulfilments" },
  { to: "/bench", label: t.nav.bench, icon: "scan", needs: "POST /bench/{station}/open" },
  { to: "/orders", label: t.nav.orders, icon: "receipt", needs: "GET /orders" },
  { to: "/exceptions", label: t.nav.exceptions, icon: "alert-triangle", needs: "GET /exceptions" },
  { to: "/stock", label: t.nav.stock, icon: "stack-2", needs: "GET /stock", group: t.nav.goods },
  { to: "/products", label: t.nav.products, icon: "tag", needs: "GET /products" },
  { to: "/purchase-orders", label: t.nav.purchases, icon: "shopping-cart", needs: "GET /purchase-orders" },
  { to: "/work-orders", label: t.nav.works, icon: "tools", needs: "GET /work-orders" },
  { to: "/transfers", label: t.nav.transfers, icon: "arrows-exchange", needs: "GET /transfer-orders" },
  { to: "/routing", label: t.nav.routing, icon: "route", needs: "POST /routing/dry-run", group: t.nav.setUp },
  {
    to: "/warehouses",
    label: t.nav.warehouses,
    icon: "building-warehouse",
    needs: "GET /account",
  },
  { to: "/channels", label: t.nav.channels, icon: "building-store", needs: "GET /channels" },
  { to: "/suppliers", label: t.nav.suppliers, icon: "building-factory-2", needs: "GET /suppliers" },
  { to: "/carriers", label: t.nav.carriers, icon: "truck", needs: "GET /carriers" },
  { to: "/boxes", label: t.nav.boxes, icon: "box", needs: "GET /account" },
  { to: "/uploads", label: t.nav.uploads, icon: "upload", needs: "GET /uploads" },
  {
    to: "/health",
    label: t.nav.health,
    icon: "heartbeat",
    needs: "GET /channels/{channel_id}/health",
    group: "",
  },
  { to: "/people", label: t.nav.people, icon: "users", needs: "GET /users" },
];

/** Pages below another one that need more than that. */
const BELOW: Record<string, Operation> = {
  "/orders/new": "POST /orders",
  "/purchase-orders/new": "POST /purchase-orders",
  "/purchase-orders/suggestions": "GET /purchase-suggestions",
  "/transfers/new": "POST /transfer-orders",
  "/work-orders/new": "POST /work-orders",
};

/** The page of an address, with what a role needs for it; nothing of an address that is no page. */
export function pageAt(path: string): Pick<Item, "label" | "needs"> | undefined {
  const page = PAGES.find(({ to }) => path === to || (to !== "/" && path.startsWith(`${to}/`)));
  return page && { label: page.label, needs: BELOW[path] ?? page.needs };
}
