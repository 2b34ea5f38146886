import { useState } from "react";
import { answerOf, api, Refused, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { Confirm } from "../../ui/Confirm";
import { money } from "../../ui/format";
import { Input, Select } from "../../ui/inputs";
import { asOptions } from "../../ui/list";
import { BuyDialog } from "../to-ship/BuyDialog";
import { HoldDialog } from "../to-ship/HoldDialog";
import type { Row } from "../to-ship/rows";
import { EditDialog } from "./EditDialog";
import { unitsLeft, unitsOpen } from "./stands";
import { useOrderChange } from "./useOrderChange";

type Order = Schemas["OrderView"];
type Fulfilment = Schemas["FulfilmentView"];
type Line = Schemas["LineView"];

export type Asked =
  | { kind: "hold" | "release" | "cancel" | "pay" | "edit" }
  /** Hold it because it is to be edited, and a warehouse has it. */
  | { kind: "hold"; toEdit: true }
  | { kind: "buy" | "ship"; fulfilment: Fulfilment | undefined }
  | { kind: "void"; fulfilment: Fulfilment; label: Schemas["LabelView"] }
  | { kind: "move" | "product"; line: Line | undefined }
  | null;

interface DialogProps {
  order: Order;
  onClose: () => void;
}

/** Every action with what it will do, said before it does. */
export function OrderDialogs({ order, asked, onClose }: DialogProps & { asked: Asked }) {
  if (!asked) return null;
  const props = { order, onClose };
  switch (asked.kind) {
    case "hold":
    case "release":
      return (
        <HoldDialog
          kind={asked.kind}
          why={"toEdit" in asked ? t.editing.withWarehouse : undefined}
          orders={[{ id: order.id, name: order.number }]}
          onClose={onClose}
          onDone={(n) => say(asked.kind === "hold" ? t.hold.held(n) : t.hold.released(n))}
        />
      );
    case "buy":
      return asked.fulfilment ? (
        <BuyDialog rows={[rowOf(order, asked.fulfilment)]} onClose={onClose} onBought={onClose} />
      ) : null;
    case "ship":
      return asked.fulfilment ? <Ship {...props} fulfilment={asked.fulfilment} /> : null;
    case "void":
      return <Void {...props} fulfilment={asked.fulfilment} label={asked.label} />;
    case "move":
      return asked.line ? <Move {...props} line={asked.line} /> : null;
    case "product":
      return asked.line ? <NameProduct {...props} line={asked.line} /> : null;
    case "edit":
      return <EditDialog {...props} />;
    case "cancel":
      return <Cancel {...props} />;
    case "pay":
      return <Pay {...props} />;
  }
}

function rowOf(order: Order, fulfilment: Fulfilment): Row {
  return {
    view: "to-ship",
    order_id: order.id,
    number: order.number,
    fulfilment: fulfilment.number,
    channel: order.channel,
    warehouse: fulfilment.warehouse,
    kind: fulfilment.kind,
    placed_at: order.placed_at,
    ship_by: fulfilment.ship_by,
    deliver_by: fulfilment.deliver_by,
    late: false,
    expedited: fulfilment.expedited,
    delivery_method: order.delivery_method,
    recipient: order.ship_to?.name ?? "",
    country: order.ship_to?.country ?? "",
    postcode: order.ship_to?.postcode ?? "",
    tags: order.tags,
    units: unitsLeft(fulfilment),
    lines: fulfilment.lines.length,
    first_line: null,
    checks: [],
    exceptions: [],
    merge: null,
    cancellation: null,
  };
}

function Ship({ order, fulfilment, onClose }: DialogProps & { fulfilment: Fulfilment }) {
  const names = useNames();
  const change = useOrderChange(order);
  const bought = fulfilment.labels.find((each) => each.state === "bought");
  const [carrier, setCarrier] = useState(bought?.carrier ?? "");
  const [tracking, setTracking] = useState(bought?.tracking ?? "");
  const [override, setOverride] = useState(false);
  const [tried, setTried] = useState(false);
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
      disabled={held && !override}
      onClose={onClose}
      onConfirm={ship}
    >
      <p>{t.one.shipText(unitsLeft(fulfilment), names.channel(order.channel))}</p>
      {held && (
        <div className="note t-hold">
          <span className="t">
            {t.one.shipHeld}
            <label className="check-field">
              <input
                type="checkbox"
                checked={override}
                onChange={(event) => setOverride(event.target.checked)}
              />
              {t.one.shipOverride}
            </label>
          </span>
        </div>
      )}
      <Input
        first
        label={t.one.carrier}
        problem={tried && !carrier.trim() ? t.one.carrierMissing : undefined}
        value={carrier}
        onChange={setCarrier}
      />
      <Input
        code
        label={t.one.tracking}
        problem={tried && !tracking.trim() ? t.one.trackingMissing : undefined}
        value={tracking}
        onChange={setTracking}
      />
    </Confirm>
  );
}

