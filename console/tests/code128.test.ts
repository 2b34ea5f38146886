import { expect, it } from "vitest";
import { barsOf, QUIET, symbolsOf } from "../src/pages/bench/code128";
import { CHOICES, COMMANDS } from "../src/pages/bench/machine";

it("ends a code with its check symbol and the stop", () => {
  // 104 + 48*1 + 40*2 = 232, which leaves 26 of 103
  expect(symbolsOf("PH")).toEqual([104, 48, 40, 26, 106]);
});

it("draws eleven modules a symbol, thirteen for the stop, and a quiet zone on either side", () => {
  for (const code of [...Object.keys(COMMANDS), ...CHOICES])
    expect(barsOf(code).width).toBe(2 * QUIET + 11 * (code.length + 2) + 13);
});

it("refuses what the code set has no symbol for", () => {
  expect(() => symbolsOf("Ä")).toThrow(RangeError);
});
