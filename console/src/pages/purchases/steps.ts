import type { Schemas } from "../../api/client";
import type { Operation } from "../../api/roles";
import type { Can } from "../../auth/roles";

export type PurchaseStep =
  | "submit"
  | "edit"
  | "receive"
  | "answer"
  | "document"
  | "resend"
  | "cost"
  | "withdraw"
  | "close"
  | "cancel";

type State = Schemas["PurchaseState"];
const OPEN: State[] = ["submitted", "partially_received"];

/** In which states the API takes a step, and which operation it is. */
const STEPS: Record<PurchaseStep, [Operation, readonly State[]]> = {
  submit: ["POST /purchase-orders/{purchase_id}/submit", ["new"]],
  edit: ["PUT /purchase-orders/{purchase_id}", ["new"]],
  receive: ["POST /purchase-orders/{purchase_id}/receive", [...OPEN, "received", "closed", "cancelled"]],
  answer: ["POST /purchase-orders/{purchase_id}/answer", [...OPEN, "received", "closed", "cancelled"]],
  document: [
    "GET /purchase-orders/{purchase_id}/document",
    ["new", ...OPEN, "received", "closed", "cancelled"],
  ],
  resend: ["POST /purchase-orders/{purchase_id}/resend", OPEN],
  cost: ["POST /purchase-orders/{purchase_id}/landed-costs", [...OPEN, "received", "closed", "cancelled"]],
  withdraw: [
    "POST /purchase-orders/{purchase_id}/landed-costs/withdraw",
    [...OPEN, "received", "closed", "cancelled"],
  ],
  close: ["POST /purchase-orders/{purchase_id}/close", OPEN],
  cancel: ["POST /purchase-orders/{purchase_id}/cancel", ["new", "submitted"]],
};

/** Whether units of a line are on the shelf: of a cancelled purchase order they came all the same. */
export function hasCome({ received, over }: Schemas["PurchaseLineView"]): boolean {
  return received + over > 0;
}

/** Whether an answer may change a line of which nothing is to come: its price, or what was refused, which comes then. */
export const mayCorrect = (line: Schemas["PurchaseLineView"], state: State) =>
  hasCome(line) || (line.refused > 0 && state !== "cancelled");

/** Whether a step can be taken now; one that follows what a supplier ships to a buyer is changed by that alone. */
export function maySteps(
  order: Pick<Schemas["PurchaseOrderView"], "state" | "ships" | "sending" | "submitted_at" | "lines">,
  can: Can,
): Record<PurchaseStep, boolean> {
  const may = (step: PurchaseStep) =>
    order.ships === null && can(STEPS[step][0]) && STEPS[step][1].includes(order.state);
  return {
    submit: may("submit"),
    edit: may("edit"),
    receive: may("receive") && order.submitted_at !== null,
    answer:
      may("answer") &&
      (OPEN.includes(order.state) || order.lines.some((each) => mayCorrect(each, order.state))),
    document: may("document"),
    resend: may("resend") && order.sending !== null && order.sending.state !== "sending",
    cost: may("cost") && (order.state !== "cancelled" || order.lines.some(hasCome)),
    withdraw: may("withdraw") && order.submitted_at !== null,
    close: may("close"),
    cancel: may("cancel"),
  };
}
