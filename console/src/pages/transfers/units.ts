import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { partOf } from "../numbered/Progress";

export type Transfer = Schemas["TransferOrderView"];
type Row = Pick<Schemas["TransferOrderSummary"], "sent_at" | "lines">;
type Units = "units" | "sent" | "open" | "received" | "damaged" | "lost" | "returned";

/** The units of all its lines: requested, sent, still expected, where they are. */
export const unitsOf = ({ lines }: Pick<Row, "lines">, of: Units) =>
  lines.reduce((n, each) => n + each[of], 0);

/** What has arrived well of what was sent, or of what was requested, without what is damaged, lost or came back. */
export function partArrived(order: Row) {
  const { wasReceived, wasDamaged, lost, wasReturned } = t.transfers;
  return partOf(
    [unitsOf(order, "received"), wasReceived],
    unitsOf(order, order.sent_at ? "sent" : "units"),
    [unitsOf(order, "damaged"), wasDamaged],
    [unitsOf(order, "lost"), lost],
    [unitsOf(order, "returned"), wasReturned],
  );
}
