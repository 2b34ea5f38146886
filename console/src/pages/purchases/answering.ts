import type { Schemas } from "../../api/client";
import { amountOf, wholeOf } from "../../ui/format";

/** What a supplier changes of a line, as it is typed; nothing where it is as it was ordered. */
export interface Answered {
  refused: string;
  price: string;
  due: string;
}

/** The skus of the lines whose refused units are no whole number: they must not count as none refused. */
export const unreadableIn = (
  order: Pick<Schemas["PurchaseOrderView"], "lines">,
  answers: ReadonlyMap<string, Answered>,
): string[] =>
  order.lines
    .filter(({ id }) => {
      const refused = answers.get(id)?.refused.trim();
      return refused && wholeOf(refused) === null;
    })
    .map(({ sku }) => sku);

/** The lines of an answer that say anything. */
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
        refused: refused.trim() ? wholeOf(refused) : null,
        unit_cost: price.trim() ? { amount: amountOf(price), currency: order.currency } : null,
        expected_on: due || null,
        reason: reason.trim() || null,
      },
    ];
  });
}
