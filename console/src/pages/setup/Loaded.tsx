import type { UseQueryResult } from "@tanstack/react-query";
import type { ComponentProps, ReactNode } from "react";
import { Page } from "../../shell/Page";
import { PageFailure } from "../../shell/PageFailure";
import { Skeleton } from "../../ui/bits";

type Back = NonNullable<ComponentProps<typeof Page>["back"]>;

interface LoadedProps<Data> {
  /** Its id, until its own name is read. */
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
      <PageFailure id={title} back={back} query={query} />
      {query.isPending && <Skeleton />}
    </Page>
  );
}
