import { useNavigate } from "@tanstack/react-router";
import type { ComponentProps } from "react";
import { Refused, sentenceOf } from "../api/client";
import { t } from "../texts";
import { Button, Empty } from "../ui/bits";
import { begun } from "../ui/format";
import { QueryFailure } from "../ui/list";
import { searchOf } from "./lists";
import type { Page } from "./Page";

type Back = NonNullable<ComponentProps<typeof Page>["back"]>;

/** An id that is none, such as a far too long one, is that of nothing. */
const NONE = [404, 422];

/** Whether what a page is about is not there, or not for the reader: reading it again would change nothing. */
export const isAbsent = (error: unknown): error is Refused =>
  error instanceof Refused && (error.status === 403 || NONE.includes(error.status));

interface FailureProps {
  /** What the page is about, as its address names it. */
  id: string;
  back: Back;
  query: ComponentProps<typeof QueryFailure>["query"];
}

/** What a page about one thing says where that could not be read; the way to its list where it never will be. */
export function PageFailure({ id, back, query }: FailureProps) {
  const navigate = useNavigate();
  if (!isAbsent(query.error)) return <QueryFailure query={query} />;
  const [title, why] = NONE.includes(query.error.status)
    ? [t.absent.none(t.absent.of[back.to], id), t.common.notFoundWhy]
    : [t.absent.notYours, begun(sentenceOf(query.error))];
  return (
    <Empty title={title} text={why}>
      <Button look="primary" onClick={() => navigate({ to: back.to, search: searchOf(back.to) as never })}>
        {t.absent.list(back.label)}
      </Button>
    </Empty>
  );
}
