import { describe, expect, it } from "vitest";
import { labelOf, labelsOf, saidOf, withChoices, withLabel } from "../src/ui/labels";

const LABELS = labelsOf({ reference: "Reference", bins: "Where it lies" }, "lines", [
  { name: "sku", label: "Sku" },
  { name: "unit_cost", label: "Unit cost" },
]);

describe("a field that two people changed", () => {
  it("is called as its label, wherever in a list it is", () => {
    expect(labelOf(LABELS, ["reference"])).toBe("Reference");
    expect(labelOf(LABELS, ["lines", "3", "sku"])).toBe("Sku");
    expect(labelOf(withLabel(LABELS, "lines.0.case_pack", "Case of"), ["lines", "7", "case_pack"])).toBe(
      "Case of",
    );
  });

  it("is called by the field that has it, with the name inside of that", () => {
    expect(labelOf(LABELS, ["bins", "st. ives"])).toBe("Where it lies, st. ives");
  });

  it("is called in words where no field of the page has it", () => {
    expect(labelOf(LABELS, ["handling", "cut_off"])).toBe("handling, cut-off");
    expect(labelOf(LABELS, ["made_for"])).toBe("made for");
  });

  it("has values whose parts are called as their labels", () => {
    const lines = [
      { sku: "MUG", unit_cost: { amount: "2.50", currency: "EUR" }, expected_on: null },
      { sku: "CUP", made_for: [], case_pack: 6 },
      {},
    ];

    expect(saidOf(lines, LABELS, ["lines"])).toBe("Sku: MUG, Unit cost: 2.50 EUR; Sku: CUP, case pack: 6");
    expect(saidOf(["own", "3pl"], LABELS, ["kinds"])).toBe("own, 3pl");
    expect(saidOf(false, LABELS, ["active"])).toBe("off");
  });

  it("has the values that can be chosen in it as it shows them, in a list, too", () => {
    const kinds = [{ value: "3pl", label: "Logistics partner" }];
    const labels = withChoices(withChoices(LABELS, "kind", kinds), "kinds.*", kinds);

    expect(saidOf("3pl", labels, ["kind"])).toBe("Logistics partner");
    expect(saidOf(["own", "3pl"], labels, ["kinds"])).toBe("own, Logistics partner");
    expect(saidOf({ kind: "3pl" }, withChoices(labels, "places.0.kind", kinds), ["places", "4"])).toBe(
      "kind: Logistics partner",
    );
    expect(saidOf("3pl", labels, ["name"])).toBe("3pl");
    expect(withChoices(labels, "kind", kinds)).toBe(labels);
  });

  it("is called the same again without a new list of labels", () => {
    expect(withLabel(LABELS, "reference", "Reference")).toBe(LABELS);
  });
});
