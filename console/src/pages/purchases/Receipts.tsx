import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Button } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
import { listed } from "../../ui/format";
import { Input } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { Records, useChange } from "../numbered/one";
import type { Purchase } from "./Purchase";

type Received = Schemas["ReceivedLine"];
const text = t.purchases.withdrawing;

/** What arrived; a line that was typed wrongly is withdrawn. */
export function Receipts({ order }: { order: Purchase }) {
  const may = useCan()("POST /purchase-orders/{purchase_id}/receipts/withdraw");
  const [wrong, setWrong] = useState<Received>();
  const lines = new Map(order.lines.map((each) => [each.id, each]));
  const records = order.receipts.map((each) => ({
    name: each.receipt,
    goods: lines.get(each.line),
    text: unitsIn(each),
    who: each.who,
    at: each.at,
    act: may && (
      <Button
        small
        className="right"
        aria-label={text.of(each.receipt, lines.get(each.line)?.sku ?? each.line)}
        onClick={() => setWrong(each)}
      >
        {text.withdraw}
      </Button>
    ),
  }));
  return (
    <>
      <Records id="receipts" title={t.purchases.receipts} records={records} />
      {wrong && <Withdraw order={order} wrong={wrong} onClose={() => setWrong(undefined)} />}
    </>
  );
}

function unitsIn({ accepted = 0, rejected = 0, surplus = 0, decision, reason = "" }: Received): string {
  return listed(
    accepted > 0 && t.purchases.accepted(accepted),
    rejected > 0 && t.purchases.rejected(rejected, reason),
    surplus > 0 && t.purchases.beyond[decision ?? "undecided"](surplus),
  );
}

function Withdraw({ order, wrong, onClose }: { order: Purchase; wrong: Received; onClose: () => void }) {
  const change = useChange<Purchase>("/purchase-orders");
  const [reason, setReason] = useKept("withdrawn-receipt", () => "");
  const withdraw = async () => {
    await change(
      answerOf(
        api.POST("/purchase-orders/{purchase_id}/receipts/withdraw", {
          params: { path: { purchase_id: order.id } },
          body: { receipt: wrong.receipt, line: wrong.line, reason: reason.trim() },
        }),
      ),
    );
  };
  return (
    <Confirm
      title={text.title(wrong.receipt)}
      confirm={text.confirm}
      destructive
      onClose={onClose}
      onConfirm={withdraw}
    >
      <p>{unitsIn(wrong)}</p>
      <p>{text.text}</p>
      <Input
        first
        label={text.reason}
        hint={text.reasonHint}
        maxLength={255}
        value={reason}
        onChange={setReason}
      />
    </Confirm>
  );
}
