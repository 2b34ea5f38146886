import type { Schemas } from "../../api/client";
import type { Operation } from "../../api/roles";
import { type Me, permissions, worksAt } from "../../auth/roles";

type Transfer = Pick<Schemas["TransferOrderView"], "state" | "from_warehouse" | "to_warehouse">;
export type TransferStep = "send" | "edit" | "expect" | "receive" | "return" | "close" | "cancel";

const ARRIVING: Schemas["TransferState"][] = ["sent", "partially_received"];
/** Found units are received, and taken back, after it is over as well. */
const SENT: Schemas["TransferState"][] = [...ARRIVING, "received", "closed"];

const STEPS: Record<TransferStep, [Operation, readonly Schemas["TransferState"][]]> = {
  send: ["POST /transfer-orders/{transfer_id}/send", ["requested"]],
  edit: ["PUT /transfer-orders/{transfer_id}", ["requested"]],
  expect: ["POST /transfer-orders/{transfer_id}/expect", ARRIVING],
  receive: ["POST /transfer-orders/{transfer_id}/receive", SENT],
  return: ["POST /transfer-orders/{transfer_id}/return", [...ARRIVING, "closed"]],
  close: ["POST /transfer-orders/{transfer_id}/close", ARRIVING],
  cancel: ["POST /transfer-orders/{transfer_id}/cancel", ["requested"]],
};

/** Whether a step can be taken now; people of a warehouse send and take back at one end, and receive at the other. */
export function maySteps(order: Transfer, me: Me | undefined): Record<TransferStep, boolean> {
  const can = permissions(me);
  const may = (step: TransferStep, place?: string) =>
    can(STEPS[step][0]) && STEPS[step][1].includes(order.state) && (!place || worksAt(me, place));
  return {
    send: may("send", order.from_warehouse),
    edit: may("edit"),
    expect: may("expect"),
    receive: may("receive", order.to_warehouse),
    return: may("return", order.from_warehouse),
    close: may("close"),
    cancel: may("cancel"),
  };
}
