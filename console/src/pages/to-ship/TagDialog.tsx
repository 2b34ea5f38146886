import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, Refused } from "../../api/client";
import { t } from "../../texts";
import { EachConfirm } from "../../ui/EachConfirm";
import type { Item } from "../../ui/each";
import { Input, Select } from "../../ui/inputs";
import { choices } from "../../ui/list";
import { type Row, refreshOrders } from "./rows";
import { tagsAfter, tagsIn } from "./tagging";

interface TagProps {
  rows: readonly Row[];
  orders: readonly Item[];
  onClose: () => void;
  onDone: (n: number) => void;
}

const KINDS = choices({ add: t.tag.add, remove: t.tag.remove });

const TRIES = 3;
const isOther = (error: unknown) =>
  error instanceof Refused && error.errors.some((each) => each.field === "version");

/** Read the order first: its tags may have changed since the list was, and may change until they are written. */
export async function retag(
  order_id: string,
  named: readonly string[],
  kind: "add" | "remove",
  tries = TRIES,
): Promise<void> {
  const params = { path: { order_id } };
  const { tags, version } = await answerOf(api.GET("/orders/{order_id}", { params }));
  const after = tagsAfter(tags, named, kind);
  if (!after) return;
  const body = { tags: after, version };
  try {
    await answerOf(api.PUT("/orders/{order_id}/tags", { params, body }));
  } catch (error) {
    if (tries <= 1 || !isOther(error)) throw error;
    await retag(order_id, named, kind, tries - 1);
  }
}

/** Add tags to orders or take some off, each order with its own result. */
export function TagDialog({ rows, orders, onClose, onDone }: TagProps) {
  const client = useQueryClient();
  const [kind, setKind] = useState<"add" | "remove">("add");
  const [text, setText] = useState("");
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
      <Select label={t.tag.what} value={kind} options={KINDS} onChange={setKind} />
      <Input
        first
        label={t.tag.tags}
        hint={t.tag.hint}
        problem={tried ? missing : undefined}
        value={text}
        onChange={setText}
      />
    </EachConfirm>
  );
}
