import { type UseQueryResult, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId, useRef } from "react";
import { asRead, isOutdated } from "../../api/client";
import { refreshOrders } from "../../api/queries";
import { useBack } from "../../shell/lists";
import { Page } from "../../shell/Page";
import { isAbsent, PageFailure } from "../../shell/PageFailure";
import { t } from "../../texts";
import { Badge, Button, Goods, type Look, Skeleton, When } from "../../ui/bits";
import { Icon, type IconName } from "../../ui/Icon";
import { useKeys } from "../../ui/shortcuts";
import { Who } from "../../ui/Timeline";
import type { NumberedPath } from "./NumberedList";

interface OneProps<Document> {
  id: string;
  back: { to: NumberedPath; label: string };
  query: UseQueryResult<Document>;
  look: (document: Document) => Look;
  children: (document: Document) => ReactNode;
}

/** The page of one document: its number and state above, what it is below, and what to do where it is not. */
export function NumberedPage<Document>({ id, back, query, look, children }: OneProps<Document>) {
  return (
    <Page title={id} back={back} badges={query.data && <Badge look={look(query.data)} />}>
      <PageFailure id={id} back={back} query={query} />
      {query.isPending && <Skeleton />}
      {query.data && !isAbsent(query.error) && children(query.data)}
    </Page>
  );
}

interface DoingProps {
  may: boolean | undefined;
  look: Look;
  /** The form in which it is done; none where the address says nothing, or what is never done with it. */
  form: ReactNode;
  /** The document, while nothing is done. */
  children: ReactNode;
}

/**
 * The form of what is done with a document, in its place. Once it is open it stays until it is left, with what is typed:
 * that the document moved on meanwhile is said, and the API refuses what cannot be done any more.
 */
export function Doing({ may, look: [label], form, children }: DoingProps) {
  const isOpen = useRef(false);
  if (may) isOpen.current = true;
  if (!form || !isOpen.current) return children;
  return (
    <>
      {!may && (
        <div className="note" role="status">
          <Icon name="alert-triangle" />
          <span className="t">{t.numbered.movedOn(label)}</span>
        </div>
      )}
      {form}
    </>
  );
}

/**
 * Keep the document that the API answers with, and have everything read again that shows its units; itself, too, where
 * another person changed it before, or the answer has no tag to edit it by.
 */
export function useChange<Document extends { id: string }>(path: NumberedPath) {
  const client = useQueryClient();
  return async (call: Promise<Document>) => {
    const changed = await call.catch(async (error) => {
      if (isOutdated(error)) await client.invalidateQueries({ queryKey: [path, "one"] });
      throw error;
    });
    client.setQueryData([path, "one", changed.id], changed);
    if (!asRead(changed)["if-match"]) client.invalidateQueries({ queryKey: [path, "one", changed.id] });
    for (const queryKey of [[path, "list"], ["stock"], ["movements"], ["suggestions"]])
      client.invalidateQueries({ queryKey });
    refreshOrders(client);
    return changed;
  };
}

export interface Action {
  label: string;
  may: boolean;
  act: () => void;
  keyName?: string;
  icon?: IconName;
  look?: "primary" | "bad";
  busy?: boolean;
}

/** What can be done with a document as it is, most sensible first, and by which keys; Escape goes back to the list. */
export function ActionBar({
  actions,
  back,
  problem,
}: {
  actions: readonly Action[];
  back: NumberedPath;
  problem?: string;
}) {
  const shown = actions.filter((each) => each.may);
  const keyed = shown.flatMap(({ keyName, act }) => (keyName ? [[keyName.toLowerCase(), act] as const] : []));
  useKeys({ ...Object.fromEntries(keyed), Escape: useBack(back) });
  return (
    <div className="sub">
      {shown.map(({ label, may: _, act, ...look }) => (
        <Button key={label} {...look} onClick={act}>
          {label}
        </Button>
      ))}
      {problem && (
        <span className="danger" role="alert">
          {problem}
        </span>
      )}
    </div>
  );
}

/** What people wrote about a document; nothing where that is nothing. */
export function NoteCard({ text, title = t.numbered.note }: { text: string; title?: string }) {
  const id = useId();
  if (!text) return null;
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
      </header>
      <p className="pad14 written">{text}</p>
    </section>
  );
}

interface Recorded {
  /** The number of its papers. */
  name: string;
  goods?: { sku: string; name?: string };
  text: string;
  who: string;
  at: string;
  /** What may be done about it. */
  act?: ReactNode;
}

/** What was recorded of a document, oldest first as it is stored, shown newest first; nothing while nothing was. */
export function Records({ id, title, records }: { id: string; title: string; records: readonly Recorded[] }) {
  if (records.length === 0) return null;
  return (
    <section className="card" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
      </header>
      <ul className="records">
        {[...records].reverse().map(({ name, goods, text, who, at, act }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: papers may have a line twice; their order never changes
          <li key={`${name}-${place}`}>
            <span className="m">{name}</span>
            <span>
              {goods && <Goods name={goods.name} sku={goods.sku} />} <span className="mid">{text}</span>
            </span>
            <span className="dim">
              <Who who={who} /> <When at={at} />
            </span>
            {act}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What is to be known of a document at a glance; facts without a value are left out. */
export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="factbar">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
