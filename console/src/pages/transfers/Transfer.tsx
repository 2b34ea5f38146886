import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan, useMe } from "../../auth/context";
import { t } from "../../texts";
import { When } from "../../ui/bits";
import { count, listed, money } from "../../ui/format";
import { Timeline } from "../../ui/Timeline";
import { TRANSFER_STATE } from "../numbered/looks";
import { Progress } from "../numbered/NumberedList";
import { type Action, ActionBar, Facts, NoteCard, NumberedPage, Records, useChange } from "../numbered/one";
import { Receive } from "../numbered/Receive";
import { returnReceipt, transferReceipt } from "../numbered/receiving";
import { type Asked, TransferDialogs } from "./Dialogs";
import { TransferForm } from "./Draft";
import { maySteps } from "./steps";

export type Transfer = Schemas["TransferOrderView"];
const route = getRouteApi("/transfers/$id");
const x = t.transfers;

export const unitsOf = (order: Transfer, of: "units" | "sent" | "open" | "received") =>
  order.lines.reduce((n, each) => n + each[of], 0);

/** What goes from one warehouse to another, and where each unit of it is. */
export function TransferPage() {
  const { id } = route.useParams();
  const { doing } = route.useSearch();
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
      {(order) =>
        doing === "receive" || doing === "return" ? (
          <Arrived key={doing} order={order} doing={doing} />
        ) : doing === "edit" && order.state === "requested" ? (
          <TransferForm order={order} />
        ) : (
          <Contents key={id} order={order} />
        )
      }
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
          [
            x.arrived,
            order.sent_at && (
              <Progress key="p" done={unitsOf(order, "received")} all={unitsOf(order, "sent")} />
            ),
          ],
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
  const actions: Action[] = [
    {
      label: x.act.send,
      may: may.send,
      act: () => ask("send"),
      keyName: "S",
      icon: "send",
      look: "primary",
    },
    {
      label: x.act.receive,
      may: may.receive,
      act: doing("receive"),
      keyName: "R",
      icon: "package",
      look: isOpen ? "primary" : undefined,
    },
    { label: t.numbered.edit, may: may.edit, act: doing("edit"), keyName: "E", icon: "pencil" },
    { label: x.act.return, may: may.return, act: doing("return") },
    { label: x.act.close, may: may.close, act: () => ask("close") },
    { label: x.act.cancel, may: may.cancel, act: () => ask("cancel"), look: "bad" },
  ];
  return <ActionBar actions={actions} back="/transfers" />;
}

const zero = (n: number) => (n ? "num" : "num zero");

function Lines({ order }: { order: Transfer }) {
  const l = x.lines;
  const isSent = order.sent_at !== null;
  const hasCost = order.lines.some((each) => each.cost);
  return (
    <section className="card" aria-labelledby="lines">
      <header>
        <h2 id="lines">{t.numbered.lines}</h2>
        <span className="dim">{t.one.linesCount(order.lines.length, unitsOf(order, "units"))}</span>
      </header>
      <table className="tbl card-tbl doc-lines">
        <thead>
          <tr>
            <th>{t.receive.columns.item}</th>
            <th className="num s5">{l.requested}</th>
            {isSent && (
              <>
                <th className="num s4">{l.sent}</th>
                <th className="num s5">{l.open}</th>
                <th className="num s4">{l.received}</th>
                <th className="num s5">{l.damaged}</th>
                <th className="num s4">{l.lost}</th>
                {hasCost && <th className="num n6 p2">{l.cost}</th>}
              </>
            )}
          </tr>
        </thead>
        <tbody>
          {order.lines.map((each) => (
            <tr key={each.id}>
              <td className="wrap">
                <Link to="/stock/$sku" params={{ sku: each.sku }} className="m code">
                  {each.sku}
                </Link>
                <span className="item-facts">
                  {each.returned > 0 && <span className="chip">{l.returned(each.returned)}</span>}
                  {each.over > 0 && <span className="chip t-warn">{l.over(each.over)}</span>}
                </span>
              </td>
              <td className="num">{count(each.units)}</td>
              {isSent && (
                <>
                  <td className={zero(each.sent)}>{count(each.sent)}</td>
                  <td className={`m ${zero(each.open)}`}>{count(each.open)}</td>
                  <td className={zero(each.received)}>{count(each.received)}</td>
                  <td className={zero(each.damaged)}>{count(each.damaged)}</td>
                  <td className={zero(each.lost)}>
                    {each.lost ? <span className="danger m">{count(each.lost)}</span> : 0}
                  </td>
                  {hasCost && <td className="num p2">{money(each.cost)}</td>}
                </>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** What arrived, was lost or came back. */
function Arrivals({ order }: { order: Transfer }) {
  const skus = new Map(order.lines.map((each) => [each.id, each.sku]));
  const records = order.receipts.map(
    ({ receipt, line, accepted = 0, damaged = 0, lost = 0, reason = "", is_return, who, at }) => ({
      name: receipt,
      sku: skus.get(line),
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

/** Count what arrived at the one end, or came back to the other. */
function Arrived({ order, doing }: { order: Transfer; doing: "receive" | "return" }) {
  const navigate = useNavigate({ from: "/transfers/$id" });
  const names = useNames();
  const can = useCan();
  const change = useChange<Transfer>("/transfers");
  const arrives = doing === "receive";
  const params = { path: { transfer_id: order.id } };
  const lines = order.lines.map((each) => ({
    id: each.id,
    sku: each.sku,
    open: each.open,
    expected: each.sent,
    soFar: arrives ? each.received : each.returned,
  }));
  const receive = (receipt: string, body: ReturnType<typeof transferReceipt>) =>
    answerOf(api.POST("/transfer-orders/{transfer_id}/receive", { params, body: { receipt, lines: body } }));
  const takeBack = (receipt: string, body: ReturnType<typeof returnReceipt>) =>
    answerOf(api.POST("/transfer-orders/{transfer_id}/return", { params, body: { receipt, lines: body } }));
  return (
    <Receive
      lines={lines}
      counts={{
        expected: x.lines.sent,
        bad: x.lines.damaged,
        lost: arrives,
        over: arrives && can("POST /transfer-orders/{transfer_id}/close"),
      }}
      title={arrives ? x.act.receiveTitle(order.id) : x.act.returnTitle(order.id)}
      verb={x.act.verb}
      consequence={({ good, bad, lost, stays }) =>
        arrives
          ? x.act.receiveText(good, bad, lost, stays, names.warehouse(order.to_warehouse))
          : x.act.returnText(good, bad, names.warehouse(order.from_warehouse))
      }
      send={(receipt, arrival) =>
        change(
          arrives ? receive(receipt, transferReceipt(arrival)) : takeBack(receipt, returnReceipt(arrival)),
        )
      }
      onClose={() => navigate({ search: {} })}
    />
  );
}
