import { t } from "../texts";

interface Named {
  id: string;
  name?: string;
  kind?: string;
}

/** Warehouses or channels with what people call them, in full: what tells two apart may stand at the end. */
export const namedOf = (items: readonly Named[] | undefined) =>
  (items ?? []).map(({ id, name, kind }) => ({ id, kind, name: name || id }));

const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const RULE = /\((manual|override|pinned|geo|priority|catchall)\)|^geo(?= skipped)/g;
type Rule = keyof typeof t.one.trace.rule;

/** A rule of routing by the word that its settings have. */
const withRules = (text: string) =>
  text.replace(RULE, (whole, rule?: Rule) =>
    rule ? `(${t.one.trace.rule[rule]})` : t.one.trace.rule[whole as Rule],
  );

/** A request of the API that a text names in brackets, for readers without a console. */
const REQUEST = / \((?:GET|PUT|POST|PATCH|DELETE) \/[^)]*\)/g;

/**
 * Make texts of the API ones for people: the names of warehouses and channels in place of their ids. An id that may be
 * a word of its own, such as `trade`, is one at the beginning, after words that lead to a place, and in a list of ids.
 */
export function speaker(named: readonly Named[]): (text: string) => string {
  const names = new Map(named.map((each) => [each.id, each.name || each.id]));
  const longestFirst = [...names.keys()].sort((one, other) => other.length - one.length).map(literal);
  if (longestFirst.length === 0) return (text) => withRules(text.replace(REQUEST, ""));
  const id = `(?:${longestFirst.join("|")})(?=$|[\\s”),;:/]|\\.(?:\\s|$))`;
  const ids = new RegExp(
    `(^|(?<=[\\s“(,;/]))((?:warehouse|channel|at|from|to|in|by|of|for|after) )?(${id}(?:(?:, | or | and )${id})*)`,
    "g",
  );
  return (text) =>
    withRules(text.replace(REQUEST, "")).replace(
      ids,
      (whole, _, lead: string | undefined, list: string, at: number) => {
        const isWord = /^[a-z]+$/i.test(list);
        if (isWord && !lead && at > 0) return whole;
        const kept = lead === "warehouse " || lead === "channel " ? "" : (lead ?? "");
        return `${kept}${list.replace(/(^|, | or | and )([^\s,]+)/g, (_, link, each) => `${link}${names.get(each) ?? each}`)}`;
      },
    );
}
