import { describe, expect, it } from "vitest";
import { step } from "../src/pages/bench/machine";
import type { Answer, Event, State } from "../src/pages/bench/state";
import { start } from "../src/pages/bench/state";
import { answer, box, item } from "./builders";

const AT = Date.parse("2026-11-18T10:42:00Z");
type Bare<E> = E extends unknown ? Omit<E, "at" | "id"> : never;

/** A bench whose scans have ids that count up. */
function bench(from: State = start()) {
  let state = from;
  let n = 0;
  let readAt = 0;
  const say = (event: Bare<Event>, id = `scan-${++n}`) => {
    state = step(state, { ...event, id, at: AT } as Event);
    return state;
  };
  return {
    get state() {
      return state;
    },
    say,
    scan: (code: string, after = 1_000) => {
      readAt += after;
      return say({ kind: "scan", code, readAt });
    },
    key: (command: Extract<Event, { kind: "command" }>["command"]) => say({ kind: "command", command }),
    choose: (place: number) => say({ kind: "choose", place }),
    /** The answer to what is under way. */
    answer: (result: Answer["result"], change: Partial<Answer> = {}) =>
      say({ kind: "answer", answer: answer(result, change) }, state.pending[0]?.id ?? "none"),
  };
}

function packing(of = box()) {
  const at = bench();
  at.scan(of.short_id);
  at.answer("opened", { box: of });
  return at;
}

const sent = (state: State) => state.pending.map(({ act, body }) => ({ act, ...body }));
const sound = (state: State) => state.sound?.name;

describe("an idle bench", () => {
  it("opens the box of a slip", () => {
    const at = bench();

    at.scan("7K3M2Q00-1");
    expect(sent(at.state)).toEqual([{ act: "open", code: "7K3M2Q00-1" }]);
    at.answer("opened", { box: box() });

    expect(at.state).toMatchObject({ phase: "packing", say: { next: "Next: The STOOL, bin C-07-2" } });
    expect(sound(at.state)).toBe("blip");
  });

  it("opens and counts by an item, where that is an order alone", () => {
    const at = bench();
    at.scan("5012345678900");

    at.answer("right", {
      box: box({ items: [item("STOOL", 2, 1)] }),
      product: { sku: "STOOL", name: "Stool" },
    });

    expect(at.state).toMatchObject({ phase: "packing", say: { tone: "right" }, box: { counted: 1 } });
  });

  it("wants a slip first, where no order is of that item alone", () => {
    const at = bench();
    at.scan("5012345678900");

    at.answer("not_open", { detail: "scan a slip first" });

    expect(at.state).toMatchObject({ phase: "idle", box: null, say: { title: "Scan a slip first" } });
    expect(sound(at.state)).toBe("low");
  });

  it.each([
    ["held", "On hold"],
    ["cancelled", "Cancelled"],
    ["shipped", "Has left"],
    ["elsewhere", "Elsewhere"],
    ["waiting", "Not yet"],
  ] as const)("stays idle where the order is %s, and says why and who", (result, title) => {
    const at = bench();
    at.scan("7K3M2Q00-1");

    at.answer(result, { detail: "the reason", who: "user:leo@example.com" });

    expect(at.state).toMatchObject({ phase: "idle", say: { title, lines: ["The reason", "By leo."] } });
    expect(sound(at.state)).toBe("low");
  });

  it("says what it does not know, and shows the box that came with it", () => {
    const at = bench();
    at.scan("7K3M2Q00-1");

    at.answer("weighed" as never, { detail: "it weighs 2 kg", box: box() });

    const say = { title: "Weighed", lines: ["It weighs 2 kg"] };
    expect(at.state).toMatchObject({ phase: "packing", box: box(), say, pending: [] });
  });

  it("asks before it takes a box over", () => {
    const at = bench();
    at.say({ kind: "open", order: "order-1", fulfilment: 1 });
    at.answer("taken", {
      detail: "is being packed at york-1",
      who: "user:leo@example.com",
      box: box({ station: "york-1" }),
    });
    expect(at.state.pending).toEqual([]);
    expect(at.state.asking?.title).toBe("Leo is packing it at york-1: take it over?");

    at.key("yes");

    expect(sent(at.state)).toEqual([{ act: "open", order: "order-1", fulfilment: 1, take_over: true }]);
  });

  it("lets people choose where a code names several boxes", () => {
    const at = bench();
    at.scan("20441");
    const named = { short_id: "AAAAAAAA-1", number: "20441", channel: "shop", warehouse: "york" };
    at.answer("several", {
      choices: [
        { ...named, order: "a", fulfilment: 1 },
        { ...named, order: "b", fulfilment: 1 },
      ],
    });

    at.scan("PH-2");

    expect(sent(at.state)).toEqual([{ act: "open", order: "b", fulfilment: 1 }]);
  });
});

