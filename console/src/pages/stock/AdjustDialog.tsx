import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, Refused } from "../../api/client";
import { refreshOrders, useNames } from "../../api/queries";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Confirm, Field } from "../../ui/Confirm";
import { wholeOf } from "../../ui/format";
import { Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import type { Balance } from "./balances";

interface AdjustProps {
  sku: string;
  places: readonly Balance[];
  chosen: string | undefined;
  onClose: () => void;
}

/** Add units or take some away, whatever others change meanwhile. */
export function AdjustDialog({ sku, places, chosen, onClose }: AdjustProps) {
  const names = useNames();
  const client = useQueryClient();
  const [{ warehouse, by, reason }, setTyped] = useKept(
    "adjust",
    () => ({ warehouse: chosen ?? places[0]?.warehouse ?? "", by: "", reason: "" }),
    { of: chosen },
  );
  const set = (part: Partial<Record<"warehouse" | "by" | "reason", string>>) =>
    setTyped((before) => ({ ...before, ...part }));
  const [tried, setTried] = useState(false);
  const add = wholeOf(by) ?? 0;
  const wrong = add === 0;
  const adjust = async () => {
    setTried(true);
    if (wrong) throw new Refused(422, { detail: t.stock.adjustMissing });
    if (!reason.trim()) throw new Refused(422, { detail: t.stock.reasonMissing });
    const adjustments = [{ sku, warehouse, add, reason: reason.trim() }];
    await answerOf(api.POST("/stock/adjustments", { body: { adjustments } }));
    for (const queryKey of [["stock"], ["movements"]]) client.invalidateQueries({ queryKey });
    refreshOrders(client);
    say(t.stock.adjusted);
  };
  return (
    <Confirm
      title={t.stock.adjustTitle(sku)}
      confirm={wrong ? t.stock.adjust : t.stock.adjustConfirm(add, names.warehouse(warehouse))}
      onClose={onClose}
      onConfirm={adjust}
    >
      <p>{t.stock.adjustText}</p>
      <Select
        label={t.toShip.filters.warehouse}
        value={warehouse}
        options={places.map((each) => ({
          value: each.warehouse,
          label: `${names.warehouse(each.warehouse)} (${each.on_hand ?? 0})`,
        }))}
        onChange={(place) => set({ warehouse: place })}
      />
      <Field label={t.stock.adjustBy} problem={tried && wrong ? t.stock.adjustMissing : undefined}>
        {(ids) => (
          <input
            {...ids}
            className="input"
            data-autofocus
            inputMode="numeric"
            placeholder="+5, -2"
            value={by}
            onChange={(event) => set({ by: event.target.value.replace("−", "-") })}
          />
        )}
      </Field>
      <Input
        label={t.stock.adjustReason}
        problem={tried && !reason.trim() ? t.stock.reasonMissing : undefined}
        maxLength={200}
        value={reason}
        onChange={(why) => set({ reason: why })}
      />
    </Confirm>
  );
}
