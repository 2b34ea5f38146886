import type { Schemas } from "../../api/client";
import { currentWarehouse } from "../../api/warehouse";
import { type Me, worksAt } from "../../auth/roles";
import { wholeOf } from "../../ui/format";
import type { Balance } from "./balances";

/** A warehouse whose stock of a sku can be changed, with what is there. */
export interface Place {
  warehouse: string;
  onHand: number;
  available: number;
  quarantined: number;
}

type Warehouses = readonly { id: string; kind?: string }[];

/**
 * Where the reader may change a sku's stock: where there is some, and at each of our own warehouses. Of several that a
 * reader is limited to, only the stock at the current one was read.
 */
export function placesOf(balances: readonly Balance[], warehouses: Warehouses, me: Me | undefined): Place[] {
  const there = new Map(balances.map((each) => [each.warehouse as string, each]));
  const own = warehouses.filter(({ kind }) => kind === "own").map(({ id }) => id);
  const theirs = new Set(warehouses.filter(({ kind }) => kind === "fba").map(({ id }) => id));
  // Whoever may not read the warehouses knows those that are theirs.
  const known = warehouses.length > 0 ? own : (me?.warehouses ?? []);
  const current = currentWarehouse(me);
  const isRead = (warehouse: string) => !current || warehouse === current;
  return [...new Set([...there.keys(), ...known])]
    .filter((warehouse) => isRead(warehouse) && worksAt(me, warehouse) && !theirs.has(warehouse))
    .map((warehouse) => {
      const { on_hand: onHand = 0, available = 0, quarantined = 0 } = there.get(warehouse) ?? {};
      return { warehouse, onHand, available, quarantined };
    });
}

/**
 * Units are added or taken away, whatever others change meanwhile; set to what was counted; put into quarantine; sold
 * after all, or scrapped, out of it.
 */
export type Way = "add" | "count" | Schemas["Destination"];

/** How the stock of a place can be changed: what is not there can be neither put into quarantine nor taken out. */
export const waysAt = ({ available, quarantined }: Pick<Place, "available" | "quarantined">): Way[] => [
  "add",
  "count",
  ...(available > 0 ? (["quarantine"] as const) : []),
  ...(quarantined > 0 ? (["sale", "scrap"] as const) : []),
];

/** The units that were typed; null where they are none that can be sent. */
export function typedUnits(way: Way, typed: string): number | null {
  const units = wholeOf(typed.replace("−", "-"));
  if (units === null) return null;
  const isFit = way === "add" ? units !== 0 : units >= (way === "count" ? 0 : 1);
  return isFit ? units : null;
}
