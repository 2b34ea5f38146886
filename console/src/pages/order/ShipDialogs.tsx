import { type ReactNode, useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { listed, money } from "../../ui/format";
import { Check, Input, Select } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import { Agreement } from "./Agreement";
import type { DialogProps } from "./Dialogs";
import { unitsLeft } from "./stands";
import { UnitFields } from "./UnitFields";
import { allOf, chosenOf, isAll, leftIn, mostIn, sumOf, wrongIn } from "./units";
import { useOrderChange } from "./useOrderChange";

type Fulfilment = Schemas["FulfilmentView"];

/** A name for a parcel without a number: another one for each dialog, the same for each try of one. */
const newName = () => `LETTER-${crypto.randomUUID().slice(0, 8).toUpperCase()}`;

/** What a parcel is sent under, and which units are in it. */
function useParcel(order: DialogProps["order"], fulfilment: Fulfilment) {
  const lines = leftIn(order, fulfilment);
  const bought = fulfilment.labels.find((each) => each.state === "bought");
  const begun = {
    carrier: bought?.carrier ?? "",
    tracking: bought?.tracking ?? "",
    isUnnumbered: false,
    units: allOf(lines),
  };
  const [typed, setTyped] = useKept(`ship ${fulfilment.number}`, () => ({ ...begun, name: newName() }), {
    of: begun,
  });
  const set = (part: Partial<typeof typed>) => setTyped((before) => ({ ...before, ...part }));
  const parts = chosenOf(lines, typed.units);
  const carrier = typed.carrier.trim();
  const tracking = typed.isUnnumbered ? typed.name : typed.tracking.trim();
  const wrong = wrongIn(lines, typed.units);
  const problem =
    (wrong.size > 0 && t.units.notNumbers) ||
    (parts.length === 0 && t.units.none) ||
    (!carrier && t.one.carrierMissing) ||
    (!tracking && t.one.trackingMissing) ||
    "";
  const unnumbered = typed.isUnnumbered && { unnumbered: true };
  const parcel = { carrier, tracking, ...unnumbered, ...(!isAll(lines, parts) && { lines: parts }) };
  return { lines, typed, set, wrong, units: sumOf(parts), problem, parcel };
}

interface ShipProps extends DialogProps {
  fulfilment: Fulfilment;
  /** Those that it may be instead. */
  among?: readonly Fulfilment[];
}

/** Mark a fulfilment order as shipped: which one is chosen first, where there are several. */
export function Ship({ fulfilment, among = [], ...props }: ShipProps) {
  const names = useNames();
  const [chosen, choose] = useState(fulfilment);
  return (
    <ShipOne key={chosen.number} {...props} fulfilment={chosen} asks={among.length > 1}>
      {among.length > 1 && (
        <Select
          first
          label={t.one.shipWhich}
          value={String(chosen.number)}
          options={among.map((each) => ({
            value: String(each.number),
            label: listed(each.short_id, names.warehouse(each.warehouse), t.common.units(unitsLeft(each))),
          }))}
          onChange={(number) => choose(among.find((each) => String(each.number) === number) ?? chosen)}
        />
      )}
    </ShipOne>
  );
}

interface ShipOneProps extends DialogProps {
  fulfilment: Fulfilment;
  asks: boolean;
  children: ReactNode;
}

function ShipOne({ order, fulfilment, asks, onClose, children }: ShipOneProps) {
  const names = useNames();
  const change = useOrderChange(order);
  const { lines, typed, set, wrong, units, problem, parcel } = useParcel(order, fulfilment);
  const [override, setOverride] = useState(false);
  const [tried, setTried] = useState(false);
  const [sure, setSure] = useState(false);
  const byPartner = fulfilment.kind !== "own";
  const told = names.isReachable(order.channel) ? names.channel(order.channel) : "";
  const held = order.flags.includes("held");
  const place = names.warehouse(fulfilment.warehouse);
  const ship = async () => {
    setTried(true);
    if (problem) throw new Refused(422, { detail: problem });
    const path = { order_id: order.id, number: fulfilment.number };
    const body = { parcels: [parcel], override };
    await change(
      answerOf(api.POST("/orders/{order_id}/fulfilments/{number}/ship", { params: { path }, body })),
    );
  };
  return (
    <Confirm
      title={t.one.shipTitle(place)}
      confirm={t.one.shipConfirm}
      footnote={t.one.noUndo}
      disabled={(held && !override) || (byPartner && !sure)}
      onClose={onClose}
      onConfirm={ship}
    >
      {children}
      <p>{t.one.shipText(units, told)}</p>
      {byPartner && (
        <Agreement
          about={t.one.shipByPartner(place)}
          label={t.one.shipIsSure}
          checked={sure}
          onChange={setSure}
        />
      )}
      {held && (
        <Agreement
          hold
          about={t.one.shipHeld}
          label={t.one.shipOverride}
          checked={override}
          onChange={setOverride}
        />
      )}
      <Input
        first={!asks}
        label={t.one.carrier}
        problem={tried && !parcel.carrier ? t.one.carrierMissing : undefined}
        value={typed.carrier}
        onChange={(carrier) => set({ carrier })}
      />
      {!typed.isUnnumbered && (
        <Input
          code
          label={t.one.tracking}
          problem={tried && !parcel.tracking ? t.one.trackingMissing : undefined}
          value={typed.tracking}
          onChange={(tracking) => set({ tracking })}
        />
      )}
      <Check checked={typed.isUnnumbered} onChange={(isUnnumbered) => set({ isUnnumbered })}>
        {t.unnumbered.check}
      </Check>
      {typed.isUnnumbered && <p className="dim small">{t.unnumbered.hint(told)}</p>}
      {mostIn(lines) > 1 && (
        <UnitFields
          lines={lines}
          typed={typed.units}
          wrong={tried ? wrong : undefined}
          onChange={(units) => set({ units })}
        />
      )}
    </Confirm>
  );
}

export function Void({
  order,
  fulfilment,
  label,
  onClose,
}: DialogProps & { fulfilment: Fulfilment; label: Schemas["LabelView"] }) {
  const change = useOrderChange(order);
  const path = { order_id: order.id, number: fulfilment.number };
  const act = () =>
    change(
      answerOf(
        api.POST("/orders/{order_id}/fulfilments/{number}/void", {
          params: { path },
          body: { label: label.id },
        }),
      ),
    );
  return (
    <Confirm
      title={t.one.voidTitle}
      confirm={t.one.voidConfirm}
      cancel={t.one.keep}
      destructive
      onClose={onClose}
      onConfirm={act}
    >
      <p>{t.one.voidText(money(label.price))}</p>
    </Confirm>
  );
}
