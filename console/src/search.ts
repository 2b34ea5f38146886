import type { Schemas } from "./api/client";

/**
 * The search parameters of each page are its saved view. What is unknown is dropped silently, and defaults are not
 * written.
 */
type Raw = Record<string, unknown>;

export const VIEWS = ["to-ship", "to-pack", "packed", "held", "short", "partners", "needs-fix"] as const;
export const CHECKS = [
  "address",
  "product",
  "warehouse",
  "stock",
  "hold",
  "sender",
  "weight",
  "customs",
  "box",
  "carrier",
] as const;
export const STATUSES = [
  "awaiting_payment",
  "open",
  "in_fulfilment",
  "partially_shipped",
  "complete",
  "cancelled",
] as const;
export const FLAGS = ["held", "backordered", "exception", "late", "cancel_requested"] as const;
export const STATES = ["open", "retried", "resolved", "dismissed"] as const;

const text = (value: unknown) => {
  const found = typeof value === "number" ? String(value) : value;
  return typeof found === "string" && found.trim() ? found.trim().slice(0, 200) : undefined;
};
const one = <T extends string>(value: unknown, known: readonly T[]) => known.find((each) => each === value);
const flag = (value: unknown) => (value === true || value === "true" ? true : undefined);
const clean = <T extends Raw>(found: T): T =>
  Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as T;

export interface ListSearch {
  view?: Schemas["View"];
  warehouse?: string;
  channel?: string;
  service?: string;
  country?: string;
  tag?: string;
  check?: Schemas["Check"];
  late?: boolean;
  expedited?: boolean;
  q?: string;
}

export const listSearch = (raw: Raw): ListSearch =>
  clean({
    view: one(raw.view, VIEWS.slice(1)) as Schemas["View"] | undefined,
    warehouse: text(raw.warehouse),
    channel: text(raw.channel),
    service: text(raw.service),
    country: text(raw.country),
    tag: text(raw.tag),
    check: one(raw.check, CHECKS),
    late: flag(raw.late),
    expedited: flag(raw.expedited),
    q: text(raw.q),
  });

export interface OrderListSearch {
  status?: Schemas["Status"];
  flag?: Schemas["Flag"];
  channel?: string;
  warehouse?: string;
  tag?: string;
  q?: string;
}

export const orderListSearch = (raw: Raw): OrderListSearch =>
  clean({
    status: one(raw.status, STATUSES),
    flag: one(raw.flag, FLAGS),
    channel: text(raw.channel),
    warehouse: text(raw.warehouse),
    tag: text(raw.tag),
    q: text(raw.q),
  });

/** Lists from which an order is opened. */
const ORDER_LISTS = ["/", "/orders", "/exceptions"] as const;

export interface OrderSearch {
  /** The list it was opened from: J and K go through it. */
  list?: (typeof ORDER_LISTS)[number];
  trace?: "all";
}

export const orderSearch = (raw: Raw): OrderSearch =>
  clean({ list: one(raw.list, ORDER_LISTS), trace: one(raw.trace, ["all"] as const) });

export interface ExceptionSearch {
  state?: Schemas["ExceptionState"];
  cause?: string;
}

export const exceptionSearch = (raw: Raw): ExceptionSearch =>
  clean({
    state: one(raw.state, STATES.slice(1)) as Schemas["ExceptionState"] | undefined,
    cause: text(raw.cause),
  });

export interface StockSearch {
  warehouse?: string;
  q?: string;
}

export const stockSearch = (raw: Raw): StockSearch =>
  clean({ warehouse: text(raw.warehouse), q: text(raw.q) });

export interface SkuSearch {
  warehouse?: string;
  /** A day, `2026-11-20`: the stock as of its end. */
  at?: string;
}

export const skuSearch = (raw: Raw): SkuSearch => {
  const at = text(raw.at);
  return clean({ warehouse: text(raw.warehouse), at: at && /^\d{4}-\d{2}-\d{2}$/.test(at) ? at : undefined });
};

export interface BenchSearch {
  /** The box that is open, `order:number`: a reload comes back to it. */
  fo?: string;
}

