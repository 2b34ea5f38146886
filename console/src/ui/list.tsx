import { useMutation } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type ReactNode, type Ref, useState } from "react";
import { Refused, sentenceOf } from "../api/client";
import { say } from "../shell/Notifications";
import { t } from "../texts";
import { Button, Failure } from "./bits";
import { download } from "./csv";
import { everyRow, MOST_ROWS, type ReadPage } from "./everyRow";
import type { Option } from "./FilterBar";
import { begun, count } from "./format";
import { Icon } from "./Icon";

interface Read {
  isError: boolean;
  error: unknown;
  data: unknown;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

/** What is refused for its own sake: the same request would be refused again. */
const isFinal = (error: unknown): error is Refused =>
  error instanceof Refused && [400, 403, 404, 422].includes(error.status);

/** Says that the newest answer lacks, and from when what is shown is; nothing while all is well. */
export function QueryFailure({ query }: { query: Read }) {
  if (!query.isError) return null;
  if (isFinal(query.error)) return <Unfit refused={query.error} />;
  return (
    <Failure
      error={query.error}
      from={query.data ? query.dataUpdatedAt : undefined}
      onRetry={() => query.refetch()}
    />
  );
}

/** What a list was refused for, with the way to drop the filters that it was refused for. */
function Unfit({ refused }: { refused: Refused }) {
  const search: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  const named = refused.errors.filter(({ field }) => search[field] !== undefined);
  const others = Object.entries(search).filter(([name]) => !named.some(({ field }) => field === name));
  const words: Record<string, string> = t.common.filters;
  return (
    <div className="note t-danger" role="alert">
      <Icon name="x" />
      <span className="t">
        <b className="b">{named.length ? t.common.unfit : t.common.failed}</b>{" "}
        {named.length
          ? named.map(({ field, message }) => `${words[field] ?? field}: ${message}`).join("; ")
          : begun(refused.sentence)}
      </span>
      {named.length > 0 && (
        <button
          type="button"
          className="link"
          onClick={() => navigate({ to: ".", search: Object.fromEntries(others) as never })}
        >
          {t.common.dropFilters(named.length)}
        </button>
      )}
    </div>
  );
}

interface ScrollProps {
  label: string;
  className?: string;
  /** Whether what is in it is that of the filters before, while that of the new ones is read. */
  isOutdated?: boolean;
  children: ReactNode;
  ref?: Ref<HTMLElement>;
}

/** The part of a page that scrolls, to be reached by the keyboard. */
export function Scroll({ label, className = "", isOutdated = false, children, ref }: ScrollProps) {
  const classes = ["scroll", className, isOutdated ? "outdated" : ""].filter(Boolean);
  return (
    <section
      className={classes.join(" ")}
      ref={ref}
      aria-label={label}
      aria-busy={isOutdated || undefined}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls is to be reached by the keyboard
      tabIndex={0}
    >
      {children}
    </section>
  );
}

/** A list that is read page by page. */
export interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  isFetchNextPageError: boolean;
  /** Whether its rows are those of the filters before, while those of the new ones are read. */
  isPlaceholderData: boolean;
  fetchNextPage: () => unknown;
}

/** The button below a list that goes on. */
export function LoadMore({ list }: { list: Paged }) {
  if (!list.hasNextPage) return null;
  return (
    <div className="more">
      <Button busy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
        {t.common.loadMore}
      </Button>
    </div>
  );
}

interface CsvProps<Row> {
  name: string;
  empty: boolean;
  /** A page of the list under the reader's filters. */
  read: ReadPage<Row>;
  table: (rows: readonly Row[]) => Parameters<typeof download>[1];
}

/** All rows of the reader's filters as a file, also those that are not loaded yet; the first row names the columns. */
export function CsvButton<Row>({ name, empty, read, table }: CsvProps<Row>) {
  const [done, setDone] = useState(0);
  const file = useMutation({
    mutationFn: () => everyRow(read, setDone),
    onMutate: () => setDone(0),
    onSuccess: ({ rows, isCut }) => {
      download(name, table(rows));
      say(isCut ? t.common.csvCut(MOST_ROWS) : t.common.csvDone(rows.length));
    },
    onError: (error) => say(t.common.csvFailed(sentenceOf(error))),
  });
  return (
    <Button
      small
      look="quiet"
      icon="download"
      busy={file.isPending}
      disabled={empty}
      title={t.common.csvHint(count(MOST_ROWS))}
      onClick={() => file.mutate()}
    >
      {file.isPending ? t.common.csvReading(done) : <span className="sr-s">{t.common.csv}</span>}
    </Button>
  );
}

/** Channels or warehouses as the values of a filter. */
export const asOptions = (all: readonly { id: string; name: string }[]): Option[] =>
  all.map(({ id, name }) => ({ value: id, label: name }));

/** Values with their words as the choices of a field. */
export const choices = <Value extends string>(words: Record<Value, string>): Option<Value>[] =>
  Object.entries<string>(words).map(([value, label]) => ({ value: value as Value, label }));
