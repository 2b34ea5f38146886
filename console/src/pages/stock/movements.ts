import type { Schemas } from "../../api/client";

type Entry = Pick<Schemas["LedgerEntry"], "kind" | "committed" | "reference">;
type Kind = Schemas["MovementKind"];

const ID = /^[0-9a-f]{32}/;
const OF_ORDERS = new Set<Kind>(["commit", "release", "ship", "void", "return", "short_pick"]);
const NUMBERED = [
  ["PO-", "/purchase-orders"],
  ["TO-", "/transfers"],
  ["WO-", "/work-orders"],
] as const;

/** The page of the order or document that a movement is of; null where a person or a file changed the stock. */
export function documentOf({ kind, committed, reference }: Entry) {
  const numbered = NUMBERED.find(([prefix]) => reference.startsWith(prefix));
  if (numbered) return numbered[1];
  // A person quarantines and writes off what no order has; units of an order are committed.
  return ID.test(reference) && (OF_ORDERS.has(kind) || committed !== 0) ? "/orders" : null;
}

/** What a person wrote beside a change: the id of the request before it means nothing to people. */
export const noteOf = ({ reference }: Entry) => reference.replace(ID, "").trim();
