import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames, useSuppliers } from "../../api/queries";
import { useCan } from "../../auth/context";
import { t } from "../../texts";
import { When } from "../../ui/bits";
import { dateOf, money } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { usePrint } from "../../ui/print";
import { Timeline } from "../../ui/Timeline";
import { atPartner } from "../numbered/feeds";
import { PURCHASE_STATE } from "../numbered/looks";
import { OrdersOf } from "../numbered/OrdersOf";
import { type Action, ActionBar, Doing, Facts, NoteCard, NumberedPage, useChange } from "../numbered/one";
import { Progress } from "../numbered/Progress";
import { Receive } from "../numbered/Receive";
import { inParts, MOST_LINES, purchaseReceipt } from "../numbered/receiving";
import { Costs } from "./Costs";
import { type Asked, PurchaseDialogs } from "./Dialogs";
import { PurchaseForm } from "./Draft";
import { Lines } from "./Lines";
import { Receipts } from "./Receipts";
import { maySteps } from "./steps";
import { whereUnits } from "./units";

export type Purchase = Schemas["PurchaseOrderView"];
const route = getRouteApi("/purchase-orders/$id");
const act = t.purchases.act;

export const unitsOf = (order: Purchase, of: "ordered" | "open" | "received" | "unneeded") =>
  order.lines.reduce((n, each) => n + each[of], 0);

/** What was ordered, what of it has arrived, and what can be done about it. */
export function PurchasePage() {
  const { id } = route.useParams();
  const { doing } = route.useSearch();
  const can = useCan();
  const query = useQuery({
    queryKey: ["/purchase-orders", "one", id],
    queryFn: () =>
      answerOf(api.GET("/purchase-orders/{purchase_id}", { params: { path: { purchase_id: id } } })),
    refetchInterval: 30_000,
  });
  return (
    <NumberedPage
      id={id}
      back={{ to: "/purchase-orders", label: t.purchases.title }}
      query={query}
      look={(order) => PURCHASE_STATE[order.state]}
    >
      {(order) => (
        <Doing
          key={`${id} ${doing}`}
          may={doing && doing !== "return" && maySteps(order, can)[doing]}
          look={PURCHASE_STATE[order.state]}
          form={
            doing === "receive" ? (
              <Receiving order={order} />
            ) : doing === "edit" ? (
              <PurchaseForm order={order} />
            ) : null
          }
        >
          <Contents order={order} />
        </Doing>
      )}
    </NumberedPage>
  );
}

function Contents({ order }: { order: Purchase }) {
  const names = useNames();
  const suppliers = useSuppliers();
  const [asked, ask] = useState<Asked>(null);
  const due = order.lines
    .flatMap((each) => (each.open && each.expected_on ? [each.expected_on] : []))
    .sort()[0];
  return (
    <>
      <Actions order={order} ask={ask} />
      <Facts
        facts={[
          [t.purchases.supplier, suppliers.name(order.supplier)],
          [t.purchases.to, names.warehouse(order.warehouse)],
          [t.purchases.expected, due && dateOf(due)],
          [t.purchases.received, <Progress key="p" part={whereUnits(order)} />],
          [t.purchases.total, order.total && money(order.total)],
          [t.purchases.receivedTotal, order.received_total && money(order.received_total)],
          [t.purchases.file, order.sending && <SendingState key="s" sending={order.sending} />],
          [t.numbered.reference, order.reference],
        ]}
      />
      <div className="cols scrolls">
        <div className="col">
          <Notes order={order} ask={ask} />
          <Lines order={order} onAsk={ask} />
          <Receipts order={order} />
          <Costs order={order} />
        </div>
        <div className="col side">
          <NoteCard title={t.purchases.note} text={order.note} />
          <NoteCard title={t.purchases.internalNote} text={order.internal_note} />
          {order.timeline.length > 0 && <Timeline entries={order.timeline} />}
        </div>
      </div>
      <PurchaseDialogs order={order} asked={asked} onClose={() => ask(null)} />
    </>
  );
}

function SendingState({ sending }: { sending: Schemas["PurchaseSending"] }) {
  const failed = sending.state === "not_sent" || sending.state === "unknown";
  return (
    <span className={failed ? "danger" : undefined} title={sending.reason || undefined}>
      {t.purchases.sending[sending.state as keyof typeof t.purchases.sending]} <When at={sending.at} />
    </span>
  );
}

