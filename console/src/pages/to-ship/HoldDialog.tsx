import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { refreshOrders } from "../../api/queries";
import { momentOf } from "../../search/days";
import { t } from "../../texts";
import { EachConfirm } from "../../ui/EachConfirm";
import type { Item } from "../../ui/each";
import { Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { choices } from "../../ui/list";

interface HoldProps {
  kind: "hold" | "release";
  orders: readonly Item[];
  /** Why it is held, said first. */
  why?: string;
  /** The holds of one order that end, said first; one alone ends alone. */
  ends?: readonly Schemas["OrderView"]["holds"][number][];
  onClose: () => void;
  onDone: (n: number) => void;
}

interface Typed {
  reason: string;
  category: Schemas["HoldCategory"];
  /** When it ends by itself, by the reader's clock; empty without an end. */
  until?: string;
}

const CATEGORIES = choices<Schemas["HoldCategory"]>(t.hold.categories);

/** The title, and the button by how many orders are left. */
function wordsOf(kind: HoldProps["kind"], n: number, isOneHold: boolean) {
  if (kind === "hold") return { title: t.hold.title(n), confirm: t.hold.confirm };
  if (isOneHold) return { title: t.hold.releaseOneTitle, confirm: () => t.hold.releaseOneConfirm };
  return { title: t.hold.releaseTitle(n), confirm: t.hold.releaseConfirm };
}

/** Hold or release orders, one or many, each with its own result. */
export function HoldDialog({ kind, orders, why, ends = [], onClose, onDone }: HoldProps) {
  const client = useQueryClient();
  const [{ reason, category, until = "" }, setTyped] = useKept<Typed>(
    "hold",
    () => ({ reason: "", category: "other" }),
    {
      of: orders.map(({ id }) => id),
    },
  );
  const [tried, setTried] = useState(false);
  const holds = kind === "hold";
  const missing = holds && !reason.trim() ? t.hold.missing : undefined;
  const at = momentOf(until) || undefined;
  const past = holds && at && Date.parse(at) <= Date.now() ? t.hold.past : undefined;
  const only = ends.length === 1 ? ends[0] : undefined;
  const one = (order_id: string) => {
    const params = { path: { order_id } };
    return holds
      ? answerOf(
          api.POST("/orders/{order_id}/hold", {
            params,
            body: { reason: reason.trim(), category, until: at },
          }),
        )
      : answerOf(api.POST("/orders/{order_id}/release", { params, body: only ? { hold: only.id } : {} }));
  };
  return (
    <EachConfirm
      {...wordsOf(kind, orders.length, only !== undefined)}
      items={orders}
      problem={missing ?? past}
      onTried={() => setTried(true)}
      act={one}
      onRun={() => refreshOrders(client)}
      onClose={onClose}
      onDone={onDone}
    >
      {why && <p>{why}</p>}
      {ends.length > 0 && (
        <ul>
          {ends.map((each) => (
            <li key={each.id}>{each.reason}</li>
          ))}
        </ul>
      )}
      <p>
        {holds && (orders.length === 1 ? t.hold.textOne : t.hold.text)}
        {!holds && (only ? t.hold.releaseOneText : t.hold.releaseText)}
      </p>
      {holds && (
        <>
          <Input
            first
            label={t.hold.reason}
            hint={t.hold.reasonHint}
            problem={tried ? missing : undefined}
            maxLength={500}
            value={reason}
            onChange={(typed) => setTyped((before) => ({ ...before, reason: typed }))}
          />
          <Select
            label={t.hold.category}
            value={category}
            options={CATEGORIES}
            onChange={(chosen) => setTyped((before) => ({ ...before, category: chosen }))}
          />
          <Input
            type="datetime-local"
            max="9999-12-31T23:59"
            label={t.hold.until}
            hint={t.hold.untilHint}
            problem={tried ? past : undefined}
            value={until}
            onChange={(typed) => setTyped((before) => ({ ...before, until: typed }))}
          />
        </>
      )}
    </EachConfirm>
  );
}
