import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { memo, useCallback, useEffect, useMemo } from "react";
import type { Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { isSet } from "../../search/parameters";
import { remember, useReturn } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Badge, Button, Chip, Countdown, Empty, FLAG, ORDER_STATUS, Skeleton, When } from "../../ui/bits";
import { count, money } from "../../ui/format";
import { ListTable, useFirstRow } from "../../ui/ListTable";
import { QueryFailure } from "../../ui/list";
import { useNow } from "../../ui/now";
import { useKeys } from "../../ui/shortcuts";
import { listKeys, readEvery, useCurrent } from "../../ui/useList";
import { buyerOf, Filters, pageOf, queryOf } from "./Filters";
import { FirstDay } from "./FirstDay";

const route = getRouteApi("/orders");
const head = t.orders.columns;

/** Every order ever, found fast. */
export function Orders() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/orders" });
  const mayPlace = useCan()("POST /orders");
  const place = () => navigate({ to: "/orders/new" });
  const query = queryOf(search, useNow());
  const list = useInfiniteQuery({
    queryKey: ["orders", query],
    queryFn: ({ pageParam }) => pageOf(query, 50, pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before) => before,
    refetchInterval: readEvery(30_000),
  });
  const orders = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const ids = useMemo(() => orders.map((each) => each.id), [orders]);
  const { current, setCurrent, move } = useCurrent(ids);
  useEffect(() => remember("/orders", ids), [ids]);
  useReturn("/orders", ids, setCurrent);
  const open = useCallback(
    (order: Schemas["OrderSummary"] | undefined) =>
      order && navigate({ to: "/orders/$id", params: { id: order.id }, search: { list: "/orders" } }),
    [navigate],
  );
  useKeys({
    ...listKeys(move, () => open(orders[current])),
    Escape: () => setCurrent(-1),
    n: () => mayPlace && place(),
  });
  const filtered = isSet(search);
  const isReadOn = useFirstRow(list, orders.length);
  const isNone = orders.length === 0 && !list.isPending && !list.isError && !isReadOn;
  const showsShipBy = search.ship_by !== undefined || (search.sort?.endsWith("ship_by") ?? false);
  return (
    <Page title={t.orders.title}>
      <Filters search={search} orders={orders} mayPlace={mayPlace} onPlace={place} />
      <QueryFailure query={list} />
      <div className="tablewrap">
        {(list.isPending || isReadOn) && <Skeleton />}
        {orders.length > 0 && (
          <ListTable
            label={t.orders.title}
            className="rows orders"
            head={<Heads showsShipBy={showsShipBy} />}
            rows={orders}
            current={current}
            currentKey={ids[current]}
            list={list}
            draw={(order, place, isCurrent) => (
              <OrderRow
                key={order.id}
                order={order}
                place={place}
                isCurrent={isCurrent}
                showsShipBy={showsShipBy}
                onOpen={open}
              />
            )}
          />
        )}
        {isNone && !filtered && <FirstDay />}
        {isNone && filtered && (
          <Empty title={search.q ? t.toShip.noMatch(search.q) : t.common.noMatches}>
            <Button onClick={() => navigate({ search: {} })}>{t.common.clearFilters}</Button>
          </Empty>
        )}
      </div>
    </Page>
  );
}

/** What a list by when orders are to ship shows that day of; others say when orders were placed. */
const Heads = ({ showsShipBy }: { showsShipBy: boolean }) => (
  <>
    <th className="o1">{head.order}</th>
    <th className="o2">{head.status}</th>
    <th className="o3">{head.flags}</th>
    <th>{head.buyer}</th>
    <th className="o4 num p2">{head.items}</th>
    <th className="o5 p2">{head.from}</th>
    <th className="o6 num p2">{head.total}</th>
    <th className="o7 num">{showsShipBy ? head.shipBy : head.placed}</th>
  </>
);

interface RowProps {
  order: Schemas["OrderSummary"];
  place: number;
  isCurrent: boolean;
  showsShipBy: boolean;
  onOpen: (order: Schemas["OrderSummary"]) => void;
}

const OrderRow = memo(function OrderRow(props: RowProps) {
  const { order, place, isCurrent, showsShipBy, onOpen } = props;
  const names = useNames();
  const places = order.warehouses.map(names.warehouse).join(" · ");
  return (
    <tr aria-rowindex={place + 2} className={isCurrent ? "cur" : undefined} onClick={() => onOpen(order)}>
      <td title={`${order.number}, ${names.channel(order.channel)}`}>
        <Link
          to="/orders/$id"
          params={{ id: order.id }}
          search={{ list: "/orders" }}
          className="m code"
          onClick={(event) => event.stopPropagation()}
        >
          {order.number}
        </Link>{" "}
        <span className="dim hide-s">{names.channel(order.channel)}</span>
      </td>
      <td>
        <Badge look={ORDER_STATUS[order.status]} />
      </td>
      <td>
        <span className="chips">
          {order.flags.slice(0, 1).map((flag) => (
            <Chip key={flag} look={FLAG[flag]} />
          ))}
          {order.flags.length > 1 && <span className="chip">{t.toShip.more(order.flags.length - 1)}</span>}
        </span>
      </td>
      <td title={buyerOf(order)}>{buyerOf(order) || <span className="dim">{t.common.none}</span>}</td>
      <td className="num p2">{count(order.units)}</td>
      <td className="p2" title={places}>
        {places || <span className="dim">{t.common.none}</span>}
      </td>
      <td className="num p2" title={money(order.total)}>
        {money(order.total)}
      </td>
      <td className="num dim">
        {showsShipBy ? <Countdown at={order.ship_by} /> : <When at={order.placed_at} />}
      </td>
    </tr>
  );
});