/** What is special about it, above its lines. */
function Notes({ order, ask }: { order: Purchase; ask: (asked: Asked) => void }) {
  const can = useCan();
  const unneeded = unitsOf(order, "unneeded");
  const reason = order.sending?.state === "not_sent" ? order.sending.reason : "";
  return (
    <>
      {order.ships && (
        <Note tone="t-info">
          {t.purchases.drop} <OrdersOf ids={[order.ships.order]} />
        </Note>
      )}
      {order.state === "new" && order.collects && <Note tone="t-info">{t.purchases.collects}</Note>}
      {reason && (
        <Note tone="t-danger">
          <b className="b">{t.purchases.sending.not_sent}.</b> {reason}
        </Note>
      )}
      {unneeded > 0 && (
        <Note tone="">
          {t.purchases.lines.unneeded(unneeded)}.{" "}
          {can("POST /purchase-orders/{purchase_id}/keep") && (
            <button type="button" className="link" onClick={() => ask({ kind: "keep" })}>
              {act.keep}
            </button>
          )}
        </Note>
      )}
    </>
  );
}

const Note = ({ tone, children }: { tone: string; children: ReactNode }) => (
  <div className={`note ${tone}`}>
    <Icon name={tone === "t-info" ? "circle-check" : "alert-triangle"} />
    <span className="t">{children}</span>
  </div>
);

function Actions({ order, ask }: { order: Purchase; ask: (asked: Asked) => void }) {
  const can = useCan();
  const navigate = useNavigate({ from: "/purchase-orders/$id" });
  const print = usePrint();
  const may = maySteps(order, can);
  const isOpen = order.state === "submitted" || order.state === "partially_received";
  const receive = () => navigate({ search: { doing: "receive" } });
  const edit = () => navigate({ search: { doing: "edit" } });
  const document = () => print.mutate(() => documentOf(order.id));
  const arriving: Action = {
    label: isOpen ? act.receive : act.receiveMore,
    may: may.receive,
    act: receive,
    keyName: "R",
    icon: "package",
    look: isOpen ? "primary" : undefined,
  };
  const actions: Action[] = [
    {
      label: act.submit,
      may: may.submit,
      act: () => ask({ kind: "submit" }),
      keyName: "S",
      icon: "send",
      look: "primary",
    },
    ...(isOpen ? [arriving] : []),
    { label: t.numbered.edit, may: may.edit, act: edit, keyName: "E", icon: "pencil" },
    { label: act.answer, may: may.answer, act: () => ask({ kind: "answer" }) },
    {
      label: t.purchases.document,
      may: may.document,
      act: document,
      keyName: "P",
      icon: "printer",
      busy: print.isPending,
    },
    ...(isOpen ? [] : [arriving]),
    { label: act.resend, may: may.resend, act: () => ask({ kind: "resend" }) },
    { label: act.close, may: may.close, act: () => ask({ kind: "close" }) },
    { label: act.cancel, may: may.cancel, act: () => ask({ kind: "cancel" }), look: "bad" },
  ];
  return <ActionBar actions={actions} back="/purchase-orders" problem={print.problem} />;
}

const documentOf = async (id: string) =>
  (
    await answerOf(
      api.GET("/purchase-orders/{purchase_id}/document", { params: { path: { purchase_id: id } } }),
    )
  ).url;

function Receiving({ order }: { order: Purchase }) {
  const navigate = useNavigate({ from: "/purchase-orders/$id" });
  const names = useNames();
  const can = useCan();
  const change = useChange<Purchase>("/purchase-orders");
  const lines = order.lines.map(
    ({ id, sku, barcode, name, ordered, received, open, refused, closed, supplier_sku }) => ({
      id,
      sku,
      barcode,
      open,
      late: order.state === "cancelled" ? 0 : refused + closed,
      cameLate: t.purchases.came[closed === 0 ? "refused" : refused === 0 ? "closed" : "both"],
      expected: ordered,
      soFar: received,
      name,
      note: supplier_sku ? t.purchases.lines.theirs(supplier_sku) : "",
    }),
  );
  return (
    <Receive
      lines={lines}
      recorded={order.receipts.map((each) => each.receipt)}
      counts={{
        expected: t.purchases.lines.ordered,
        bad: t.purchases.lines.rejected,
        replaces: true,
        over: can("POST /purchase-orders/{purchase_id}/lines/{line_id}/surplus"),
      }}
      title={act.receiveTitle(order.id)}
      verb={act.receiveVerb}
      consequence={({ good, bad, undecided, stays }) =>
        atPartner(
          act.receiveText(good - undecided, bad, undecided, stays, names.warehouse(order.warehouse)),
          names,
          order.warehouse,
        )
      }
      send={(receipt, arrival) =>
        inParts(purchaseReceipt(arrival), MOST_LINES.purchase, (lines) =>
          change(
            answerOf(
              api.POST("/purchase-orders/{purchase_id}/receive", {
                params: { path: { purchase_id: order.id } },
                body: { receipt, lines },
              }),
            ),
          ),
        )
      }
      onClose={() => navigate({ search: {} })}
    />
  );
}
