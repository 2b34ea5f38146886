import { useMutation } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { Badge, Button, Countdown, FULFILMENT_STATUS, PACKED, Refusal } from "../../ui/bits";
import { absolute, byWhen, dateAndTime, listed, money, when } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { useNow } from "../../ui/now";
import { openDocument } from "../../ui/print";
import type { Asked } from "./Dialogs";
import { isOpen, mayShip, unitsLeft } from "./stands";
import { Together } from "./Together";
import { isChangeable, joinableWith, unitsToKeepBack } from "./units";

type Fulfilment = Schemas["FulfilmentView"];

interface FulfilmentsProps {
  order: Schemas["OrderView"];
  onAsk: (asked: Asked) => void;
}

export function Fulfilments({ order, onAsk }: FulfilmentsProps) {
  const shown = order.fulfilments.filter((each) => each.status !== "cancelled" || each.parcels.length > 0);
  return (
    <section className="card" aria-labelledby="fulfilments">
      <header>
        <h2 id="fulfilments">{t.one.fulfilments}</h2>
        <span className="dim">{shown.length}</span>
      </header>
      {shown.length === 0 && (
        <p className="dim pad14">{order.status === "cancelled" ? t.one.noneLeft : t.one.noFulfilment}</p>
      )}
      {shown.map((each) => (
        <One key={each.id} order={order} fulfilment={each} onAsk={onAsk} />
      ))}
    </section>
  );
}

function One({ order, fulfilment, onAsk }: FulfilmentsProps & { fulfilment: Fulfilment }) {
  const names = useNames();
  const units = fulfilment.lines.reduce((all, each) => all + each.quantity, 0);
  const open = isOpen(fulfilment);
  return (
    <div className="fo">
      <span className="m cut" title={names.warehouse(fulfilment.warehouse)}>
        {names.warehouse(fulfilment.warehouse)}
      </span>
      <span className="row">
        <Badge look={open && fulfilment.packed_at ? PACKED : FULFILMENT_STATUS[fulfilment.status]} />
        <span className="mid">{t.common.units(units)}</span>
      </span>
      <span className="right">{open && fulfilment.ship_by && <Countdown at={fulfilment.ship_by} />}</span>
      <span className="dim code">{fulfilment.short_id}</span>
      <span className="dim">
        {[...new Set(fulfilment.rejections.map((each) => each.note || t.bench.reasons[each.reason]))].join(
          "; ",
        )}{" "}
        {open && fulfilment.parcels.length === 0 && fulfilment.labels.length === 0 && t.one.noParcel}
      </span>
      <span className="row right">
        <Parts order={order} fulfilment={fulfilment} onAsk={onAsk} />
        <Papers order={order} fulfilment={fulfilment} />
      </span>
      <Together order={order} fulfilment={fulfilment} onAsk={onAsk} />
      {fulfilment.mcf && <AtAmazon mcf={fulfilment.mcf} />}
      {fulfilment.cancellation?.state === "requested" && open && (
        <RequestedBack fulfilment={fulfilment} onAsk={onAsk} />
      )}
      {fulfilment.labels
        .filter((label) => label.state !== "voided" || label.refund)
        .map((label) => (
          <Label key={label.id} fulfilment={fulfilment} label={label} onAsk={onAsk} />
        ))}
      {fulfilment.parcels.map((parcel, place) => (
        <Parcel
          key={`${parcel.tracking}-${parcel.shipped_at}`}
          parcel={parcel}
          isLabelled={fulfilment.labels.some(({ tracking }) => tracking === parcel.tracking)}
          onCorrect={() => onAsk({ kind: "correct", fulfilment, place: place + 1 })}
        />
      ))}
    </div>
  );
}

