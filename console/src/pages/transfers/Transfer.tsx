import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { answerOf, api } from "../../api/client";
import { useNames } from "../../api/queries";
import { useMe } from "../../auth/context";
import { t } from "../../texts";
import { When } from "../../ui/bits";
import { dateOf, listed } from "../../ui/format";
import { Timeline } from "../../ui/Timeline";
import { TRANSFER_STATE } from "../numbered/looks";
import { type Action, ActionBar, Doing, Facts, NoteCard, NumberedPage, Records } from "../numbered/one";
import { Progress } from "../numbered/Progress";
import { Arrived } from "./Arrived";
import { type Asked, TransferDialogs } from "./Dialogs";
import { TransferForm } from "./Draft";
import { Lines } from "./Lines";
import { maySteps } from "./steps";
import { partArrived, type Transfer } from "./units";

const route = getRouteApi("/transfers/$id");
const x = t.transfers;
const OPEN = new Set<Transfer["state"]>(["requested", "sent", "partially_received"]);

/** What goes from one warehouse to another, and where each unit of it is. */
export function TransferPage() {
  const { id } = route.useParams();
  const { doing } = route.useSearch();
  const { data: me } = useMe();
  const query = useQuery({
    queryKey: ["/transfers", "one", id],
    queryFn: () =>
      answerOf(api.GET("/transfer-orders/{transfer_id}", { params: { path: { transfer_id: id } } })),
    refetchInterval: 30_000,
  });
  return (
    <NumberedPage
      id={id}
      back={{ to: "/transfers", label: x.title }}
      query={query}
      look={(order) => TRANSFER_STATE[order.state]}
    >
      {(order) => (
        <Doing
          key={`${id} ${doing}`}
          may={doing && maySteps(order, me)[doing]}
          look={TRANSFER_STATE[order.state]}
          form={
            doing === "edit" ? (
              <TransferForm order={order} />
            ) : doing ? (
              <Arrived order={order} doing={doing} />
            ) : null
          }
        >
          <Contents order={order} />
        </Doing>
      )}
    </NumberedPage>
  );
}

function Contents({ order }: { order: Transfer }) {
  const names = useNames();
  const [asked, ask] = useState<Asked>(null);
  return (
    <>
      <Actions order={order} ask={ask} />
      <Facts
        facts={[
          [x.from, names.warehouse(order.from_warehouse)],
          [x.to, names.warehouse(order.to_warehouse)],
          [x.sent, order.sent_at && <When key="sent" at={order.sent_at} />],
          [x.expected, OPEN.has(order.state) && order.expected_on && dateOf(order.expected_on)],
          [x.arrived, order.sent_at && <Progress key="p" part={partArrived(order)} />],
          [t.numbered.reference, order.reference],
        ]}
      />
      <div className="cols scrolls">
        <div className="col">
          {!order.is_counted && (
            <div className="note t-info">
              <span className="t">{x.uncounted}</span>
            </div>
          )}
          <Lines order={order} />
          <Arrivals order={order} />
        </div>
        <div className="col side">
          <NoteCard text={order.note} />
          {order.timeline.length > 0 && <Timeline entries={order.timeline} />}
        </div>
      </div>
      <TransferDialogs order={order} asked={asked} onClose={() => ask(null)} />
    </>
  );
}

function Actions({ order, ask }: { order: Transfer; ask: (asked: Asked) => void }) {
  const { data: me } = useMe();
  const navigate = useNavigate({ from: "/transfers/$id" });
  const may = maySteps(order, me);
  const isOpen = order.state === "sent" || order.state === "partially_received";
  const doing = (what: "receive" | "return" | "edit") => () => navigate({ search: { doing: what } });
  const arriving: Action = {
    label: isOpen ? x.act.receive : x.act.receiveMore,
    may: may.receive,
    act: doing("receive"),
    keyName: "R",
    icon: "package",
    look: isOpen ? "primary" : undefined,
  };
  const actions: Action[] = [
    {
      label: x.act.send,
      may: may.send,
      act: () => ask("send"),
      keyName: "S",
      icon: "send",
      look: "primary",
    },
    ...(isOpen ? [arriving] : []),
    { label: t.numbered.edit, may: may.edit, act: doing("edit"), keyName: "E", icon: "pencil" },
    { label: x.act.return, may: may.return, act: doing("return") },
    ...(isOpen ? [] : [arriving]),
    { label: x.act.expect, may: may.expect, act: () => ask("expect") },
    { label: x.act.close, may: may.close, act: () => ask("close") },
    { label: x.act.cancel, may: may.cancel, act: () => ask("cancel"), look: "bad" },
  ];
  return <ActionBar actions={actions} back="/transfers" />;
}

/** What arrived, was lost or came back. */
function Arrivals({ order }: { order: Transfer }) {
  const lines = new Map(order.lines.map((each) => [each.id, each]));
  const records = order.receipts.map(
    ({ receipt, line, accepted = 0, damaged = 0, lost = 0, reason = "", is_return, who, at }) => ({
      name: receipt,
      goods: lines.get(line),
      text: listed(
        accepted > 0 && x.good(accepted),
        damaged > 0 && x.damaged(damaged, reason),
        lost > 0 && x.lost(lost),
        is_return && x.back,
      ),
      who,
      at,
    }),
  );
  return <Records id="receipts" title={x.receipts} records={records} />;
}
