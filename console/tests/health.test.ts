import { describe, expect, it } from "vitest";
import {
  BY_DAY,
  BY_HOUR,
  hourBars,
  isWhole,
  lateBars,
  linesOf,
  partnerState,
  ruleRows,
  topOf,
  trendOf,
  worstOf,
} from "../src/pages/health/figures";
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

describe("a lag over time", () => {
  const points = [
    { start: "2026-11-17T20:00:00Z", seconds: 300 },
    { start: "2026-11-18T08:00:00Z", seconds: 4000 },
    { start: "2026-11-18T09:00:00Z", seconds: 20 },
  ];

  it("has a place for each of 24 hours, the running one last, and a gap where none was measured", () => {
    const seconds = trendOf(points, BY_HOUR, NOW).map((each) => each.seconds);

    expect(seconds).toHaveLength(24);
    expect(seconds.slice(-2)).toEqual([4000, 20]);
    expect(seconds.filter((each) => each !== null)).toEqual([300, 4000, 20]);
  });

  it("has a place for each of 14 days in UTC", () => {
    const days = [{ start: "2026-11-05T00:00:00Z", seconds: 7 }];

    expect(trendOf(days, BY_DAY, NOW).map((each) => each.seconds)[0]).toBe(7);
  });

  it("is drawn in parts: nothing is drawn over a gap", () => {
    expect(linesOf([1, 2, null, null, 3, null])).toEqual([
      [
        [0, 1],
        [1, 2],
      ],
      [[4, 3]],
    ]);
  });

  it("says the longest, and when that was", () => {
    expect(worstOf(points)?.start).toBe("2026-11-18T08:00:00Z");
    expect(worstOf([])).toBeUndefined();
  });
});
