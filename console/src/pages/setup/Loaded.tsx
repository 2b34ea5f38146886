import type { UseQueryResult } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";
import { say } from "../../shell/Notifications";
import { Page } from "../../shell/Page";
import { t } from "../../texts";
import { Skeleton } from "../../ui/bits";
import { Confirm } from "../../ui/Confirm";
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

interface RemoveProps {
  name: string;
  /** What goes with it, and what stays. */
  text: string;
  confirm: string;
  to: Back["to"];
  remove: () => Promise<unknown>;
  onClose: () => void;
}

/** Says what removing a thing takes with it; then its list is shown. */
export function RemoveDialog({ name, text, confirm, to, remove, onClose }: RemoveProps) {
  const navigate = useNavigate();
  const act = async () => {
    await remove();
    say(t.setup.removed(name));
    navigate({ to });
  };
  return (
    <Confirm
      title={t.setup.removeTitle(name)}
      confirm={confirm}
      footnote={t.one.noUndo}
      destructive
      onClose={onClose}
      onConfirm={act}
    >
      <p>{text}</p>
    </Confirm>
  );
}
