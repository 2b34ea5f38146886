import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { partOf } from "../numbered/Progress";

type Line = Pick<Schemas["PurchaseLineSummary"], "ordered" | "open" | "received">;

/** The units of lines. */
export const unitsIn = <Of extends string>(lines: readonly Record<Of, number>[], of: Of) =>
  lines.reduce((n, each) => n + each[of], 0);

/** What was received of a purchase order, without what is rejected, refused or closed short: it is not awaited. */
export function partReceived({ lines }: { lines: readonly Line[] }) {
  const received = unitsIn(lines, "received");
  const ordered = unitsIn(lines, "ordered");
  return partOf([received, t.purchases.wasReceived], ordered, [
    ordered - received - unitsIn(lines, "open"),
    t.purchases.notReceived,
  ]);
}

type WholeLine = Line & Pick<Schemas["PurchaseLineView"], "refused" | "rejected" | "closed">;

/** Where all units of a purchase order are. */
export function whereUnits({ lines }: { lines: readonly WholeLine[] }) {
  const { wasReceived, lines: words, wasRejected } = t.purchases;
  const sum = (of: keyof WholeLine) => unitsIn(lines, of);
  return partOf(
    [sum("received"), wasReceived],
    sum("ordered"),
    [sum("refused"), words.refused],
    [sum("rejected"), wasRejected],
    [sum("closed"), words.closed],
  );
}
