import { type Me, worksAt } from "../../auth/roles";
import { wholeOf } from "../../ui/format";
import type { Balance } from "./balances";

/** A warehouse whose stock of a sku can be changed, with what is on hand there. */
export interface Place {
  warehouse: string;
  onHand: number;
}

type Warehouses = readonly { id: string; kind?: string }[];

/** Where the reader may change a sku's stock: where there is some, and at each of our own warehouses. */
export function placesOf(balances: readonly Balance[], warehouses: Warehouses, me: Me | undefined): Place[] {
  const onHand = new Map(balances.map((each) => [each.warehouse as string, each.on_hand ?? 0]));
  const own = warehouses.filter(({ kind }) => kind === "own").map(({ id }) => id);
  const theirs = new Set(warehouses.filter(({ kind }) => kind === "fba").map(({ id }) => id));
  // Whoever may not read the warehouses knows those that are theirs.
  const known = warehouses.length > 0 ? own : (me?.warehouses ?? []);
  return [...new Set([...onHand.keys(), ...known])]
    .filter((warehouse) => worksAt(me, warehouse) && !theirs.has(warehouse))
    .map((warehouse) => ({ warehouse, onHand: onHand.get(warehouse) ?? 0 }));
}

/** Units are added or taken away, whatever others change meanwhile; or set to what was counted. */
export type Way = "add" | "count";

/** The units that were typed; null where they are none that can be sent. */
export function typedUnits(way: Way, typed: string): number | null {
  const units = wholeOf(typed.replace("−", "-"));
  if (units === null) return null;
  return (way === "add" ? units !== 0 : units >= 0) ? units : null;
}