/** How far Amazon is with what it ships, and what its preview estimated. */
function AtAmazon({ mcf }: { mcf: Schemas["McfView"] }) {
  return (
    <span className="parcel">
      <Icon name="truck-delivery" />
      <span>
        {listed(
          t.one.mcf.status[mcf.status],
          t.amazonShips.speeds[mcf.speed],
          mcf.fee && t.one.mcf.fee(money(mcf.fee)),
          mcf.arrives_by && t.one.mcf.arrives(dateAndTime(mcf.arrives_by)),
        )}
      </span>
    </span>
  );
}

/** What its fulfiller was requested to keep back, until it answers. */
function RequestedBack({ fulfilment, onAsk }: Pick<FulfilmentsProps, "onAsk"> & { fulfilment: Fulfilment }) {
  const can = useCan();
  return (
    <span className="parcel">
      <Icon name="ban" />
      <span>
        {listed(t.answering.requested(unitsToKeepBack(fulfilment)), fulfilment.cancellation?.reason)}
      </span>
      {can("POST /orders/{order_id}/fulfilments/{number}/answer-cancellation") && (
        <span className="right">
          <Button small onClick={() => onAsk({ kind: "answer", fulfilment })}>
            {t.answering.button}
          </Button>
        </span>
      )}
    </span>
  );
}

/** The buttons by which it is marked as shipped, split, joined, accepted or rejected, each while that can be done. */
function Parts({ order, fulfilment, onAsk }: FulfilmentsProps & { fulfilment: Fulfilment }) {
  const can = useCan();
  const ships = mayShip(order, can) && isOpen(fulfilment);
  const answersFor = fulfilment.kind === "own" || can("POST /orders/{order_id}/fulfilments/{number}/accept");
  const splits =
    can("POST /orders/{order_id}/fulfilments/{number}/split") &&
    isChangeable(fulfilment) &&
    unitsLeft(fulfilment) > 1;
  const rejects =
    can("POST /orders/{order_id}/fulfilments/{number}/reject") &&
    answersFor &&
    isOpen(fulfilment) &&
    unitsLeft(fulfilment) > 0 &&
    fulfilment.status !== "queued";
  const accepts =
    can("POST /orders/{order_id}/fulfilments/{number}/accept") &&
    fulfilment.status === "requested" &&
    fulfilment.kind !== "own" &&
    !fulfilment.mcf;
  const joins =
    can("POST /orders/{order_id}/fulfilments/{number}/join") && joinableWith(order, fulfilment).length > 0;
  return (
    <>
      {ships && (
        <Button small look="quiet" onClick={() => onAsk({ kind: "ship", fulfilment })}>
          {t.one.ship}
        </Button>
      )}
      {splits && (
        <Button small look="quiet" onClick={() => onAsk({ kind: "split", fulfilment })}>
          {t.splitting.button}
        </Button>
      )}
      {joins && (
        <Button small look="quiet" onClick={() => onAsk({ kind: "join", fulfilment })}>
          {t.joining.button}
        </Button>
      )}
      {accepts && (
        <Button small look="quiet" onClick={() => onAsk({ kind: "accept", fulfilment })}>
          {t.accepting.button}
        </Button>
      )}
      {rejects && (
        <Button small look="quiet" onClick={() => onAsk({ kind: "reject", fulfilment })}>
          {t.rejecting.button}
        </Button>
      )}
    </>
  );
}

