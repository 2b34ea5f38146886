import { t } from "../texts";
import { Button, Failure } from "./bits";
import { download } from "./csv";
import type { Option } from "./FilterBar";

interface Read {
  isError: boolean;
  error: unknown;
  data: unknown;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

/** Says that the newest answer lacks, and from when what is shown is; nothing while all is well. */
export function QueryFailure({ query }: { query: Read }) {
  if (!query.isError) return null;
  return (
    <Failure
      error={query.error}
      from={query.data ? query.dataUpdatedAt : undefined}
      onRetry={() => query.refetch()}
    />
  );
}

interface Paged {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
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

/** What a list shows, as a file; the first row names the columns. */
export function CsvButton<Row>({
  name,
  rows,
  table,
}: {
  name: string;
  rows: readonly Row[];
  table: (rows: readonly Row[]) => Parameters<typeof download>[1];
}) {
  return (
    <Button
      small
      look="quiet"
      icon="download"
      disabled={rows.length === 0}
      onClick={() => download(name, table(rows))}
    >
      {t.common.csv}
    </Button>
  );
}

/** Channels or warehouses as the values of a filter. */
export const asOptions = (all: readonly { id: string; name: string }[]): Option[] =>
  all.map(({ id, name }) => ({ value: id, label: name }));
