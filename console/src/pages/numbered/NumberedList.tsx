import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { memo, type ReactNode, useCallback, useMemo } from "react";
import { useNames } from "../../api/queries";
import type { Operation } from "../../api/roles";
import { useCan } from "../../auth/context";
import type { NumberedSearch } from "../../search/goods";
import { useReturn } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { SavedViews, type ViewsOf } from "../../shell/SavedViews";
import { t } from "../../texts";
import { Badge, Button, Empty, type Look, Skeleton } from "../../ui/bits";
import { PAGE_ROWS, type ReadPage } from "../../ui/everyRow";
import { Filter, FilterBar, ListSearchField } from "../../ui/FilterBar";
import { ListTable, useFirstRow } from "../../ui/ListTable";
import { asOptions, CsvButton, QueryFailure } from "../../ui/list";
import { useKeys } from "../../ui/shortcuts";
import { type Tab, Tabs } from "../../ui/Tabs";
import { listKeys, readEvery, useCurrent } from "../../ui/useList";
import { useSetSearch } from "../../ui/useSearch";

export type NumberedPath = "/purchase-orders" | "/transfers" | "/work-orders";

export interface Column<Row> {
  head: string;
  className: string;
  cell: (row: Row) => ReactNode;
  /** The cell in full, where it may be cut. */
  title?: (row: Row) => string;
}

/** What the API says beside the first page: how many are in each state that is not over. */
interface Counted {
  counts?: Record<string, number> | null;
}

interface ListProps<Row, State extends string> {
  title: string;
  path: NumberedPath;
  search: NumberedSearch<State>;
  /** Takes the filters out of a saved view that the page knows. */
  known: (raw: Record<string, unknown>) => NumberedSearch<State>;
  states: Record<State, Look>;
  columns: readonly Column<Row>[];
  /** A page of so many rows under the reader's filters. */
  pageOf: (limit: number) => ReadPage<Row, Counted>;
  csv: { name: string; table: (rows: readonly Row[]) => (string | number | null | undefined)[][] };
  /** Filters beside that of the warehouse. */
  filters?: ReactNode;
  /** The button, and the key, that begin a new one. */
  make: { label: string; needs: Operation };
  /** What else can be begun here. */
  actions?: ReactNode;
  empty: { title: string; text: string };
}

