import type { Schemas } from "../../api/client";

export type Transfer = Schemas["TransferOrderView"];

/** The units of all its lines: requested, sent, still expected, received. */
export const unitsOf = (order: Transfer, of: "units" | "sent" | "open" | "received") =>
  order.lines.reduce((n, each) => n + each[of], 0);
