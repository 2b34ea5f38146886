import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { answerOf, api, Refused } from "../../api/client";
import { useNames } from "../../api/queries";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Confirm, Field } from "../../ui/Confirm";
import { Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { choices } from "../../ui/list";
import { type Place, typedUnits, type Way } from "./adjusting";

interface AdjustProps {
  sku: string;
  places: readonly Place[];
  chosen: string | undefined;
  onClose: () => void;
}

const text = t.stock;

/** Add units or take some away, whatever others change meanwhile, or set what was counted, if nobody did. */
export function AdjustDialog({ sku, places, chosen, onClose }: AdjustProps) {
  const names = useNames();
  const client = useQueryClient();
  const first = places.find((each) => each.warehouse === chosen) ?? places[0];
  const [typed, setTyped] = useKept(
    "adjusting",
    () => ({
      warehouse: first?.warehouse ?? "",
      way: (places.some((each) => each.onHand > 0) ? "add" : "count") as Way,
      units: "",
      reason: "",
    }),
    { of: chosen },
  );
  const { warehouse, way } = typed;
  const set = (part: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...part }));
  const [tried, setTried] = useState(false);
  const units = typedUnits(way, typed.units);
  const reason = typed.reason.trim();
  const lacksReason = way === "add" && !reason;
  const onHand = places.find((each) => each.warehouse === warehouse)?.onHand ?? 0;
  const send = (of: number) =>
    way === "add"
      ? api.POST("/stock/adjustments", { body: { adjustments: [{ sku, warehouse, add: of, reason }] } })
      : api.POST("/stock/counts", {
          body: { counts: [{ sku, warehouse, counted: of, expected: onHand, reason }], reference: "" },
        });
  const adjust = async () => {
    setTried(true);
    if (units === null) throw new Refused(422, { detail: text.missing[way] });
    if (lacksReason) throw new Refused(422, { detail: text.reasonMissing });
    try {
      await answerOf(send(units));
    } finally {
      for (const queryKey of [["stock"], ["movements"]]) client.invalidateQueries({ queryKey });
    }
    say(text.adjusted);
  };
  return (
    <Confirm
      title={text.adjustTitle(sku)}
      confirm={units === null ? text.adjust : text.confirm[way](units, names.warehouse(warehouse))}
      onClose={onClose}
      onConfirm={adjust}
    >
      <p>{text.adjustText}</p>
      <Select
        label={t.toShip.filters.warehouse}
        value={warehouse}
        options={places.map((each) => ({
          value: each.warehouse,
          label: `${names.warehouse(each.warehouse)} (${each.onHand})`,
        }))}
        onChange={(place) => set({ warehouse: place })}
      />
      <Select label={text.how} value={way} options={choices(text.way)} onChange={(to) => set({ way: to })} />
      <Field
        label={text.way[way]}
        hint={way === "count" ? text.countHint(onHand, units) : undefined}
        problem={tried && units === null ? text.missing[way] : undefined}
      >
        {(ids) => (
          <input
            {...ids}
            className="input"
            data-autofocus
            inputMode="numeric"
            placeholder={way === "add" ? "+5, -2" : undefined}
            value={typed.units}
            onChange={(event) => set({ units: event.target.value })}
          />
        )}
      </Field>
      <Input
        label={text.adjustReason}
        problem={tried && lacksReason ? text.reasonMissing : undefined}
        maxLength={200}
        value={typed.reason}
        onChange={(why) => set({ reason: why })}
      />
    </Confirm>
  );
}
