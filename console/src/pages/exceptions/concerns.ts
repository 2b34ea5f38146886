import type { Schemas } from "../../api/client";
import type { Names } from "../../api/queries";
import { t } from "../../texts";

type Concerning = Pick<Schemas["OpenException"], "order_number" | "orders" | "product" | "subject">;

/** Other orders that an exception concerns, by their numbers; one that is not stored any more has none. */
export const numbersOf = (orders: Concerning["orders"] = []) => orders.flatMap(({ number }) => number ?? []);

/** What an exception is about, as people call it; what has no fields is said in the words of the API. */
export function concernsOf(exception: Concerning, names: Pick<Names, "channel" | "warehouse">): string {
  const { order_number, orders, product, subject } = exception;
  const number = order_number ?? subject.channel_order_id;
  const said = [
    number && t.exceptions.order(number),
    orders && orders.length > 0 && t.exceptions.orders(numbersOf(orders), orders.length),
    subject.channel && names.channel(subject.channel),
    product,
    subject.sku,
    subject.reference,
    subject.warehouse && names.warehouse(subject.warehouse),
  ].filter(Boolean);
  return said.length > 0 ? said.join(" · ") : subject.text;
}
