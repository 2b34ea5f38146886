import { getRouteApi } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { workSearch } from "../../search/goods";
import { t } from "../../texts";
import { Goods, When } from "../../ui/bits";
import type { Cursor } from "../../ui/everyRow";
import { listed } from "../../ui/format";
import { draftedSentence } from "../numbered/drafting";
import { WORK_STATE } from "../numbered/looks";
import { type Column, limitedTo, NumberedList } from "../numbered/NumberedList";
import { Progress, progressText } from "../numbered/Progress";
import { ShortLines } from "../numbered/ShortLines";
import { partDone } from "./units";

type Row = Schemas["WorkOrderRow"];
const route = getRouteApi("/work-orders");
const w = t.works;

export function Works() {
  const search = route.useSearch();
  const names = useNames();
  const pageOf = (limit: number) => (cursor: Cursor) => {
    const { state, warehouse, q } = search;
    const query = { warehouse, q, ...limitedTo(state), limit, cursor };
    return answerOf(api.GET("/work-orders", { params: { query } }));
  };
  const columns: Column<Row>[] = [
    {
      head: w.product,
      className: "",
      cell: (row) => (
        <>
          <Goods name={row.name} sku={row.sku} />{" "}
          <span className="dim">{row.kind === "disassembly" ? w.kind.disassembly : row.reference}</span>
        </>
      ),
      title: (row) => listed(row.name, row.sku),
    },
    {
      head: w.at,
      className: "n8 p2",
      cell: (row) => names.warehouse(row.warehouse),
      title: (row) => names.warehouse(row.warehouse),
    },
    { head: t.numbered.created, className: "n3", cell: (row) => <When at={row.created_at} /> },
    {
      head: w.done,
      className: "n5",
      cell: (row) => <Progress part={partDone(row)} />,
      title: (row) => progressText(partDone(row)),
    },
  ];
  return (
    <NumberedList
      title={w.title}
      path="/work-orders"
      search={search}
      known={workSearch}
      states={WORK_STATE}
      columns={columns}
      pageOf={pageOf}
      csv={{ name: "work-orders", table: csvOf }}
      make={{ label: w.make, needs: "POST /work-orders" }}
      empty={w.empty}
      actions={
        <ShortLines
          path="/work-orders"
          needs="POST /work-orders/from-short-lines"
          draft={() => answerOf(api.POST("/work-orders/from-short-lines"))}
          text={w.shortText}
          said={begun}
        />
      }
    />
  );
}

const begun = ({ items, left_out }: Schemas["ShortLinesPlanned"]) =>
  draftedSentence(items.length, left_out, w);

const csvOf = (rows: readonly Row[]) => [
  [
    "number",
    "state",
    "kind",
    "sku",
    "name",
    "warehouse",
    "reference",
    "units",
    "done",
    "closed",
    "created_at",
  ],
  ...rows.map((row) => [
    row.id,
    row.state,
    row.kind,
    row.sku,
    row.name,
    row.warehouse,
    row.reference,
    row.units,
    row.done,
    row.closed,
    row.created_at,
  ]),
];
