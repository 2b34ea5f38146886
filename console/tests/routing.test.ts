import { describe, expect, it } from "vitest";
import { differences } from "../src/pages/routing/diff";
import {
  asSent,
  changesIn,
  movedBetween,
  noDraft,
  type Saved,
  tidied,
  topicOf,
  withDraft,
  withExclusion,
} from "../src/pages/routing/draft";
import { chosenMoves, movesOf, placesIn, reasonOf } from "../src/pages/routing/outcome";
import { moved } from "../src/ui/Reorder";

const saved: Saved = {
  version: 41,
  account: { catchall: "york", priorities: ["york", "hull"], split_lines: false },
  warehouses: [
    { id: "york", excludes: [] },
    { id: "hull", excludes: ["web"] },
  ],
  channels: [{ id: "web", kind: "shopify", override_warehouse: "york" }],
};

describe("a draft of the routing", () => {
  it("is laid over what is in force, and sent as what it changes", () => {
    const draft = {
      ...noDraft(41),
      account: { priorities: ["hull", "york"] },
      overrides: { web: null },
    };

    expect(withDraft(saved, draft).account).toEqual({ ...saved.account, priorities: ["hull", "york"] });
    expect(withDraft(saved, draft).channels[0]?.override_warehouse).toBeNull();
    expect(asSent(draft)).toEqual({
      account: { priorities: ["hull", "york"] },
      warehouses: {},
      channels: { web: { override_warehouse: null } },
    });
  });

  it("is none any more once all of it is as it is in force", () => {
    const there = withExclusion(saved, noDraft(41), "hull", "web");
    const back = withExclusion(withDraft(saved, there), there, "hull", "web");

    expect([changesIn(tidied(saved, there)), changesIn(tidied(saved, back))]).toEqual([1, 0]);
    expect(changesIn(tidied(saved, { ...noDraft(41), account: { split_lines: false } }))).toBe(0);
  });

  it("keeps the order of a list but for what was moved", () => {
    expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
    expect(moved(["a", "b", "c"], 0, 9)).toEqual(["b", "c", "a"]);
    expect(moved([], 0, 1)).toEqual([]);
  });

  it("tells what was moved from what only made room", () => {
    const moves = (before: string, after: string) => [...movedBetween([...before], [...after])].join("");

    expect(moves("abcd", "dabc")).toBe("d");
    expect(moves("abcd", "bcda")).toBe("a");
    expect(moves("abcd", "abcd")).toBe("");
    expect(moves("abc", "axc")).toBe("x");
    expect(moves("", "a")).toBe("a");
  });

  it("has each warning beside what it is about", () => {
    expect(topicOf("account: its priorities name a warehouse in vain: warehouse hull is inactive")).toBe(
      "priorities",
    );
    expect(topicOf("channel web: its override warehouse hull excludes it; the override wins")).toBe(
      "channels",
    );
    expect(topicOf("warehouse hull: it excludes channel web, which is inactive")).toBe("channels");
    expect(topicOf("warehouse hull: there is no country XX")).toBe("other");
  });
});

const choice = (warehouse: string | null, short = 0) => ({
  allocations: warehouse ? [{ warehouse, quantity: 2 }] : [],
  short,
  blocked: null,
  routing: {
    rule: "priority" as const,
    config_version: 41,
    candidates: warehouse ? [{ warehouse, rule: "priority" as const, rejected: null, available: 9 }] : [],
    notes: [],
  },
});
const line = (id: string, today: ReturnType<typeof choice>, draft: ReturnType<typeof choice>) => ({
  line: id,
  sku: "MUG",
  quantity: 2,
  unmatched: false,
  differs: JSON.stringify(today) !== JSON.stringify(draft),
  moves: true,
  today,
  draft,
});
const NAMES: Record<string, string> = { york: "York", hull: "Hull" };
const name = (id: string) => NAMES[id] ?? id;

describe("what a draft would move", () => {
  const orders = [
    {
      order: "o1",
      number: "1",
      channel: "web",
      differs: true,
      traced: true,
      lines: [line("1", choice("york"), choice("hull")), line("2", choice("hull"), choice("hull"))],
    },
    {
      order: "o2",
      number: "2",
      channel: "web",
      differs: true,
      traced: true,
      lines: [line("1", choice("york"), choice(null, 2))],
    },
  ];

  it("is told line by line, and chosen by what becomes of it", () => {
    const moves = movesOf(orders);

    expect(moves.map((each) => each.key)).toEqual(["o1-1", "o2-1"]);
    expect(chosenMoves(moves, "short").map((each) => each.key)).toEqual(["o2-1"]);
    expect(chosenMoves(moves, "unsplit").map((each) => each.key)).toEqual(["o1-1"]);
  });

  it("says where from and why in words", () => {
    expect(placesIn(choice("hull"), name)).toBe("Hull");
    expect(placesIn(choice(null), name)).toBe("nowhere");
    expect(reasonOf(choice("hull"))).toBe("priority, has 9");
    expect(reasonOf({ ...choice("hull"), blocked: "hull excludes web" })).toBe("hull excludes web");
  });
});

describe("two versions", () => {
  const account = { catchall: "york", priorities: ["york"] };
  const before = { version: 1, account, warehouses: { york: { id: "york", address: { city: "York" } } } };

  it("differ setting by setting", () => {
    const after = {
      ...before,
      account: { ...account, priorities: ["hull", "york"] },
      warehouses: { york: { id: "york", address: { city: "Hull" } }, hull: { id: "hull" } },
    };

    expect(differences(before, after)).toEqual([
      { part: "account", id: "", field: "priorities", before: ["york"], after: ["hull", "york"] },
      { part: "warehouses", id: "hull", field: "", before: undefined, after: { id: "hull" } },
      { part: "warehouses", id: "york", field: "address.city", before: "York", after: "Hull" },
    ]);
  });

  it("are the same where only what is empty was written otherwise", () => {
    expect(differences(before, { ...before, channels: {} })).toEqual([]);
    const nulled = { ...before, warehouses: { york: { ...before.warehouses.york, fba: null } } };
    expect(differences(before, nulled)).toEqual([]);
  });
});
