import { describe, expect, it } from "vitest";
import { MOST_VIEWS, namesProblem, viewOf, viewsIn } from "../src/ui/views";

const LATE = { name: "Late in York", search: { late: true, warehouse: "york" } };
const HELD = { name: "Held", search: { view: "held" } };

describe("saved views", () => {
  it("are read as they were kept", () => {
    expect(viewsIn(JSON.stringify([LATE, HELD]))).toEqual([LATE, HELD]);
  });

  it.each([undefined, "", "no JSON", "7", "{}", '[null, 7, {"name": "x"}, {"name": "", "search": {}}]'])(
    "are none where the browser has %j",
    (stored) => {
      expect(viewsIn(stored)).toEqual([]);
    },
  );

  it("are at most so many", () => {
    const many = Array.from({ length: MOST_VIEWS + 5 }, (_, place) => ({ ...HELD, name: `Held ${place}` }));

    expect(viewsIn(JSON.stringify(many))).toHaveLength(MOST_VIEWS);
  });

  it("are told apart by their names, whatever the case", () => {
    expect(namesProblem(["Late", "Held"])).toBeUndefined();
    expect(namesProblem(["Late", "late "])).toBe("taken");
    expect(namesProblem(["Late", "  "])).toBe("missing");
  });

  it("are known again by their filters, in any order", () => {
    expect(viewOf([HELD, LATE], { warehouse: "york", late: true })).toBe(LATE);
    expect(viewOf([HELD, LATE], { warehouse: "york" })).toBeUndefined();
  });
});
