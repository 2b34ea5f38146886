import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { refreshOrders } from "../../api/queries";
import { momentOf } from "../../search/days";
import { t } from "../../texts";
import { EachConfirm } from "../../ui/EachConfirm";
import { dateAndTime } from "../../ui/format";
import { Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { choices } from "../../ui/list";
import { changeAsRead } from "./fresh";
import { keyOf, ordersOf, type Row } from "./rows";

const text = t.shipBy;
const KINDS = choices({ set: text.set, back: text.back });

interface Typed {
  kind: "set" | "back";
  typed: string;
}

interface ShipByProps {
  rows: readonly Row[];
  onClose: () => void;
  onDone: (n: number) => void;
}

/** Until when a row leaves, as its order says. */
const leavesBy = (order: Schemas["OrderView"], { fulfilment }: Pick<Row, "fulfilment">) =>
  (order.fulfilments.find(({ number }) => number === fulfilment) ?? order).ship_by;

type ShownRow = Pick<Row, "fulfilment" | "ship_by">;

/**
 * Set until when an order leaves if that is what is `shown` of it; else say what it is now, which is shown then: the
 * next try decides on that.
 */
export const redate = (order_id: string, ship_by: string | null, shown: Map<string, ShownRow>) =>
  changeAsRead(order_id, async (order) => {
    const row = shown.get(order_id);
    const now = row ? leavesBy(order, row) : null;
    if (row && now !== row.ship_by) {
      shown.set(order_id, { ...row, ship_by: now });
      throw new Refused(409, { detail: text.changed(now ? dateAndTime(now) : text.undated) });
    }
    const params = { path: { order_id } };
    await answerOf(
      api.PUT("/orders/{order_id}/ship-by", { params, body: { ship_by, version: order.version } }),
    );
  });

/** Set until when orders are to leave, or take back what was set, each order with its own result. */
export function ShipByDialog({ rows, onClose, onDone }: ShipByProps) {
  const client = useQueryClient();
  const [{ kind, typed }, setTyped] = useKept<Typed>("ship by", () => ({ kind: "set", typed: "" }), {
    of: rows.map(keyOf),
  });
  const [tried, setTried] = useState(false);
  const at = momentOf(typed);
  const missing = kind === "set" && !at ? text.missing : undefined;
  const noteOf = (row: Row) => {
    const before = row.ship_by ? dateAndTime(row.ship_by) : text.undated;
    if (kind === "back") return text.noteBack(before);
    return at ? text.note(before, dateAndTime(at)) : before;
  };
  const orders = ordersOf(rows, noteOf);
  const [shown] = useState(() => new Map([...rows].reverse().map((row) => [row.order_id, row])));
  return (
    <EachConfirm
      title={text.title(orders.length)}
      confirm={text.confirm[kind]}
      items={orders}
      problem={missing}
      onTried={() => setTried(true)}
      act={(order_id) => redate(order_id, kind === "set" ? at : null, shown)}
      onRun={() => refreshOrders(client)}
      onClose={onClose}
      onDone={onDone}
    >
      <Select
        label={text.what}
        value={kind}
        options={KINDS}
        onChange={(kind) => setTyped((before) => ({ ...before, kind }))}
      />
      {kind === "set" && (
        <Input
          first
          type="datetime-local"
          max="9999-12-31T23:59"
          label={text.until}
          hint={text.hint}
          problem={tried ? missing : undefined}
          value={typed}
          onChange={(typed) => setTyped((before) => ({ ...before, typed }))}
        />
      )}
    </EachConfirm>
  );
}
