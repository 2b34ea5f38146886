import { useQuery, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { Schemas } from "../../api/client";
import { orderQuery, useNames } from "../../api/queries";
import { neighbours, rememberOpened, useBack } from "../../shell/lists";
import { say } from "../../shell/Notifications";
import { Page } from "../../shell/Page";
import { isAbsent, PageFailure } from "../../shell/PageFailure";
import { t } from "../../texts";
import { Badge, Button, Chip, FLAG, ORDER_STATUS, Skeleton } from "../../ui/bits";
import { useNow } from "../../ui/now";
import { useKeys } from "../../ui/shortcuts";
import { type Asked, OrderDialogs } from "./Dialogs";
import { Fulfilments } from "./Fulfilments";
import { Lines } from "./Lines";
import { Problems } from "./Problems";
import { Side } from "./Side";
import { stands } from "./stands";
import { supplyOf } from "./supply";
import { useOrderActions } from "./useOrderActions";

const route = getRouteApi("/orders/$id");

/** The list that an order was opened from; all orders where it was opened by its address. */
const backTo = (list: ReturnType<typeof route.useSearch>["list"]) =>
  list === "/"
    ? ({ to: list, label: t.nav.toShip } as const)
    : list === "/exceptions"
      ? ({ to: list, label: t.nav.exceptions } as const)
      : ({ to: "/orders", label: t.nav.orders } as const);

export function OrderPage() {
  const { id } = route.useParams();
  const { list } = route.useSearch();
  const order = useQuery({ ...orderQuery(id), refetchInterval: 20_000 });
  const back = backTo(list);
  const data = order.data;
  return (
    <Page
      title={data?.number ?? ""}
      back={back}
      badges={
        data && (
          <>
            <Badge look={ORDER_STATUS[data.status]} />
            {data.flags.map((flag) => (
              <Chip key={flag} look={FLAG[flag]} />
            ))}
          </>
        )
      }
    >
      <PageFailure id={id} back={back} query={order} />
      {order.isPending && <Skeleton />}
      {data && !isAbsent(order.error) && <Contents key={id} order={data} />}
    </Page>
  );
}

function Contents({ order }: { order: Schemas["OrderView"] }) {
  const { list, trace } = route.useSearch();
  const navigate = useNavigate();
  const names = useNames();
  const now = useNow();
  const [asked, ask] = useState<Asked>(null);
  const supply = supplyOf(order);
  const said = stands(order, names, now, supply).join(" ");
  const place = neighbours(list, order.id);
  useNeighbours(place);
  useEffect(() => rememberOpened(list, order.id), [list, order.id]);
  const go = (id: string | undefined) =>
    id && navigate({ to: "/orders/$id", params: { id }, search: { list, trace } });
  const copy = () =>
    navigator.clipboard.writeText(`${order.number}: ${said}`).then(
      () => say(t.common.copied),
      () => say(t.common.notCopied),
    );
  const actions = useOrderActions(order, ask);
  useKeys({
    j: () => go(place?.next),
    k: () => go(place?.previous),
    c: copy,
    Escape: useBack(backTo(list).to),
    ...actions.keys,
  });
  return (
    <>
      <div className="sub">
        {actions.buttons}
        {place && (
          <span className="seenby row">
            <span className="dim">{t.one.place(place.place, place.all)}</span>
            <Button
              icon="chevron-up"
              aria-label={t.one.previous}
              title={`${t.one.previous} (K)`}
              disabled={!place.previous}
              onClick={() => go(place.previous)}
            />
            <Button
              icon="chevron-down"
              aria-label={t.one.next}
              title={`${t.one.next} (J)`}
              disabled={!place.next}
              onClick={() => go(place.next)}
            />
          </span>
        )}
      </div>
      <div className="cols scrolls">
        <div className="col">
          <section className="answer" aria-label={t.one.stands}>
            <div className="grow">
              <span className="small dim">{t.one.stands}</span>
              <p className="a">{said}</p>
            </div>
            <Button icon="copy" keyName="C" aria-label={t.one.copyStands} onClick={copy}>
              {t.common.copy}
            </Button>
          </section>
          <Problems order={order} onAsk={ask} />
          <Lines
            order={order}
            supply={supply}
            every={trace === "all"}
            onEvery={(on) =>
              navigate({ to: ".", search: { list, trace: on ? "all" : undefined }, replace: true })
            }
            onAsk={ask}
          />
          <Fulfilments order={order} onAsk={ask} />
        </div>
        <Side order={order} onAsk={ask} />
      </div>
      <OrderDialogs order={order} asked={asked} onClose={() => ask(null)} />
    </>
  );
}

/** Read the next and the previous order ahead: J and K then show them at once. */
function useNeighbours(place: ReturnType<typeof neighbours>) {
  const client = useQueryClient();
  const next = place?.next;
  const previous = place?.previous;
  useEffect(() => {
    for (const id of [next, previous]) if (id) client.prefetchQuery({ ...orderQuery(id), staleTime: 30_000 });
  }, [client, next, previous]);
}
