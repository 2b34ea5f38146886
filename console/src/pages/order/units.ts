import type { Schemas } from "../../api/client";
import { wholeOf } from "../../ui/format";

type Order = Schemas["OrderView"];
type Fulfilment = Schemas["FulfilmentView"];
type Part = Pick<Schemas["LineQuantity"], "line" | "quantity">;

/** A line of which a number of units is chosen, `most` at most. */
export interface UnitLine {
  id: string;
  name: string;
  most: number;
}

/** The numbers as they are typed, by line; one that is not typed is what the dialog begins with. */
export type TypedUnits = Readonly<Record<string, string>>;

const summed = (parts: readonly Part[]) => {
  const units = new Map<string, number>();
  for (const { line, quantity } of parts) units.set(line, (units.get(line) ?? 0) + quantity);
  return units;
};

const parcelsOf = (fulfilment: Fulfilment) => fulfilment.parcels.flatMap((each) => each.lines);

const linesOf = (order: Order, most: (line: Schemas["LineView"]) => number): UnitLine[] =>
  order.lines
    .map((line) => ({ id: line.id, name: line.name || line.sku || line.reference, most: most(line) }))
    .filter((each) => each.most > 0);

/** Lines with the units that a fulfilment order has still to ship. */
export function leftIn(order: Order, fulfilment: Fulfilment): UnitLine[] {
  const wanted = summed(fulfilment.lines);
  const gone = summed(parcelsOf(fulfilment));
  return linesOf(order, ({ id }) => (wanted.get(id) ?? 0) - (gone.get(id) ?? 0));
}

/** How many units a fulfiller was requested to keep back. */
export const unitsToKeepBack = ({ cancellation }: Pick<Fulfilment, "cancellation">) =>
  Object.values(cancellation?.units ?? {}).reduce((all, each) => all + each, 0);

/** Units of a line that partners are requested to keep back, and that are cancelled once they agree. */
export const unwantedOf = (order: Pick<Order, "fulfilments">, line: string) =>
  order.fulfilments.reduce((all, { cancellation }) => {
    const isPending = cancellation?.state === "requested";
    return all + (isPending ? (cancellation.unwanted[line] ?? 0) : 0);
  }, 0);

/** Lines with the units of an order that are ordered, have not left, and are not to be cancelled already. */
export function openIn(order: Order): UnitLine[] {
  const gone = summed(order.fulfilments.flatMap(parcelsOf));
  return linesOf(order, (line) => {
    const over = line.cancelled + line.shipped_elsewhere + (gone.get(line.id) ?? 0);
    return line.quantity - over - unwantedOf(order, line.id);
  });
}

/** Lines whose number of units is none, or more than there are. */
export const wrongIn = (lines: readonly UnitLine[], typed: TypedUnits): ReadonlySet<string> =>
  new Set(
    lines
      .filter(({ id, most }) => {
        const units = wholeOf(typed[id] ?? "");
        return units === null || units < 0 || units > most;
      })
      .map(({ id }) => id),
  );

/** The chosen units, without lines that have none. */
export const chosenOf = (lines: readonly UnitLine[], typed: TypedUnits): Part[] =>
  lines
    .map(({ id }) => ({ line: id, quantity: wholeOf(typed[id] ?? "") ?? 0 }))
    .filter(({ quantity }) => quantity > 0);

export const sumOf = (parts: readonly Pick<Part, "quantity">[]) =>
  parts.reduce((all, each) => all + each.quantity, 0);

/** All units that can be chosen. */
export const mostIn = (lines: readonly UnitLine[]) => lines.reduce((all, each) => all + each.most, 0);

/** Whether the chosen units are all that there are. */
export const isAll = (lines: readonly UnitLine[], parts: readonly Part[]) => sumOf(parts) === mostIn(lines);

export const allOf = (lines: readonly UnitLine[]): TypedUnits =>
  Object.fromEntries(lines.map(({ id, most }) => [id, String(most)]));

export const noneOf = (lines: readonly UnitLine[]): TypedUnits =>
  Object.fromEntries(lines.map(({ id }) => [id, "0"]));

const NOT_ACCEPTED = new Set<Schemas["FulfilmentStatus"]>(["queued", "requested"]);

/** Whether a fulfilment order may be split or joined, as far as the page sees: its fulfiller does not have it yet. */
export const isChangeable = (fulfilment: Fulfilment) =>
  NOT_ACCEPTED.has(fulfilment.status) &&
  fulfilment.parcels.length === 0 &&
  !fulfilment.merge &&
  !fulfilment.mcf &&
  !fulfilment.packed_at;

/** Those that all units of a fulfilment order can go into. */
export const joinableWith = (order: Order, fulfilment: Fulfilment): Fulfilment[] =>
  isChangeable(fulfilment)
    ? order.fulfilments.filter(
        (each) =>
          each.number !== fulfilment.number && each.warehouse === fulfilment.warehouse && isChangeable(each),
      )
    : [];
