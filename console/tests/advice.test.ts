import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { speaker } from "../src/api/names";
import { advised } from "../src/pages/exceptions/advising";
import { t } from "../src/texts";

const CODE = /\b(GET|PUT|POST|PATCH|DELETE)\b|`|<\w+>|\{\w+\}|\/\w+\/|_/;
const MODULES = ["advice", "advice_on_channels", "advice_on_orders", "advice_on_supply"];
const source = MODULES.map((name) =>
  readFileSync(`../layers/shared/packhorse/domain/exceptions/${name}.py`, "utf8"),
).join("\n");
/** The API's advice by cause: the texts of each `Cause.X: Advice("…" "…")`, joined. */
const advice = [...source.matchAll(/Cause\.(\w+): Advice\(([\s\S]*?)\n? *\),?\n/g)].map(
  ([, cause, body]): [string, string] => [
    String(cause).toLowerCase(),
    [...String(body).matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, text]) => text).join(""),
  ],
);
const names = { said: speaker([]) };

describe("what to do about an exception", () => {
  it("is found for every cause", () => expect(advice.length).toBeGreaterThan(60));

  it.each(advice)("has words of the console for %s, and no request", (cause, action) =>
    expect(advised({ cause, action }, names)).not.toMatch(CODE),
  );

  it("has words for causes that there are, and none for others", () => {
    const causes = new Set(advice.map(([cause]) => cause));
    expect(Object.keys(t.advice).filter((cause) => !causes.has(cause))).toEqual([]);
  });
});
