import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import { answerOf, api, Refused, type Schemas, sentenceOf } from "../../api/client";
import { type Names, refreshOrders, useNames } from "../../api/queries";
import { useCan } from "../../auth/context";
import { STATES } from "../../search/orders";
import { remember } from "../../shell/lists";
import { say } from "../../shell/Notifications";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Button, Empty, Skeleton } from "../../ui/bits";
import { actOnEach, leftOf } from "../../ui/each";
import { type Cursor, PAGE_ROWS } from "../../ui/everyRow";
import { Filter, FilterBar } from "../../ui/FilterBar";
import { count } from "../../ui/format";
import { useFirstRow } from "../../ui/ListTable";
import { CsvButton, LoadMore, QueryFailure, Scroll } from "../../ui/list";
import { useKeys } from "../../ui/shortcuts";
import { type Tab, Tabs } from "../../ui/Tabs";
import { readEvery } from "../../ui/useList";
import { concernsOf, numbersOf } from "./concerns";
import { ExceptionRow } from "./ExceptionRow";

type OpenException = Schemas["OpenException"];
const route = getRouteApi("/exceptions");

/** A cause in words: `unmatched_sku` is said as "Unmatched sku". */
export const causeName = (cause: string) =>
  cause.charAt(0).toUpperCase() + cause.slice(1).replaceAll("_", " ");

const pageOf = (query: { state: Schemas["ExceptionState"]; cause?: string }, cursor: Cursor) =>
  answerOf(api.GET("/exceptions", { params: { query: { ...query, limit: PAGE_ROWS, cursor } } }));

function useExceptions(query: Parameters<typeof pageOf>[0], enabled = true) {
  return useInfiniteQuery({
    queryKey: ["exceptions", "list", query],
    queryFn: ({ pageParam }) => pageOf(query, pageParam ?? undefined),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: readEvery(20_000),
    placeholderData: (before) => before,
    enabled,
  });
}

/** What cannot go on by itself, and its fix. */
export function Exceptions() {
  const { state = "open", cause } = route.useSearch();
  const navigate = useNavigate({ from: "/exceptions" });
  const names = useNames();
  const all = useExceptions({ state });
  // Where not all are loaded, those of one cause are read by themselves.
  const isNarrowed = cause !== undefined && all.hasNextPage;
  const narrowed = useExceptions({ state, cause }, isNarrowed);
  const list = isNarrowed ? narrowed : all;
  const found = useMemo(() => all.data?.pages.flatMap((page) => page.items) ?? [], [all.data]);
  const causes = useMemo(() => byCause(found), [found]);
  const listed = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const shown = useMemo(
    () => byCause(listed).filter((each) => !cause || each.cause === cause),
    [listed, cause],
  );
  const isReadOn = useFirstRow(list, listed.length);
  const isAwaited = list.isPending || isReadOn || (list.isPlaceholderData && shown.length === 0);
  const orders = useMemo(
    () => shown.flatMap(({ items }) => items.flatMap((each) => each.order ?? each.subject.order ?? [])),
    [shown],
  );
  useEffect(() => remember("/exceptions", orders), [orders]);
  useKeys({
    j: () => focusRow(1),
    k: () => focusRow(-1),
    ...Object.fromEntries(
      STATES.map((id, place) => [
        String(place + 1),
        () => navigate({ search: id === "open" ? {} : { state: id } }),
      ]),
    ),
  });
  const choose = (chosen: string | undefined) =>
    navigate({ search: (before) => ({ ...before, cause: chosen }) });
  const tabs = STATES.map(
    (id): Tab<Schemas["ExceptionState"]> => ({
      id,
      label: t.exceptions.states[id],
      count: id === state && all.data && !all.hasNextPage ? found.length : undefined,
    }),
  );
  return (
    <Page title={t.exceptions.title}>
      <Tabs
        label={t.exceptions.title}
        tabs={tabs}
        current={state}
        onChoose={(id) => navigate({ search: id === "open" ? {} : { state: id } })}
      />
      <FilterBar
        right={
          <CsvButton
            name="exceptions"
            empty={shown.length === 0}
            read={(cursor) => pageOf({ state, cause }, cursor)}
            table={(rows) => csvOf(rows, names)}
          />
        }
      >
        <span className="only-narrow">
          <Filter
            label={t.exceptions.causes}
            value={cause}
            options={causes.map((each) => ({
              value: each.cause,
              label: `${causeName(each.cause)} ${each.items.length}`,
            }))}
            onChange={choose}
          />
        </span>
      </FilterBar>
      <QueryFailure query={list} />
      <div className="two-columns">
        <nav className="causes" aria-label={t.exceptions.causes}>
          <Cause
            name={t.exceptions.all}
            n={all.data && found.length}
            more={all.hasNextPage}
            on={!cause}
            onChoose={() => choose(undefined)}
          />
          {causes.map((each) => (
            <Cause
              key={each.cause}
              name={causeName(each.cause)}
              n={each.items.length}
              more={all.hasNextPage}
              on={cause === each.cause}
              onChoose={() => choose(each.cause)}
            />
          ))}
        </nav>
        <Scroll label={t.exceptions.title} className="surface" isOutdated={list.isPlaceholderData}>
          {isAwaited && <Skeleton />}
          {shown.map((each) => (
            <Group key={each.cause} cause={each.cause} items={each.items} state={state} />
          ))}
          <LoadMore list={list} />
          {shown.length === 0 && !list.isError && !isAwaited && (
            <Empty title={t.exceptions.empty[state].title} text={t.exceptions.empty[state].text}>
              {cause && <Button onClick={() => choose(undefined)}>{t.exceptions.all}</Button>}
            </Empty>
          )}
        </Scroll>
      </div>
    </Page>
  );
}

