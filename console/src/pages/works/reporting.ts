import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { amountOf } from "../../ui/format";
import { isRecorded, unitsOf } from "../numbered/receiving";

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

type Reported = Pick<Schemas["WorkOrderView"], "kind" | "open" | "outputs" | "reports">;

/** Products of which units may break in the work: what is used up, or what comes out. */
export const scrappable = (order: Pick<Schemas["WorkOrderView"], "kind" | "inputs" | "outputs">) =>
  order.kind === "build" ? order.inputs : order.outputs;

/** A part of a work order as people call it, with its sku. */
export const calledIn = (order: Pick<Schemas["WorkOrderView"], "inputs" | "outputs">) => {
  const names = new Map([...order.inputs, ...order.outputs].map(({ sku, name }) => [sku, name]));
  return (sku: string) => [names.get(sku), sku].filter(Boolean).join(" ");
};

/** Units of components that broke, of each product; what is no number is left out. */
export const scrapIn = ({ scrap }: Typed) =>
  [...scrap].flatMap(([sku, text]) => {
    const units = unitsOf(text);
    return units ? [{ sku, units }] : [];
  });

/** How many units failed or broke. */
export const brokenIn = (typed: Typed) =>
  scrapIn(typed).reduce((sum, { units }) => sum + units, unitsOf(typed.failed) ?? 0);

/** Why more was typed than there can be: of units done, and of each product that broke. */
export interface Excess {
  done?: string;
  scrap: ReadonlyMap<string, string>;
}

/** What was typed that is more than is open, or broke of more than came apart. */
export function excessOf(order: Reported, typed: Typed): Excess {
  const recorded = order.reports.map((each) => each.report);
  if (isRecorded(typed.card, recorded)) return { scrap: new Map() };
  const done = unitsOf(typed.done) ?? 0;
  const apart = order.kind === "disassembly" ? order.outputs : [];
  const broke = new Map(scrapIn(typed).map(({ sku, units }) => [sku, units]));
  const beyond = apart
    .map(({ sku, per_unit }) => ({ sku, most: done * per_unit }))
    .filter(({ sku, most }) => (broke.get(sku) ?? 0) > most);
  return {
    done: done > order.open ? t.works.act.tooMany(order.open) : undefined,
    scrap: new Map(beyond.map(({ sku, most }) => [sku, t.works.act.tooManyBroke(most)])),
  };
}

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
