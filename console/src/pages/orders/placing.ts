import type { Schemas } from "../../api/client";
import { amountOf } from "../../ui/format";
import { type DraftLine, filledIn, number } from "../numbered/drafting";
import { type Address, addressOf } from "../order/AddressFields";

/** An order that is being written, as it is typed. */
export interface OrderDraft {
  channel: string;
  number: string;
  email: string;
  currency: string;
  paid: boolean;
  note: string;
  gift: string;
  shipTo: Address;
  lines: readonly DraftLine[];
}

/** Whether it has what every order needs. */
export const isPlaceable = ({ channel, shipTo }: OrderDraft) =>
  [channel, shipTo.name, shipTo.address1, shipTo.city, shipTo.country].every((each) => each.trim());

/** What the API takes of it; a line without a price is free. */
export function orderBody(draft: OrderDraft): Schemas["NewOrder"] {
  const currency = draft.currency.trim().toUpperCase();
  return {
    channel: draft.channel,
    number: draft.number.trim(),
    paid: draft.paid,
    customer: { name: draft.shipTo.name.trim(), email: draft.email.trim(), phone: draft.shipTo.phone.trim() },
    ship_to: draft.shipTo,
    note: draft.note.trim(),
    gift_message: draft.gift.trim(),
    lines: filledIn(draft.lines).map((each) => ({
      sku: (each.sku ?? "").trim(),
      quantity: number(each.quantity),
      unit_price: { amount: amountOf(each.unit_price || "0"), currency },
    })),
  };
}

/** What decides where it would go: nothing yet without a country and a line. */
export function proposedOf({ channel, shipTo, lines }: OrderDraft): Schemas["ProposedOrder"] | null {
  const { city, state, postcode, country } = shipTo;
  const whole = filledIn(lines)
    .map((each) => ({ sku: (each.sku ?? "").trim(), quantity: number(each.quantity) }))
    .filter((each) => each.sku && each.quantity > 0);
  if (!channel || country.trim().length < 2 || whole.length === 0) return null;
  return { channel, ship_to: { ...addressOf(null), city, state, postcode, country }, lines: whole };
}
