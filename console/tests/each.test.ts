import { describe, expect, it } from "vitest";
import { Refused } from "../src/api/client";
import { actOnEach, leftOf, type Outcomes } from "../src/ui/each";

const ITEMS = ["1", "2", "3"].map((id) => ({ id, name: `UK-${id}` }));
const NONE: Outcomes = new Map();
const ignore = () => undefined;

describe("an action on many", () => {
  it("goes on after one that is refused, and says why", async () => {
    const reported: number[] = [];
    const act = async (id: string) => {
      if (id === "2") throw new Refused(409, { detail: "the order is complete" });
    };

    const outcomes = await actOnEach(ITEMS, NONE, act, (now) => reported.push(now.size));

    expect([...outcomes]).toEqual([
      ["1", null],
      ["2", "the order is complete"],
      ["3", null],
    ]);
    expect(reported).toEqual([1, 2, 3]);
  });

  it("sends again only what is not done", async () => {
    const sent: string[] = [];
    const before: Outcomes = new Map([
      ["1", null],
      ["2", "the order is complete"],
    ]);

    const outcomes = await actOnEach(ITEMS, before, async (id) => sent.push(id), ignore);

    expect(sent).toEqual(["2", "3"]);
    expect(leftOf(ITEMS, outcomes)).toEqual([]);
  });

  it("ends where no answer comes", async () => {
    const act = async () => {
      throw new TypeError("Failed to fetch");
    };

    const outcomes = await actOnEach(ITEMS, NONE, act, ignore);

    expect([...outcomes]).toEqual([["1", "The last try got no answer."]]);
    expect(leftOf(ITEMS, outcomes)).toEqual(ITEMS);
  });

  it("ends after the one that runs when its dialog is closed", async () => {
    const sent: string[] = [];

    await actOnEach(
      ITEMS,
      NONE,
      async (id) => sent.push(id),
      ignore,
      () => sent.length > 0,
    );

    expect(sent).toEqual(["1"]);
  });
});
