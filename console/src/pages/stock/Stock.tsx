import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { memo, useCallback, useMemo } from "react";
import { answerOf, api } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { endOfPast } from "../../search/days";
import type { StockSearch } from "../../search/goods";
import { isSet } from "../../search/parameters";
import { useReturn } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Button, Empty, Skeleton } from "../../ui/bits";
import { type Cursor, PAGE_ROWS } from "../../ui/everyRow";
import { Filter, FilterBar, ListSearchField } from "../../ui/FilterBar";
import { listed } from "../../ui/format";
import { Icon } from "../../ui/Icon";
import { ListTable, useFirstRow } from "../../ui/ListTable";
import { asOptions, CsvButton, QueryFailure } from "../../ui/list";
import { useKeys } from "../../ui/shortcuts";
import { listKeys, readEvery, useCurrent } from "../../ui/useList";
import { useSetSearch } from "../../ui/useSearch";
import { canBeSku, offersFor } from "../products/searching";
import { AsOf } from "./AsOf";
import { type Balance, bySku, type Sum, scaleOf } from "./balances";
import { Quantities, QuantityHeads } from "./Quantities";

const route = getRouteApi("/stock");
const head = t.stock.columns;
const MOST_NAMED = 5;

/** Every sku over its warehouses. */
export function Stock() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/stock" });
  const can = useCan();
  const names = useNames();
  const { warehouse, q, at } = search;
  const read = (cursor: Cursor) => {
    const query = { warehouse, q, at: endOfPast(at), limit: PAGE_ROWS, cursor };
    return answerOf(api.GET("/stock", { params: { query } }));
  };
  const list = useInfiniteQuery({
    queryKey: ["stock", warehouse, q, at],
    queryFn: ({ pageParam }) => read(pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before) => before,
    refetchInterval: at ? false : readEvery(30_000),
  });
  const balances = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const rows = useMemo(() => bySku(balances), [balances]);
  const scale = useMemo(() => scaleOf(rows), [rows]);
  const isReadOn = useFirstRow(list, rows.length);
  const isEmpty = list.isSuccess && rows.length === 0 && !isReadOn;
  const skus = useMemo(() => rows.map((each) => each.sku), [rows]);
  const { current, setCurrent, move } = useCurrent(skus);
  useReturn("/stock", skus, setCurrent);
  const open = useCallback(
    (sku: string | undefined) =>
      sku && navigate({ to: "/stock/$sku", params: { sku }, search: { warehouse, at } }),
    [navigate, warehouse, at],
  );
  useKeys({
    ...listKeys(move, () => open(rows[current]?.sku)),
  });
  const { set, find } = useSetSearch<StockSearch>();
  const filtered = isSet(search);
  return (
    <Page title={t.stock.title}>
      <FilterBar
        right={
          <>
            {!at && (
              <Link className="btn small quiet" to="/print/count" search={{ warehouse, q }}>
                <Icon name="printer" small />
                <span className="sr-s">{t.stock.count.button}</span>
              </Link>
            )}
            <CsvButton
              name={at ? `stock-${at}` : "stock"}
              empty={balances.length === 0}
              read={read}
              table={csvOf}
            />
          </>
        }
      >
        <ListSearchField value={search.q} label={t.stock.search} onChange={find} />
        <Filter
          label={t.toShip.filters.warehouse}
          value={search.warehouse}
          options={asOptions(names.warehouses)}
          onChange={(warehouse) => set({ warehouse })}
        />
        <AsOf at={at} onChange={(day) => set({ at: day })} />
      </FilterBar>
      <QueryFailure query={list} />
      <div className="tablewrap">
        {(list.isPending || isReadOn) && <Skeleton />}
        {rows.length > 0 && (
          <ListTable
            label={t.stock.title}
            className="rows stocked"
            head={heads}
            rows={rows}
            current={current}
            currentKey={skus[current]}
            list={list}
            isUneven
            draw={(sum, place, isCurrent) => (
              <SumRow
                key={sum.sku}
                sum={sum}
                scale={scale}
                warehouse={warehouse}
                at={at}
                place={place}
                isCurrent={isCurrent}
                onOpen={open}
              />
            )}
          />
        )}
        {isEmpty && search.q && <NoneFound q={search.q} onClear={() => navigate({ search: {} })} />}
        {isEmpty && !search.q && (
          <Empty
            title={filtered ? t.common.noMatches : t.stock.empty}
            text={filtered ? undefined : t.stock.emptyWhy}
          >
            {filtered && <Button onClick={() => navigate({ search: {} })}>{t.common.clearFilters}</Button>}
            {!filtered && can("POST /uploads") && (
              <Link className="btn" to="/uploads">
                {t.orders.upload}
              </Link>
            )}
            {!filtered && can("GET /purchase-orders") && (
              <Link className="btn" to="/purchase-orders">
                {t.purchases.title}
              </Link>
            )}
          </Empty>
        )}
      </div>
    </Page>
  );
}

/** The products that are searched for and have no stock, each with the page on which its first is entered. */
function NoneFound({ q, onClear }: { q: string; onClear: () => void }) {
  const found = useQuery({ ...offersFor(q), enabled: useCan()("GET /products") && canBeSku(q) });
  const products = found.data?.slice(0, MOST_NAMED) ?? [];
  return (
    <Empty
      title={products.length > 0 ? t.stock.noneOf(q) : t.common.noMatches}
      text={products.length > 0 ? t.stock.noneOfWhy : []}
    >
      {products.map(({ sku, name }) => (
        <Link key={sku} className="btn" to="/stock/$sku" params={{ sku }} title={name}>
          {sku}
        </Link>
      ))}
      <Button onClick={onClear}>{t.common.clearFilters}</Button>
    </Empty>
  );
}

const heads = (
  <>
    <th>{head.product}</th>
    <th className="s2">{head.where}</th>
    <QuantityHeads />
  </>
);

interface RowProps {
  sum: Sum;
  scale: number;
  warehouse: string | undefined;
  at: string | undefined;
  place: number;
  isCurrent: boolean;
  onOpen: (sku: string) => void;
}

const SumRow = memo(function SumRow({ sum, scale, warehouse, at, place, isCurrent, onOpen }: RowProps) {
  return (
    <tr
      data-index={place}
      aria-rowindex={place + 2}
      className={isCurrent ? "cur" : undefined}
      onClick={() => onOpen(sum.sku)}
    >
      <td className="two-line" title={listed(sum.name, sum.sku)}>
        {sum.name && <span className="m cut">{sum.name}</span>}
        <Link
          to="/stock/$sku"
          params={{ sku: sum.sku }}
          search={{ warehouse, at }}
          className={`code cut ${sum.name ? "dim" : "m"}`}
          onClick={(event) => event.stopPropagation()}
        >
          {sum.sku}
        </Link>
      </td>
      <Where places={sum.places} />
      <Quantities of={sum} scale={scale} isPast={endOfPast(at) !== undefined} />
    </tr>
  );
});

/** The warehouses that have the sku on a shelf; their names may have commas. */
function Where({ places }: { places: readonly Balance[] }) {
  const names = useNames();
  const said = places.map((each) => names.warehouse(each.warehouse)).join(" · ");
  return (
    <td className="mid" title={said}>
      {said}
    </td>
  );
}

const csvOf = (balances: readonly Balance[]) => [
  ["sku", "name", "warehouse", "available", "on_hand", "committed", "quarantined", "incoming", "waiting"],
  ...balances.map((each) => [
    each.sku,
    each.name,
    each.warehouse,
    each.available,
    each.on_hand,
    each.committed,
    each.quarantined,
    each.incoming,
    each.waiting,
  ]),
];
