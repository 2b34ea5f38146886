import type { Schemas } from "../../api/client";
import { unitsOf } from "../numbered/receiving";

type Line = Pick<Schemas["TransferLineView"], "id" | "units">;

/** What is sent of each line as it is typed, all of it unless somebody says fewer; null where that cannot be. */
export function sentLines(lines: readonly Line[], typed: ReadonlyMap<string, string>) {
  const sent = lines.map(({ id, units }) => ({ line: id, units: sentOf(units, typed.get(id)) }));
  const known = sent.flatMap(({ line, units }) => (units === null ? [] : [{ line, units }]));
  const all = known.reduce((n, each) => n + each.units, 0);
  return known.length < sent.length || all === 0 ? null : { lines: known, all };
}

function sentOf(requested: number, typed: string | undefined): number | null {
  if (typed === undefined) return requested;
  const units = unitsOf(typed);
  return units === null || units > requested ? null : units;
}
