import type { Schemas } from "../../api/client";

type Entry = Pick<Schemas["NamedEntry"], "order_number" | "reference">;

const ID = /^[0-9a-f]{32}/;
const NUMBERED = [
  ["PO-", "/purchase-orders"],
  ["TO-", "/transfers"],
  ["WO-", "/work-orders"],
] as const;

/** The page of the order or document that a movement is of; null where a person or a file changed the stock. */
export function documentOf({ order_number, reference }: Entry) {
  const numbered = NUMBERED.find(([prefix]) => reference.startsWith(prefix));
  if (numbered) return numbered[1];
  return order_number === null ? null : "/orders";
}

/** What a person wrote beside a change: the id of the request before it means nothing to people. */
export const noteOf = ({ reference }: Entry) => reference.replace(ID, "").trim();