/** A list of documents with numbers: what is not over first, by state, with filters, keys and a file of it. */
export function NumberedList<Row extends { id: string; state: State }, State extends string>(
  props: ListProps<Row, State>,
) {
  const { title, path, search, known, states, columns, pageOf, csv, filters, make, actions, empty } = props;
  const navigate = useNavigate();
  const names = useNames();
  const mayMake = useCan()(make.needs);
  const begin = () => mayMake && navigate({ to: `${path}/new` });
  const list = useInfiniteQuery({
    queryKey: [path, "list", search],
    queryFn: ({ pageParam }) => pageOf(50)(pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: (before) => before,
    refetchInterval: readEvery(30_000),
  });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const isReadOn = useFirstRow(list, rows.length);
  const ids = useMemo(() => rows.map((each) => each.id), [rows]);
  const { current, setCurrent, move } = useCurrent(ids);
  useReturn(path, ids, setCurrent);
  const { set, find } = useSetSearch<NumberedSearch<State>>();
  const open = useCallback(
    (id: string | undefined) => id && navigate({ to: `${path}/$id`, params: { id } }),
    [navigate, path],
  );
  const { state, ...others } = search;
  const filtered = Object.keys(others).length > 0;
  const counts = filtered ? undefined : list.data?.pages[0]?.counts; // which are of all, whatever is filtered
  const tabs = tabsOf(states, counts ?? {});
  const choose = (id: State | "open" | "all") =>
    navigate({
      to: path,
      search: { ...search, state: id === "open" ? undefined : id } as NumberedSearch<never>,
    });
  useKeys({
    ...listKeys(move, () => open(rows[current]?.id)),
    Escape: () => setCurrent(-1),
    ...Object.fromEntries(tabs.map(({ id }, place) => [String(place + 1), () => choose(id)])),
    n: begin,
  });
  return (
    <Page title={title}>
      <Tabs label={title} tabs={tabs} current={state ?? "open"} onChoose={choose} />
      <FilterBar
        right={
          <>
            <SavedViews list={path.slice(1) as ViewsOf} search={search} known={known} />
            <CsvButton
              name={csv.name}
              empty={rows.length === 0}
              read={pageOf(PAGE_ROWS)}
              table={(all) => csv.table(all)}
            />
            {actions}
            {mayMake && (
              <Button small look="primary" icon="plus" keyName="N" onClick={begin}>
                {make.label}
              </Button>
            )}
          </>
        }
      >
        <ListSearchField value={search.q} onChange={find} />
        {filters}
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
            label={title}
            className="rows numbered"
            head={<Heads columns={columns} />}
            rows={rows}
            current={current}
            currentKey={ids[current]}
            list={list}
            draw={(row, place, isCurrent) => (
              <NumberedRow
                key={row.id}
                path={path}
                row={row}
                columns={columns}
                look={states[row.state]}
                place={place}
                isCurrent={isCurrent}
                onOpen={open}
              />
            )}
          />
        )}
        {rows.length === 0 && !list.isPending && !list.isError && !isReadOn && (
          <Empty
            title={filtered ? t.common.noMatches : state ? t.numbered.noneOf : empty.title}
            text={filtered || state ? undefined : empty.text}
          >
            {filtered && (
              <Button onClick={() => navigate({ to: path, search: state ? ({ state } as never) : {} })}>
                {t.common.clearFilters}
              </Button>
            )}
            {state !== undefined && !filtered && (
              <Button onClick={() => choose("open")}>{t.numbered.showOpen}</Button>
            )}
            {state === undefined && !filtered && mayMake && (
              <Button icon="plus" onClick={begin}>
                {make.label}
              </Button>
            )}
          </Empty>
        )}
      </div>
    </Page>
  );
}

function Heads<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <>
      <th className="n1">{t.numbered.number}</th>
      {columns.map((each) => (
        <th key={each.head} className={each.className}>
          {each.head}
        </th>
      ))}
      <th className="n2">{t.numbered.state}</th>
    </>
  );
}

interface RowProps<Row> {
  path: NumberedPath;
  row: Row;
  columns: readonly Column<Row>[];
  look: Look;
  place: number;
  isCurrent: boolean;
  onOpen: (id: string) => void;
}

function RowOf<Row extends { id: string }>(props: RowProps<Row>) {
  const { path, row, columns, look, place, isCurrent, onOpen } = props;
  return (
    <tr aria-rowindex={place + 2} className={isCurrent ? "cur" : undefined} onClick={() => onOpen(row.id)}>
      <td>
        <Link
          to={`${path}/$id`}
          params={{ id: row.id }}
          className="m code"
          onClick={(event) => event.stopPropagation()}
        >
          {row.id}
        </Link>
      </td>
      {columns.map((each) => (
        <td key={each.head} className={each.className} title={each.title?.(row)}>
          {each.cell(row)}
        </td>
      ))}
      <td>
        <Badge look={look} />
      </td>
    </tr>
  );
}

const NumberedRow = memo(RowOf) as typeof RowOf; // memo forgets that it is generic

/** Tabs with how many are in each, as far as that is known: of what is over it never is. */
export function tabsOf<State extends string>(
  states: Record<State, Look>,
  counts: Readonly<Record<string, number>>,
): Tab<State | "open" | "all">[] {
  const known = Object.values(counts);
  const open = known.length > 0 ? known.reduce((sum, each) => sum + each, 0) : undefined;
  const each = (Object.keys(states) as State[]).map((id) => ({
    id,
    label: states[id][0],
    count: counts[id],
  }));
  return [{ id: "open", label: t.numbered.open, count: open }, ...each, { id: "all", label: t.numbered.all }];
}

/** The state of a list's address as the API takes it. */
export const limitedTo = <State extends string>(state: State | "all" | undefined) =>
  state === "all" ? {} : state ? { state } : { unfinished: true };
