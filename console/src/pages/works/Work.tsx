import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useMe } from "../../auth/context";
import { t } from "../../texts";
import { listed, money } from "../../ui/format";
import { Timeline } from "../../ui/Timeline";
import { GoodsLink } from "../numbered/GoodsLink";
import { WORK_STATE } from "../numbered/looks";
import { neededBy } from "../numbered/madeFor";
import { OrdersOf } from "../numbered/OrdersOf";
import { type Action, ActionBar, Doing, Facts, NoteCard, NumberedPage, Records } from "../numbered/one";
import { Progress } from "../numbered/Progress";
import { type Asked, WorkDialogs } from "./Dialogs";
import { WorkForm } from "./Draft";
import { Components, Outputs } from "./Parts";
import { calledIn } from "./reporting";
import { maySteps } from "./steps";
import { partDone } from "./units";

export type Work = Schemas["WorkOrderView"];
const route = getRouteApi("/work-orders/$id");
const w = t.works;

/** What is built of which components, how far it is, and what it costs. */
export function WorkPage() {
  const { id } = route.useParams();
  const { doing } = route.useSearch();
  const { data: me } = useMe();
  const query = useQuery({
    queryKey: ["/work-orders", "one", id],
    queryFn: () => answerOf(api.GET("/work-orders/{work_id}", { params: { path: { work_id: id } } })),
    refetchInterval: 30_000,
  });
  return (
    <NumberedPage
      id={id}
      back={{ to: "/work-orders", label: w.title }}
      query={query}
      look={(order) => WORK_STATE[order.state]}
    >
      {(order) => (
        <Doing
          key={`${id} ${doing}`}
          may={doing === "edit" && maySteps(order, me).edit}
          look={WORK_STATE[order.state]}
          form={doing === "edit" ? <WorkForm order={order} /> : null}
        >
          <Contents order={order} />
        </Doing>
      )}
    </NumberedPage>
  );
}

function Contents({ order }: { order: Work }) {
  const names = useNames();
  const [asked, ask] = useState<Asked>(null);
  const orders = neededBy(order.made_for);
  return (
    <>
      <Actions order={order} ask={ask} />
      <Facts
        facts={[
          [w.kind[order.kind], <GoodsLink key="sku" name={order.name} sku={order.sku} />],
          [w.at, names.warehouse(order.warehouse)],
          [w.done, <Progress key="p" part={partDone(order)} />],
          [w.cost, order.cost && money(order.cost)],
          [w.expense, order.expense && Number(order.expense.amount) > 0 && money(order.expense)],
          [w.labour, order.labour && money(order.labour)],
          [
            w.buildsFor,
            order.builds_for && (
              <Link key="for" to="/work-orders/$id" params={{ id: order.builds_for }} className="link">
                {order.builds_for}
              </Link>
            ),
          ],
          [t.numbered.reference, order.reference],
        ]}
      />
      <div className="cols scrolls">
        <div className="col">
          {orders.length > 0 && (
            <div className="note t-info">
              <span className="t">
                {w.madeFor} <OrdersOf ids={orders} />
              </span>
            </div>
          )}
          {order.unneeded > 0 && <Unneeded order={order} ask={ask} />}
          <Components order={order} />
          {order.kind === "disassembly" && order.outputs.length > 0 && <Outputs order={order} />}
          <Reports order={order} />
        </div>
        <div className="col side">
          <NoteCard text={order.note} />
          {order.timeline.length > 0 && <Timeline entries={order.timeline} />}
        </div>
      </div>
      <WorkDialogs order={order} asked={asked} onClose={() => ask(null)} />
    </>
  );
}

/** Units that no order wants, with what can be decided about them. */
function Unneeded({ order, ask }: { order: Work; ask: (asked: Asked) => void }) {
  const { data: me } = useMe();
  const may = maySteps(order, me);
  return (
    <div className="note">
      <span className="t">
        {w.unneeded(order.unneeded)}{" "}
        {may.keep && (
          <button type="button" className="link" onClick={() => ask("keep")}>
            {w.act.keep}
          </button>
        )}{" "}
        {may.fewer && (
          <button type="button" className="link" onClick={() => ask("fewer")}>
            {w.act.fewer}
          </button>
        )}
      </span>
    </div>
  );
}

function Actions({ order, ask }: { order: Work; ask: (asked: Asked) => void }) {
  const { data: me } = useMe();
  const navigate = useNavigate({ from: "/work-orders/$id" });
  const may = maySteps(order, me);
  const apart = () =>
    navigate({
      to: "/work-orders/new",
      search: { kind: "disassembly", sku: order.sku, warehouse: order.warehouse },
    });
  const actions: Action[] = [
    {
      label: w.act.submit,
      may: may.submit,
      act: () => ask("submit"),
      keyName: "S",
      icon: "tools",
      look: "primary",
    },
    {
      label: w.act.report,
      may: may.report,
      act: () => ask("report"),
      keyName: "R",
      icon: "check",
      look: "primary",
    },
    {
      label: t.numbered.edit,
      may: may.edit,
      act: () => navigate({ search: { doing: "edit" } }),
      keyName: "E",
      icon: "pencil",
    },
    { label: w.act.again, may: may.again, act: () => ask("submit") },
    { label: w.act.apart, may: may.apart, act: apart },
    { label: w.act.close, may: may.close, act: () => ask("close") },
    { label: w.act.cancel, may: may.cancel, act: () => ask("cancel"), look: "bad" },
  ];
  return <ActionBar actions={actions} back="/work-orders" />;
}

/** What was reported, with its cost where the reader may see it. */
function Reports({ order }: { order: Work }) {
  const called = calledIn(order);
  const records = order.reports.map(
    ({ report, done = 0, failed = 0, scrap = [], reason, cost, who, at }) => ({
      name: report,
      text: listed(
        done > 0 && w.did[order.kind](done),
        failed > 0 && w.failed(failed),
        ...scrap.map((each) => w.scrap(each.units, called(each.sku))),
        reason,
        cost && money(cost),
      ),
      who,
      at,
    }),
  );
  return <Records id="reports" title={w.reports} records={records} />;
}
