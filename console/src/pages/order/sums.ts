import type { Schemas } from "../../api/client";
import { sumOf, times } from "../../ui/amounts";

type Money = Schemas["Money"];

/** What the units of a line cost; null for a reader who sees no prices. */
export const priceOf = (line: Schemas["LineView"]): Money | null =>
  line.unit_price && times(line.unit_price, line.quantity);

/** What all lines cost before shipping, tax and discount; null for a reader who sees no prices. */
export function goodsOf(order: Schemas["OrderView"]): Money | null {
  const prices = order.lines.map(priceOf).filter((each) => each !== null);
  const [first] = prices;
  return first ? sumOf(prices, first.currency) : null;
}

/** An amount that is taken off. */
export const lessOf = (money: Money): Money => times(money, -1);
