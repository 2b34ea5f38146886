import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import type { StockSearch } from "../../search/goods";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Button, Empty, Skeleton } from "../../ui/bits";
import { type Cursor, PAGE_ROWS } from "../../ui/everyRow";
import { Filter, FilterBar, ListSearchField } from "../../ui/FilterBar";
import { asOptions, CsvButton, LoadMore, QueryFailure, Scroll } from "../../ui/list";
import { useKeys } from "../../ui/shortcuts";
import { nextOf, useCurrent } from "../../ui/useList";
import { useSetSearch } from "../../ui/useSearch";
import { bySku, scaleOf } from "./balances";
import { Quantities, QuantityHeads } from "./Quantities";

const route = getRouteApi("/stock");
const head = t.stock.columns;

/** Every sku over its warehouses. */
export function Stock() {
  const search = route.useSearch();
  const navigate = useNavigate({ from: "/stock" });
  const can = useCan();
  const names = useNames();
  const read = (cursor: Cursor) =>
    answerOf(
      api.GET("/stock", {
        params: { query: { warehouse: search.warehouse, sku: search.q, limit: PAGE_ROWS, cursor } },
      }),
    );
  const list = useInfiniteQuery({
    queryKey: ["stock", search.warehouse, search.q],
    queryFn: ({ pageParam }) => read(pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before) => before,
  });
  const balances = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const rows = useMemo(() => bySku(balances), [balances]);
  const scale = scaleOf(rows);
  const { current, move } = useCurrent(rows.length, nextOf(list));
  const open = (sku: string | undefined) =>
    sku && navigate({ to: "/stock/$sku", params: { sku }, search: { warehouse: search.warehouse } });
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: (event) => event.target === document.body && open(rows[current]?.sku),
  });
  const { set, find } = useSetSearch<StockSearch>();
  const filtered = Object.keys(search).length > 0;
  return (
    <Page title={t.stock.title}>
      <FilterBar right={<CsvButton name="stock" empty={balances.length === 0} read={read} table={csvOf} />}>
        <ListSearchField value={search.q} label={t.stock.search} onChange={find} />
        <Filter
          label={t.toShip.filters.warehouse}
          value={search.warehouse}
          options={asOptions(names.warehouses)}
          onChange={(warehouse) => set({ warehouse })}
        />
      </FilterBar>
      <QueryFailure query={list} />
      <div className="tablewrap">
        {list.isPending && <Skeleton />}
        {rows.length > 0 && (
          <Scroll label={t.stock.title}>
            <table className="tbl rows stocked">
              <thead>
                <tr>
                  <th>{head.product}</th>
                  <th className="s2">{head.where}</th>
                  <QuantityHeads />
                </tr>
              </thead>
              <tbody>
                {rows.map((row, place) => (
                  <tr
                    key={row.sku}
                    className={place === current ? "cur" : undefined}
                    onClick={() => open(row.sku)}
                  >
                    <td title={row.sku}>
                      <Link
                        to="/stock/$sku"
                        params={{ sku: row.sku }}
                        search={{ warehouse: search.warehouse }}
                        className="m code"
                        onClick={(event) => event.stopPropagation()}
                      >
                        {row.sku}
                      </Link>
                    </td>
                    <Where places={row.places} />
                    <Quantities of={row} scale={scale} />
                  </tr>
                ))}
              </tbody>
            </table>
            <LoadMore list={list} />
          </Scroll>
        )}
        {rows.length === 0 && !list.isPending && !list.isError && (
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

/** The warehouses that have the sku on a shelf; their names may have commas. */
function Where({ places }: { places: readonly Schemas["Balance"][] }) {
  const names = useNames();
  const said = places.map((each) => names.warehouse(each.warehouse)).join(" · ");
  return (
    <td className="mid" title={said}>
      {said}
    </td>
  );
}

const csvOf = (balances: readonly Schemas["Balance"][]) => [
  ["sku", "warehouse", "available", "on_hand", "committed", "quarantined", "incoming", "waiting"],
  ...balances.map((each) => [
    each.sku,
    each.warehouse,
    each.available,
    each.on_hand,
    each.committed,
    each.quarantined,
    each.incoming,
    each.waiting,
  ]),
];
