import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { t } from "../../texts";
import { Confirm, Field } from "../../ui/Confirm";

interface HoldProps {
  kind: "hold" | "release";
  orders: readonly { id: string; number: string }[];
  onClose: () => void;
  onDone: (n: number) => void;
}

const CATEGORIES = Object.keys(t.hold.categories) as Schemas["HoldCategory"][];

/** Hold or release orders, one or many, each with its own result. */
export function HoldDialog({ kind, orders, onClose, onDone }: HoldProps) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const [category, setCategory] = useState<Schemas["HoldCategory"]>("other");
  const [missing, setMissing] = useState(false);
  const [done, setDone] = useState<ReadonlySet<string>>(new Set());
  const holds = kind === "hold";
  const left = orders.filter((each) => !done.has(each.id));
  const one = (order_id: string) => {
    const path = { order_id };
    return holds
      ? answerOf(
          api.POST("/orders/{order_id}/hold", {
            params: { path },
            body: { reason: reason.trim(), category },
          }),
        )
      : answerOf(api.POST("/orders/{order_id}/release", { params: { path }, body: {} }));
  };
  const act = async () => {
    if (holds && !reason.trim()) {
      setMissing(true);
      throw new Refused(422, { detail: t.hold.missing, errors: [] });
    }
    const refused: string[] = [];
    const finished = new Set(done);
    for (const order of left) {
      try {
        await one(order.id);
        finished.add(order.id);
      } catch (error) {
        refused.push(`${order.number}: ${error instanceof Refused ? error.sentence : t.common.noAnswer}`);
      }
    }
    setDone(finished);
    for (const queryKey of [["fulfilments"], ["counts"], ["order"], ["orders"]])
      client.invalidateQueries({ queryKey });
    if (refused.length)
      throw new Refused(409, {
        detail: `${t.hold.some(finished.size, orders.length)} ${refused.join(" ")}`,
        errors: [],
      });
    onDone(orders.length);
  };
  const n = left.length;
  return (
    <Confirm
      title={holds ? t.hold.title(n) : t.hold.releaseTitle(n)}
      confirm={holds ? t.hold.confirm(n) : t.hold.releaseConfirm(n)}
      onClose={onClose}
      onConfirm={act}
    >
      <p>{holds ? (orders.length === 1 ? t.hold.textOne : t.hold.text) : t.hold.releaseText}</p>
      <p className="dim code">{orders.map((each) => each.number).join(", ")}</p>
      {holds && (
        <>
          <Field
            label={t.hold.reason}
            hint={t.hold.reasonHint}
            problem={missing && !reason.trim() ? t.hold.missing : undefined}
          >
            {(ids) => (
              <input
                {...ids}
                className="input"
                data-autofocus
                maxLength={500}
                value={reason}
                onChange={(event) => setReason(event.target.value)}
              />
            )}
          </Field>
          <Field label={t.hold.category}>
            {(ids) => (
              <select
                {...ids}
                className="input"
                value={category}
                onChange={(event) => setCategory(event.target.value as Schemas["HoldCategory"])}
              >
                {CATEGORIES.map((each) => (
                  <option key={each} value={each}>
                    {t.hold.categories[each]}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </>
      )}
    </Confirm>
  );
}