describe("an open box", () => {
  it("counts an item that it needs, once the server has", () => {
    const at = packing();

    at.scan("STOOL");
    expect(at.state.box?.counted).toBe(0);
    expect(sent(at.state)).toEqual([
      { act: "scan", order: "order-1", fulfilment: 1, code: "STOOL", by_hand: false },
    ]);
    const more = box({ items: [item("STOOL", 1, 1), item("CANDLE", 2)] });
    at.answer("right", { box: more, product: { sku: "STOOL", name: "The STOOL" } });

    expect(at.state.say).toMatchObject({
      tone: "right",
      lines: ["The STOOL, 1 of 1"],
      next: "Next: The CANDLE, bin C-07-2",
    });
    expect(sound(at.state)).toBe("right");
  });

  it("refuses an item that is not in it, by both names", () => {
    const at = packing();

    at.scan("STOOL-65");
    at.answer("wrong", { box: box(), product: { sku: "STOOL-65", name: "Oak stool 65" } });

    expect(at.state.say).toMatchObject({
      tone: "wrong",
      lines: ["You scanned Oak stool 65.", "This box needs The STOOL."],
    });
    expect(at.state).toMatchObject({ phase: "packing", box: { counted: 0 } });
    expect(sound(at.state)).toBe("wrong");
    expect(at.state.history[0]).toMatchObject({ note: "not counted" });
  });

  it("refuses one too many in another way than a wrong one", () => {
    const full = box({ items: [item("STOOL", 1, 1), item("CANDLE", 2)] });
    const at = packing(full);

    at.scan("STOOL");
    at.answer("too_many", { box: full, product: { sku: "STOOL", name: "The STOOL" } });

    expect(at.state.say).toMatchObject({
      tone: "many",
      lines: ["The STOOL is complete with 1. This one is too many."],
    });
    expect(sound(at.state)).toBe("many");
  });

  it("offers the items that lack where a barcode is not known", () => {
    const at = packing();
    at.scan("50123");
    at.answer("unknown", { box: box() });
    expect(sound(at.state)).toBe("wrong");

    at.choose(1);

    expect(sent(at.state)).toEqual([
      { act: "scan", order: "order-1", fulfilment: 1, code: "CANDLE", by_hand: true },
    ]);
  });

  it("counts by hand, and marks it so", () => {
    const at = packing();
    at.say({ kind: "by-hand", sku: "STOOL" });
    expect(sent(at.state)).toMatchObject([{ act: "scan", code: "STOOL", by_hand: true }]);

    at.answer("right", { box: box({ items: [item("STOOL", 1, 1), item("CANDLE", 2)] }) });

    expect(at.state.history[0]?.note).toBe("1 of 1, by hand");
  });

  it("asks why the rest is not there, then rejects it", () => {
    const at = packing(box({ items: [item("CANDLE", 3, 2)] }));
    at.key("none-left");
    expect(at.state.asking?.title).toBe("2 of 3 found: The CANDLE. Why not the rest?");
    expect(at.state.pending).toEqual([]);

    at.scan("PH-3");

    expect(sent(at.state)).toEqual([
      { act: "reject", order: "order-1", fulfilment: 1, code: "CANDLE", reason: "mismatch" },
    ]);
  });

  it("leaves a box of which nothing was found", () => {
    const at = packing();
    at.key("none-left");
    at.choose(0);

    at.answer("rejected", { box: box({ state: "unopened" }) });

    expect(at.state).toMatchObject({ phase: "idle", box: null });
  });

  it("says what finishing a part does before it does", () => {
    const at = packing(box({ items: [item("CANDLE", 2, 1)] }));
    at.scan("PH-FINISH-PARTIAL");
    expect(at.state.asking?.title).toBe("Close the box with 1 of 2?");

    at.key("yes");

    expect(sent(at.state)).toEqual([{ act: "finish", order: "order-1", fulfilment: 1 }]);
  });

  it("shows the question alone, not what the scan before it was", () => {
    const at = packing();
    at.scan("LAMP");
    at.answer("wrong", { product: { sku: "LAMP", name: "Lamp" } });

    at.key("none-left");
    expect(at.state.say).toMatchObject({ tone: "note", title: "7K3M2Q00-1", lines: ["0 of 3 units"] });
    at.key("aside");

    expect(at.state).toMatchObject({
      asking: null,
      say: { tone: "note", next: "Next: The STOOL, bin C-07-2" },
    });
  });

  it("says of an unknown code what was scanned", () => {
    const at = bench();
    at.scan("GARBAGE-99");

    at.answer("unknown", { detail: "not known: GARBAGE-99" });

    expect(at.state.say).toMatchObject({ title: "Not known", lines: ["GARBAGE-99"] });
  });

  it("asks before another slip puts it aside", () => {
    const at = packing();
    at.scan("AAAAAAAA-1");
    expect(at.state).toMatchObject({
      phase: "packing",
      pending: [],
      asking: { title: "Put 7K3M2Q00-1 aside?" },
    });
    expect(sound(at.state)).toBe("low");

    at.choose(0);

    expect(at.state.pending.map(({ id, act }) => [id, act])).toEqual([
      ["scan-3", "aside"],
      ["scan-3-1", "open"],
    ]);
  });

  it("goes on where another slip was a slip of the hand", () => {
    const at = packing();
    at.scan("AAAAAAAA-1");

    at.key("aside");

    expect(at.state).toMatchObject({ phase: "packing", asking: null, pending: [] });
  });

  it("stops where its order changed, until a person says how to go on", () => {
    const at = packing();
    at.scan("STOOL");
    at.answer("changed", { box: box(), detail: "STOOL: 0 instead of 1" });
    expect(at.state).toMatchObject({ phase: "stopped", say: { lines: ["STOOL: 0 instead of 1"] } });
    expect(sound(at.state)).toBe("wrong");

    at.scan("CANDLE");
    expect(at.state.pending).toEqual([]);
    at.key("yes");

    expect(sent(at.state)).toEqual([{ act: "open", order: "order-1", fulfilment: 1 }]);
  });

  it.each([
    ["PH-UNDO", "undo"],
    ["PH-ABORT", "aside"],
    ["PH-SHIP-ALL", "close"],
    ["PH-REPRINT", "print"],
  ] as const)("does %s by its barcode", (code, act) => {
    const at = packing();

    at.scan(code);

    expect(at.state.pending).toMatchObject([{ act, body: { order: "order-1", fulfilment: 1 } }]);
  });

  it("asks before counts are dropped", () => {
    const at = packing(box({ items: [item("CANDLE", 2, 1)] }));
    at.key("aside");
    expect(at.state).toMatchObject({ pending: [], asking: { text: "The count of 1 unit is dropped." } });

    at.scan("PH-YES");

    expect(sent(at.state)).toEqual([{ act: "aside", order: "order-1", fulfilment: 1 }]);
  });

  it("is idle again once it is put aside", () => {
    const at = packing();
    at.key("aside");

    at.answer("aside", { box: box({ state: "unopened" }) });

    expect(at.state).toMatchObject({ phase: "idle", box: null });
  });
});

