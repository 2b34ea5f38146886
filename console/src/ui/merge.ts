type Json = Record<string, unknown>;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
/** Whether two values are one as JSON. */
export const isSame = (one: unknown, other: unknown) =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

/** The JSON merge patch (RFC 7396) that makes one document the other: only what differs; null takes a field out. */
export function mergePatch(before: object, after: object): Record<string, unknown> {
  const [was, is] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const patch: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [old, now] = [was[name], is[name]];
    if (isSame(old, now)) continue;
    const change = isRecord(old) && isRecord(now) ? mergePatch(old, now) : (now ?? null);
    if (!isRecord(old) || !isRecord(change) || Object.keys(change).length > 0) patch[name] = change;
  }
  return patch;
}

/** What is at a path such as `handling.cut_off`. */
export const valueAt = (document: unknown, path: string): unknown => valueIn(document, path.split("."));

/** What is at a path, whose names may have dots. */
export const valueIn = (document: unknown, names: readonly string[]): unknown =>
  names.reduce<unknown>(
    (found, name) => (isRecord(found) ? found[name] : Array.isArray(found) ? found[Number(name)] : undefined),
    document,
  );

/** The document with another value at a path. */
export const withValue = <T>(document: T, path: string, value: unknown): T =>
  replaced(document, path.split("."), value);

/** The same by a path whose names may have dots. */
export function replaced<T>(document: T, names: readonly string[], value: unknown): T {
  const [name = "", ...rest] = names;
  const inner = rest.length ? replaced(valueIn(document, [name]) ?? {}, rest, value) : value;
  if (Array.isArray(document))
    return document.map((each, place) => (place === Number(name) ? inner : each)) as T;
  return { ...document, [name]: inner };
}

/** A field that two people changed; lists are one field. */
export interface Clash {
  names: readonly string[];
  mine: unknown;
  theirs: unknown;
}

export interface Rebased<T> {
  /** The document that the edits are made on now, and with them. */
  base: T;
  mine: T;
  clashes: readonly Clash[];
}

/** Edits of a document on what is stored of it by now: of fields that both changed, ours stay until a person decides. */
export function rebased<T extends object>(base: T, mine: T, stored: T): Rebased<T> {
  const clashes: Clash[] = [];
  const step = (
    was: unknown,
    ours: unknown,
    theirs: unknown,
    names: readonly string[],
  ): [unknown, unknown] => {
    if (isSame(ours, was) || isSame(ours, theirs)) return [theirs, theirs];
    if (isSame(was, theirs)) return [theirs, ours];
    if (isRecord(ours) && isRecord(theirs) && (was === undefined || isRecord(was)))
      return inside(was ?? {}, ours, theirs, names);
    clashes.push({ names, mine: ours, theirs });
    return [was, ours];
  };
  const inside = (was: Json, ours: Json, theirs: Json, names: readonly string[]): [Json, Json] => {
    const [on, made]: [Json, Json] = [{}, {}];
    for (const name of new Set([...Object.keys(theirs), ...Object.keys(ours), ...Object.keys(was)])) {
      const [before, now] = step(was[name], ours[name], theirs[name], [...names, name]);
      if (before !== undefined) on[name] = before;
      if (now !== undefined) made[name] = now;
    }
    return [on, made];
  };
  const [on, made] = inside(base as Json, mine as Json, stored as Json, []);
  return { base: on as T, mine: made as T, clashes };
}

/** The paths at which a merge patch changes something. */
export const pathsOf = (patch: object, names: readonly string[] = []): (readonly string[])[] =>
  Object.entries(patch).flatMap(([name, value]) =>
    isRecord(value) && Object.keys(value).length > 0
      ? pathsOf(value, [...names, name])
      : [[...names, name] as const],
  );
