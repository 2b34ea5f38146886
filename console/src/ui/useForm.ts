import { useCallback, useMemo, useState } from "react";
import { type AsRead, asRead, isOutdated, Refused } from "../api/client";
import { t } from "../texts";
import type { Option } from "./FilterBar";
import { useKept } from "./kept";
import { type Labels, withChoices, withLabel } from "./labels";
import {
  type Clash,
  isSame,
  mergePatch,
  pathsOf,
  type Rebased,
  rebased,
  replaced,
  valueAt,
  withValue,
} from "./merge";

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
  /** Fields that another person changed meanwhile as well: nothing is saved before it is decided whose stays. */
  clashes: readonly Clash[];
  keepMine: (clashes: readonly Clash[]) => void;
  takeTheirs: (clashes: readonly Clash[]) => void;
  /** What others alone changed since a save that was refused for it; it is shown. */
  others: readonly (readonly string[])[];
  /** What the page calls its fields, as they say themselves by `name`. */
  labels: Labels;
  name: (path: string, label: string) => void;
  choices: (path: string, options: readonly Option[]) => void;
  changes: number;
  busy: boolean;
  readOnly: boolean;
  discard: () => void;
  save: () => Promise<void>;
}

interface FormOptions<T> {
  saved: T;
  readOnly: boolean;
  /** What parts of it are called whose fields are not shown yet, as those of another tab. */
  labels?: Labels;
  /** Sends the merge patch, on what was read; what it answers may have warnings. */
  send: (
    patch: Record<string, unknown>,
    value: T,
    header: AsRead,
  ) => Promise<{ warnings?: readonly string[] } | undefined>;
}

/** What answers have beside the settings. */
const ANSWER_ONLY = new Set([
  "etag",
  "config_version",
  "warnings",
  "connected_at",
  "paused_since",
  "active_since",
  "awaits_connection",
]);

interface Sent<T> {
  saved: T;
  value: T;
}

type Edited<T> = Pick<Rebased<T>, "base" | "mine"> | null;

/** What a browser may keep of a document: secrets are typed again. */
const withoutSecrets = <T extends object>(document: T): T => {
  const { credentials: _, ...others } = document as T & { credentials?: unknown };
  return others as T;
};
const storable = <T extends object>(edited: Edited<T>) =>
  edited && { base: withoutSecrets(edited.base), mine: withoutSecrets(edited.mine) };

/** Edit a document; what another person saves meanwhile shows in the fields that are not changed here. */
export function useForm<T extends object>(options: FormOptions<T>): Form<T> {
  const { saved, readOnly, send } = options;
  const [edited, setEdited] = useKept<Edited<T>>("form", () => null, { store: storable });
  const [refusal, setRefusal] = useState<Refused | Error | null>(null);
  const [sent, setSent] = useState<Sent<T>>({ saved, value: saved });
  const [warnings, setWarnings] = useState<readonly string[]>([]);
  const [busy, setBusy] = useState(false);
  const [labels, setLabels] = useState<Labels>(options.labels ?? new Map());
  const name = useCallback(
    (path: string, label: string) => setLabels((before) => withLabel(before, path, label)),
    [],
  );
  const choices = useCallback(
    (path: string, options: readonly Option[]) => setLabels((before) => withChoices(before, path, options)),
    [],
  );
  const now = useMemo<Rebased<T>>(
    () => (edited ? rebased(edited.base, edited.mine, saved) : { base: saved, mine: saved, clashes: [] }),
    [saved, edited],
  );
  const value = now.mine;
  const clashes = busy ? [] : now.clashes; // what is being saved looks like theirs until it is read again
  const patch = mergePatch(saved, value);
  const wasOutdated = isOutdated(refusal);
  const ours = pathsOf(patch).map((each) => each.join("."));
  const others = wasOutdated
    ? pathsOf(mergePatch(sent.saved, saved)).filter(
        (each) => !ANSWER_ONLY.has(each[0] ?? "") && !ours.includes(each.join(".")),
      )
    : [];
  const errors = (refusal instanceof Refused ? refusal.errors : []).filter((each) =>
    isSame(valueAt(value, each.field), valueAt(sent.value, each.field)),
  );
  const decide = (side: "base" | "mine") => (decided: readonly Clash[]) => {
    const taken = decided.reduce<T>(
      (document, { names, theirs }) => replaced(document, names, theirs),
      now[side],
    );
    setEdited({ ...now, [side]: taken });
    if (wasOutdated) setRefusal(null);
  };
  const discard = () => {
    setEdited(null);
    setRefusal(null);
  };
  const save = async () => {
    if (now.clashes.length > 0) return;
    setBusy(true);
    setSent({ saved, value });
    setRefusal(null);
    try {
      const answer = await send(patch, value, asRead(saved));
      setWarnings(answer?.warnings ?? []);
      // What was typed while it was sent stays.
      setEdited((before) => (before && before !== edited ? { base: value, mine: before.mine } : null));
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
      setEdited((before) => {
        const { base, mine } = before
          ? rebased(before.base, before.mine, saved)
          : { base: saved, mine: saved };
        return { base, mine: withValue(mine, path, edit) };
      }),
    problem: (path) => {
      const found = errors.filter((each) => each.field === path || each.field.startsWith(`${path}.`));
      return found.length ? found.map((each) => each.message).join("; ") : undefined;
    },
    refused: refusal ? (refusal instanceof Refused ? refusal.sentence : t.common.noAnswer) : "",
    warnings,
    clashes,
    keepMine: decide("base"),
    takeTheirs: decide("mine"),
    others,
    labels,
    name,
    choices,
    changes: Object.keys(patch).length,
    busy,
    readOnly,
    discard,
    save,
  };
}
