import type { Schemas } from "../../api/client";
import { type Address, addressOf } from "./AddressFields";

type Order = Schemas["OrderView"];

/** What can be changed of an order, as it is typed. */
export interface OrderEdits {
  shipTo: Address;
  note: string;
  gift: string;
  /** Units that stay wanted, by line. */
  units: Readonly<Record<string, string>>;
}

const wanted = (line: Schemas["LineView"]) => line.quantity - line.cancelled;

/** Lines of which units are still wanted. */
export const editable = (order: Order) => order.lines.filter((line) => wanted(line) > 0);

export const editsOf = (order: Order): OrderEdits => ({
  shipTo: addressOf(order.ship_to),
  note: order.note,
  gift: order.gift_message,
  units: Object.fromEntries(editable(order).map((line) => [line.id, String(wanted(line))])),
});

/** The first line whose number of units is none. */
export const notANumber = (edits: OrderEdits) =>
  Object.entries(edits.units).find(([, units]) => !/^\d+$/.test(units.trim()))?.[0];

/** Units of a line that nobody paid for, beyond those that were. */
export interface Unpaid {
  line: Schemas["LineView"];
  paid: number;
  more: number;
}

/** Lines of a paid order that get more units than its buyer paid for, by these edits. */
export function unpaidIn(order: Order, edits: OrderEdits): Unpaid[] {
  if (!order.paid_at) return [];
  return editable(order).flatMap((line) => {
    const paid = (line.stated_quantity ?? line.quantity) - line.cancelled;
    const units = Number(edits.units[line.id]);
    const isRaised = units > wanted(line);
    return isRaised && units > paid ? [{ line, paid, more: units - paid }] : [];
  });
}

/** What the API is sent of it: only what is changed, since the rest stays its channel's. Null if nothing is. */
export function patchOf(order: Order, edits: OrderEdits): Schemas["OrderPatch"] | null {
  const before = editsOf(order);
  const differs = JSON.stringify(edits.shipTo) !== JSON.stringify(before.shipTo);
  const lines = Object.entries(edits.units)
    .filter(([id, units]) => units.trim() !== before.units[id])
    .map(([id, units]) => ({ id, quantity: Number(units) }));
  const changed = {
    ...(differs && { ship_to: edits.shipTo }),
    ...(edits.note !== before.note && { note: edits.note }),
    ...(edits.gift !== before.gift && { gift_message: edits.gift }),
    ...(lines.length > 0 && { lines }),
  };
  return Object.keys(changed).length > 0 ? { version: order.version, ...changed } : null;
}
