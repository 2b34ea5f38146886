import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { idOf } from "../src/pages/setup/NewDialog";
import { newColumn, ORDER_SOURCES, SOURCES, USUAL } from "../src/pages/suppliers/layout";
import { mergePatch, valueAt, withValue } from "../src/ui/merge";

describe("a form", () => {
  const before = { name: "York", handling: { days: 1, cut_off: "14:00" }, tags: ["a"], bins: { york: "A1" } };

  it("sends what differs, and null for what is gone", () => {
    expect(mergePatch(before, before)).toEqual({});
    expect(mergePatch(before, { ...before, handling: { ...before.handling, days: 2 } })).toEqual({
      handling: { days: 2 },
    });
    expect(mergePatch(before, { ...before, tags: [], bins: {} })).toEqual({ tags: [], bins: { york: null } });
    expect(mergePatch({}, { credentials: { token: "t" } })).toEqual({ credentials: { token: "t" } });
  });

  it("reads and writes at a path, also in lists and in what is not there yet", () => {
    const layout = { records: [{ columns: [{ name: "A" }, { name: "B" }] }] };

    expect(valueAt(layout, "records.0.columns.1.name")).toBe("B");
    expect(valueAt(layout, "records.3.columns")).toBeUndefined();
    expect(withValue(layout, "records.0.columns.1.name", "C").records[0]?.columns).toEqual([
      { name: "A" },
      { name: "C" },
    ]);
    expect(withValue({ transport: null }, "transport.host", "h")).toEqual({ transport: { host: "h" } });
    expect(layout.records[0]?.columns[1]?.name).toBe("B");
  });

  it("makes an id of a name", () => {
    expect(idOf("Shop UK, Zürich (2)")).toBe("shop-uk-zurich-2");
    expect(idOf("  ")).toBe("");
  });
});

describe("a supplier's layout", () => {
  const api = JSON.parse(readFileSync("../docs/openapi.json", "utf8"));

  it("knows every source that the API has", () => {
    expect(Object.keys(SOURCES).sort()).toEqual([...api.components.schemas.Source.enum].sort());
  });

  it("begins with columns that files of orders can have", () => {
    const offered = ORDER_SOURCES.map((each) => each.value);

    for (const { source } of USUAL.records[0]?.columns ?? []) expect(offered).toContain(source);
  });

  it("names a new column as no other", () => {
    const second = newColumn([{ name: "A" }]);

    expect(newColumn([second, second]).name).not.toBe(second.name);
    expect(newColumn([{ name: "COLUMN_2" }]).name).toBe("COLUMN_3");
  });
});
