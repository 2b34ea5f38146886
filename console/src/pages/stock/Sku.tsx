import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan, useMe } from "../../auth/context";
import { endOfPast } from "../../search/days";
import { useBack } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Button, Empty, Skeleton, When } from "../../ui/bits";
import { type Cursor, PAGE_ROWS } from "../../ui/everyRow";
import { Filter, FilterBar } from "../../ui/FilterBar";
import { count, listed, person } from "../../ui/format";
import { useFirstRow } from "../../ui/ListTable";
import { CsvButton, LoadMore, QueryFailure } from "../../ui/list";
import { useKeys } from "../../ui/shortcuts";
import { readEvery } from "../../ui/useList";
import { AdjustDialog } from "./AdjustDialog";
import { AsOf } from "./AsOf";
import { placesOf } from "./adjusting";
import { type Balance, bySku, scaleOf } from "./balances";
import { documentOf, noteOf } from "./movements";
import { Quantities, QuantityHeads } from "./Quantities";

const route = getRouteApi("/stock/$sku");
const EVERY_MS = 30_000;

/** How many, where, and why that many; as of any day. */
export function SkuPage() {
  const { sku } = route.useParams();
  const { warehouse, at } = route.useSearch();
  const navigate = useNavigate({ from: "/stock/$sku" });
  const names = useNames();
  const can = useCan();
  const [adjusts, setAdjusts] = useState(false);
  const stock = useQuery({
    queryKey: ["stock", "sku", sku, at],
    queryFn: () => answerOf(api.GET("/stock", { params: { query: { sku, limit: 100, at: endOfPast(at) } } })),
    placeholderData: (before, query) => (query?.queryKey[2] === sku ? before : undefined),
    refetchInterval: at ? false : EVERY_MS,
  });
  const { places, name } = bySku(stock.data?.items ?? [])[0] ?? { places: [], name: "" };
  const adjustable = placesOf(places, names.warehouses, useMe().data);
  const isRead = stock.isSuccess && !stock.isPlaceholderData && names.areNamed;
  const mayAdjust = can("POST /stock/adjustments") && !at && isRead && adjustable.length > 0;
  useKeys({ a: () => mayAdjust && setAdjusts(true), Escape: useBack("/stock") });
  const set = (change: { warehouse?: string; at?: string }) =>
    navigate({ search: (before) => ({ ...before, ...change }), replace: true });
  return (
    <Page
      title={sku}
      back={{ to: "/stock", label: t.nav.stock }}
      badges={name && <span className="mid cut">{name}</span>}
    >
      <FilterBar
        right={
          mayAdjust && (
            <Button keyName="A" onClick={() => setAdjusts(true)}>
              {t.stock.adjust}
            </Button>
          )
        }
      >
        <AsOf at={at} onChange={(day) => set({ at: day })} />
        <Filter
          label={t.toShip.filters.warehouse}
          value={warehouse}
          options={places.map((each) => ({ value: each.warehouse, label: names.warehouse(each.warehouse) }))}
          onChange={(chosen) => set({ warehouse: chosen })}
        />
      </FilterBar>
      <QueryFailure query={stock} />
      <div className="cols one-column">
        {stock.isPending && <Skeleton />}
        {stock.isSuccess && (
          <Places
            sku={sku}
            places={places}
            at={at}
            mayAdjust={mayAdjust}
            isEarlier={stock.isPlaceholderData}
          />
        )}
        <Movements sku={sku} warehouse={warehouse} at={at} />
      </div>
      {adjusts && (
        <AdjustDialog sku={sku} places={adjustable} chosen={warehouse} onClose={() => setAdjusts(false)} />
      )}
    </Page>
  );
}

interface PlacesProps {
  sku: string;
  places: readonly Balance[];
  at: string | undefined;
  mayAdjust: boolean;
  /** Whether the quantities are still those of another day. */
  isEarlier: boolean;
}