describe("the last unit", () => {
  const full = box({ items: [item("STOOL", 1, 1)], state: "closed" });
  const label = { id: "l", state: "bought", carrier: "", service: "", tracking: "", url: null } as const;

  it("closes the box, and its label prints", () => {
    const at = packing(box({ items: [item("STOOL", 1)] }));
    at.scan("STOOL");

    at.answer("closed", { box: { ...full, labels: [label] }, print_job: "job-1" });

    expect(at.state).toMatchObject({ phase: "done", job: "job-1", say: { tone: "done", title: "Complete" } });
    expect(sound(at.state)).toBe("done");
  });

  it("says so where there is no label, and why", () => {
    const at = packing();
    at.scan("STOOL");

    at.answer("closed", { box: full, label_problem: "no carrier" });

    expect(at.state.say.title).toBe("Packed, no label");
    expect(at.state.say.tone).toBe("lacks");
    expect(at.state.say.lines).toContain("No label: no carrier");
  });

  it("is followed by the next slip, or undone by opening the box again", () => {
    const at = packing();
    at.scan("STOOL");
    at.answer("closed", { box: full });

    at.key("undo");
    expect(sent(at.state)).toEqual([{ act: "reopen", order: "order-1", fulfilment: 1 }]);
    at.answer("reopened", { box: box() });
    expect(at.state.phase).toBe("packing");
  });
});

