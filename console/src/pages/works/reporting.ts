import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { amountOf } from "../../ui/format";
import { unitsOf } from "../numbered/receiving";

/** A report as it is typed. */
export interface Typed {
  card: string;
  done: string;
  failed: string;
  /** By sku. */
  scrap: ReadonlyMap<string, string>;
  reason: string;
  labour: string;
}

/** How a browser keeps it. */
export const KEPT = {
  store: (typed: Typed) => ({ ...typed, scrap: [...typed.scrap] }),
  revive: (stored: Omit<Typed, "scrap"> & { scrap: [string, string][] }): Typed => ({
    ...stored,
    scrap: new Map(stored.scrap),
  }),
};

export const BLANK: Typed = { card: "", done: "", failed: "", scrap: new Map(), reason: "", labour: "" };

/** Products of which units may break in the work: what is used up, or what comes out. */
export const scrappable = (order: Pick<Schemas["WorkOrderView"], "kind" | "inputs" | "outputs">) =>
  order.kind === "build" ? order.inputs : order.outputs;

/** Units of components that broke, of each product; what is no number is left out. */
export const scrapIn = ({ scrap }: Typed) =>
  [...scrap].flatMap(([sku, text]) => {
    const units = unitsOf(text);
    return units ? [{ sku, units }] : [];
  });

/** How many units failed or broke. */
export const brokenIn = (typed: Typed) =>
  scrapIn(typed).reduce((sum, { units }) => sum + units, unitsOf(typed.failed) ?? 0);

/** The report as the API takes it, or why it is none yet. */
export function reportOf(
  typed: Typed,
  currency: string | undefined,
): { body: Schemas["WorkReport"] } | { problem: string } {
  const done = unitsOf(typed.done);
  const failed = unitsOf(typed.failed);
  const broken = [...typed.scrap].map(([sku, text]) => ({ sku, units: unitsOf(text) }));
  if (done === null || failed === null || broken.some((each) => each.units === null))
    return { problem: t.works.act.nothing };
  const scrap = scrapIn(typed);
  if (!done && !failed && scrap.length === 0) return { problem: t.works.act.nothing };
  if ((failed || scrap.length) && !typed.reason.trim()) return { problem: t.works.act.reasonMissing };
  if (!typed.card.trim()) return { problem: t.works.act.cardMissing };
  const labour = typed.labour.trim() && currency ? { amount: amountOf(typed.labour), currency } : null;
  return {
    body: { report: typed.card.trim(), done, failed, scrap, reason: typed.reason.trim(), labour },
  };
}
