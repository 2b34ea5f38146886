import type { Schemas } from "../../api/client";

type Order = Schemas["OrderView"];

/** Units that are bought or built for a line of an order, and have not come yet. */
export interface Supply {
  id: string;
  kind: "purchase" | "work";
  units: number;
  isDraft: boolean;
  /** The day they should come, where the supplier or a person said one. */
  expected: string | null;
}

export type SupplyByLine = ReadonlyMap<string, readonly Supply[]>;

/** What is to come for each line of the order that a list of its documents was read for. */
export function supplyOf(
  purchases: readonly Schemas["PurchaseOrderSummary"][],
  works: readonly Schemas["WorkOrderRow"][],
): SupplyByLine {
  const found = new Map<string, Supply[]>();
  const add = (made: readonly Schemas["MadeFor"][], open: number, supply: Omit<Supply, "units">) => {
    for (const { line, units, unneeded = 0 } of made) {
      const toCome = Math.min(units - unneeded, open);
      if (toCome > 0) found.set(line, [...(found.get(line) ?? []), { ...supply, units: toCome }]);
    }
  };
  for (const { id, state, lines } of purchases)
    for (const { for_order = [], open, expected_on } of lines)
      add(for_order, open, { id, kind: "purchase", isDraft: state === "new", expected: expected_on });
  for (const { id, state, for_order, open } of works)
    add(for_order, open, { id, kind: "work", isDraft: state === "new", expected: null });
  return found;
}

/** The day by which all that an order waits for should be there; null where some of it has none. */
export function expectedBy(order: Order, supply: SupplyByLine): string | null {
  let last: string | null = null;
  for (const line of order.lines.filter((each) => each.short > 0)) {
    const dated = (supply.get(line.id) ?? []).filter((each) => !each.isDraft && each.expected);
    if (dated.reduce((all, each) => all + each.units, 0) < line.short) return null;
    for (const { expected } of dated) if (!last || (expected && expected > last)) last = expected;
  }
  return last;
}
