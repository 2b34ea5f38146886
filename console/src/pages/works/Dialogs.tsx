import { useState } from "react";
import { answerOf, api, Refused } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { Check, Input } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { useChange } from "../numbered/one";
import { unitsOf } from "../numbered/receiving";
import { BLANK, brokenIn, excessOf, KEPT, reportOf, scrapIn, scrappable, type Typed } from "./reporting";
import type { Work } from "./Work";

export type Asked = "submit" | "report" | "close" | "cancel" | null;

interface DialogProps {
  order: Work;
  onClose: () => void;
}

const act = t.works.act;
const path = (order: Work) => ({ params: { path: { work_id: order.id } } });

/** Every change of a work order, with what it does said before. */
export function WorkDialogs({ order, asked, onClose }: DialogProps & { asked: Asked }) {
  const change = useChange<Work>("/work-orders");
  if (!asked) return null;
  if (asked === "submit") return <Submit order={order} onClose={onClose} />;
  if (asked === "report") return <Report order={order} onClose={onClose} />;
  const closes = asked === "close";
  const call = () =>
    closes
      ? api.POST("/work-orders/{work_id}/close", path(order))
      : api.POST("/work-orders/{work_id}/cancel", path(order));
  return (
    <Confirm
      title={closes ? act.closeTitle(order.id) : act.cancelTitle(order.id)}
      confirm={closes ? act.closeConfirm(order.open) : act.cancelConfirm}
      cancel={act.keepIt}
      destructive
      onClose={onClose}
      onConfirm={() => change(answerOf(call()))}
    >
      <p>{closes ? act.closeText(order.open) : act.cancelText}</p>
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
  const scrap = scrapIn(typed);
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
      {!isTooMuch && <p>{act.text[order.kind](done, names.warehouse(order.warehouse))}</p>}
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
        {scrappable(order).map(({ sku, name }) => (
          <Input
            key={sku}
            label={act.scrap(name ? `${name} ${sku}` : sku)}
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
