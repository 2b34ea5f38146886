import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { amountOf, isAmount, money } from "../../ui/format";
import { Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { choices } from "../../ui/list";
import { useChange } from "../numbered/one";
import type { Purchase } from "./Purchase";
import { maySteps } from "./steps";

const text = t.costs;

/** Freight, duty and the like, which are part of what each unit costs. */
export function Costs({ order }: { order: Purchase }) {
  const may = maySteps(order, useCan());
  const [adding, setAdding] = useState(false);
  const [wrong, setWrong] = useState<string>();
  if (!may.cost && order.landed.length === 0) return null;
  return (
    <section className="card" aria-labelledby="costs">
      <header>
        <h2 id="costs">{text.title}</h2>
        <span className="dim small">{text.about}</span>
        {may.cost && (
          <Button small icon="plus" className="right" onClick={() => setAdding(true)}>
            {text.add}
          </Button>
        )}
      </header>
      {order.landed.length === 0 && <p className="dim pad14">{text.none}</p>}
      <ul className="records">
        {order.landed.map(({ document, kind, amount, by }) => (
          <li key={document}>
            <span className="m">{document}</span>
            <span className="mid">{kind}</span>
            <span>
              {money(amount)} <span className="dim">{text.bys[by ?? "value"]}</span>
            </span>
            {may.withdraw && (
              <Button
                small
                className="right"
                aria-label={text.withdrawOf(document)}
                onClick={() => setWrong(document)}
              >
                {text.withdraw}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {adding && <AddCost order={order} onClose={() => setAdding(false)} />}
      {wrong && <WithdrawCost order={order} document={wrong} onClose={() => setWrong(undefined)} />}
    </section>
  );
}

function WithdrawCost({
  order,
  document,
  onClose,
}: {
  order: Purchase;
  document: string;
  onClose: () => void;
}) {
  const change = useChange<Purchase>("/purchase-orders");
  const withdraw = async () => {
    await change(
      answerOf(
        api.POST("/purchase-orders/{purchase_id}/landed-costs/withdraw", {
          params: { path: { purchase_id: order.id } },
          body: { document },
        }),
      ),
    );
  };
  return (
    <Confirm
      title={text.withdrawTitle(document)}
      confirm={text.withdrawConfirm}
      destructive
      onClose={onClose}
      onConfirm={withdraw}
    >
      <p>{text.withdrawText}</p>
    </Confirm>
  );
}

const BLANK = { document: "", kind: "", amount: "", by: "value" as Schemas["SpreadBy"] };

function AddCost({ order, onClose }: { order: Purchase; onClose: () => void }) {
  const change = useChange<Purchase>("/purchase-orders");
  const [typed, setTyped] = useKept("cost", () => BLANK);
  const set = (part: Partial<typeof BLANK>) => setTyped((before) => ({ ...before, ...part }));
  const { document, kind, amount, by } = typed;
  const [tried, setTried] = useState(false);
  const unnamed = document.trim() ? undefined : text.documentMissing;
  const unsaid = isAmount(amount) && Number(amountOf(amount)) > 0 ? undefined : text.amountMissing;
  const add = async () => {
    setTried(true);
    const problem = unnamed ?? unsaid;
    if (problem) throw new Refused(422, { detail: problem });
    const cost = { amount: amountOf(amount), currency: order.currency };
    await change(
      answerOf(
        api.POST("/purchase-orders/{purchase_id}/landed-costs", {
          params: { path: { purchase_id: order.id } },
          body: { document: document.trim(), kind: kind.trim(), amount: cost, by },
        }),
      ),
    );
  };
  return (
    <Confirm title={text.addTitle(order.id)} confirm={text.confirm} onClose={onClose} onConfirm={add}>
      <p>{text.addText}</p>
      <Input
        first
        label={text.document}
        hint={text.documentHint}
        problem={tried ? unnamed : undefined}
        maxLength={100}
        value={document}
        onChange={(value) => set({ document: value })}
      />
      <Input
        label={text.kind}
        hint={text.kindHint}
        maxLength={255}
        value={kind}
        onChange={(value) => set({ kind: value })}
      />
      <Input
        label={text.amount(order.currency)}
        problem={tried ? unsaid : undefined}
        inputMode="decimal"
        value={amount}
        onChange={(value) => set({ amount: value })}
      />
      <Select
        label={text.by}
        value={by}
        options={choices(text.bys)}
        onChange={(value) => set({ by: value })}
      />
    </Confirm>
  );
}
