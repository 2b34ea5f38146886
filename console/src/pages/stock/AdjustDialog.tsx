import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { answerOf, api, Refused } from "../../api/client";
import { useNames } from "../../api/queries";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Confirm, Field } from "../../ui/Confirm";
import { count } from "../../ui/format";
import { Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { isSame } from "../../ui/merge";
import { type Place, typedUnits, type Way, waysAt } from "./adjusting";

interface AdjustProps {
  sku: string;
  places: readonly Place[];
  chosen: string | undefined;
  onClose: () => void;
}

const text = t.stock;

const NOWHERE: Place = { warehouse: "", onHand: 0, available: 0, quarantined: 0 };

/** Change the stock of a sku at one warehouse; a count is refused where somebody else changed it meanwhile. */
export function AdjustDialog({ sku, places, chosen, onClose }: AdjustProps) {
  const names = useNames();
  const client = useQueryClient();
  const first = places.find((each) => each.warehouse === chosen) ?? places[0];
  const [typed, setTyped] = useKept(
    "adjusting",
    () => ({
      /** As it was when it was chosen: a count is compared with that, and expects it. */
      place: first ?? NOWHERE,
      /** Whether that is what was read after a refusal. */
      isAnew: false,
      way: (places.some((each) => each.onHand > 0) ? "add" : "count") as Way,
      units: "",
      reason: "",
    }),
    { of: chosen },
  );
  const { warehouse, onHand, available, quarantined } = typed.place;
  const ways = waysAt({ available, quarantined });
  const way = ways.find((each) => each === typed.way) ?? "count";
  const set = (part: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...part }));
  const [tried, setTried] = useState(false);
  const units = typedUnits(way, typed.units);
  const reason = typed.reason.trim();
  const lacksReason = way !== "count" && !reason;
  const send = (of: number) => {
    const shelf = { sku, warehouse, reason };
    if (way === "add")
      return api.POST("/stock/adjustments", { body: { adjustments: [{ ...shelf, add: of }] } });
    if (way === "count")
      return api.POST("/stock/counts", {
        body: { counts: [{ ...shelf, counted: of, expected: onHand }], reference: "" },
      });
    return api.POST("/stock/quarantine", {
      body: { moves: [{ ...shelf, quantity: of, to: way }], reference: "" },
    });
  };
  const [wasRefused, setRefused] = useState(false);
  const now = places.find((each) => each.warehouse === warehouse);
  const hasChanged = now !== undefined && !isSame(now, typed.place) && waysAt(now).includes(way);
  useEffect(() => {
    if (!wasRefused || !hasChanged) return;
    setTyped((before) => ({ ...before, place: now, isAnew: true })); // which the next try is about
    setRefused(false);
  }, [wasRefused, hasChanged, now, setTyped]);
  const adjust = async () => {
    setTried(true);
    setRefused(false);
    if (units === null) throw new Refused(422, { detail: text.missing[way] });
    if (lacksReason) throw new Refused(422, { detail: text.reasonMissing });
    try {
      await answerOf(send(units));
    } catch (error) {
      setRefused(error instanceof Refused);
      throw error;
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
      <p>{text.adjustText[way]}</p>
      <Select
        label={t.toShip.filters.warehouse}
        value={warehouse}
        options={places.map((each) => ({
          value: each.warehouse,
          label: `${names.warehouse(each.warehouse)} (${count(each.onHand)})`,
        }))}
        onChange={(chosen) =>
          set({ place: places.find((each) => each.warehouse === chosen) ?? NOWHERE, isAnew: false })
        }
      />
      {typed.isAnew && (
        <p className="warn" role="status">
          {text.nowThere(onHand)}
        </p>
      )}
      <Select
        label={text.how}
        value={way}
        options={ways.map((value) => ({ value, label: text.way[value] }))}
        onChange={(to) => set({ way: to })}
      />
      <Field
        label={text.way[way]}
        hint={hintOf(way, { onHand, available, quarantined }, units)}
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

/** What the units that are typed are compared with. */
function hintOf(
  way: Way,
  { onHand, available, quarantined }: Omit<Place, "warehouse">,
  units: number | null,
) {
  if (way === "add") return undefined;
  if (way === "count") return text.countHint(onHand, units);
  return way === "quarantine" ? text.availableHint(available) : text.quarantinedHint(quarantined);
}
