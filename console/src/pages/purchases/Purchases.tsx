import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { answerOf, api, type Schemas } from "../../api/client";
import { useNames, useSuppliers } from "../../api/queries";
import { useCan } from "../../auth/context";
import { type NumberedSearch, purchaseSearch } from "../../search/goods";
import { t } from "../../texts";
import { Button, Chip } from "../../ui/bits";
import type { Cursor } from "../../ui/everyRow";
import { Filter } from "../../ui/FilterBar";
import { dateOf, listed, money } from "../../ui/format";
import { asOptions } from "../../ui/list";
import { useSetSearch } from "../../ui/useSearch";
import { draftedSentence } from "../numbered/drafting";
import { PURCHASE_STATE } from "../numbered/looks";
import { type Column, limitedTo, NumberedList } from "../numbered/NumberedList";
import { Progress, progressText } from "../numbered/Progress";
import { ShortLines } from "../numbered/ShortLines";
import { partReceived, unitsIn } from "./units";

type Row = Schemas["PurchaseOrderSummary"];
type Search = NumberedSearch<Schemas["PurchaseState"]>;
const route = getRouteApi("/purchase-orders");
const p = t.purchases;

/** The day by which the next of what is open should come. */
const dueOn = (row: Row) =>
  row.lines
    .filter((each) => each.open > 0 && each.expected_on)
    .map((each) => each.expected_on ?? "")
    .sort()[0];

export function Purchases() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const names = useNames();
  const suppliers = useSuppliers();
  const can = useCan();
  const { set } = useSetSearch<Search>();
  const pageOf = (limit: number) => (cursor: Cursor) => {
    const { state, ...filters } = search;
    return answerOf(
      api.GET("/purchase-orders", { params: { query: { ...filters, ...limitedTo(state), limit, cursor } } }),
    );
  };
  const columns: Column<Row>[] = [
    {
      head: p.supplier,
      className: "",
      cell: (row) => (
        <>
          {suppliers.name(row.supplier)} <span className="dim">{row.reference}</span>
        </>
      ),
      title: (row) => listed(suppliers.name(row.supplier), row.reference),
    },
    {
      head: p.to,
      className: "n4 p2",
      cell: (row) => names.warehouse(row.warehouse),
      title: (row) => names.warehouse(row.warehouse),
    },
    { head: p.expected, className: "n3", cell: (row) => <Due row={row} /> },
    {
      head: p.received,
      className: "n5",
      cell: (row) => <Progress part={partReceived(row)} />,
      title: (row) => progressText(partReceived(row)),
    },
    {
      head: p.total,
      className: "n6 num p2",
      cell: (row) => money(row.total),
      title: (row) => money(row.total),
    },
  ];
  return (
    <NumberedList
      title={p.title}
      path="/purchase-orders"
      search={search}
      known={purchaseSearch}
      states={PURCHASE_STATE}
      columns={columns}
      pageOf={pageOf}
      csv={{ name: "purchase-orders", table: csvOf }}
      make={{ label: p.make, needs: "POST /purchase-orders" }}
      empty={p.empty}
      filters={
        <Filter
          label={p.supplier}
          value={search.supplier}
          options={asOptions(suppliers.all)}
          onChange={(supplier) => set({ supplier })}
        />
      }
      actions={
        <>
          <ShortLines
            path="/purchase-orders"
            needs="POST /purchase-orders/from-short-lines"
            draft={() => answerOf(api.POST("/purchase-orders/from-short-lines"))}
            text={p.shortText}
            said={begun}
          />
          {can("GET /purchase-suggestions") && (
            <Button small onClick={() => navigate({ to: "/purchase-orders/suggestions" })}>
              {p.suggestions}
            </Button>
          )}
        </>
      }
    />
  );
}

function Due({ row }: { row: Row }) {
  const due = dueOn(row);
  if (!due) return <span className="dim">{t.common.none}</span>;
  const isLate = row.submitted_at !== null && due < new Date().toLocaleDateString("sv");
  return isLate ? <Chip look={[dateOf(due), "danger", "alarm"]} /> : dateOf(due);
}

const begun = ({ items, left_out }: Schemas["ShortLinesDrafted"]) =>
  draftedSentence(items.length, left_out, p);

const csvOf = (rows: readonly Row[]) => [
  [
    "number",
    "state",
    "supplier",
    "warehouse",
    "reference",
    "lines",
    "ordered",
    "received",
    "expected_on",
    "total",
    "received_total",
    "currency",
    "created_at",
    "submitted_at",
  ],
  ...rows.map((row) => [
    row.id,
    row.state,
    row.supplier,
    row.warehouse,
    row.reference,
    row.lines.length,
    unitsIn(row.lines, "ordered"),
    unitsIn(row.lines, "received"),
    dueOn(row),
    row.total?.amount,
    row.received_total?.amount,
    row.total?.currency,
    row.created_at,
    row.submitted_at,
  ]),
];
