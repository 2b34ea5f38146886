import type { Schemas } from "../../api/client";
import { sumOf, times } from "../../ui/amounts";

type Money = Schemas["Money"];

/** What the units of a line cost; null for a reader who sees no prices. */
export const priceOf = (line: Schemas["LineView"]): Money | null =>
  line.unit_price && times(line.unit_price, line.quantity);

/** What all lines cost before shipping, tax and discount; null for a reader who sees no prices. */
export function goodsOf(order: Pick<Schemas["OrderView"], "lines">): Money | null {
  const prices = order.lines.map(priceOf).filter((each) => each !== null);
  const [first] = prices;
  return first ? sumOf(prices, first.currency) : null;
}

type Sums = Pick<Schemas["OrderView"], "lines" | "shipping" | "tax" | "discount" | "total">;

/**
 * The parts of a total that add up to it. `isIncluded`: the tax is in the prices and the shipping already; `other` is
 * what no part says, such as fees, and lines that are not shipped.
 */
export function partsOf(order: Sums) {
  const { shipping, tax, discount, total } = order;
  const goods = goodsOf(order);
  if (!goods || !total || [shipping, tax, discount].some((each) => each && each.currency !== total.currency))
    return { goods, isIncluded: false, other: null };
  const stated = [goods, shipping, discount && lessOf(discount)].filter((each) => each !== null);
  const rest = sumOf([total, ...stated.map(lessOf)], total.currency);
  const other = tax ? sumOf([rest, lessOf(tax)], total.currency) : rest;
  const isIncluded = tax !== null && isNothing(rest) && !isNothing(tax);
  return { goods, isIncluded, other: isIncluded || isNothing(other) ? null : other };
}

const isNothing = ({ amount }: Money) => !/[1-9]/.test(amount);

/** An amount that is taken off. */
export const lessOf = (money: Money): Money => times(money, -1);
