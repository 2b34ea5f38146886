import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { amountOf, isAmount } from "../../ui/format";
import { type DraftLine, filledIn, isBlank, number } from "../numbered/drafting";
import { type Address, addressOf } from "../order/AddressFields";

const { wrong } = t.placing;

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

const NEEDED = ["name", "address1", "city", "country"] as const;
const UNITS = /^0*[1-9]\d*$/;
const E_MAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const CURRENCY = /^[A-Z]{3}$/i;

/** What is wrong with it before it is sent, by the field that is at fault. */
export function wrongIn({ channel, email, currency, shipTo, lines }: OrderDraft): Map<string, string> {
  const found = new Map<string, string>();
  const say = (field: string, isWrong: boolean, text: string) => isWrong && found.set(field, text);
  say("channel", !channel.trim(), wrong.missing);
  say("customer.email", email.trim() !== "" && !E_MAIL.test(email.trim()), wrong.email);
  say("currency", !CURRENCY.test(currency.trim()), wrong.currency);
  for (const each of NEEDED) say(`ship_to.${each}`, !shipTo[each].trim(), wrong.missing);
  for (const [place, line] of lines.entries()) {
    if (isBlank(line)) continue;
    const price = (line.unit_price ?? "").trim();
    say(`${place}.sku`, !line.sku?.trim(), wrong.missing);
    say(`${place}.quantity`, !UNITS.test((line.quantity ?? "").trim()), wrong.units);
    say(`${place}.unit_price`, price !== "" && !isAmount(price), wrong.price);
  }
  return found;
}

/** Lines whose sku is that of no product. */
export async function unknownIn(lines: readonly DraftLine[], isProduct: (sku: string) => Promise<boolean>) {
  const skus = filledIn(lines).map((each) => (each.sku ?? "").trim());
  const checked = skus.map(async (sku, place) => {
    if (await isProduct(sku)) return [];
    return [{ field: `lines.${place}.sku`, message: wrong.unknown(sku) }];
  });
  return (await Promise.all(checked)).flat();
}

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
