import { useMemo, useState } from "react";
import { Refused } from "../api/client";
import { t } from "../texts";
import { isSame, mergePatch, valueAt, withValue } from "./merge";

/** A document that a person edits: what it is now, what is wrong with it, and what is sent to save it. */
export interface Form<T extends object = object> {
  value: T;
  at: (path: string) => unknown;
  set: (path: string, value: unknown) => void;
  /** What the API said about a field, or about what is inside of it, until that is changed. */
  problem: (path: string) => string | undefined;
  /** The whole refusal, and what no field of the page shows. */
  refused: string;
  /** Settings that contradict themselves: they are saved all the same. */
  warnings: readonly string[];
  changes: number;
  busy: boolean;
  readOnly: boolean;
  discard: () => void;
  save: () => Promise<void>;
}

interface FormOptions<T> {
  saved: T;
  readOnly: boolean;
  /** Sends the merge patch; what it answers may have warnings. */
  send: (patch: Record<string, unknown>, value: T) => Promise<{ warnings?: readonly string[] } | undefined>;
}

/** Edit a document; what somebody else saves meanwhile shows in the fields that are not changed here. */
export function useForm<T extends object>({ saved, readOnly, send }: FormOptions<T>): Form<T> {
  const [edits, setEdits] = useState<ReadonlyMap<string, unknown>>(new Map());
  const [refusal, setRefusal] = useState<Refused | Error | null>(null);
  const [sent, setSent] = useState(saved);
  const [warnings, setWarnings] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const value = useMemo(
    () => [...edits].reduce<T>((document, [path, edit]) => withValue(document, path, edit), saved),
    [saved, edits],
  );
  const patch = mergePatch(saved, value);
  const errors = (refusal instanceof Refused ? refusal.errors : []).filter((each) =>
    isSame(valueAt(value, each.field), valueAt(sent, each.field)),
  );
  const discard = () => {
    setEdits(new Map());
    setRefusal(null);
  };
  const save = async () => {
    setBusy(true);
    setSent(value);
    setRefusal(null);
    try {
      const answer = await send(patch, value);
      setWarnings(answer?.warnings ?? []);
      setEdits(new Map());
    } catch (error) {
      setRefusal(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  };
  return {
    value,
    at: (path) => valueAt(value, path),
    set: (path, edit) =>
      setEdits((before) => new Map([...before].filter(([each]) => each !== path)).set(path, edit)),
    problem: (path) => {
      const found = errors.filter((each) => each.field === path || each.field.startsWith(`${path}.`));
      return found.length ? found.map((each) => each.message).join("; ") : undefined;
    },
    refused: refusal ? (refusal instanceof Refused ? refusal.sentence : t.common.noAnswer) : "",
    warnings,
    changes: Object.keys(patch).length,
    busy,
    readOnly,
    discard,
    save,
  };
}