describe("a bench without a connection", () => {
  it("refuses scans aloud, and queues none", () => {
    const at = packing();
    at.say({ kind: "lost" });
    expect(at.state.offlineSince).toBe(AT);

    at.scan("STOOL");

    expect(at.state).toMatchObject({ pending: [], waiting: [] });
    expect(at.state.history[0]).toMatchObject({ text: "STOOL", note: "not counted" });
    expect(sound(at.state)).toBe("low");
  });

  it("keeps the scan that got no answer, with its id, until it is answered", () => {
    const at = packing();
    at.scan("STOOL");
    const { id } = at.state.pending[0] ?? {};

    at.say({ kind: "lost" });
    at.say({ kind: "lost" });
    expect(at.state.pending.map((each) => each.id)).toEqual([id]);
    at.answer("right", { box: box({ items: [item("STOOL", 1, 1), item("CANDLE", 2)] }) });

    expect(at.state).toMatchObject({ offlineSince: null, pending: [], box: { counted: 1 } });
  });

  it("takes an answer that comes twice once", () => {
    const at = packing();
    at.scan("STOOL");
    const id = at.state.pending[0]?.id ?? "";
    const came = { kind: "answer", answer: answer("right", { box: box() }) } as const;

    at.say(came, id);
    const { history } = at.state;
    at.say(came, id);

    expect(at.state.history).toBe(history);
  });

  it("goes on once it is back", () => {
    const at = bench();
    at.say({ kind: "lost" });

    at.say({ kind: "back" });
    at.scan("7K3M2Q00-1");

    expect(at.state.pending).toHaveLength(1);
  });
});

describe("scans that are quicker than the answers", () => {
  it("are counted one after another, each in the state that the one before it left", () => {
    const at = packing(box({ items: [item("STOOL", 1)] }));
    at.scan("STOOL");
    at.scan("AAAAAAAA-1");
    expect(at.state.pending).toHaveLength(1);

    at.answer("closed", { box: box({ items: [item("STOOL", 1, 1)], state: "closed" }) });

    expect(sent(at.state)).toEqual([{ act: "open", code: "AAAAAAAA-1" }]);
  });

  it("of the unit that closes the box are too many, and open no other one", () => {
    const at = packing(box({ items: [item("STOOL", 1)] }));
    at.scan("STOOL");
    at.scan("STOOL", 400);

    at.answer("closed", { box: box({ items: [item("STOOL", 1, 1)], state: "closed" }) });

    expect(at.state).toMatchObject({ phase: "done", pending: [], waiting: [], say: { tone: "lacks" } });
    expect(at.state.say.lines).toContain("STOOL was scanned once more: too many, not counted.");
    expect(sound(at.state)).toBe("many");
  });

  it("of one code within a quarter of a second are one: the scanner read it twice", () => {
    const at = packing(box({ items: [item("CANDLE", 2)] }));
    at.scan("CANDLE");
    at.answer("right", { box: box({ items: [item("CANDLE", 2, 1)] }) });

    at.scan("CANDLE", 200);
    expect(at.state.pending).toEqual([]);
    expect(at.state.history[0]).toMatchObject({ text: "CANDLE", note: "read twice, not counted" });
    expect(sound(at.state)).toBe("low");
    at.scan("CANDLE", 260);

    expect(sent(at.state)).toMatchObject([{ act: "scan", code: "CANDLE" }]);
  });

  it("go on behind one that was refused", () => {
    const at = packing();
    at.scan("STOOL");
    at.scan("CANDLE");

    at.say({ kind: "refused", message: "you may not" }, at.state.pending[0]?.id);

    expect(sent(at.state)).toMatchObject([{ act: "scan", code: "CANDLE" }]);
  });
});

describe("a locked bench", () => {
  it("counts nothing, and keeps its box", () => {
    const at = packing();
    at.key("lock");

    at.scan("STOOL");

    expect(at.state).toMatchObject({ phase: "locked", pending: [], box: { order: "order-1" } });
    expect(sound(at.state)).toBe("low");
  });
});
