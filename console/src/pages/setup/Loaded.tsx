import type { UseQueryResult } from "@tanstack/react-query";
import type { ComponentProps, ReactNode } from "react";
import { Page } from "../../shell/Page";
import { Skeleton } from "../../ui/bits";
import { QueryFailure } from "../../ui/list";

type Back = NonNullable<ComponentProps<typeof Page>["back"]>;

interface LoadedProps<Data> {
  title: string;
  back: Back;
  query: UseQueryResult<Data>;
  children: (data: Data) => ReactNode;
}

/** A page about one thing: until it is read, its frame. */
export function Loaded<Data>({ title, back, query, children }: LoadedProps<Data>) {
  if (query.data !== undefined) return children(query.data);
  return (
    <Page title={title} back={back}>
      <QueryFailure query={query} />
      {query.isPending && <Skeleton />}
    </Page>
  );
}
