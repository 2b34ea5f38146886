import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "../../api/client";
import { t } from "../../texts";
import { Field } from "../../ui/Confirm";
import { EachConfirm } from "../../ui/EachConfirm";
import { dateAndTime } from "../../ui/format";
import { ordersOf, type Row, refreshOrders } from "./rows";

const text = t.shipBy;

interface ShipByProps {
  rows: readonly Row[];
  onClose: () => void;
  onDone: (n: number) => void;
}

/** Set until when orders are to leave, or take back what was set, each order with its own result. */
export function ShipByDialog({ rows, onClose, onDone }: ShipByProps) {
  const client = useQueryClient();
  const [kind, setKind] = useState<"set" | "back">("set");
  const [typed, setTyped] = useState("");
  const [tried, setTried] = useState(false);
  const at = typed ? new Date(typed).toISOString() : "";
  const missing = kind === "set" && !at ? text.missing : undefined;
  const noteOf = (row: Row) => {
    const before = row.ship_by ? dateAndTime(row.ship_by) : text.undated;
    if (kind === "back") return text.noteBack(before);
    return at ? text.note(before, dateAndTime(at)) : before;
  };
  const orders = ordersOf(rows, noteOf);
  return (
    <EachConfirm
      title={text.title(orders.length)}
      confirm={text.confirm[kind]}
      items={orders}
      problem={missing}
      onTried={() => setTried(true)}
      act={(order_id) =>
        answerOf(
          api.PUT("/orders/{order_id}/ship-by", {
            params: { path: { order_id } },
            body: { ship_by: kind === "set" ? at : null },
          }),
        )
      }
      onRun={() => refreshOrders(client)}
      onClose={onClose}
      onDone={onDone}
    >
      <Field label={text.what}>
        {(ids) => (
          <select
            {...ids}
            className="input"
            value={kind}
            onChange={(event) => setKind(event.target.value as "set" | "back")}
          >
            <option value="set">{text.set}</option>
            <option value="back">{text.back}</option>
          </select>
        )}
      </Field>
      {kind === "set" && (
        <Field label={text.until} hint={text.hint} problem={tried ? missing : undefined}>
          {(ids) => (
            <input
              {...ids}
              className="input"
              type="datetime-local"
              data-autofocus
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          )}
        </Field>
      )}
    </EachConfirm>
  );
}
