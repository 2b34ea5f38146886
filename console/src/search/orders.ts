import type { Schemas } from "../api/client";
import { days } from "./days";
import { clean, flag, one, type Raw, text } from "./parameters";

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
/** How orders can be sorted; without one, the newest are first. */
export const SORTS = ["placed", "ship_by", "-ship_by"] as const;
export const STATES = ["open", "retried", "resolved", "dismissed"] as const;

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
  delivery_method?: string;
  tag?: string;
  /** The days on which they were placed, or are to ship: `today`, `2026-11-01..2026-11-05`. */
  placed?: string;
  ship_by?: string;
  sort?: (typeof SORTS)[number];
  q?: string;
}

export const orderListSearch = (raw: Raw): OrderListSearch =>
  clean({
    status: one(raw.status, STATUSES),
    flag: one(raw.flag, FLAGS),
    channel: text(raw.channel),
    warehouse: text(raw.warehouse),
    delivery_method: text(raw.delivery_method),
    tag: text(raw.tag),
    placed: days(raw.placed),
    ship_by: days(raw.ship_by),
    sort: one(raw.sort, SORTS),
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

export interface BenchSearch {
  /** The box that is open, `order:number`: a reload comes back to it. */
  fo?: string;
}

export const benchSearch = (raw: Raw): BenchSearch => clean({ fo: text(raw.fo) });
