import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { memo, useCallback, useEffect, useMemo } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { FLAGS, type OrderListSearch, orderListSearch, STATUSES } from "../../search/orders";
import { isSet } from "../../search/parameters";
import { remember, useReturn } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { SavedViews } from "../../shell/SavedViews";
import { t } from "../../texts";
import { Badge, Button, Chip, Empty, FLAG, ORDER_STATUS, Skeleton, When } from "../../ui/bits";
import { type Cursor, PAGE_ROWS } from "../../ui/everyRow";
import { Filter, FilterBar, ListSearchField } from "../../ui/FilterBar";
import { count, money } from "../../ui/format";
import { ListTable } from "../../ui/ListTable";
import { asOptions, CsvButton, QueryFailure } from "../../ui/list";
import { useKeys } from "../../ui/shortcuts";
import { listKeys, readEvery, useCurrent } from "../../ui/useList";
import { useSetSearch } from "../../ui/useSearch";
import { FirstDay } from "./FirstDay";

const route = getRouteApi("/orders");
const head = t.orders.columns;

const pageOf = (search: OrderListSearch, limit: number, cursor: Cursor) =>
  answerOf(api.GET("/orders", { params: { query: { ...search, limit, cursor } } }));

/** Every order ever, found fast. */
export function Orders() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/orders" });
  const mayPlace = useCan()("POST /orders");
  const place = () => navigate({ to: "/orders/new" });
  const list = useInfiniteQuery({
    queryKey: ["orders", search],
    queryFn: ({ pageParam }) => pageOf(search, 50, pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before) => before,
    refetchInterval: readEvery(30_000),
  });
  const orders = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const { current, setCurrent, move } = useCurrent(orders.length);
  const ids = useMemo(() => orders.map((each) => each.id), [orders]);
  useEffect(() => remember("/orders", ids, search), [ids, search]);
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
  const isNone = orders.length === 0 && !list.isPending && !list.isError;
  return (
    <Page title={t.orders.title}>
      <Filters search={search} empty={orders.length === 0} mayPlace={mayPlace} onPlace={place} />
      <QueryFailure query={list} />
      <div className="tablewrap">
        {list.isPending && <Skeleton />}
        {orders.length > 0 && (
          <ListTable
            label={t.orders.title}
            className="rows orders"
            head={heads}
            rows={orders}
            current={current}
            list={list}
            draw={(order, place, isCurrent) => (
              <OrderRow key={order.id} order={order} place={place} isCurrent={isCurrent} onOpen={open} />
            )}
          />
        )}
        {isNone && !filtered && !list.hasNextPage && <FirstDay />}
        {isNone && (filtered || list.hasNextPage) && (
          <Empty title={search.q ? t.toShip.noMatch(search.q) : t.common.noMatches}>
            {list.hasNextPage && <Button onClick={() => list.fetchNextPage()}>{t.common.loadMore}</Button>}
            {filtered && <Button onClick={() => navigate({ search: {} })}>{t.common.clearFilters}</Button>}
          </Empty>
        )}
      </div>
    </Page>
  );
}

const heads = (
  <>
    <th className="o1">{head.order}</th>
    <th className="o2">{head.status}</th>
    <th className="o3">{head.flags}</th>
    <th>{head.buyer}</th>
    <th className="o4 num p2">{head.items}</th>
    <th className="o5 p2">{head.from}</th>
    <th className="o6 num p2">{head.total}</th>
    <th className="o7 num">{head.placed}</th>
  </>
);

interface RowProps {
  order: Schemas["OrderSummary"];
  place: number;
  isCurrent: boolean;
  onOpen: (order: Schemas["OrderSummary"]) => void;
}

const OrderRow = memo(function OrderRow({ order, place, isCurrent, onOpen }: RowProps) {
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
      <td className="num p2">{money(order.total)}</td>
      <td className="num dim">
        <When at={order.placed_at} />
      </td>
    </tr>
  );
});

interface FiltersProps {
  search: OrderListSearch;
  empty: boolean;
  mayPlace: boolean;
  onPlace: () => void;
}

function Filters({ search, empty, mayPlace, onPlace }: FiltersProps) {
  const names = useNames();
  const label = t.orders.filters;
  const { set, find } = useSetSearch<OrderListSearch>();
  const read = (cursor: Cursor) => pageOf(search, PAGE_ROWS, cursor);
  return (
    <FilterBar
      right={
        <>
          <SavedViews list="orders" search={search} known={orderListSearch} />
          <CsvButton name="orders" empty={empty} read={read} table={csvOf} />
          {mayPlace && (
            <Button small look="primary" icon="plus" keyName="N" onClick={onPlace}>
              {t.placing.make}
            </Button>
          )}
        </>
      }
    >
      <ListSearchField value={search.q} onChange={find} />
      <Filter
        label={label.status}
        value={search.status}
        options={STATUSES.map((value) => ({ value, label: t.order.status[value] }))}
        onChange={(status) => set({ status: status as Schemas["Status"] | undefined })}
      />
      <Filter
        label={label.flag}
        value={search.flag}
        options={FLAGS.map((value) => ({ value, label: t.order.flag[value] }))}
        onChange={(flag) => set({ flag: flag as Schemas["Flag"] | undefined })}
      />
      <Filter
        label={label.channel}
        value={search.channel}
        options={asOptions(names.channels)}
        onChange={(channel) => set({ channel })}
      />
      <Filter
        label={label.warehouse}
        value={search.warehouse}
        options={asOptions(names.warehouses)}
        onChange={(warehouse) => set({ warehouse })}
      />
      <Filter label={t.toShip.filters.tag} value={search.tag} options={[]} onChange={(tag) => set({ tag })} />
    </FilterBar>
  );
}

/** Who bought it; whom it goes to where the channel names no buyer. */
const buyerOf = ({ customer, recipient }: Schemas["OrderSummary"]) => customer.name || recipient;

const csvOf = (orders: readonly Schemas["OrderSummary"][]) => [
  ["number", "channel", "status", "flags", "buyer", "units", "warehouses", "total", "currency", "placed_at"],
  ...orders.map((each) => [
    each.number,
    each.channel,
    each.status,
    each.flags.join(" "),
    buyerOf(each),
    each.units,
    each.warehouses.join(" "),
    each.total?.amount,
    each.total?.currency,
    each.placed_at,
  ]),
];
