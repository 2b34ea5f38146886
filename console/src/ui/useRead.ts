import { useState } from "react";
import { type AsRead, asRead } from "../api/client";
import { mergePatch, pathsOf, valueIn } from "./merge";

/** A field that another person changed since it was read, as it is stored now. */
export interface Changed {
  names: readonly string[];
  theirs: unknown;
}

export interface Read<T> {
  /** What the edit is made on. */
  document: T;
  /** What is sent with the save: that nothing else was stored since. */
  header: AsRead;
  changed: readonly Changed[];
  /** Go on with what is stored now; returns it. */
  catchUp: () => T;
}

/**
 * What an edit is made on, which stays though it is read again meanwhile; `shown` is what of it can be edited. Of what
 * is new nothing is stored.
 */
export function useRead<T extends object | undefined>(stored: T, shown: (document: T) => object): Read<T> {
  const [read, setRead] = useState(stored);
  const theirs = shown(stored);
  return {
    document: read,
    header: asRead(read ?? {}),
    changed: pathsOf(mergePatch(shown(read), theirs)).map((names) => ({
      names,
      theirs: valueIn(theirs, names),
    })),
    catchUp: () => {
      setRead(stored);
      return stored;
    },
  };
}
