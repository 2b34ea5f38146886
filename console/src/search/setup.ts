import { clean, one, type Raw, text } from "./parameters";

export interface RoutingSearch {
  tab?: "versions";
  /** How many orders a dry run routes again. */
  last?: 50 | 100;
  /** Two versions that are compared, older first. */
  diff?: [number, number];
}

const pair = (value: unknown): [number, number] | undefined => {
  const [older = -1, newer = -1] = /^\[?(\d+),(\d+)\]?$/.exec(String(value))?.slice(1).map(Number) ?? [];
  return older >= 0 && newer > older ? [older, newer] : undefined;
};

export const routingSearch = (raw: Raw): RoutingSearch =>
  clean({
    tab: one(raw.tab, ["versions"] as const),
    last: ([50, 100] as const).find((each) => each === Number(raw.last)),
    diff: pair(raw.diff),
  });

export interface ChannelSearch {
  tab?: (typeof CHANNEL_TABS)[number];
}

export const CHANNEL_TABS = ["unmatched", "compared"] as const;
export const channelSearch = (raw: Raw): ChannelSearch => clean({ tab: one(raw.tab, CHANNEL_TABS) });

export interface SupplierSearch {
  tab?: (typeof SUPPLIER_TABS)[number];
}

export const SUPPLIER_TABS = ["file", "cancellations", "answers", "feed", "purchases"] as const;
export const supplierSearch = (raw: Raw): SupplierSearch => clean({ tab: one(raw.tab, SUPPLIER_TABS) });

export interface UploadSearch {
  /** The upload whose rejected rows this one has, mended. */
  from?: string;
}

export const uploadSearch = (raw: Raw): UploadSearch => clean({ from: text(raw.from) });
