import { describe, expect, it } from "vitest";
import { newBox, volume } from "../src/pages/boxes/boxes";
import {
  BEGINNINGS,
  FIELDS,
  inKinds,
  nextColumn,
  nextKind,
  withoutKind,
} from "../src/pages/suppliers/answers";
import { ORDER_SOURCES, PURCHASE_SOURCES, USUAL_CANCELLATION } from "../src/pages/suppliers/layout";

describe("a new box size", () => {
  it("has an id that no other has", () => {
    expect(newBox([{ id: "s" }, { id: "box-3" }]).id).toBe("box-4");
  });

  it("holds litres once all three sides are said", () => {
    const box = { ...newBox([]), length_mm: 300, width_mm: 200, height_mm: 150 };

    expect(volume(box)).toBe(9);
    expect(volume({ ...box, width_mm: 0 })).toBeNull();
  });
});

describe("layouts of what suppliers send", () => {
  it.each(["answers", "feed", "purchases"] as const)("begin with columns that %s can have", (about) => {
    const fields: readonly string[] = FIELDS[about];

    expect(BEGINNINGS[about].columns?.filter(({ field }) => !fields.includes(field))).toEqual([]);
  });

  it("get a column for a field that is not there yet", () => {
    expect(nextColumn("feed", [{ field: "sku" }]).field).toBe("supplier_sku");
    expect(
      nextColumn(
        "feed",
        FIELDS.feed.map((field) => ({ field })),
      ).field,
    ).toBe("sku");
  });

  it("tell kinds of rows apart: columns are behind the code, and come back with the last kind", () => {
    const plain = {
      ...BEGINNINGS.feed,
      columns: BEGINNINGS.feed.columns?.map((each) => ({ ...each, names: [] })),
    };
    const kinds = inKinds(plain);

    expect(kinds.columns).toEqual([]);
    expect(kinds.row_types?.[0]?.columns?.map(({ position }) => position)).toEqual([2, 3]);
    expect(withoutKind(kinds, 0)).toMatchObject({ row_types: [], columns: kinds.row_types?.[0]?.columns });
  });

  it("begin a further kind of rows with a code and a role that are free", () => {
    const detail = { code: "D", role: "detail" } as const;
    const header = nextKind([detail]);

    expect(header).toMatchObject({ code: "H", role: "header" });
    expect(nextKind([detail, header])).toMatchObject({ code: "T", role: "trailer" });
    expect(nextKind([detail, header, nextKind([detail, header])]).code).toBe("D4");
  });

  it("ask for cancellations by columns that a file of orders can have", () => {
    const offered = ORDER_SOURCES.map((each) => each.value);

    for (const { source } of USUAL_CANCELLATION.records[0]?.columns ?? []) expect(offered).toContain(source);
  });

  it("fill files of purchase orders with nothing of a buyer's order, and those of orders with none of a purchase", () => {
    const starts = (sources: typeof ORDER_SOURCES) =>
      new Set(sources.map(({ value }) => value.split(".")[0]));

    expect(starts(PURCHASE_SOURCES)).not.toContain("order");
    expect(starts(ORDER_SOURCES)).not.toContain("purchase_order");
    expect(starts(PURCHASE_SOURCES)).toContain("batch");
  });
});
