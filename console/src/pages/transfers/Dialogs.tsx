import { useState } from "react";
import { answerOf, api, Refused } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Goods } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { Check, Input } from "../../ui/inputs";
import { keptMap, useKept } from "../../ui/kept";
import { atPartner } from "../numbered/feeds";
import { useChange } from "../numbered/one";
import { Available } from "./Available";
import { sentLines } from "./sending";
import { type Transfer, unitsOf } from "./units";

export type Asked = "send" | "expect" | "close" | "cancel" | null;

interface DialogProps {
  order: Transfer;
  onClose: () => void;
}

const act = t.transfers.act;
const path = (order: Transfer) => ({ params: { path: { transfer_id: order.id } } });

/** Every change of a transfer order, with what it does said before. */
export function TransferDialogs({ order, asked, onClose }: DialogProps & { asked: Asked }) {
  const change = useChange<Transfer>("/transfers");
  const open = unitsOf(order, "open");
  if (!asked) return null;
  if (asked === "send") return <Send order={order} onClose={onClose} />;
  if (asked === "expect") return <Expect order={order} onClose={onClose} />;
  const close = () =>
    api.POST("/transfer-orders/{transfer_id}/close", { ...path(order), body: { lines: [] } });
  const cancel = () => api.POST("/transfer-orders/{transfer_id}/cancel", path(order));
  const gives = asked === "close";
  return (
    <Confirm
      title={gives ? act.closeTitle(open) : act.cancelTitle(order.id)}
      confirm={gives ? act.closeConfirm(open) : act.cancelConfirm}
      cancel={act.keepIt}
      destructive
      onClose={onClose}
      onConfirm={() => change(answerOf(gives ? close() : cancel()))}
    >
      <p>{gives ? act.closeText : act.cancelText}</p>
    </Confirm>
  );
}

/** The day on which what is on its way is expected now. */
function Expect({ order, onClose }: DialogProps) {
  const change = useChange<Transfer>("/transfers");
  const [day, setDay] = useState(order.expected_on ?? "");
  const expect = async () => {
    if (!day) throw new Refused(422, { detail: act.expectMissing });
    const body = { expected_on: day };
    await change(answerOf(api.POST("/transfer-orders/{transfer_id}/expect", { ...path(order), body })));
  };
  return (
    <Confirm
      title={act.expectTitle(order.id)}
      confirm={act.expectConfirm}
      onClose={onClose}
      onConfirm={expect}
    >
      <p>{act.expectText}</p>
      <Input label={t.transfers.expected} type="date" first value={day} onChange={setDay} />
    </Confirm>
  );
}

/** All that was requested, or fewer of some lines. */
function Send({ order, onClose }: DialogProps) {
  const names = useNames();
  const can = useCan();
  const change = useChange<Transfer>("/transfers");
  const [typed, setTyped] = useKept<ReadonlyMap<string, string>>("sent", () => new Map(), {
    ...keptMap<string>(),
    of: order.timeline.length,
  });
  const [force, setForce] = useState(false);
  const sent = sentLines(order.lines, typed);
  const text = act.sendText(names.warehouse(order.from_warehouse), names.warehouse(order.to_warehouse));
  const send = async () => {
    if (!sent) throw new Refused(422, { detail: act.sendMissing });
    const body = { lines: sent.lines, force };
    await change(answerOf(api.POST("/transfer-orders/{transfer_id}/send", { ...path(order), body })));
  };
  return (
    <Confirm
      title={act.sendTitle(order.id)}
      confirm={sent ? act.sendConfirm(sent.all) : act.send}
      onClose={onClose}
      onConfirm={send}
    >
      <p>{atPartner(text, names, order.from_warehouse)}</p>
      <table className="tbl card-tbl answers">
        <thead>
          <tr>
            <th>{t.receive.columns.item}</th>
            <th className="num s5">{t.transfers.lines.requested}</th>
            <th className="num s5">{t.transfers.lines.available}</th>
            <th className="s5">{act.sendUnits}</th>
          </tr>
        </thead>
        <tbody>
          {order.lines.map((each) => (
            <tr key={each.id}>
              <td title={each.sku}>
                <Goods name={each.name} sku={each.sku} />
              </td>
              <td className="num">{each.units}</td>
              <td className="num">
                <Available
                  sku={each.sku}
                  warehouse={order.from_warehouse}
                  units={typed.get(each.id) ?? each.units}
                />
              </td>
              <td>
                <input
                  className="input units"
                  inputMode="numeric"
                  aria-label={`${act.sendUnits}: ${each.sku}`}
                  value={typed.get(each.id) ?? String(each.units)}
                  onChange={(event) => setTyped(new Map(typed).set(each.id, event.target.value))}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {can("POST /transfer-orders") && (
        <Check checked={force} onChange={setForce}>
          {act.force}
        </Check>
      )}
    </Confirm>
  );
}
