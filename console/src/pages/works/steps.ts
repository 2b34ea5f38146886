import type { Schemas } from "../../api/client";
import type { Operation } from "../../api/roles";
import { type Me, permissions, worksAt } from "../../auth/roles";

type Work = Pick<Schemas["WorkOrderView"], "state" | "warehouse" | "inputs" | "kind" | "done" | "unneeded">;
export type WorkStep =
  | "submit"
  | "again"
  | "report"
  | "edit"
  | "keep"
  | "fewer"
  | "close"
  | "cancel"
  | "apart";

const OPEN: Schemas["WorkState"][] = ["submitted", "partially_done"];
const STEPS: Record<WorkStep, [Operation, readonly Schemas["WorkState"][]]> = {
  submit: ["POST /work-orders/{work_id}/submit", ["new"]],
  again: ["POST /work-orders/{work_id}/submit", OPEN],
  report: ["POST /work-orders/{work_id}/report", OPEN],
  edit: ["PUT /work-orders/{work_id}", ["new"]],
  keep: ["POST /work-orders/{work_id}/keep", OPEN],
  fewer: ["POST /work-orders/{work_id}/close", OPEN],
  close: ["POST /work-orders/{work_id}/close", OPEN],
  cancel: ["POST /work-orders/{work_id}/cancel", ["new", "submitted"]],
  apart: ["POST /work-orders", ["partially_done", "done", "closed"]],
};

/** Whether a step can be taken now; people of a warehouse report on what is built there. */
export function maySteps(order: Work, me: Me | undefined): Record<WorkStep, boolean> {
  const can = permissions(me);
  const may = (step: WorkStep) => can(STEPS[step][0]) && STEPS[step][1].includes(order.state);
  return {
    submit: may("submit"),
    again: may("again") && order.inputs.some((each) => each.lacking > 0),
    report: may("report") && worksAt(me, order.warehouse),
    edit: may("edit"),
    keep: may("keep") && order.unneeded > 0,
    fewer: may("fewer") && order.unneeded > 0,
    close: may("close"),
    cancel: may("cancel"),
    apart: may("apart") && order.kind === "build" && order.done > 0,
  };
}
