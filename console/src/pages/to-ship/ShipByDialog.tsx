import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "../../api/client";
import { t } from "../../texts";
import { EachConfirm } from "../../ui/EachConfirm";
import { dateAndTime } from "../../ui/format";
import { Input, Select } from "../../ui/inputs";
import { choices } from "../../ui/list";
import { ordersOf, type Row, refreshOrders } from "./rows";

const text = t.shipBy;
const KINDS = choices({ set: text.set, back: text.back });

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
      <Select label={text.what} value={kind} options={KINDS} onChange={setKind} />
      {kind === "set" && (
        <Input
          first
          type="datetime-local"
          label={text.until}
          hint={text.hint}
          problem={tried ? missing : undefined}
          value={typed}
          onChange={setTyped}
        />
      )}
    </EachConfirm>
  );
}
