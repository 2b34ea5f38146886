import type { ComponentProps } from "react";
import type { Schemas } from "../../api/client";
import { say } from "../../shell/Notifications";
import { t } from "../../texts";
import { BuyDialog } from "../to-ship/BuyDialog";
import { HoldDialog } from "../to-ship/HoldDialog";
import type { Row } from "../to-ship/rows";
import { TagDialog } from "../to-ship/TagDialog";
import { Accept, AnswerCancellation, CorrectParcel, Reject } from "./AnswerDialogs";
import { EditDialog } from "./EditDialog";
import { Move, NameProduct } from "./LineDialogs";
import { Merge } from "./MergeDialog";
import { EraseBuyer, ExportBuyer } from "./PrivacyDialogs";
import { Ship, Void } from "./ShipDialogs";
import { Join, Split } from "./SplitDialogs";
import { unitsLeft } from "./stands";
import { Cancel, Complete, Pay } from "./WholeDialogs";

type Order = Schemas["OrderView"];
type Fulfilment = Schemas["FulfilmentView"];
type Line = Schemas["LineView"];

export type Asked =
  | { kind: "hold" | "complete" | "cancel" | "pay" | "tag" | "edit" | "export" | "erase" }
  /** End one of its holds, or all. */
  | { kind: "release"; hold?: Order["holds"][number] }
  /** Hold it because it is to be edited, and a warehouse has it. */
  | { kind: "hold"; toEdit: true }
  | { kind: "buy"; fulfilment: Fulfilment | undefined }
  /** Mark one as shipped; which one is asked where it may be another one `among` them. */
  | { kind: "ship"; fulfilment: Fulfilment | undefined; among?: readonly Fulfilment[] }
  | { kind: "split" | "join" | "merge" | "reject" | "accept" | "answer"; fulfilment: Fulfilment }
  | { kind: "correct"; fulfilment: Fulfilment; place: number }
  | { kind: "void"; fulfilment: Fulfilment; label: Schemas["LabelView"] }
  | { kind: "move" | "product"; line: Line | undefined }
  | null;

export interface DialogProps {
  order: Order;
  onClose: () => void;
}

/** Every action with what it will do, said before it does. */
export function OrderDialogs({ order, asked, onClose }: DialogProps & { asked: Asked }) {
  if (!asked) return null;
  const props = { order, onClose };
  switch (asked.kind) {
    case "hold":
      return <Holding {...props} kind="hold" why={"toEdit" in asked ? t.editing.withWarehouse : undefined} />;
    case "release":
      return <Holding {...props} kind="release" ends={asked.hold ? [asked.hold] : order.holds} />;
    case "buy":
      return asked.fulfilment ? (
        <BuyDialog rows={[rowOf(order, asked.fulfilment)]} onClose={onClose} onBought={onClose} />
      ) : null;
    case "ship":
      return asked.fulfilment ? (
        <Ship {...props} fulfilment={asked.fulfilment} among={asked.among ?? []} />
      ) : null;
    case "split":
      return <Split {...props} fulfilment={asked.fulfilment} />;
    case "join":
      return <Join {...props} fulfilment={asked.fulfilment} />;
    case "merge":
      return <Merge {...props} fulfilment={asked.fulfilment} />;
    case "reject":
      return <Reject {...props} fulfilment={asked.fulfilment} />;
    case "accept":
      return <Accept {...props} fulfilment={asked.fulfilment} />;
    case "answer":
      return <AnswerCancellation {...props} fulfilment={asked.fulfilment} />;
    case "correct":
      return <CorrectParcel {...props} fulfilment={asked.fulfilment} place={asked.place} />;
    case "void":
      return <Void {...props} fulfilment={asked.fulfilment} label={asked.label} />;
    case "move":
      return asked.line ? <Move {...props} line={asked.line} /> : null;
    case "product":
      return asked.line ? <NameProduct {...props} line={asked.line} /> : null;
    case "tag":
      return (
        <TagDialog
          rows={[{ order_id: order.id, tags: order.tags }]}
          orders={[{ id: order.id, name: order.number }]}
          onClose={onClose}
          onDone={(n) => say(t.tag.done(n))}
        />
      );
    case "edit":
      return <EditDialog {...props} />;
    case "complete":
      return <Complete {...props} />;
    case "cancel":
      return <Cancel {...props} />;
    case "pay":
      return <Pay {...props} />;
    case "export":
      return <ExportBuyer {...props} />;
    case "erase":
      return <EraseBuyer {...props} />;
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
    short_line: null,
    short_lines: 0,
    checks: [],
    exceptions: [],
    merge: null,
    cancellation: null,
    packer: "",
  };
}

type HoldingProps = DialogProps & Pick<ComponentProps<typeof HoldDialog>, "kind" | "why" | "ends">;

/** Hold this one order, or end holds on it. */
function Holding({ order, ...rest }: HoldingProps) {
  const orders = [{ id: order.id, name: order.number }];
  const released = rest.ends?.length === 1 ? () => t.hold.releasedOne : t.hold.released;
  const done = (n: number) => say(rest.kind === "hold" ? t.hold.held(n) : released(n));
  return <HoldDialog {...rest} orders={orders} onDone={done} />;
}
