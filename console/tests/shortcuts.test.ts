import { describe, expect, it } from "vitest";
import { ScanReader } from "../src/ui/shortcuts";

function typed(text: string, gap: number): string | null {
  const reader = new ScanReader();
  const results = [...text, "Enter"].map((key, place) => reader.read(key, 1000 + place * gap));
  return results.at(-1) ?? null;
}

describe("a scanner", () => {
  it("is told from a person by its speed", () => {
    expect(typed("39QRZDBS-1", 10)).toBe("39QRZDBS-1");
    expect(typed("39QRZDBS-1", 120)).toBeNull();
  });

  it("reads four characters or more", () => {
    expect(typed("123", 10)).toBeNull();
    expect(typed("1234", 10)).toBe("1234");
  });

  it("begins anew after a pause", () => {
    const reader = new ScanReader();
    reader.read("j", 0);
    const keys = ["5", "0", "1", "2", "Enter"].map((key, place) => reader.read(key, 500 + place * 5));

    expect(keys.at(-1)).toBe("5012");
  });
});
