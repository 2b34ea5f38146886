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
export const valueAt = (document: unknown, path: string): unknown =>
  path
    .split(".")
    .reduce<unknown>(
      (found, name) =>
        isRecord(found) ? found[name] : Array.isArray(found) ? found[Number(name)] : undefined,
      document,
    );

/** The document with another value at a path. */
export function withValue<T>(document: T, path: string, value: unknown): T {
  const [name = "", ...rest] = path.split(".");
  const inner = rest.length ? withValue(valueAt(document, name) ?? {}, rest.join("."), value) : value;
  if (Array.isArray(document))
    return document.map((each, place) => (place === Number(name) ? inner : each)) as T;
  return { ...document, [name]: inner };
}
