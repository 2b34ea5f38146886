import type { Schemas } from "../../api/client";
import { useNames } from "../../api/queries";
import { CHECKS, type ListSearch, listSearch } from "../../search/orders";
import { SavedViews } from "../../shell/SavedViews";
import { t } from "../../texts";
import type { Cursor } from "../../ui/everyRow";
import { Filter, FilterBar, ListSearchField, Toggle, valuesIn } from "../../ui/FilterBar";
import { asOptions, CsvButton } from "../../ui/list";
import { useSetSearch } from "../../ui/useSearch";
import { ManifestsButton } from "../carriers/Manifests";
import { Batches } from "./Batches";
import { checksOf, type Row } from "./rows";
import { pageOf } from "./useRows";

const label = t.toShip.filters;

export function Filters({ search, rows }: { search: ListSearch; rows: readonly Row[] }) {
  const names = useNames();
  const { set, find } = useSetSearch<ListSearch>();
  const read = (cursor: Cursor) => pageOf(search, cursor);
  return (
    <FilterBar
      right={
        <>
          {search.view === "packed" && <ManifestsButton />}
          <Batches />
          <SavedViews list="to-ship" search={search} known={listSearch} />
          <CsvButton name="to-ship" empty={rows.length === 0} read={read} table={csvOf} />
        </>
      }
    >
      <ListSearchField value={search.q} onChange={find} />
      <Filter
        label={label.warehouse}
        value={search.warehouse}
        options={asOptions(names.warehouses)}
        onChange={(warehouse) => set({ warehouse })}
      />
      <Filter
        label={label.channel}
        value={search.channel}
        options={asOptions(names.channels)}
        onChange={(channel) => set({ channel })}
      />
      <Filter
        label={label.service}
        value={search.service}
        options={valuesIn(rows, (row) => [row.delivery_method])}
        onChange={(service) => set({ service })}
      />
      <Filter
        label={label.country}
        value={search.country}
        options={valuesIn(rows, (row) => [row.country])}
        onChange={(country) => set({ country })}
      />
      <Filter
        label={label.tag}
        value={search.tag}
        options={valuesIn(rows, (row) => row.tags)}
        onChange={(tag) => set({ tag })}
      />
      <Filter
        label={label.check}
        value={search.check}
        options={CHECKS.map((value) => ({ value, label: t.check[value].short }))}
        onChange={(check) => set({ check: check as Schemas["Check"] | undefined })}
      />
      <Toggle
        label={label.late}
        on={search.late ?? false}
        onChange={(late) => set({ late: late || undefined })}
      />
      <Toggle
        label={label.expedited}
        on={search.expedited ?? false}
        onChange={(on) => set({ expedited: on || undefined })}
      />
    </FilterBar>
  );
}

const csvOf = (rows: readonly Row[]) => [
  [
    "number",
    "fulfilment",
    "view",
    "ship_by",
    "late",
    "channel",
    "warehouse",
    "recipient",
    "country",
    "postcode",
    "units",
    "service",
    "checks",
    "placed_at",
  ],
  ...rows.map((row) => [
    row.number,
    row.fulfilment,
    row.view,
    row.ship_by,
    row.late,
    row.channel,
    row.warehouse,
    row.recipient,
    row.country,
    row.postcode,
    row.units,
    row.delivery_method,
    checksOf(row).join(" "),
    row.placed_at,
  ]),
];