function Places({ sku, places, at, mayAdjust, isEarlier }: PlacesProps) {
  const names = useNames();
  const rows = places.flatMap((each) => bySku([each]).map((sum) => ({ ...sum, warehouse: each.warehouse })));
  const scale = scaleOf(rows);
  const waits = rows.filter((each) => each.waiting > 0).length > 1;
  return (
    <section
      className={isEarlier ? "card outdated" : "card"}
      aria-labelledby="places"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it scrolls sideways, by the keyboard too
      tabIndex={0}
    >
      <header>
        <h2 id="places">{t.stock.byWarehouse}</h2>
        {waits && <span className="dim">{t.stock.waitingNote}</span>}
        {at && <span className="dim">{t.stock.asOf(new Date(`${at}T12:00`).toLocaleDateString())}</span>}
      </header>
      {rows.length === 0 ? (
        <Empty
          title={at ? t.stock.emptyOfThen(sku) : t.stock.emptyOf(sku)}
          text={at ? t.stock.thenWhy : mayAdjust ? t.stock.emptyWhyOf : t.stock.emptyWhy}
        />
      ) : (
        <table className="tbl card-tbl stocked">
          <thead>
            <tr>
              <th>{t.toShip.filters.warehouse}</th>
              <QuantityHeads />
            </tr>
          </thead>
          <tbody>
            {rows.map((each) => (
              <tr key={each.warehouse}>
                <td className="m">{names.warehouse(each.warehouse)}</td>
                <Quantities of={each} scale={scale} isPast={endOfPast(at) !== undefined} />
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

const csvOf = (moves: readonly Schemas["NamedEntry"][]) => [
  [
    "at",
    "kind",
    "warehouse",
    "on_hand",
    "committed",
    "quarantined",
    "on_hand_after",
    "reference",
    "reason",
    "who",
  ],
  ...moves.map((each) => [
    each.at,
    each.kind,
    each.warehouse,
    each.on_hand,
    each.committed,
    each.quarantined,
    each.on_hand_after,
    each.reference,
    each.reason,
    each.who,
  ]),
];

const signed = (n: number) => (n > 0 ? `+${count(n)}` : n < 0 ? `−${count(-n)}` : "");

function Movements({
  sku,
  warehouse,
  at,
}: {
  sku: string;
  warehouse: string | undefined;
  at: string | undefined;
}) {
  const names = useNames();
  const head = t.stock.columnsMoves;
  const pageOf = (limit: number, cursor: Cursor) =>
    answerOf(
      api.GET("/stock/{sku}/movements", { params: { path: { sku }, query: { warehouse, limit, cursor } } }),
    );
  const list = useInfiniteQuery({
    queryKey: ["movements", sku, warehouse],
    queryFn: ({ pageParam }) => pageOf(50, pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before, query) => (query?.queryKey[1] === sku ? before : undefined),
    refetchInterval: at ? false : readEvery(EVERY_MS),
  });
  const until = endOfPast(at);
  const all = list.data?.pages.flatMap((page) => page.items) ?? [];
  const upTo = (entries: readonly Schemas["NamedEntry"][]) =>
    until ? entries.filter((each) => Date.parse(each.at) <= Date.parse(until)) : entries;
  const moves = upTo(all);
  const isReadOn = useFirstRow(list, moves.length);
  return (
    <section className={list.isPlaceholderData ? "card outdated" : "card"} aria-labelledby="movements">
      <header>
        <h2 id="movements">{t.stock.movements}</h2>
        <span className="right">
          <CsvButton
            name={`movements-${sku}`}
            empty={moves.length === 0}
            read={async (cursor) => {
              const page = await pageOf(PAGE_ROWS, cursor);
              return { ...page, items: upTo(page.items) };
            }}
            table={csvOf}
          />
        </span>
      </header>
      <QueryFailure query={list} />
      {(list.isPending || isReadOn) && <Skeleton />}
      {moves.length > 0 && (
        <table className="tbl card-tbl stocked">
          <thead>
            <tr>
              <th className="m1">{head.time}</th>
              <th className="m2">{head.what}</th>
              <th className="m3">{t.toShip.filters.warehouse}</th>
              <th className="s1 num">{head.change}</th>
              <th className="s1 num p3">{head.committed}</th>
              <th className="s1 num p3">{head.quarantined}</th>
              <th className="s1 num">{head.after}</th>
              <th>{head.why}</th>
            </tr>
          </thead>
          <tbody>
            {moves.map((each, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: movements have no id, and their order never changes
              <tr key={`${each.at}-${place}`}>
                <td className="dim">
                  <When at={each.at} />
                </td>
                <td className="m" title={t.stock.kind[each.kind]}>
                  {t.stock.kind[each.kind]}
                </td>
                <td title={names.warehouse(each.warehouse)}>{names.warehouse(each.warehouse)}</td>
                <td className="num">{signed(each.on_hand)}</td>
                <td className="num p3">{signed(each.committed)}</td>
                <td className="num p3">{signed(each.quarantined)}</td>
                <td className="num m">{count(each.on_hand_after)}</td>
                <td className="mid" title={listed(each.reason, noteOf(each))}>
                  <Why of={each} />{" "}
                  {each.who.startsWith("user:") && <span className="dim">{person(each.who)}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {moves.length === 0 && !list.isPending && !list.isError && !isReadOn && (
        <Empty
          title={at ? t.stock.noMovesThen : t.stock.noMoves}
          text={at ? t.stock.thenWhy : t.stock.noMovesWhy}
        />
      )}
      {!isReadOn && <LoadMore list={list} />}
    </section>
  );
}

/** The order or document that changed the stock by a link, with what a person wrote about it. */
function Why({ of: entry }: { of: Schemas["NamedEntry"] }) {
  const names = useNames();
  const to = documentOf(entry);
  const said = names.said(entry.reason);
  const params = { id: entry.reference };
  if (!to) return <>{listed(said, noteOf(entry))}</>;
  if (to !== "/orders")
    return (
      <>
        <Link to={`${to}/$id`} params={params} className="link code">
          {entry.reference}
        </Link>{" "}
        {said}
      </>
    );
  return (
    <>
      <Link to="/orders/$id" params={params} className="link">
        {t.stock.order} <span className="code">{entry.order_number}</span>
      </Link>{" "}
      {said}
    </>
  );
}
