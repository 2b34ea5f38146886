import "./count.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { answerOf, api } from "../../api/client";
import { useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { today } from "../../search/days";
import type { CountSearch } from "../../search/goods";
import { t } from "../../texts";
import { Button, Empty } from "../../ui/bits";
import { download } from "../../ui/csv";
import { everyRow, MOST_ROWS, PAGE_ROWS } from "../../ui/everyRow";
import { count, dateAndTime } from "../../ui/format";
import { Check, Select } from "../../ui/inputs";
import { asOptions, QueryFailure } from "../../ui/list";
import { searchProducts } from "../products/searching";
import { fileOf, type Shelf, shelvesOf } from "./counting";

const route = getRouteApi("/print/count");
const text = t.stock.count;
/** Kinds of warehouses whose shelves we count, or have counted. */
const COUNTED = new Set(["own", "3pl"]);

/** All shelves of a warehouse, read page by page, with how many were read so far. */
function useShelves({ warehouse, q }: CountSearch) {
  const [done, setDone] = useState(0);
  const mayName = useCan()("GET /products");
  const query = useQuery({
    queryKey: ["stock", "to count", warehouse, q],
    queryFn: async () => {
      const stock = await everyRow(
        (cursor) =>
          answerOf(api.GET("/stock", { params: { query: { warehouse, q, limit: PAGE_ROWS, cursor } } })),
        setDone,
      );
      const products =
        mayName &&
        (await everyRow(
          (cursor) => searchProducts(q, cursor, PAGE_ROWS),
          () => {},
        ));
      return {
        shelves: shelvesOf(stock.rows, products ? products.rows : [], warehouse ?? ""),
        isCut: stock.isCut,
      };
    },
    enabled: warehouse !== undefined,
    staleTime: Number.POSITIVE_INFINITY, // what is being printed does not change under the hand
    gcTime: 0,
  });
  return { query, done };
}

/** What is to be counted at a warehouse, as a sheet to print. */
export function CountSheet() {
  const search = route.useSearch();
  const { warehouse, q, on_hand = false } = search;
  const navigate = useNavigate({ from: "/print/count" });
  const names = useNames();
  const { query, done } = useShelves(search);
  const place = names.warehouse(warehouse);
  const title = warehouse ? text.title(place) : text.button;
  useEffect(() => {
    document.title = `${title} · ${t.product}`;
  }, [title]);
  const { shelves = [], isCut = false } = query.data ?? {};
  const set = (change: CountSearch) => navigate({ search: { ...search, ...change }, replace: true });
  const save = () =>
    download(`count-${warehouse}-${today()}`, fileOf(shelves, warehouse ?? "", text.reason(today())));
  return (
    <main className="sheet count-sheet" id="page" tabIndex={-1}>
      <header className="row">
        <h1 className="grow">{title}</h1>
        <span className="row no-print">
          <Link className="btn" to="/stock" search={{ warehouse, q }}>
            {text.back}
          </Link>
          <Button icon="download" disabled={shelves.length === 0} onClick={save}>
            {t.common.csv}
          </Button>
          <Button
            look="primary"
            icon="printer"
            disabled={shelves.length === 0}
            onClick={() => window.print()}
          >
            {text.print}
          </Button>
        </span>
      </header>
      <div className="no-print">
        <div className="count-choices">
          <Select
            label={t.toShip.filters.warehouse}
            value={warehouse ?? ""}
            options={asOptions(names.warehouses.filter(({ kind }) => COUNTED.has(kind ?? "own")))}
            onChange={(chosen) => set({ warehouse: chosen || undefined })}
          />
          <Check checked={on_hand} onChange={(on) => set({ on_hand: on || undefined })}>
            {text.onHand}
          </Check>
        </div>
        <p className="mid">{text.how}</p>
      </div>
      <QueryFailure query={query} />
      {!warehouse && <p role="status">{text.choose}</p>}
      {query.isLoading && <p role="status">{text.reading(done)}</p>}
      {query.isSuccess && shelves.length === 0 && (
        <Empty title={q ? t.common.noMatches : t.stock.empty} text={t.stock.emptyWhy} />
      )}
      {shelves.length > 0 && (
        <>
          <p className="count-facts">
            <span>
              {text.shelves(shelves.length)}
              {q && ` “${q}”`}
            </span>
            <span>{text.made(dateAndTime(new Date(query.dataUpdatedAt).toISOString()))}</span>
            <span className="blank">{text.by}</span>
          </p>
          {isCut && <p className="danger">{text.cut(MOST_ROWS)}</p>}
          <Shelves shelves={shelves} showsOnHand={on_hand} />
        </>
      )}
    </main>
  );
}

function Shelves({ shelves, showsOnHand }: { shelves: readonly Shelf[]; showsOnHand: boolean }) {
  const head = text.columns;
  const hasBins = shelves.some((each) => each.bin);
  const hasBarcodes = shelves.some((each) => each.barcode);
  return (
    <table>
      <thead>
        <tr>
          {hasBins && <th>{head.shelf}</th>}
          <th>{head.product}</th>
          {hasBarcodes && <th>{head.barcode}</th>}
          {showsOnHand && <th className="num">{head.onHand}</th>}
          <th className="to-write">{head.counted}</th>
          <th className="to-write">{head.note}</th>
        </tr>
      </thead>
      <tbody>
        {shelves.map((each) => (
          <tr key={each.sku}>
            {hasBins && <td className="code">{each.bin}</td>}
            <td>
              <span className="m">{each.name}</span> <span className="code">{each.sku}</span>
            </td>
            {hasBarcodes && <td className="code">{each.barcode}</td>}
            {showsOnHand && <td className="num">{count(each.onHand)}</td>}
            <td />
            <td />
          </tr>
        ))}
      </tbody>
    </table>
  );
}
