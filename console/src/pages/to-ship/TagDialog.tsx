import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api } from "../../api/client";
import { refreshOrders } from "../../api/queries";
import { t } from "../../texts";
import { EachConfirm } from "../../ui/EachConfirm";
import type { Item } from "../../ui/each";
import { Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { choices } from "../../ui/list";
import { changeAsRead } from "./fresh";
import type { Row } from "./rows";
import { tagsAfter, tagsIn } from "./tagging";

interface TagProps {
  rows: readonly Pick<Row, "order_id" | "tags">[];
  orders: readonly Item[];
  onClose: () => void;
  onDone: (n: number) => void;
}

interface Typed {
  kind: "add" | "remove";
  text: string;
}

const KINDS = choices({ add: t.tag.add, remove: t.tag.remove });

/** Change the tags of an order, keeping those that others give it at the same time. */
export const retag = (order_id: string, named: readonly string[], kind: "add" | "remove") =>
  changeAsRead(order_id, async ({ tags, version }) => {
    const after = tagsAfter(tags, named, kind);
    const params = { path: { order_id } };
    if (after) await answerOf(api.PUT("/orders/{order_id}/tags", { params, body: { tags: after, version } }));
  });

/** Add tags to orders or take some off, each order with its own result. */
export function TagDialog({ rows, orders, onClose, onDone }: TagProps) {
  const client = useQueryClient();
  const [{ kind, text }, setTyped] = useKept<Typed>("tags", () => ({ kind: "add", text: "" }), {
    of: orders.map(({ id }) => id),
  });
  const [tried, setTried] = useState(false);
  const named = tagsIn(text);
  const missing = named.length === 0 ? t.tag.missing : undefined;
  const note = ({ id }: Item) => {
    const before = rows.find((each) => each.order_id === id)?.tags ?? [];
    return (tagsAfter(before, named, kind) ?? before).join(", ") || t.tag.none;
  };
  return (
    <EachConfirm
      title={t.tag.title(orders.length)}
      confirm={t.tag.confirm[kind]}
      items={orders.map((each) => ({ ...each, note: note(each) }))}
      problem={missing}
      onTried={() => setTried(true)}
      act={(id) => retag(id, named, kind)}
      onRun={() => refreshOrders(client)}
      onClose={onClose}
      onDone={onDone}
    >
      <Select
        label={t.tag.what}
        value={kind}
        options={KINDS}
        onChange={(kind) => setTyped((before) => ({ ...before, kind }))}
      />
      <Input
        first
        label={t.tag.tags}
        hint={t.tag.hint}
        problem={tried ? missing : undefined}
        value={text}
        onChange={(text) => setTyped((before) => ({ ...before, text }))}
      />
    </EachConfirm>
  );
}
