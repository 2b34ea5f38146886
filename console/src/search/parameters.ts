import { stringifySearchWith } from "@tanstack/react-router";

/**
 * The search parameters of each page are its saved view. What is unknown is dropped silently, and defaults are not
 * written.
 */
export type Raw = Record<string, unknown>;

/**
 * Read the parameters of an address as the texts that they are: a tracking number is more digits than a number of
 * JavaScript has. A text in quotation marks is what is between them.
 */
export const parseSearch = (search: string): Raw =>
  Object.fromEntries(
    [...new URLSearchParams(search)].map(([name, value]) => [name, value.replace(/^"(.*)"$/, "$1")]),
  );
export const stringifySearch = stringifySearchWith(JSON.stringify);

/**
 * Read the parameters of a page, and no others: the router keeps those of the address that a page does not give back,
 * so each of them is given back as nothing.
 */
export const only =
  <Search extends object>(read: (raw: Raw) => Search) =>
  (raw: Raw): Search => ({
    ...Object.fromEntries(Object.keys(raw).map((name) => [name, undefined])),
    ...read(raw),
  });

/** Whether any parameter is set. */
export const isSet = (search: object) => Object.values(search).some((value) => value !== undefined);

export const text = (value: unknown) =>
  typeof value === "string" && value.trim() ? value.trim().slice(0, 200) : undefined;
export const one = <T extends string>(value: unknown, known: readonly T[]) =>
  known.find((each) => each === value);
export const flag = (value: unknown) => (value === true || value === "true" ? true : undefined);
export const clean = <T extends Raw>(found: T): T =>
  Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as T;

export const within = (value: unknown, least: number, most: number) => {
  const found = Number(value);
  return value !== undefined && Number.isInteger(found) && found >= least && found <= most
    ? found
    : undefined;
};
