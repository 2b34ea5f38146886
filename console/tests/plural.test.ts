import { describe, expect, it } from "vitest";
import { en } from "../src/texts/en";
import { agree, plural } from "../src/texts/plural";

const GIVEN = [
  [1, 1, 1, 1, 1],
  ["1 unit", "x", "x", "x", "x"],
];

/** Everything that the catalogue says of one thing: each text with one in every place. */
function saidOfOne(texts: object, path = "t"): [path: string, text: string][] {
  return Object.entries(texts).flatMap(([name, each]): [string, string][] => {
    const at = `${path}.${name}`;
    if (typeof each === "object" && each) return saidOfOne(each, at);
    if (typeof each !== "function") return [];
    return GIVEN.flatMap((given): [string, string][] => {
      try {
        return [[at, JSON.stringify(each(...given))]];
      } catch {
        return []; // a text of lists or dates
      }
    });
  });
}

const THINGS =
  /\b1 (?:(?!unit )\w+ )?(units|orders|lines|days|weeks|hours|minutes|times|rows|products|labels|parcels|files|slips|listings|webhooks|quantities|notices|characters|changes|cells|boxes|addresses)\b/;
const VERBS =
  /(?<!of )\b1 (unit |never |lost )?(are|were|have|do|wait|come|stay|go|leave|need|serve|differ)\b/;

describe("what is said of one thing", () => {
  it("is said in the singular", () => {
    const said = saidOfOne(en);

    expect(said.length).toBeGreaterThan(300);
    expect(said.filter(([, text]) => THINGS.test(text) || VERBS.test(text))).toEqual([]);
  });

  it("has its number, and the word that goes with it", () => {
    expect([plural(0, "unit"), plural(1, "unit"), plural(2, "box", "boxes")]).toEqual([
      "0 units",
      "1 unit",
      "2 boxes",
    ]);
    expect(plural(1200, "unit")).toBe("1,200 units");
    expect([agree(1, "is", "are"), agree(21, "is", "are")]).toEqual(["is", "are"]);
  });
});
