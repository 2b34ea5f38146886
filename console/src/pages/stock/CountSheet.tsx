import "./count.css";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, memo, useEffect, useState } from "react";
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
import { Unsaved } from "../../ui/Unsaved";
import { searchProducts } from "../products/searching";
import { typedUnits } from "./adjusting";
import { fileOf, type Shelf, shelvesOf } from "./counting";
import { useCounts } from "./useCounts";

const route = getRouteApi("/print/count");
const text = t.stock.count;
const NONE: Shelf[] = [];
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
  const { shelves = NONE, isCut = false } = query.data ?? {};
  const can = useCan();
  const [records, uploads] = [can("POST /stock/counts"), can("POST /uploads")];
  const counts = useCounts(shelves, warehouse ?? "");
  const { left, busy, recordAll } = counts;
  const became = shelves.map(({ sku }) => counts.outcomeOf(sku)).filter((each) => each !== undefined);
  const refused = became.filter((each) => each !== null).length;
  const set = (change: CountSearch) => navigate({ search: { ...search, ...change }, replace: true });
  const save = () =>
    download(`count-${warehouse}-${today()}`, fileOf(shelves, warehouse ?? "", text.reason(today())));
  return (
    <main className="sheet count-sheet" id="page" tabIndex={-1}>
      <Unsaved isLost={() => left > 0 && !busy} />
      <header className="row">
        <h1 className="grow">{title}</h1>
        <span className="row no-print">
          <Link className="btn" to="/stock" search={{ warehouse, q }}>
            {text.back}
          </Link>
          {uploads && (
            <Button icon="download" disabled={shelves.length === 0} onClick={save}>
              {t.common.csv}
            </Button>
          )}
          {records && left > 0 && (
            <Button look="primary" icon="check" busy={busy} onClick={recordAll}>
              {text.record(left)}
            </Button>
          )}
          <Button
            look={left > 0 ? "plain" : "primary"}
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
        <p className="mid">
          {[text.how, records && text.howTyped, uploads && text.howFile].filter(Boolean).join(" ")}
        </p>
        {became.length > 0 && <p role="status">{text.recorded(became.length - refused, refused)}</p>}
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
          <Shelves
            shelves={shelves}
            showsOnHand={on_hand}
            counts={counts}
            onType={records ? counts.type : undefined}
          />
        </>
      )}
    </main>
  );
}

interface ShelvesProps {
  shelves: readonly Shelf[];
  showsOnHand: boolean;
  counts: Pick<ReturnType<typeof useCounts>, "typedOf" | "outcomeOf" | "busy">;
  /** Units were typed of a sku, of which so many are on hand; nothing where the reader records none. */
  onType: OnType | undefined;
}
type OnType = (sku: string, units: string, onHand: number) => void;

function Shelves({ shelves, showsOnHand, counts, onType }: ShelvesProps) {
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
          <Row
            key={each.sku}
            shelf={each}
            hasBins={hasBins}
            hasBarcodes={hasBarcodes}
            showsOnHand={showsOnHand}
            units={counts.typedOf(each.sku)}
            outcome={counts.outcomeOf(each.sku)}
            busy={counts.busy}
            onType={onType}
          />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends Pick<ShelvesProps, "showsOnHand" | "onType"> {
  shelf: Shelf;
  hasBins: boolean;
  hasBarcodes: boolean;
  units: string;
  outcome: string | null | undefined;
  busy: boolean;
}

/** A sheet has thousands of them: of those that are not typed into nothing is drawn again. */
const Row = memo(function Row(props: RowProps) {
  const { shelf, hasBins, hasBarcodes, showsOnHand, units, outcome, busy, onType } = props;
  return (
    <tr>
      {hasBins && <td className="code">{shelf.bin}</td>}
      <td>
        <span className="m">{shelf.name}</span> <span className="code">{shelf.sku}</span>
      </td>
      {hasBarcodes && <td className="code barcode-cell">{shelf.barcode}</td>}
      {showsOnHand && <td className="num">{count(shelf.onHand)}</td>}
      <td>{onType && <Counted shelf={shelf} units={units} busy={busy} onType={onType} />}</td>
      <td>{outcome !== undefined && <Outcome why={outcome} />}</td>
    </tr>
  );
});

interface CountedProps {
  shelf: Shelf;
  units: string;
  busy: boolean;
  onType: OnType;
}

/** The units that were counted of a shelf; on paper there is room to write. Enter goes to the next shelf. */
function Counted({ shelf: { sku, onHand }, units, busy, onType }: CountedProps) {
  const isWrong = units.trim() !== "" && typedUnits("count", units) === null;
  const goOn = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter") return;
    const fields = [...document.querySelectorAll<HTMLElement>(".count-sheet .units")];
    fields[fields.indexOf(event.currentTarget) + 1]?.focus();
  };
  return (
    <input
      className="input units no-print"
      inputMode="numeric"
      aria-label={text.countedOf(sku)}
      aria-invalid={isWrong || undefined}
      readOnly={busy}
      value={units}
      onKeyDown={goOn}
      onChange={(event) => onType(sku, event.target.value, onHand)}
    />
  );
}

/** What became of a count: why it was refused, or nothing once it is recorded. */
function Outcome({ why }: { why: string | null }) {
  return why ? (
    <span className="danger small no-print">{why}</span>
  ) : (
    <span className="ok no-print">{t.each.done}</span>
  );
}
