import type { Schemas } from "../../api/client";

type Money = Schemas["Money"];
type Order = Schemas["OrderView"];

const decimalsOf = ({ amount }: Money) => amount.split(".")[1]?.length ?? 0;
const minorOf = ({ amount }: Money) => BigInt(amount.replace(".", ""));

/** An amount of so many minor units, written as another one is. */
function written(minor: bigint, like: Money): Money {
  const decimals = decimalsOf(like);
  const digits = String(minor < 0n ? -minor : minor).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const amount = decimals ? `${whole}.${digits.slice(-decimals)}` : whole;
  return { amount: minor < 0n ? `-${amount}` : amount, currency: like.currency };
}

/** What so many units cost. */
export const priceOf = (line: Schemas["LineView"]): Money | null =>
  line.unit_price && written(minorOf(line.unit_price) * BigInt(line.quantity), line.unit_price);

/** What all lines cost before shipping, tax and discount; null for a reader who sees no prices. */
export function goodsOf(order: Order): Money | null {
  const prices = order.lines.map(priceOf).filter((each) => each !== null);
  const [first] = prices;
  if (!first) return null;
  return written(
    prices.reduce((sum, each) => sum + minorOf(each), 0n),
    first,
  );
}

/** An amount that is taken off. */
export const lessOf = (money: Money): Money => written(-minorOf(money), money);
