import type { Schemas } from "../../api/client";
import { amountOf } from "../../ui/format";
import { number } from "../numbered/drafting";

/** What a supplier changes of a line, as it is typed; nothing where it is as it was ordered. */
export interface Answered {
  refused: string;
  price: string;
  due: string;
}

/** The lines of an answer that say anything, with what is not a number as it was typed, to be refused by name. */
export function answerOfSupplier(
  order: Pick<Schemas["PurchaseOrderView"], "currency" | "lines">,
  answers: ReadonlyMap<string, Answered>,
  reason: string,
): Schemas["AnsweredLine"][] {
  return order.lines.flatMap(({ id }) => {
    const { refused, price, due } = answers.get(id) ?? { refused: "", price: "", due: "" };
    if (!refused.trim() && !price.trim() && !due) return [];
    return [
      {
        line: id,
        refused: refused.trim() ? number(refused) : null,
        unit_cost: price.trim() ? { amount: amountOf(price), currency: order.currency } : null,
        expected_on: due || null,
        reason: reason.trim() || null,
      },
    ];
  });
}
