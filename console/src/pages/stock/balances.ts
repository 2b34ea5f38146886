import type { Schemas } from "../../api/client";

export type Balance = Schemas["NamedBalance"];

export interface Sum {
  sku: string;
  name: string;
  available: number;
  on_hand: number;
  committed: number;
  quarantined: number;
  incoming: number;
  waiting: number;
  places: Balance[];
}

const of = (n: number | undefined) => n ?? 0;

/**
 * The balances of each sku over its warehouses, in the order in which skus came. A unit that an order lacks waits at
 * every warehouse that may serve it, so that these numbers are not added up: it is the largest of them.
 */
export function bySku(balances: readonly Balance[]): Sum[] {
  const sums = new Map<string, Sum>();
  for (const each of balances) {
    const empty = {
      sku: each.sku,
      name: each.name,
      available: 0,
      on_hand: 0,
      committed: 0,
      quarantined: 0,
      incoming: 0,
      waiting: 0,
      places: [],
    };
    const sum = sums.get(each.sku) ?? empty;
    sums.set(each.sku, {
      sku: each.sku,
      name: each.name,
      available: sum.available + of(each.available),
      on_hand: sum.on_hand + of(each.on_hand),
      committed: sum.committed + of(each.committed),
      quarantined: sum.quarantined + of(each.quarantined),
      incoming: sum.incoming + of(each.incoming),
      waiting: Math.max(sum.waiting, of(each.waiting)),
      places: [...sum.places, each],
    });
  }
  return [...sums.values()];
}

export const scaleOf = (rows: readonly Pick<Sum, "on_hand" | "incoming">[]) =>
  Math.max(1, ...rows.map((each) => Math.max(0, each.on_hand) + Math.max(0, each.incoming)));
