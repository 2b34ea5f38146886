import type { Schemas } from "../api/client";
import { pastDay } from "./days";
import { clean, flag, one, type Raw, text, within } from "./parameters";

export interface StockSearch {
  warehouse?: string;
  q?: string;
  /** A day, `2026-11-20`: the stock as of its end. */
  at?: string;
}

export const stockSearch = (raw: Raw): StockSearch =>
  clean({ warehouse: text(raw.warehouse), q: text(raw.q), at: pastDay(raw.at) });

export interface CountSearch extends Pick<StockSearch, "warehouse" | "q"> {
  /** Whether the sheet says how many are on hand: who knows it counts that many. */
  on_hand?: boolean;
}

export const countSearch = (raw: Raw): CountSearch =>
  clean({ warehouse: text(raw.warehouse), q: text(raw.q), on_hand: flag(raw.on_hand) });

export interface SkuSearch {
  warehouse?: string;
  /** A day, `2026-11-20`: the stock as of its end. */
  at?: string;
}

export const skuSearch = (raw: Raw): SkuSearch =>
  clean({ warehouse: text(raw.warehouse), at: pastDay(raw.at) });

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
