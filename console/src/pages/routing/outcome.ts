import type { Schemas } from "../../api/client";
import { t } from "../../texts";

type Order = Schemas["OrderOutcome"];
type Line = Schemas["LineOutcome"];
export type Choice = NonNullable<Line["draft"]>;
export type Which = "all" | "short" | "unsplit";

export interface Move {
  key: string;
  order: Order;
  line: Line;
  today: Choice;
  draft: Choice;
}

/** The lines that would ship otherwise, of all orders that differ. */
export const movesOf = (orders: readonly Order[]): Move[] =>
  orders.flatMap((order, place) =>
    order.lines.flatMap((line) => {
      const { today, draft } = line;
      if (!line.differs || !today || !draft) return [];
      return [{ key: `${order.order ?? place}-${line.line}`, order, line, today, draft }];
    }),
  );

const placesOf = (order: Order, which: "today" | "draft") =>
  new Set(order.lines.flatMap((line) => line[which]?.allocations.map((each) => each.warehouse) ?? [])).size;

export const isNewlyShort = ({ today, draft }: Move) => draft.short > today.short;
export const isUnsplit = ({ order }: Move) => placesOf(order, "today") > 1 && placesOf(order, "draft") <= 1;

export const chosenMoves = (moves: readonly Move[], which: Which) =>
  moves.filter((each) => which === "all" || (which === "short" ? isNewlyShort(each) : isUnsplit(each)));

/** Where a line ships from, in words; units are said where it is split. */
export const placesIn = (choice: Choice, name: (id: string) => string) =>
  choice.allocations
    .map((each) =>
      choice.allocations.length > 1 ? `${each.quantity} ${name(each.warehouse)}` : name(each.warehouse),
    )
    .join(" + ") || t.routing.moves.nowhere;

/** Why the draft decides so: by which rule, and how many units the warehouse that was taken has. */
export function reasonOf(choice: Choice): string {
  if (choice.blocked) return choice.blocked;
  const rule = t.one.trace.rule[choice.routing.rule];
  const taken = choice.routing.candidates.filter((each) => each.rejected === null);
  const note = choice.routing.notes?.[0];
  if (note) return note;
  return taken.map((each) => t.routing.moves.has(rule, each.available)).join("; ") || rule;
}

const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
export const share = (part: number) => percent.format(part);
