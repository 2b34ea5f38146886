import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { Check, Input } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { atPartner } from "../numbered/feeds";
import { useChange } from "../numbered/one";
import { unitsOf } from "../numbered/receiving";
import {
  BLANK,
  brokenIn,
  calledIn,
  excessOf,
  KEPT,
  reportOf,
  scrapIn,
  scrappable,
  type Typed,
} from "./reporting";
import type { Work } from "./Work";

type Step = "keep" | "fewer" | "close" | "cancel";
export type Asked = "submit" | "report" | Step | null;

interface DialogProps {
  order: Work;
  onClose: () => void;
}

const act = t.works.act;
const path = (order: Work) => ({ params: { path: { work_id: order.id } } });

/** Every change of a work order, with what it does said before. */
export function WorkDialogs({ order, asked, onClose }: DialogProps & { asked: Asked }) {
  if (!asked) return null;
  if (asked === "submit") return <Submit order={order} onClose={onClose} />;
  if (asked === "report") return <Report order={order} onClose={onClose} />;
  return <Decision order={order} step={asked} onClose={onClose} />;
}

/** A step that needs no more than a yes. */
function Decision({ order, step, onClose }: DialogProps & { step: Step }) {
  const change = useChange<Work>("/work-orders");
  const { open, unneeded } = order;
  const close = (body: Schemas["WorkClosing"]) =>
    api.POST("/work-orders/{work_id}/close", { ...path(order), body });
  const steps = {
    keep: {
      title: act.keepTitle(unneeded),
      confirm: act.keep,
      text: act.keepText,
      call: () => api.POST("/work-orders/{work_id}/keep", path(order)),
    },
    fewer: {
      title: act.fewerTitle(unneeded),
      confirm: act.closeConfirm(unneeded),
      text: act.closeText(unneeded),
      call: () => close({ units: unneeded }),
    },
    close: {
      title: act.closeTitle(order.id),
      confirm: act.closeConfirm(open),
      text: act.closeText(open),
      call: () => close({}),
    },
    cancel: {
      title: act.cancelTitle(order.id),
      confirm: act.cancelConfirm,
      text: act.cancelText,
      call: () => api.POST("/work-orders/{work_id}/cancel", path(order)),
    },
  };
  const { title, confirm, text, call } = steps[step];
  const destructive = step !== "keep";
  return (
    <Confirm
      title={title}
      confirm={confirm}
      cancel={destructive ? act.keepIt : undefined}
      destructive={destructive}
      onClose={onClose}
      onConfirm={() => change(answerOf(call()))}
    >
      <p>{text}</p>
    </Confirm>
  );
}

/** Reserve what it needs, also later what it lacked then. */
function Submit({ order, onClose }: DialogProps) {
  const names = useNames();
  const change = useChange<Work>("/work-orders");
  const [force, setForce] = useState(false);
  const isNew = order.state === "new";
  return (
    <Confirm
      title={isNew ? act.submitTitle(order.id) : `${act.again}?`}
      confirm={isNew ? act.submit : act.again}
      onClose={onClose}
      onConfirm={() =>
        change(answerOf(api.POST("/work-orders/{work_id}/submit", { ...path(order), body: { force } })))
      }
    >
      <p>{act.submitText[order.kind](order.open, names.warehouse(order.warehouse))}</p>
      <Check checked={force} onChange={setForce}>
        {act.force}
      </Check>
    </Confirm>
  );
}

/** What was done, what failed and what broke, under the number of the job card. */
function Report({ order, onClose }: DialogProps) {
  const names = useNames();
  const can = useCan();
  const change = useChange<Work>("/work-orders");
  const [typed, setTyped] = useKept<Typed>("report", () => BLANK, KEPT);
  const [tried, setTried] = useState(false);
  const set = (part: Partial<Typed>) => setTyped((before) => ({ ...before, ...part }));
  const currency = order.labour?.currency ?? order.cost?.currency;
  const report = reportOf(typed, currency);
  const problem = tried && "problem" in report ? report.problem : undefined;
  const done = unitsOf(typed.done) ?? 0;
  const text = act.text[order.kind](done, names.warehouse(order.warehouse));
  const called = calledIn(order);
  const scrap = scrapIn(typed).map(({ sku, units }) => ({ goods: called(sku), units }));
  const broke = brokenIn(typed) > 0;
  const excess = excessOf(order, typed);
  const isTooMuch = excess.done !== undefined || excess.scrap.size > 0;
  const send = async () => {
    setTried(true);
    if ("problem" in report) throw new Refused(422, { detail: report.problem });
    await change(answerOf(api.POST("/work-orders/{work_id}/report", { ...path(order), body: report.body })));
  };
  return (
    <Confirm
      title={act.reportTitle[order.kind]}
      confirm={act.reportConfirm[order.kind](done, brokenIn(typed))}
      disabled={isTooMuch}
      footnote={t.one.noUndo}
      onClose={onClose}
      onConfirm={send}
    >
      {!isTooMuch && <p>{atPartner(text, names, order.warehouse)}</p>}
      {broke && !isTooMuch && <p>{act.broke(unitsOf(typed.failed) ?? 0, scrap)}</p>}
      <div className="draft-head">
        <Input
          first
          label={act.done[order.kind]}
          hint={act.doneHint(order.open)}
          value={typed.done}
          problem={excess.done ?? (problem === act.nothing ? problem : undefined)}
          onChange={(value) => set({ done: value })}
        />
        {order.kind === "build" && (
          <Input
            label={act.failed}
            hint={act.failedHint}
            value={typed.failed}
            problem={undefined}
            onChange={(failed) => set({ failed })}
          />
        )}
        {scrappable(order).map(({ sku }) => (
          <Input
            key={sku}
            label={act.scrap(called(sku))}
            value={typed.scrap.get(sku) ?? ""}
            problem={excess.scrap.get(sku)}
            onChange={(value) => set({ scrap: new Map(typed.scrap).set(sku, value) })}
          />
        ))}
      </div>
      {broke && (
        <Input
          label={act.why}
          value={typed.reason}
          problem={problem === act.reasonMissing ? problem : undefined}
          onChange={(reason) => set({ reason })}
        />
      )}
      <Input
        label={act.card}
        hint={act.cardHint}
        value={typed.card}
        problem={problem === act.cardMissing ? problem : undefined}
        onChange={(card) => set({ card })}
      />
      {can("POST /work-orders") && currency && (
        <Input
          label={`${act.labour}, ${currency}`}
          hint={act.labourHint}
          value={typed.labour}
          problem={undefined}
          onChange={(labour) => set({ labour })}
        />
      )}
    </Confirm>
  );
}
