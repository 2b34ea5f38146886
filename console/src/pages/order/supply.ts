import type { Schemas } from "../../api/client";

type Order = Schemas["OrderView"];

/** Units that are bought or built for a line of an order, and have not come yet. */
export type Supply = Schemas["Supply"];
export type SupplyByLine = ReadonlyMap<string, readonly Supply[]>;

/** A draft is on its way to nobody yet. */
export const isDraft = ({ state }: Supply) => state === "new";

/** What is bought or built for the lines that wait; null where none does, or the reader does not see it. */
export function supplyOf(order: Order): SupplyByLine | null {
  if (order.status === "cancelled" || order.lines.every((each) => each.short === 0)) return null;
  const found = new Map<string, Supply[]>();
  for (const each of order.supply ?? []) found.set(each.line, [...(found.get(each.line) ?? []), each]);
  return found;
}

/** The day by which all that an order waits for should be there; null where some of it has none. */
export function expectedBy(order: Order, supply: SupplyByLine): string | null {
  let last: string | null = null;
  for (const line of order.lines.filter((each) => each.short > 0)) {
    const dated = (supply.get(line.id) ?? []).filter((each) => !isDraft(each) && each.expected_on);
    if (dated.reduce((all, each) => all + each.units, 0) < line.short) return null;
    for (const { expected_on: day } of dated) if (!last || (day && day > last)) last = day ?? last;
  }
  return last;
}
