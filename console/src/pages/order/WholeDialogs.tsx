import { answerOf, api } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { Input } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import type { DialogProps } from "./Dialogs";
import { unitsOpen } from "./stands";
import { useOrderChange } from "./useOrderChange";

export function Cancel({ order, onClose }: DialogProps) {
  const names = useNames();
  const change = useOrderChange(order);
  const [reason, setReason] = useKept("cancel", () => "");
  const units = unitsOpen(order);
  const path = { order_id: order.id };
  const act = () =>
    change(
      answerOf(api.POST("/orders/{order_id}/cancel", { params: { path }, body: { reason: reason.trim() } })),
    );
  return (
    <Confirm
      title={t.one.cancelTitle(order.number)}
      confirm={t.one.cancelConfirm(units)}
      cancel={t.one.keep}
      destructive
      footnote={t.one.noUndo}
      onClose={onClose}
      onConfirm={act}
    >
      <p>
        {t.one.cancelText(units)}{" "}
        {names.isReachable(order.channel) && t.one.cancelTell(names.channel(order.channel))}
      </p>
      <Input label={t.one.cancelReason} maxLength={500} value={reason} onChange={setReason} />
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
