import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "../../api/client";
import { refreshOrders, useNames } from "../../api/queries";
import { t } from "../../texts";
import { EachConfirm } from "../../ui/EachConfirm";
import { Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { asOptions } from "../../ui/list";
import { linesNotHandedOver, needsOf, notesOf, type Units, whyStays } from "./moving";
import { keyOf, type Row } from "./rows";

const text = t.moving;
/** Of so many rows it is said before whether the other warehouse has their units. */
const MOST_LOOKED_AT = 40;

interface MoveProps {
  rows: readonly Row[];
  onClose: () => void;
  onDone: (n: number) => void;
}

const orderOf = (order_id: string) =>
  answerOf(api.GET("/orders/{order_id}", { params: { path: { order_id } } }));

/** Have another warehouse ship a row: taken back from the one that has it, or routed there first. */
async function move(row: Row, to: string) {
  const { order_id, fulfilment: number } = row;
  if (number !== null) {
    const params = { path: { order_id, number } };
    await answerOf(
      api.POST("/orders/{order_id}/fulfilments/{number}/take-back", { params, body: { reason: "", to } }),
    );
    return;
  }
  for (const [line] of linesNotHandedOver(await orderOf(order_id))) {
    const params = { path: { order_id, line_id: line.id } };
    await answerOf(api.POST("/orders/{order_id}/lines/{line_id}/move", { params, body: { warehouse: to } }));
  }
}

/** What each row takes, and what the warehouse has of it. */
async function lookAt(rows: readonly Row[], warehouse: string) {
  const needs = new Map<string, Units>();
  for (const row of rows.slice(0, MOST_LOOKED_AT))
    needs.set(keyOf(row), needsOf(row, await orderOf(row.order_id)));
  const skus = new Set([...needs.values()].flatMap((each) => [...each.keys()]));
  const available = new Map<string, number>();
  for (const sku of skus) {
    const { items } = await answerOf(api.GET("/stock", { params: { query: { sku, warehouse } } }));
    available.set(sku, items[0]?.available ?? 0);
  }
  return notesOf(needs, available);
}

/** Move rows to another warehouse: what it has for each is said before, what became of each after. */
export function MoveDialog({ rows, onClose, onDone }: MoveProps) {
  const client = useQueryClient();
  const { warehouses } = useNames();
  const [to, setTo] = useKept("move", () => "", { of: rows.map(keyOf) });
  const [tried, setTried] = useState(false);
  const moved = rows.filter((each) => !whyStays(each, to));
  const notes = useQuery({
    queryKey: ["move", to, moved.map(keyOf)],
    queryFn: () => lookAt(moved, to),
    enabled: to !== "" && moved.length > 0,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const noteOf = (row: Row) => {
    if (to === "") return undefined;
    if (notes.isPending) return text.looking;
    return notes.data?.get(keyOf(row)) ?? text.notLooked;
  };
  const missing = to === "" ? text.missing : undefined;
  return (
    <EachConfirm
      title={text.title(moved.length)}
      confirm={text.confirm}
      items={moved.map((each) => ({ id: keyOf(each), name: each.number, note: noteOf(each) }))}
      problem={missing}
      onTried={() => setTried(true)}
      act={async (id) => {
        const row = moved.find((each) => keyOf(each) === id);
        if (row) await move(row, to);
      }}
      onRun={() => refreshOrders(client)}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{text.text}</p>
      <Select
        first
        label={text.to}
        problem={tried ? missing : undefined}
        value={to}
        options={[{ value: "", label: text.choose }, ...asOptions(warehouses)]}
        onChange={setTo}
      />
      <Staying rows={rows} to={to} />
    </EachConfirm>
  );
}

/** Rows that cannot move, each with its reason. */
function Staying({ rows, to }: { rows: readonly Row[]; to: string }) {
  const staying = rows.flatMap((row) => {
    const why = whyStays(row, to);
    return why ? [{ row, why }] : [];
  });
  if (staying.length === 0) return null;
  return (
    <div className="note">
      <span className="t">
        {text.stay(staying.length)}
        {staying.map(({ row, why }) => (
          <span key={keyOf(row)} className="block">
            <span className="code">{row.number}</span> {text.why[why]}
          </span>
        ))}
      </span>
    </div>
  );
}