export const benchSearch = (raw: Raw): BenchSearch => clean({ fo: text(raw.fo) });

export interface UploadSearch {
  /** The upload whose rejected rows this one has, mended. */
  from?: string;
}

export const uploadSearch = (raw: Raw): UploadSearch => clean({ from: text(raw.from) });

export interface RoutingSearch {
  tab?: "versions";
  /** How many orders a dry run routes again. */
  last?: 50 | 100;
  /** Two versions that are compared, older first. */
  diff?: [number, number];
}

const pair = (value: unknown): [number, number] | undefined => {
  if (!Array.isArray(value) || value.length !== 2 || !value.every(Number.isInteger)) return undefined;
  const [older, newer] = value as [number, number];
  return older >= 0 && newer > older ? [older, newer] : undefined;
};

export const routingSearch = (raw: Raw): RoutingSearch =>
  clean({
    tab: one(raw.tab, ["versions"] as const),
    last: ([50, 100] as const).find((each) => each === raw.last),
    diff: pair(raw.diff),
  });

export interface ChannelSearch {
  tab?: "unmatched";
}

export const channelSearch = (raw: Raw): ChannelSearch =>
  clean({ tab: one(raw.tab, ["unmatched"] as const) });

export interface NumberedSearch<State extends string> {
  /** Without one, what is not over. */
  state?: State | "all";
  supplier?: string;
  warehouse?: string;
  q?: string;
}

const numberedSearch =
  <State extends string>(states: readonly State[]) =>
  (raw: Raw): NumberedSearch<State> =>
    clean({
      state: one(raw.state, [...states, "all" as const]),
      supplier: text(raw.supplier),
      warehouse: text(raw.warehouse),
      q: text(raw.q),
    });

const ARRIVING = ["partially_received", "received", "closed", "cancelled"] as const;
export const purchaseSearch = numberedSearch<Schemas["PurchaseState"]>(["new", "submitted", ...ARRIVING]);
export const transferSearch = numberedSearch<Schemas["TransferState"]>(["requested", "sent", ...ARRIVING]);
export const workSearch = numberedSearch<Schemas["WorkState"]>([
  "new",
  "submitted",
  "partially_done",
  "done",
  "closed",
  "cancelled",
]);

export interface DocumentSearch {
  /** What is being done with it, over its whole page. */
  doing?: "receive" | "return" | "edit";
}

export const documentSearch = (raw: Raw): DocumentSearch =>
  clean({ doing: one(raw.doing, ["receive", "return", "edit"] as const) });

export interface SuggestionSearch {
  supplier?: string;
  warehouse?: string;
  weeks?: number;
  days?: number;
}

const within = (value: unknown, least: number, most: number) => {
  const found = Number(value);
  return value !== undefined && Number.isInteger(found) && found >= least && found <= most
    ? found
    : undefined;
};

export const suggestionSearch = (raw: Raw): SuggestionSearch =>
  clean({
    supplier: text(raw.supplier),
    warehouse: text(raw.warehouse),
    weeks: within(raw.weeks, 1, 26),
    days: within(raw.days, 0, 365),
  });

export interface WorkDraftSearch {
  sku?: string;
  kind?: Schemas["WorkKind"];
  warehouse?: string;
}

/** What a new work order begins with. */
export const workDraftSearch = (raw: Raw): WorkDraftSearch =>
  clean({
    sku: text(raw.sku),
    kind: one(raw.kind, ["build", "disassembly"] as const),
    warehouse: text(raw.warehouse),
  });

export interface ProductsSearch {
  /** A sku. */
  q?: string;
}

export const productsSearch = (raw: Raw): ProductsSearch => clean({ q: text(raw.q) });

export interface SupplierSearch {
  tab?: (typeof SUPPLIER_TABS)[number];
}

export const SUPPLIER_TABS = ["file", "cancellations", "answers", "feed", "purchases"] as const;
export const supplierSearch = (raw: Raw): SupplierSearch => clean({ tab: one(raw.tab, SUPPLIER_TABS) });