function Void({
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

function Move({ order, line, onClose }: DialogProps & { line: Line }) {
  const names = useNames();
  const change = useOrderChange(order);
  const others = names.warehouses.filter(
    (each) => !line.allocations.some((has) => has.warehouse === each.id),
  );
  const [to, setTo] = useState(others[0]?.id ?? "");
  const path = { order_id: order.id, line_id: line.id };
  const act = () =>
    change(
      answerOf(
        api.POST("/orders/{order_id}/lines/{line_id}/move", { params: { path }, body: { warehouse: to } }),
      ),
    );
  return (
    <Confirm
      title={t.one.moveTitle(line.name || line.sku)}
      confirm={t.one.moveConfirm}
      disabled={!to}
      onClose={onClose}
      onConfirm={act}
    >
      <p>{t.one.moveText}</p>
      <Select first label={t.one.moveTo} value={to} options={asOptions(others)} onChange={setTo} />
    </Confirm>
  );
}

function NameProduct({ order, line, onClose }: DialogProps & { line: Line }) {
  const change = useOrderChange(order);
  const [sku, setSku] = useState("");
  const act = async () => {
    if (!sku.trim()) throw new Refused(422, { detail: t.exceptions.mapMissing });
    const path = { order_id: order.id, line_id: line.id };
    await change(
      answerOf(
        api.POST("/orders/{order_id}/lines/{line_id}/product", {
          params: { path },
          body: { sku: sku.trim() },
        }),
      ),
    );
  };
  return (
    <Confirm
      title={`${line.name || line.reference}`}
      confirm={t.exceptions.product}
      onClose={onClose}
      onConfirm={act}
    >
      <Input first code label={t.exceptions.mapTo} value={sku} onChange={setSku} />
    </Confirm>
  );
}

function Cancel({ order, onClose }: DialogProps) {
  const names = useNames();
  const change = useOrderChange(order);
  const [reason, setReason] = useState("");
  const units = unitsOpen(order);
  const path = { order_id: order.id };
  const act = () =>
    change(
      answerOf(api.POST("/orders/{order_id}/cancel", { params: { path }, body: { reason: reason.trim() } })),
    );
  return (
    <Confirm
      title={t.one.cancelTitle(order.number)}
      confirm={t.one.cancelConfirm(units)}
      cancel={t.one.keep}
      destructive
      footnote={t.one.noUndo}
      onClose={onClose}
      onConfirm={act}
    >
      <p>
        {t.one.cancelText(units)} {t.one.cancelTell(names.channel(order.channel))}
      </p>
      <Input label={t.one.cancelReason} maxLength={500} value={reason} onChange={setReason} />
    </Confirm>
  );
}

function Pay({ order, onClose }: DialogProps) {
  const change = useOrderChange(order);
  const act = () =>
    change(answerOf(api.POST("/orders/{order_id}/pay", { params: { path: { order_id: order.id } } })));
  return (
    <Confirm title={t.one.payTitle} confirm={t.one.pay} onClose={onClose} onConfirm={act}>
      <p>{t.one.payText}</p>
    </Confirm>
  );
}
