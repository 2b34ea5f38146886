import { type SetStateAction, useCallback, useEffect, useRef, useState } from "react";

const PREFIX = "packhorse-kept ";
const OWNER = "packhorse-kept-by";

/** Drop all that was typed and not saved. */
export function forgetKept(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}

/** What is kept is this person's: that of whoever was here before is dropped. */
export function keepFor(who: string): void {
  if (sessionStorage.getItem(OWNER) === who) return;
  forgetKept();
  sessionStorage.setItem(OWNER, who);
}

/** Whether something that was typed on this page is kept: it was loaded again before that was saved. */
export const hasKept = () =>
  Object.keys(sessionStorage).some((key) => key.startsWith(`${PREFIX}${window.location.pathname} `));

interface KeptOptions<T> {
  /** What of it may be stored: never a secret. */
  store?: (value: T) => unknown;
  revive?: (stored: never) => T;
  /** Of what state it is a change: what was typed over another one is dropped. */
  of?: unknown;
}

/** How a map is kept. */
export const keptMap = <Value>() => ({
  store: (map: ReadonlyMap<string, Value>) => [...map],
  revive: (stored: [string, Value][]) => new Map(stored),
});

function readKept<T>(key: string, { revive, of }: KeptOptions<T>): T | undefined {
  try {
    const found = JSON.parse(sessionStorage.getItem(key) ?? "null");
    if (!found || JSON.stringify(found.of) !== JSON.stringify(of ?? null)) return undefined;
    return revive ? revive(found.value as never) : found.value;
  } catch {
    return undefined; // of another version, or another hand
  }
}

/**
 * The state of a form that is still there after the page was loaded again, as signing in again does. It ends when the
 * form is left: once it is saved, closed, or another page is opened.
 */
export function useKept<T>(name: string, begin: () => T, options: KeptOptions<T> = {}) {
  const [key] = useState(() => `${PREFIX}${window.location.pathname} ${name}`);
  const [restored] = useState(() => readKept(key, options));
  const [value, setValue] = useState<T>(() => restored ?? begin());
  const isTyped = useRef(restored !== undefined);
  const { store } = options;
  /** What it was when the form was opened: a change by another person meanwhile is not one that was typed over. */
  const [of] = useState(() => options.of ?? null);
  const set = useCallback((change: SetStateAction<T>) => {
    isTyped.current = true;
    setValue(change);
  }, []);
  useEffect(() => {
    if (isTyped.current)
      sessionStorage.setItem(key, JSON.stringify({ of, value: store ? store(value) : value }));
  }, [key, of, store, value]);
  useEffect(() => () => sessionStorage.removeItem(key), [key]);
  return [value, set] as const;
}
