import { describe, expect, it } from "vitest";
import { hourBars, isWhole, lateBars, partnerState, ruleRows, topOf } from "../src/pages/health/figures";
import { NOW } from "./builders";

const hour = (start: string, orders: number) => ({ start, orders, measured_at: start });
const day = (start: string, orders: number, late: number, rules = {}) => ({
  ...hour(start, orders),
  late,
  rules,
});
const figures = {
  hours: [hour("2026-11-18T09:00:00Z", 4), hour("2026-11-18T08:00:00Z", 7)],
  usual: [hour("2026-11-11T08:00:00Z", 5)],
  days: [day("2026-11-18T00:00:00Z", 0, 0), day("2026-11-17T00:00:00Z", 8, 2, { geo: 3, priority: 9 })],
};

describe("the activity of the last hours and days", () => {
  it("goes from the oldest hour to the running one, each beside the same a week before", () => {
    expect(hourBars(figures).map(({ orders, usual, isRunning }) => [orders, usual, isRunning])).toEqual([
      [7, 5, false],
      [4, null, true],
    ]);
  });

  it("has the share of each day that left late, and none for a day without orders", () => {
    expect(lateBars(figures).map(({ share }) => share)).toEqual([0.25, null]);
  });

  it("counts the lines of all days by rule, most first", () => {
    const more = { ...figures, days: [...figures.days, day("2026-11-16T00:00:00Z", 1, 0, { geo: 8 })] };

    expect(ruleRows(more)).toEqual([
      ["geo", 11],
      ["priority", 9],
    ]);
  });

  it("is whole once every hour and day was counted", () => {
    const hours = Array.from({ length: 24 }, () => hour("2026-11-18T09:00:00Z", 0));
    const days = Array.from({ length: 14 }, () => day("2026-11-18T00:00:00Z", 0, 0));

    expect(isWhole(figures)).toBe(false);
    expect(isWhole({ hours, usual: hours, days })).toBe(true);
  });
});

describe("a scale", () => {
  it.each([
    [0, 2],
    [3, 4],
    [5, 10],
    [11, 20],
    [41, 100],
    [400, 400],
    [1001, 2000],
  ])("for up to %i ends at %i", (most, top) => expect(topOf(most)).toBe(top));
});

describe("a partner", () => {
  const sent = { state: "sent", sent_at: "2026-11-17T08:00:00Z", problem: "" } as const;
  const file = { state: "read", read_at: "2026-11-17T09:00:00Z", problem: "" } as const;

  it("is silent once what was sent has no answer within its limit", () => {
    expect(partnerState(sent, undefined, 24, NOW)).toBe("silent");
    expect(partnerState(sent, undefined, 48, NOW)).toBe("live");
    expect(partnerState(sent, file, 24, NOW)).toBe("live");
    expect(partnerState(sent, { ...file, read_at: "2026-11-16T09:00:00Z" }, 24, NOW)).toBe("silent");
  });

  it("fails where a file was not sent, or one that came cannot be read", () => {
    expect(partnerState({ ...sent, problem: "refused" }, file, 24, NOW)).toBe("failing");
    expect(partnerState(sent, { ...file, state: "unreadable" }, 24, NOW)).toBe("failing");
  });

  it("is quiet before anything was sent", () => {
    expect(partnerState(undefined, undefined, 24, NOW)).toBe("quiet");
    expect(partnerState(undefined, file, 24, NOW)).toBe("live");
  });
});
