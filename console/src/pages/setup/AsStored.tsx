import type { UseQueryResult } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { type AsRead, isOutdated } from "../../api/client";
import { Skeleton } from "../../ui/bits";
import { Dialog } from "../../ui/Dialog";
import { useKept } from "../../ui/kept";
import type { Labels } from "../../ui/labels";
import { QueryFailure } from "../../ui/list";
import { useRead } from "../../ui/useRead";
import { Theirs } from "./Theirs";

/** How to read what a dialog edits: anew for each dialog, never from before. */
export const ANEW = { staleTime: 0, gcTime: 0 };

interface AsStoredProps<T> {
  query: UseQueryResult<T>;
  title: string;
  /** How many fields it will have. */
  rows: number;
  onClose: () => void;
  children: (stored: T) => ReactNode;
}

/** A dialog that edits something as it is stored now: until that is read there is nothing to edit. */
export function AsStored<T>({ query, title, rows, onClose, children }: AsStoredProps<T>) {
  if (query.data !== undefined) return children(query.data);
  return (
    <Dialog onClose={onClose} title={title} size={560}>
      <div className="dialog-body">
        <QueryFailure query={query} />
        {query.isPending && <Skeleton rows={rows} />}
      </div>
    </Dialog>
  );
}

interface EditOptions<T, Shown> {
  /** What is edited, as what is typed is kept by. */
  name: string;
  stored: T;
  /** What of it the dialog edits. */
  shown: (stored: T) => Shown;
  labels: Labels;
  /** Sends the edit, on what was read. */
  send: (edit: Shown, header: AsRead) => Promise<unknown>;
  /** Reads what is stored, after a save and where another person saved first. */
  readAgain: () => Promise<unknown>;
}

/** An edit in a dialog; where another person saved first, `theirs` asks whose stays. */
export function useEdit<T extends object, Shown extends object>(options: EditOptions<T, Shown>) {
  const { name, stored, shown, labels, send, readAgain } = options;
  const [edit, setEdit] = useKept<Shown>(name, () => shown(stored), { of: shown(stored) });
  const [error, setError] = useState<unknown>(null);
  const read = useRead(stored, shown);
  const save = async () => {
    try {
      await send(edit, read.header);
    } catch (refusal) {
      if (isOutdated(refusal)) await readAgain();
      setError(refusal);
      throw refusal;
    }
    readAgain();
  };
  const theirs = (
    <Theirs
      error={error}
      read={read}
      labels={labels}
      onTake={(now) => {
        setEdit(shown(now));
        setError(null);
      }}
      onKeep={() => setError(null)}
    />
  );
  return { edit, setEdit, save, theirs };
}
