import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { Check, Input } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import type { DialogProps } from "./Dialogs";
import { unitsOpen } from "./stands";
import { UnitFields } from "./UnitFields";
import { chosenOf, noneOf, openIn, sumOf, unwantedOf, wrongIn } from "./units";
import { useOrderChange } from "./useOrderChange";

/** Cancel units of lines, one line after the other; `order` is as the reader saw it, so that a repetition is none. */
async function cancelUnits(order: Schemas["OrderView"], units: Schemas["LineQuantity"][], reason: string) {
  let after = order;
  for (const { line: line_id, quantity } of units) {
    const line = order.lines.find((each) => each.id === line_id);
    if (!line) continue;
    const params = { path: { order_id: order.id, line_id } };
    const body = { keep: line.quantity - line.cancelled - unwantedOf(order, line_id) - quantity, reason };
    after = await answerOf(api.POST("/orders/{order_id}/lines/{line_id}/cancel", { params, body }));
  }
  return after;
}

/** Cancel what has not left of an order, or some units of it. */
export function Cancel({ order, onClose }: DialogProps) {
  const names = useNames();
  const change = useOrderChange(order);
  const [seen] = useState(order);
  const lines = openIn(seen);
  const [form, setForm] = useKept(
    "cancel",
    () => ({
      reason: "",
      isPart: false,
      typed: noneOf(lines),
    }),
    { of: seen.version },
  );
  const { reason, isPart, typed } = form;
  const [tried, setTried] = useState(false);
  const set = (part: Partial<typeof form>) => setForm((before) => ({ ...before, ...part }));
  const wrong = wrongIn(lines, typed);
  const parts = chosenOf(lines, typed);
  const units = isPart ? sumOf(parts) : unitsOpen(order);
  const path = { order_id: order.id };
  const act = async () => {
    setTried(true);
    if (isPart && (wrong.size > 0 || units === 0))
      throw new Refused(422, { detail: wrong.size > 0 ? t.units.notNumbers : t.units.none });
    const body = { reason: reason.trim() };
    await change(
      isPart
        ? cancelUnits(seen, parts, body.reason)
        : answerOf(api.POST("/orders/{order_id}/cancel", { params: { path }, body })),
    );
  };
  const channel = names.isReachable(order.channel) ? names.channel(order.channel) : "";
  return (
    <Confirm
      title={isPart ? t.cancelling.partTitle(order.number) : t.one.cancelTitle(order.number)}
      confirm={units > 0 ? t.one.cancelConfirm(units) : t.cancelling.confirm}
      cancel={t.one.keep}
      destructive
      footnote={t.one.noUndo}
      onClose={onClose}
      onConfirm={act}
    >
      <p>
        {units > 0 ? t.one.cancelText(units) : t.cancelling.begin}{" "}
        {channel && (isPart ? t.cancelling.tell(channel) : t.one.cancelTell(channel))}
      </p>
      {unitsOpen(seen) > 1 && (
        <Check checked={isPart} onChange={(isPart) => set({ isPart })}>
          {t.cancelling.some}
        </Check>
      )}
      {isPart && (
        <UnitFields
          lines={lines}
          typed={typed}
          wrong={tried ? wrong : undefined}
          onChange={(typed) => set({ typed })}
        />
      )}
      <Input
        label={t.one.cancelReason}
        maxLength={500}
        value={reason}
        onChange={(reason) => set({ reason })}
      />
    </Confirm>
  );
}

export function Pay({ order, onClose }: DialogProps) {
  const change = useOrderChange(order);
  const act = () =>
    change(answerOf(api.POST("/orders/{order_id}/pay", { params: { path: { order_id: order.id } } })));
  return (
    <Confirm title={t.one.payTitle} confirm={t.one.pay} onClose={onClose} onConfirm={act}>
      <p>{t.one.payText}</p>
    </Confirm>
  );
}

/** Complete an order whose open units were shipped without Packhorse. */
export function Complete({ order, onClose }: DialogProps) {
  const change = useOrderChange(order);
  const params = { path: { order_id: order.id } };
  return (
    <Confirm
      title={t.one.completeTitle(order.number)}
      confirm={t.one.completeConfirm}
      cancel={t.one.keep}
      footnote={t.one.noUndo}
      destructive
      onClose={onClose}
      onConfirm={() => change(answerOf(api.POST("/orders/{order_id}/complete", { params })))}
    >
      <p>{t.one.completeText(unitsOpen(order))}</p>
    </Confirm>
  );
}
