import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { money } from "../../ui/format";
import { Check, Input } from "../../ui/inputs";
import { useKept } from "../../ui/kept";
import type { DialogProps } from "./Dialogs";
import { unitsLeft } from "./stands";
import { useOrderChange } from "./useOrderChange";

type Fulfilment = Schemas["FulfilmentView"];

export function Ship({ order, fulfilment, onClose }: DialogProps & { fulfilment: Fulfilment }) {
  const names = useNames();
  const change = useOrderChange(order);
  const bought = fulfilment.labels.find((each) => each.state === "bought");
  const parcel = { carrier: bought?.carrier ?? "", tracking: bought?.tracking ?? "" };
  const [{ carrier, tracking }, setTyped] = useKept(`ship ${fulfilment.number}`, () => parcel, {
    of: parcel,
  });
  const [override, setOverride] = useState(false);
  const [tried, setTried] = useState(false);
  const [sure, setSure] = useState(false);
  const byPartner = fulfilment.kind !== "own";
  const told = names.isReachable(order.channel) ? names.channel(order.channel) : "";
  const held = order.flags.includes("held");
  const place = names.warehouse(fulfilment.warehouse);
  const ship = async () => {
    setTried(true);
    if (!carrier.trim() || !tracking.trim())
      throw new Refused(422, { detail: !carrier.trim() ? t.one.carrierMissing : t.one.trackingMissing });
    const path = { order_id: order.id, number: fulfilment.number };
    const body = { parcels: [{ carrier: carrier.trim(), tracking: tracking.trim() }], override };
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
      <p>{t.one.shipText(unitsLeft(fulfilment), told)}</p>
      {byPartner && (
        <div className="note">
          <span className="t">
            {t.one.shipByPartner(place)}
            <Check checked={sure} onChange={setSure}>
              {t.one.shipIsSure}
            </Check>
          </span>
        </div>
      )}
      {held && (
        <div className="note t-hold">
          <span className="t">
            {t.one.shipHeld}
            <Check checked={override} onChange={setOverride}>
              {t.one.shipOverride}
            </Check>
          </span>
        </div>
      )}
      <Input
        first
        label={t.one.carrier}
        problem={tried && !carrier.trim() ? t.one.carrierMissing : undefined}
        value={carrier}
        onChange={(carrier) => setTyped((before) => ({ ...before, carrier }))}
      />
      <Input
        code
        label={t.one.tracking}
        problem={tried && !tracking.trim() ? t.one.trackingMissing : undefined}
        value={tracking}
        onChange={(tracking) => setTyped((before) => ({ ...before, tracking }))}
      />
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
