import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import type { Row } from "./rows";

type Order = Pick<Schemas["OrderView"], "lines" | "fulfilments">;
/** Units by sku. */
export type Units = ReadonlyMap<string, number>;

/** Why a row cannot move to a warehouse. */
export function whyStays(row: Row, to: string): keyof typeof t.moving.why | undefined {
  if (row.view === "to-pack" || row.view === "packed") return "label";
  if (row.checks.includes("product")) return "product";
  return to !== "" && row.warehouse === to ? "there" : undefined;
}

const CLOSED = new Set<Schemas["FulfilmentStatus"]>(["cancelled", "rejected"]);

/** Lines that no warehouse has got yet, with the units of each. */
export function linesNotHandedOver({ lines, fulfilments }: Order): [Schemas["LineView"], number][] {
  const given = new Map<string, number>();
  for (const each of fulfilments)
    for (const part of each.lines)
      if (!CLOSED.has(each.status)) given.set(part.line, (given.get(part.line) ?? 0) + part.quantity);
  return lines
    .map((line): [Schemas["LineView"], number] => [
      line,
      line.quantity - line.cancelled - line.shipped_elsewhere - (given.get(line.id) ?? 0),
    ])
    .filter(([, units]) => units > 0);
}

/** What a row takes from a shelf: kits take their components. */
export function needsOf(row: Pick<Row, "fulfilment">, order: Order): Units {
  const needs = new Map<string, number>();
  const add = (sku: string, units: number) => needs.set(sku, (needs.get(sku) ?? 0) + units);
  const fulfilment = order.fulfilments.find((each) => each.number === row.fulfilment);
  if (fulfilment) {
    for (const part of fulfilment.lines) for (const pick of part.pick) add(pick.sku, pick.quantity);
    return needs;
  }
  for (const [line, units] of linesNotHandedOver(order)) {
    const recipe = Object.entries(line.components);
    if (recipe.length === 0) add(line.sku, units);
    for (const [sku, each] of recipe) add(sku, each * units);
  }
  return needs;
}

/** What becomes of each row at a warehouse, one after the other: those before have taken what they need. */
export function notesOf(needs: ReadonlyMap<string, Units>, available: Units): Map<string, string> {
  const free = new Map(available);
  const notes = new Map<string, string>();
  for (const [key, wanted] of needs) {
    let [units, lacking, least] = [0, 0, Number.POSITIVE_INFINITY];
    for (const [sku, quantity] of wanted) {
      const there = Math.max(0, free.get(sku) ?? 0);
      units += quantity;
      lacking += Math.max(0, quantity - there);
      least = Math.min(least, there);
      free.set(sku, there - Math.min(there, quantity));
    }
    const said = t.common.units(units);
    notes.set(key, lacking ? t.moving.short(said, lacking) : t.moving.whole(said, least));
  }
  return notes;
}
