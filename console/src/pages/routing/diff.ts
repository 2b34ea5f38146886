import type { Schemas } from "../../api/client";
import { t } from "../../texts";

type Configuration = Schemas["Configuration"];

/** A setting that two versions have differently; `field` is empty where the whole thing came or went. */
export interface Difference {
  part: "account" | "warehouses" | "channels" | "carriers";
  id: string;
  field: string;
  before: unknown;
  after: unknown;
}

const isSame = (one: unknown, other: unknown) =>
  JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function* between(before: unknown, after: unknown, field: string): Generator<[string, unknown, unknown]> {
  if (isSame(before, after)) return;
  if (!isRecord(before) || !isRecord(after)) {
    yield [field, before, after];
    return;
  }
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)]))
    yield* between(before[name], after[name], field ? `${field}.${name}` : name);
}

/** What differs, setting by setting, in the order of the configuration. */
export function differences(before: Configuration, after: Configuration): Difference[] {
  const found: Difference[] = [];
  for (const [field, was, is] of between(before.account, after.account, ""))
    found.push({ part: "account", id: "", field, before: was, after: is });
  for (const part of ["warehouses", "channels", "carriers"] as const) {
    const olds: Record<string, unknown> = before[part] ?? {};
    const news: Record<string, unknown> = after[part] ?? {};
    for (const id of [...new Set([...Object.keys(olds), ...Object.keys(news)])].sort())
      for (const [field, was, is] of between(olds[id], news[id], ""))
        found.push({ part, id, field, before: was, after: is });
  }
  return found;
}

/** A name of the API as people read it: `handling.cut_off` becomes `handling: cut-off`. */
export const worded = (field: string) =>
  field
    .split(".")
    .map((name) => t.settings[name] ?? name)
    .join(": ");
