import { useEffect } from "react";
import { t } from "../texts";
import type { Option } from "./FilterBar";

/**
 * Labels of fields, by their places in a document: `boxes.*.name` is the name of each box; and those of what can be
 * chosen there: `kind=own` is what the field `kind` calls its value `own`.
 */
export type Labels = ReadonlyMap<string, string>;

/** A place in a document, the same for each entry of a list. */
const placeOf = (names: readonly string[]) =>
  names.map((each) => (/^\d+$/.test(each) ? "*" : each)).join(".");

export function withLabel(labels: Labels, path: string, label: string): Labels {
  const place = placeOf(path.split("."));
  return labels.get(place) === label ? labels : new Map(labels).set(place, label);
}

const choiceAt = (names: readonly string[], value: string) => `${placeOf(names)}=${value}`;

/** The labels with those of the options of a field. */
export function withChoices(labels: Labels, path: string, options: readonly Option[]): Labels {
  const names = path.split(".");
  const added = options.filter((each) => labels.get(choiceAt(names, each.value)) !== each.label);
  if (added.length === 0) return labels;
  return new Map([...labels, ...added.map(({ value, label }) => [choiceAt(names, value), label] as const)]);
}

/** Labels of fields that are written down, with those of the columns of a list. */
export const labelsOf = (
  fields: Readonly<Record<string, string>>,
  list = "lines",
  columns: readonly { name: string; label: string }[] = [],
): Labels =>
  new Map([
    ...Object.entries(fields),
    ...columns.map(({ name, label }) => [`${list}.*.${name}`, label] as const),
  ]);

const words = (name: string) => t.settings[name] ?? name.replaceAll("_", " ");

/** What a field is called on its page; what no field of the page is called by, in words. */
export function labelOf(labels: Labels, names: readonly string[]): string {
  for (let end = names.length; end > 0; end -= 1) {
    const label = labels.get(placeOf(names.slice(0, end)));
    if (label) return [label, ...names.slice(end).map(words)].join(", ");
  }
  return names.map(words).join(", ");
}

/** What a part of the value of a field is called: the last of the names. */
const partOf = (labels: Labels, names: readonly string[]) =>
  labels.get(placeOf(names)) ?? words(names.at(-1) ?? "");

const isNothing = (value: unknown) =>
  value === null ||
  value === undefined ||
  value === "" ||
  (typeof value === "object" && Object.keys(value).length === 0);

/** A value of a field in words, as it stands beside another one; what of it is empty is not said. */
export function saidOf(value: unknown, labels: Labels, names: readonly string[]): string {
  const text = t.setup.meanwhile;
  if (isNothing(value)) return text.nothing;
  if (typeof value === "boolean") return value ? text.on : text.off;
  if (typeof value !== "object") return labels.get(choiceAt(names, String(value))) ?? String(value);
  if (Array.isArray(value)) {
    const given = value.filter((each) => !isNothing(each));
    const between = given.some((each) => typeof each === "object") ? "; " : ", ";
    return given.map((each) => saidOf(each, labels, [...names, "*"])).join(between) || text.nothing;
  }
  const { amount, currency } = value as { amount?: unknown; currency?: unknown };
  if (amount !== undefined && currency !== undefined) return `${amount} ${currency}`;
  const parts = Object.entries(value as object).flatMap(([name, each]) => {
    const place = [...names, name];
    return isNothing(each) ? [] : [`${partOf(labels, place)}: ${saidOf(each, labels, place)}`];
  });
  return parts.join(", ") || text.nothing;
}

interface Named {
  name: (path: string, label: string) => void;
  choices: (path: string, options: readonly Option[]) => void;
}

/** Tell a form what its page calls a field. */
export function useLabel({ name }: Pick<Named, "name">, path: string, label: string) {
  useEffect(() => name(path, label), [name, path, label]);
}

/** Tell a form what its page calls what can be chosen in a field. */
export function useChoices({ choices }: Pick<Named, "choices">, path: string, options: readonly Option[]) {
  useEffect(() => choices(path, options), [choices, path, options]);
}
