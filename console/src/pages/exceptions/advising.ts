import type { Names } from "../../api/queries";
import { t } from "../../texts";

/** What a person should do about an exception, in words of the console. */
export const advised = ({ cause, action }: { cause: string; action: string }, names: Pick<Names, "said">) =>
  t.advice[cause] ?? names.said(action);

/** Causes by which money of the merchant or the buyer is lost if nobody sees to it. */
const MONEY = new Set([
  "not_refunded",
  "label_not_refunded",
  "paid_after_cancellation",
  "channel_not_cancelled",
]);
export const isAboutMoney = (cause: string) => MONEY.has(cause);