/** What can be printed of it. */
function Papers({ order, fulfilment }: { order: Schemas["OrderView"]; fulfilment: Fulfilment }) {
  const can = useCan();
  const path = { order_id: order.id, number: fulfilment.number };
  const print = useMutation({
    mutationFn: (kind: "slip" | "pick") =>
      openDocument(async () =>
        kind === "slip"
          ? (
              await answerOf(
                api.GET("/orders/{order_id}/fulfilments/{number}/packing-slip", { params: { path } }),
              )
            ).url
          : (
              await answerOf(
                api.GET("/orders/{order_id}/fulfilments/{number}/pick-list", { params: { path } }),
              )
            ).url,
      ),
  });
  const prints = can("GET /orders/{order_id}/fulfilments/{number}/packing-slip");
  if (!prints || fulfilment.status === "cancelled" || fulfilment.status === "rejected") return null;
  return (
    <>
      <Refusal error={print.error} />
      <Button small look="quiet" busy={print.isPending} onClick={() => print.mutate("slip")}>
        {t.one.slip}
      </Button>
      {isOpen(fulfilment) && fulfilment.kind === "own" && unitsLeft(fulfilment) > 0 && (
        <Button small look="quiet" busy={print.isPending} onClick={() => print.mutate("pick")}>
          {t.one.pickList}
        </Button>
      )}
    </>
  );
}

const WITH_US = new Set(["unknown", "pre_transit"]);

/** Whether a label is paid for and its carrier neither has the parcel nor expects it, whatever counts as shipped. */
export function canBeVoided(fulfilment: Fulfilment, label: Schemas["LabelView"]): boolean {
  const parcel = fulfilment.parcels.find((each) => each.tracking === label.tracking);
  const isWithUs = !parcel?.transit || WITH_US.has(parcel.transit.status);
  return isWithUs && !label.manifest && (label.state === "bought" || label.state === "unused");
}

interface LabelProps {
  fulfilment: Fulfilment;
  label: Schemas["LabelView"];
  onAsk: (asked: Asked) => void;
}

function Label({ fulfilment, label, onAsk }: LabelProps) {
  const can = useCan();
  const names = useNames();
  const voidable = canBeVoided(fulfilment, label) && can("POST /orders/{order_id}/fulfilments/{number}/void");
  return (
    <span className="parcel">
      <Icon name="printer" />
      <span>
        {listed(`${label.carrier} ${label.service}`, label.price && money(label.price))}{" "}
        <span className="dim">{t.one.labelState[label.state]}</span>
        {label.problem && <span className="danger"> {names.said(label.problem)}</span>}
      </span>
      {label.tracking && <span className="code">{label.tracking}</span>}
      <span className="right row">
        {label.url && (
          <a className="link" href={label.url} target="_blank" rel="noreferrer">
            {t.one.openLabel}
          </a>
        )}
        {voidable && (
          <button type="button" className="link" onClick={() => onAsk({ kind: "void", fulfilment, label })}>
            {t.one.void}
          </button>
        )}
      </span>
    </span>
  );
}

interface ParcelProps {
  parcel: Schemas["ParcelView"];
  /** Whether a label that was bought here has its number, which is then right. */
  isLabelled: boolean;
  onCorrect: () => void;
}

function Parcel({ parcel, isLabelled, onCorrect }: ParcelProps) {
  const now = useNow();
  const can = useCan();
  const mayCorrect = !isLabelled && can("PATCH /orders/{order_id}/fulfilments/{number}/parcels/{place}");
  const names = useNames();
  const told = parcel.notified;
  return (
    <span className="parcel">
      <Icon name="package" />
      <span className="m">{parcel.carrier}</span>
      <span className="code">{parcel.tracking}</span>
      <span className="dim" title={parcel.transit?.detail || absolute(parcel.shipped_at)}>
        {parcel.transit ? t.one.transit[parcel.transit.status] : when(parcel.shipped_at, now)}
      </span>
      {mayCorrect && (
        <button type="button" className="link" onClick={onCorrect}>
          {t.correcting.button}
        </button>
      )}
      {told && (
        <span className={told.at ? "right ok row" : "right warn row"} title={told.problem || undefined}>
          <Icon name={told.at ? "check" : "clock"} small />
          {told.at
            ? t.one.told(names.channel(told.channel), when(told.at, now))
            : t.one.notTold(
                names.channel(told.channel),
                told.next_at ? t.one.tellNext(byWhen(told.next_at, now)) : "",
              )}
        </span>
      )}
    </span>
  );
}
