import { useInfiniteQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import { answerOf, api } from "../../api/client";
import { useNames, useSuppliers } from "../../api/queries";
import { useCan } from "../../auth/context";
import type { SuggestionSearch } from "../../search/goods";
import { useBack } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Button, Empty, Skeleton } from "../../ui/bits";
import { type Cursor, PAGE_ROWS } from "../../ui/everyRow";
import { Filter, FilterBar } from "../../ui/FilterBar";
import { count, money } from "../../ui/format";
import { ListTable, useFirstRow } from "../../ui/ListTable";
import { asOptions, CsvButton, QueryFailure } from "../../ui/list";
import { useKeys } from "../../ui/shortcuts";
import { useCurrent } from "../../ui/useList";
import { useSetSearch } from "../../ui/useSearch";
import { DraftDialog } from "./DraftDialog";
import { SuggestionRow } from "./SuggestionRow";
import { csvOf, draftsOf, type Suggestion, shelfOf, totalsOf } from "./suggesting";

const route = getRouteApi("/purchase-orders/suggestions");
const s = t.suggestions;
const WEEKS = [2, 4, 8, 13, 26];
const DAYS = [0, 7, 14, 30, 60];

export const termsOf = ({ weeks, days, supplier, warehouse }: SuggestionSearch) => ({
  weeks: weeks ?? 8,
  safety_days: days ?? 14,
  supplier,
  warehouse,
});

/** What will run out, what to order of it and why so many; those that are chosen become drafts. */
export function Suggestions() {
  const search = route.useSearch();
  const can = useCan();
  const names = useNames();
  const suppliers = useSuppliers();
  const { set } = useSetSearch<SuggestionSearch & { q?: string }>();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const back = useBack("/purchase-orders");
  const [asks, setAsks] = useState(false);
  const read = (cursor: Cursor) =>
    answerOf(
      api.GET("/purchase-suggestions", {
        params: { query: { ...termsOf(search), limit: PAGE_ROWS, cursor } },
      }),
    );
  const list = useInfiniteQuery({
    queryKey: ["suggestions", search],
    queryFn: ({ pageParam }) => read(pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before) => before,
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const selected = rows.filter((each) => chosen.has(shelfOf(each)));
  const isReadOn = useFirstRow(list, rows.length);
  const shelves = useMemo(() => rows.map(shelfOf), [rows]);
  const { current, move } = useCurrent(shelves);
  const mayDraft = can("POST /purchase-orders/from-suggestions");
  const toggle = useCallback((each: Suggestion) => {
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(shelfOf(each))) next.add(shelfOf(each));
      return next;
    });
  }, []);
  const every = rows.length > 0 && selected.length === rows.length;
  const all = () => setChosen(every ? new Set() : new Set(shelves));
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => {
      const row = rows[current];
      if (row && mayDraft) toggle(row);
    },
    "$mod+a": (event) => {
      event.preventDefault();
      all();
    },
    p: () => selected.length > 0 && setAsks(true),
    Escape: () => (selected.length ? setChosen(new Set()) : back()),
  });
  const filtered = search.supplier !== undefined || search.warehouse !== undefined;
  return (
    <Page title={s.title} back={{ to: "/purchase-orders", label: t.purchases.title }}>
      <FilterBar
        right={<CsvButton name="purchase-suggestions" empty={rows.length === 0} read={read} table={csvOf} />}
      >
        <Choice
          label={s.weeks}
          value={search.weeks ?? 8}
          options={WEEKS}
          said={s.weeksOf}
          onChange={(weeks) => set({ weeks: weeks === 8 ? undefined : weeks })}
        />
        <Choice
          label={s.safety}
          value={search.days ?? 14}
          options={DAYS}
          said={s.days}
          onChange={(days) => set({ days: days === 14 ? undefined : days })}
        />
        <Filter
          label={t.purchases.supplier}
          value={search.supplier}
          options={asOptions(suppliers.all)}
          onChange={(supplier) => set({ supplier })}
        />
        <Filter
          label={t.numbered.warehouse}
          value={search.warehouse}
          options={asOptions(names.warehouses)}
          onChange={(warehouse) => set({ warehouse })}
        />
      </FilterBar>
      <QueryFailure query={list} />
      <div className="tablewrap">
        {(list.isPending || isReadOn) && <Skeleton />}
        {rows.length > 0 && (
          <ListTable
            label={s.title}
            className="suggested"
            head={
              <>
                <th className="c1">
                  {mayDraft && (
                    <input
                      type="checkbox"
                      className="box"
                      aria-label={t.common.selectAll}
                      checked={every}
                      onChange={all}
                    />
                  )}
                </th>
                <th className="product">{t.numbered.product}</th>
                <th className="n4">{t.purchases.to}</th>
                <th>{s.sum}</th>
                <th className="s4 num">{s.order}</th>
                <th className="n6 num p2">{s.cost}</th>
              </>
            }
            rows={rows}
            current={current}
            currentKey={shelves[current]}
            list={list}
            isUneven
            draw={(each, place, isCurrent) => (
              <SuggestionRow
                key={shelfOf(each)}
                suggestion={each}
                place={place}
                isChosen={chosen.has(shelfOf(each))}
                isCurrent={isCurrent}
                onToggle={mayDraft ? toggle : undefined}
              />
            )}
          />
        )}
        {rows.length === 0 && !list.isPending && !list.isError && !isReadOn && (
          <Empty title={filtered ? t.common.noMatches : s.empty} text={filtered ? undefined : s.emptyWhy}>
            {!filtered && can("PATCH /products/{sku}") && (
              <Link className="btn" to="/products">
                {s.toProducts}
              </Link>
            )}
            {!filtered && can("GET /suppliers") && (
              <Link className="btn" to="/suppliers">
                {s.toSuppliers}
              </Link>
            )}
            {filtered && (
              <Button onClick={() => set({ supplier: undefined, warehouse: undefined })}>
                {t.common.clearFilters}
              </Button>
            )}
          </Empty>
        )}
      </div>
      {selected.length > 0 && (
        <div className="dock" role="toolbar" aria-label={s.selected(count(selected.length))}>
          <span className="b" role="status">
            {s.selected(count(selected.length))}
          </span>
          <span className="dim hide-s">
            {s.worth(draftsOf(selected).length, totalsOf(selected).map(money).join(" + "))}
          </span>
          <span className="sep" />
          <Button look="primary" keyName="P" onClick={() => setAsks(true)}>
            {s.draft(draftsOf(selected).length)}
          </Button>
          <span className="sep" />
          <Button
            look="quiet"
            icon="x"
            aria-label={t.common.clear}
            title={`${t.common.clear} (Esc)`}
            onClick={() => setChosen(new Set())}
          />
        </div>
      )}
      {asks && (
        <DraftDialog
          suggestions={selected}
          terms={termsOf(search)}
          onClose={() => setAsks(false)}
          onDone={() => setChosen(new Set())}
        />
      )}
    </Page>
  );
}

interface ChoiceProps {
  label: string;
  value: number;
  options: readonly number[];
  said: (n: number) => string;
  onChange: (value: number) => void;
}

/** A number that suggestions go by. */
function Choice({ label, value, options, said, onChange }: ChoiceProps) {
  const all = options.includes(value) ? options : [...options, value].sort((one, other) => one - other);
  return (
    <label className="field">
      {label}
      <select value={value} onChange={(event) => onChange(Number(event.target.value))}>
        {all.map((each) => (
          <option key={each} value={each}>
            {said(each)}
          </option>
        ))}
      </select>
    </label>
  );
}