/**
 * Go to the first thing that can be done about the next or the previous exception; to its row where that is a field,
 * which would take the next key.
 */
function focusRow(step: number) {
  const rows = [...document.querySelectorAll<HTMLElement>("li.ex")];
  const here = rows.findIndex((each) => each.contains(document.activeElement));
  const next = here < 0 ? (step > 0 ? 0 : rows.length - 1) : here + step;
  const row = rows[next];
  const first = row?.querySelector<HTMLElement>(".fix :is(input, a, button)");
  (first instanceof HTMLInputElement ? row : first)?.focus();
}

function byCause(items: readonly OpenException[]) {
  const groups = new Map<string, OpenException[]>();
  for (const each of items) groups.set(each.cause, [...(groups.get(each.cause) ?? []), each]);
  return [...groups]
    .map(([cause, all]) => ({ cause, items: all }))
    .sort((one, other) => other.items.length - one.items.length);
}

interface CauseProps {
  name: string;
  /** Nothing where they could not be read. */
  n: number | undefined;
  /** Whether there may be more than those that are loaded. */
  more: boolean;
  on: boolean;
  onChoose: () => void;
}

function Cause({ name, n, more, on, onChoose }: CauseProps) {
  return (
    <button type="button" className={on ? "on" : undefined} aria-pressed={on} onClick={onChoose}>
      <span className="cut">{name}</span>
      <span className="c">{n !== undefined && `${count(n)}${more ? "+" : ""}`}</span>
    </button>
  );
}

/** All of one cause, with what to do said once, and a retry of all of them. */
function Group({ cause, items, state }: { cause: string; items: OpenException[]; state: string }) {
  const can = useCan();
  const client = useQueryClient();
  const retryable = items.filter((each) => each.retryable);
  const retry = (exception_id: string) =>
    answerOf(api.POST("/exceptions/{exception_id}/retry", { params: { path: { exception_id } } }));
  const all = useMutation({
    mutationFn: async () => {
      const each = retryable.map(({ id, message }) => ({ id, name: message }));
      const outcomes = await actOnEach(each, new Map(), retry, () => {});
      const left = leftOf(each, outcomes);
      const why = new Set(left.flatMap(({ id }) => outcomes.get(id) ?? []));
      if (left.length > 0)
        throw new Refused(409, {
          detail: t.exceptions.notRetried(left.length, each.length, [...why].join("; ")),
        });
    },
    onSuccess: () => say(t.exceptions.retried),
    onSettled: () => refreshOrders(client),
  });
  const offers = state === "open" && retryable.length > 1 && can("POST /exceptions/{exception_id}/retry");
  return (
    <section aria-label={causeName(cause)}>
      <header className="gh">
        <h2>{causeName(cause)}</h2>
        <span className="dim">{items.length}</span>
        {all.isError && <span className="danger">{sentenceOf(all.error)}</span>}
        {offers && (
          <Button small className="right" busy={all.isPending} onClick={() => all.mutate()}>
            {t.exceptions.retryAll(retryable.length)}
          </Button>
        )}
      </header>
      <ul>
        {items.map((each) => (
          <ExceptionRow key={each.id} exception={each} />
        ))}
      </ul>
    </section>
  );
}

const csvOf = (exceptions: readonly OpenException[], names: Names) => [
  [
    "state",
    "cause",
    "concerns",
    "order",
    "message",
    "action",
    "times",
    "first_at",
    "last_at",
    "handled_by",
    "handled_at",
  ],
  ...exceptions.map((each) => [
    each.state,
    each.cause,
    concernsOf(each, names),
    each.order_number ?? numbersOf(each.orders).join(" "),
    each.message,
    each.action,
    each.times,
    each.first_at,
    each.last_at,
    each.handled_by,
    each.handled_at,
  ]),
];
