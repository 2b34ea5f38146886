import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { begun, person } from "../../ui/format";
import {
  type Answer,
  type Box,
  boxOf,
  type Choice,
  type Does,
  missing,
  nextItem,
  type Question,
} from "./state";

const stay = (label: string = t.bench.ask.stay): Choice => ({ label, does: [] });

const REASONS: Schemas["RejectReason"][] = ["none_left", "damaged", "mismatch", "too_busy", "other"];

/** Why the rest of an item is not in the box; what each reason does to the stock is said beside it. */
export function notFound(box: Box, sku?: string): Question | null {
  const item = box.items.find((each) => each.sku === sku && missing(each) > 0) ?? nextItem(box);
  if (!item) return null;
  const body = { ...boxOf(box), code: item.sku };
  return {
    title: t.bench.ask.notFound(item.counted, item.needed, item.name || item.sku),
    text: t.bench.ask.notFoundText(missing(item)),
    choices: [
      ...REASONS.map((reason) => ({
        label: t.bench.reasons[reason],
        does: [{ act: "reject", body: { ...body, reason } } as Does],
      })),
      stay(),
    ],
  };
}

export const finishing = (box: Box): Question => ({
  title: t.bench.ask.finish(box.counted, box.units),
  text: t.bench.ask.finishText,
  choices: [{ label: t.bench.ask.finishYes, does: [{ act: "finish", body: boxOf(box) }] }, stay()],
});

/** The box goes back; `code` is the slip that is opened instead. */
export const puttingAside = (box: Box, code?: string): Question => ({
  title: t.bench.ask.aside(box.short_id),
  text: t.bench.ask.asideText(box.counted),
  choices: [
    {
      label: code ? t.bench.ask.asideThen(code) : t.bench.ask.asideYes,
      does: [{ act: "aside", body: boxOf(box) }, ...(code ? [{ act: "open", body: { code } } as Does] : [])],
    },
    stay(t.bench.ask.asideNo(box.short_id)),
  ],
});

/** A barcode that nobody knows: it may be one of the items that lack, confirmed by hand. */
export const unknownCode = (box: Box, code: string): Question => ({
  title: t.bench.ask.unknown(code),
  text: t.bench.ask.unknownText,
  choices: [
    ...box.items
      .filter((each) => missing(each) > 0)
      .slice(0, 4)
      .map(({ sku, name }) => ({
        label: t.bench.ask.byHand(name || sku),
        does: [{ act: "scan", body: { ...boxOf(box), code: sku, by_hand: true } } as Does],
      })),
    stay(),
  ],
});

export const changed = (box: Box, detail: string): Question => ({
  title: t.bench.ask.changed,
  text: detail,
  choices: [
    { label: t.bench.ask.changedYes, does: [{ act: "open", body: boxOf(box) }] },
    { label: t.bench.ask.changedNo, does: [{ act: "aside", body: boxOf(box) }] },
  ],
});

const named = (answer: Answer, body: Record<string, unknown>) => (answer.box ? boxOf(answer.box) : body);

export const taken = (answer: Answer, body: Record<string, unknown>): Question => ({
  title: t.bench.ask.taken(begun(person(answer.who)), answer.box?.station ?? ""),
  text: t.bench.ask.takenText,
  choices: [
    {
      label: t.bench.ask.takenYes,
      does: [{ act: "open", body: { ...named(answer, body), take_over: true } }],
    },
    stay(),
  ],
});

export const closed = (answer: Answer, body: Record<string, unknown>): Question => ({
  title: t.bench.ask.packed,
  text: t.bench.ask.packedText,
  choices: [{ label: t.bench.ask.packedYes, does: [{ act: "reopen", body: named(answer, body) }] }, stay()],
});

export const several = (answer: Answer): Question => ({
  title: t.bench.ask.several,
  text: answer.detail,
  choices: [
    ...answer.choices.slice(0, 8).map((each) => ({
      label: `${each.short_id}, ${each.number}`,
      does: [{ act: "open", body: { order: each.order, fulfilment: each.fulfilment } } as Does],
    })),
    stay(),
  ],
});
