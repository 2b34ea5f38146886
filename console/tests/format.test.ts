import { describe, expect, it } from "vitest";
import { cell, csv } from "../src/ui/csv";
import {
  age,
  amountOf,
  dateAndTime,
  dateOf,
  dayName,
  due,
  initials,
  isAmount,
  listed,
  money,
  numberOf,
  person,
  span,
  when,
  wholeOf,
} from "../src/ui/format";
import { NOW } from "./builders";

const minutes = (n: number) => new Date(NOW + n * 60_000).toISOString();

describe("times", () => {
  it.each([
    [12_000, "12 s"],
    [4 * 60_000, "4 min"],
    [112 * 60_000, "1 h 52 min"],
    [120 * 60_000, "2 h"],
    [50 * 3_600_000, "2 d"],
  ])("%d ms are %s", (ms, text) => expect(span(ms)).toBe(text));

  it("say by when something is to leave, and how near that is", () => {
    expect(due(minutes(-112), NOW)).toEqual({ tone: "danger", text: "1 h 52 min late" });
    expect(due(minutes(78), NOW)).toEqual({ tone: "warn", text: "1 h 18 min" });
    expect(due(minutes(198), NOW)).toEqual({ tone: "today", text: "3 h 18 min" });
    expect(due(minutes(60 * 30), NOW).tone).toBe("later");
    expect(due(null, NOW).text).toBe("–");
  });

  it("are relative for an hour only", () => {
    expect(when(minutes(-4), NOW)).toBe("4 min ago");
    expect(when(minutes(-90), NOW)).not.toContain("ago");
    expect(when(minutes(0.4), NOW)).toBe("0 s ago");
  });

  it("have their year where it is not the one that comes to mind", () => {
    const [soon, far] = [minutes(60 * 24 * 40), minutes(60 * 24 * 300)];
    const years = (at: string) => [
      due(at, NOW).text,
      when(at, NOW),
      dateAndTime(at, NOW),
      dateOf(at.slice(0, 10), NOW),
      dayName(at, NOW),
    ];

    expect(years(soon).filter((said) => /20\d\d/.test(said))).toEqual([]);
    expect(years(far).map((said) => /2027/.test(said))).toEqual([true, true, true, true, true]);
    expect(dateAndTime(minutes(-60 * 24 * 400), NOW)).toContain("2025");
  });

  it("say how old an order is in one unit", () => {
    expect([age(59 * 60_000), age(21 * 3_600_000), age(50 * 3_600_000)]).toEqual(["59 min", "21 h", "2 d"]);
  });
});

describe("amounts", () => {
  it("keep all their digits", () => expect(money({ amount: "3.705", currency: "GBP" })).toContain("3.705"));
  it("of currencies that nobody knows are shown as they are", () =>
    expect(money({ amount: "3", currency: "X" })).toBe("3 X"));
  it("that are missing are a dash", () => expect(money(null)).toBe("–"));
});

describe("people", () => {
  it("are called as they sign in", () => {
    expect(person("user:ines.valmar@example.com")).toBe("ines.valmar");
    expect(initials("user:ines.valmar@example.com")).toBe("IV");
  });
});

describe("CSV", () => {
  it("quotes what would break a row", () => expect(csv([['a "b", c', 1, null]])).toBe('"a ""b"", c",1,\r\n'));
  it.each(["=1+1", "+44 1", "-A1", "@x", " =1+1", "＝1+1"])("is no formula: %s", (text) =>
    expect(cell(text)).toBe(`'${text}`),
  );
  it.each([
    ["Ada;=1+1", "Ada;'=1+1"],
    ["Ada\t@x", "Ada\t'@x"],
    ["Ada,=1+1", `"Ada,'=1+1"`],
    ["Ada\n+1+1;-A1", `"Ada\n'+1+1;'-A1"`],
  ])("has no piece that is a formula: %j", (text, safe) => expect(cell(text)).toBe(safe));
  it("keeps negative numbers numbers", () => expect([cell(-1), cell("-1.50")]).toEqual(["-1", "-1.50"]));
});

describe("facts with commas", () => {
  it("leave out what is missing", () => {
    expect(listed(null, "27 Nov, 10:36")).toBe("27 Nov, 10:36");
    expect(listed("€4.00", undefined, "27 Nov")).toBe("€4.00, 27 Nov");
  });
});

describe("what people type as a number", () => {
  it.each([
    ["2,50", "2.50"],
    [",5", "0.5"],
    [".50", "0.50"],
    [" 12 ", "12"],
  ])("is an amount: %s", (typed, amount) => {
    expect(amountOf(typed)).toBe(amount);
    expect(isAmount(typed)).toBe(true);
  });

  it.each(["1e3", "0x10", "٣", "1,000.00", "-1", "", "1_000"])("is no amount: %s", (typed) => {
    expect(isAmount(typed)).toBe(false);
  });

  it("is whole in digits alone, and finished before it counts", () => {
    expect(["7", " 007", "+7", "-7"].map(wholeOf)).toEqual([7, 7, 7, -7]);
    expect(["1e3", "0x10", "7.0", "٣", ""].map(wholeOf)).toEqual([null, null, null, null, null]);
    expect(["0.05", "12", "0.", "2.50", "1e3"].map(numberOf)).toEqual([0.05, 12, null, 2.5, null]);
  });
});
