import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { worded } from "../src/pages/routing/diff";
import { t } from "../src/texts";

type Schema = Record<string, unknown>;
const { schemas } = JSON.parse(readFileSync("../docs/openapi.json", "utf8")).components;

/** Every name that the configuration has for a setting, at any depth. */
function namesIn(schema: unknown, seen = new Set<unknown>(), names = new Set<string>()): Set<string> {
  if (Array.isArray(schema)) for (const each of schema) namesIn(each, seen, names);
  else if (typeof schema === "object" && schema !== null) {
    const { $ref, properties, items, additionalProperties, anyOf, oneOf, allOf } = schema as Schema;
    if (typeof $ref === "string" && !seen.has($ref)) {
      seen.add($ref);
      namesIn(schemas[$ref.split("/").at(-1) ?? ""], seen, names);
    }
    for (const [name, each] of Object.entries((properties ?? {}) as Schema)) {
      names.add(name);
      namesIn(each, seen, names);
    }
    for (const each of [items, additionalProperties, anyOf, oneOf, allOf]) namesIn(each, seen, names);
  }
  return names;
}

describe("a setting that a version changed", () => {
  it.each([...namesIn({ $ref: "Configuration" })])("has words for people: %s", (name) =>
    expect(t.settings).toHaveProperty([name]),
  );

  it("is said with what it is in", () => {
    expect(worded("catchall")).toBe("catch-all");
    expect(worded("handling.cut_off")).toBe("handling: cut-off");
    expect(worded("speeds.Next day")).toBe("speed by delivery method: Next day");
  });
});
