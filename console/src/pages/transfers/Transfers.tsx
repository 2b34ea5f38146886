import { getRouteApi } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { transferSearch } from "../../search/goods";
import { t } from "../../texts";
import { When } from "../../ui/bits";
import type { Cursor } from "../../ui/everyRow";
import { TRANSFER_STATE } from "../numbered/looks";
import { type Column, limitedTo, NumberedList } from "../numbered/NumberedList";
import { Progress, progressText } from "../numbered/Progress";
import { partArrived, unitsOf } from "./units";

type Row = Schemas["TransferOrderSummary"];
const route = getRouteApi("/transfers");
const x = t.transfers;

export function Transfers() {
  const search = route.useSearch();
  const names = useNames();
  const pageOf = (limit: number) => (cursor: Cursor) => {
    const { state, warehouse, q } = search;
    const query = { warehouse, q, ...limitedTo(state), limit, cursor };
    return answerOf(api.GET("/transfer-orders", { params: { query } }));
  };
  const place = (of: "from_warehouse" | "to_warehouse") => ({
    cell: (row: Row) => names.warehouse(row[of]),
    title: (row: Row) => names.warehouse(row[of]),
  });
  const columns: Column<Row>[] = [
    { head: x.from, className: "", ...place("from_warehouse") },
    { head: x.to, className: "", ...place("to_warehouse") },
    {
      head: x.sent,
      className: "n3",
      cell: (row) => (row.sent_at ? <When at={row.sent_at} /> : <span className="dim">{t.common.none}</span>),
    },
    { head: t.numbered.reference, className: "n4 p2", cell: (row) => row.reference },
    {
      head: x.arrived,
      className: "n5",
      cell: (row) => <Progress part={partArrived(row)} />,
      title: (row) => progressText(partArrived(row)),
    },
  ];
  return (
    <NumberedList
      title={x.title}
      path="/transfers"
      search={search}
      known={transferSearch}
      states={TRANSFER_STATE}
      columns={columns}
      pageOf={pageOf}
      csv={{ name: "transfers", table: csvOf }}
      make={{ label: x.make, needs: "POST /transfer-orders" }}
      empty={x.empty}
    />
  );
}

const csvOf = (rows: readonly Row[]) => [
  [
    "number",
    "state",
    "from_warehouse",
    "to_warehouse",
    "reference",
    "requested",
    "sent",
    "received",
    "damaged",
    "lost",
    "created_at",
    "sent_at",
  ],
  ...rows.map((row) => [
    row.id,
    row.state,
    row.from_warehouse,
    row.to_warehouse,
    row.reference,
    unitsOf(row, "units"),
    unitsOf(row, "sent"),
    unitsOf(row, "received"),
    unitsOf(row, "damaged"),
    unitsOf(row, "lost"),
    row.created_at,
    row.sent_at,
  ]),
];
