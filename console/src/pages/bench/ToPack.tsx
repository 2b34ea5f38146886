import { useQuery } from "@tanstack/react-query";
import { answerOf, api, type Schemas } from "../../api/client";
import { useMe } from "../../auth/context";
import { t } from "../../texts";
import { Countdown, Empty, Skeleton } from "../../ui/bits";
import { begun, count, person } from "../../ui/format";
import { QueryFailure } from "../../ui/list";
import { keyOf } from "../to-ship/rows";
import type { Station } from "./station";

const SHOWN = 8;
const EVERY_MS = 15_000;

type Row = Schemas["FulfilmentItem"];

function useRows(view: "to-pack" | "to-ship", warehouse: string | undefined) {
  return useQuery({
    queryKey: ["bench", view, warehouse],
    queryFn: () =>
      answerOf(api.GET("/fulfilments", { params: { query: { view, warehouse, limit: SHOWN } } })),
    refetchInterval: EVERY_MS,
  });
}

/** Each row once, the first of them: one whose label is bought between the two readings is in both. */
function eachOnce(rows: readonly Row[]): Row[] {
  const keys = rows.map(keyOf);
  return rows.filter((row, place) => keys.indexOf(keyOf(row)) === place);
}

interface Props {
  station: Station;
  onOpen: (row: { order: string; fulfilment: number }) => void;
}

/** What is due next at this warehouse, labelled first: a list to look at, the bench follows what is scanned. */
export function ToPack({ station, onOpen }: Props) {
  const labelled = useRows("to-pack", station.warehouse);
  const others = useRows("to-ship", station.warehouse);
  if (labelled.isPending || others.isPending) return <Skeleton />;
  const counts = others.data?.counts ?? labelled.data?.counts;
  const waiting = (counts?.["to-pack"]?.rows ?? 0) + (counts?.["to-ship"]?.rows ?? 0);
  const rows = eachOnce([...(labelled.data?.items ?? []), ...(others.data?.items ?? [])]).slice(0, SHOWN);
  return (
    <>
      <header className="box-head">
        <h1 className="grow">{t.bench.listTitle}</h1>
        {counts && <span className="mid">{t.bench.toPack(count(waiting))}</span>}
      </header>
      <QueryFailure query={labelled.isError ? labelled : others} />
      {rows.length === 0 && labelled.isSuccess && others.isSuccess && (
        <Empty title={t.bench.listNone} text={t.bench.listNoneWhy} />
      )}
      <ol className="wait-list">
        {rows.map((row) => (
          <Waiting key={keyOf(row)} row={row} onOpen={onOpen} />
        ))}
      </ol>
      {rows.length > 0 && <p className="small dim">{t.bench.listHint}</p>}
    </>
  );
}

/** A row that waits, with who has begun to pack it. */
function Waiting({ row, onOpen }: { row: Row; onOpen: Props["onOpen"] }) {
  const { data: me } = useMe();
  const { order_id: order, fulfilment } = row;
  const first = row.first_line;
  const who = row.packer === me?.name ? t.bench.you : begun(person(row.packer));
  return (
    <li>
      <button
        type="button"
        className="wait"
        disabled={fulfilment === null}
        onClick={() => fulfilment !== null && onOpen({ order, fulfilment })}
      >
        <Countdown at={row.ship_by} />
        <span className="code m cut">{row.number}</span>
        <span className="cut">
          {first ? `${first.quantity} × ${first.name || first.sku}` : ""}
          {row.lines > 1 && ` ${t.toShip.more(row.lines - 1)}`}
        </span>
        <span className={row.packer ? "m cut" : "mid cut"}>
          {row.packer ? t.bench.packingBy(who) : row.delivery_method}
        </span>
      </button>
    </li>
  );
}
