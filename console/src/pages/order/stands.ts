import type { Schemas } from "../../api/client";
import type { Names } from "../../api/queries";
import type { Can } from "../../auth/roles";
import { t } from "../../texts";
import { dateAndTime, dateOf, dayName, timeOf } from "../../ui/format";
import { expectedBy, type SupplyByLine } from "./supply";
import { leftIn, sumOf } from "./units";

type Order = Schemas["OrderView"];
type Fulfilment = Schemas["FulfilmentView"];

const say = t.one.clause;
const OPEN = new Set<Schemas["FulfilmentStatus"]>(["queued", "requested", "accepted"]);

export const isOpen = (fulfilment: Fulfilment) => OPEN.has(fulfilment.status);

/** Whether the reader may mark what is open of an order as shipped: on hold it takes somebody who may end that. */
export const mayShip = (order: Pick<Order, "flags">, can: Can) =>
  can("POST /orders/{order_id}/fulfilments/{number}/ship") &&
  (!order.flags.includes("held") || can("POST /orders/{order_id}/release"));

/** Units that a fulfilment order has still to ship. */
export const unitsLeft = (fulfilment: Fulfilment) =>
  Math.max(0, sumOf(fulfilment.lines) - sumOf(fulfilment.parcels.flatMap((each) => each.lines)));

/** Where units of a line are that can still be moved: no fulfilment order has them, and they have not left. */
export function movableFrom(order: Pick<Order, "fulfilments">, line: Schemas["LineView"]): string[] {
  const handedOver = (warehouse: string) => {
    const there = order.fulfilments.filter((each) => each.warehouse === warehouse);
    const parts = there.flatMap((each) =>
      isOpen(each) ? each.lines : each.parcels.flatMap((parcel) => parcel.lines),
    );
    return sumOf(parts.filter((each) => each.line === line.id));
  };
  return line.allocations
    .filter((each) => each.quantity > handedOver(each.warehouse))
    .map(({ warehouse }) => warehouse);
}

export const unitsOf = (order: Order) =>
  order.lines.reduce((all, line) => all + line.quantity - line.cancelled, 0);

/** Units of an order that have not left yet. */
export const unitsOpen = (order: Order) =>
  Math.max(
    0,
    unitsOf(order) -
      sumOf(order.fulfilments.flatMap((each) => each.parcels.flatMap((parcel) => parcel.lines))) -
      order.lines.reduce((all, line) => all + line.shipped_elsewhere, 0),
  );

/** `3 candles` where all units are of one product, else `4 units`. */
function named(order: Order, parts: readonly { line: string; quantity: number }[]): string {
  const n = sumOf(parts);
  const lines = new Set(parts.map((each) => each.line));
  const [only] = lines;
  const line = lines.size === 1 ? order.lines.find((each) => each.id === only) : undefined;
  return line ? `${n} × ${line.name || line.sku}` : t.common.units(n);
}

function leaving(order: Order, fulfilment: Fulfilment, names: Names, now: number): string {
  const parts = leftIn(order, fulfilment).map(({ id, most }) => ({ line: id, quantity: most }));
  const units = named(order, parts.length ? parts : fulfilment.lines);
  const place = names.warehouse(fulfilment.warehouse);
  if (!fulfilment.ship_by) return say.leaves(units, place);
  const at = dateAndTime(fulfilment.ship_by);
  return Date.parse(fulfilment.ship_by) < now
    ? say.overdue(units, place, at)
    : say.leavesBy(units, place, at);
}

function waiting(order: Order, supply: SupplyByLine | null, now: number): string[] {
  const short = order.lines
    .filter((line) => line.short > 0)
    .map((line) => ({ line: line.id, quantity: line.short }));
  if (short.length === 0 || order.status === "cancelled") return [];
  const expected = supply && expectedBy(order, supply);
  return [say.waits(named(order, short), expected ? dateOf(expected, now) : "")];
}

/** What an order waits for of which no warehouse has anything. */
function blockedBy(order: Order): string {
  const unmatched = order.exceptions.filter((each) => each.cause === "unmatched_sku");
  if (unmatched.length > 0) return say.unmatched(new Set(unmatched.map((each) => each.line)).size);
  return order.exceptions.length > 0 ? say.stuck : say.routed;
}

/** Where an order stands, in sentences that can be read out on the phone; no names of staff. */
export function stands(
  order: Order,
  names: Names,
  now: number,
  supply: SupplyByLine | null = null,
): string[] {
  const said: string[] = [];
  for (const fulfilment of order.fulfilments) {
    const place = names.warehouse(fulfilment.warehouse);
    for (const parcel of fulfilment.parcels) {
      const when = `${dayName(parcel.shipped_at, now).toLocaleLowerCase()} ${timeOf(parcel.shipped_at)}`;
      said.push(say.left(named(order, parcel.lines), place, when, parcel.carrier ?? ""));
    }
    if (isOpen(fulfilment) && unitsLeft(fulfilment) > 0) said.push(leaving(order, fulfilment, names, now));
  }
  said.push(...waiting(order, supply, now));
  const [hold] = order.holds;
  if (hold) said.push(say.held(hold.reason, hold.until ? dateAndTime(hold.until, now) : ""));
  else if (order.flags.includes("held")) said.push(say.held("", ""));
  if (order.status === "awaiting_payment") said.push(say.unpaid);
  if (order.status === "cancelled") said.push(say.cancelled);
  if (said.length === 0) said.push(order.status === "complete" ? say.complete : blockedBy(order));
  return said.map((each) => `${each}.`);
}
