import type { Schemas } from "../api/client";

type Money = Schemas["Money"];

const decimalsOf = ({ amount }: Money) => amount.split(".")[1]?.length ?? 0;
const minorOf = ({ amount }: Money) => BigInt(amount.replace(".", ""));

/** An amount of so many minor units. */
function written(minor: bigint, decimals: number, currency: string): Money {
  const digits = String(minor < 0n ? -minor : minor).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const amount = decimals ? `${whole}.${digits.slice(-decimals)}` : whole;
  return { amount: minor < 0n ? `-${amount}` : amount, currency };
}

/** An amount so many times, exact; -1 takes it off. */
export const times = (money: Money, n: number): Money =>
  written(minorOf(money) * BigInt(n), decimalsOf(money), money.currency);

/** The exact sum of amounts of a currency. */
export function sumOf(all: readonly Money[], currency: string): Money {
  const decimals = Math.max(0, ...all.map(decimalsOf));
  const minor = all.reduce((n, each) => n + minorOf(each) * 10n ** BigInt(decimals - decimalsOf(each)), 0n);
  return written(minor, decimals, currency);
}
