import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { partOf } from "../numbered/Progress";

type Line = Pick<Schemas["PurchaseLineSummary"], "ordered" | "open" | "received">;

/** The units of lines. */
export const unitsIn = (lines: readonly Line[], of: keyof Line) => lines.reduce((n, each) => n + each[of], 0);

/** What was received of a purchase order, without what is rejected, refused or closed short: it is not awaited. */
export function partReceived({ lines }: { lines: readonly Line[] }) {
  const received = unitsIn(lines, "received");
  const ordered = unitsIn(lines, "ordered");
  return partOf(received, ordered, [ordered - received - unitsIn(lines, "open"), t.purchases.notReceived]);
}
