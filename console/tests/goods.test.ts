import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Refused, type Schemas } from "../src/api/client";
import { permissions } from "../src/auth/roles";
import { draftedSentence, filledIn, problemsOf, withLine, withoutLine } from "../src/pages/numbered/drafting";
import { neededBy } from "../src/pages/numbered/madeFor";
import { partOf, progressText } from "../src/pages/numbered/Progress";
import {
  type ArrivingLine,
  allOf,
  arrivalOf,
  type Counts,
  excessOf,
  isRecorded,
  leftOf,
  MOST_LINES,
  purchaseReceipt,
  scanned,
  transferReceipt,
  withCounted,
} from "../src/pages/numbered/receiving";
import { answerOfSupplier, unreadableIn } from "../src/pages/purchases/answering";
import { draftBody, onTerms } from "../src/pages/purchases/draft";
import { maySteps } from "../src/pages/purchases/steps";
import { costOf, draftsOf, lackingOf, type Suggestion, totalsOf } from "../src/pages/purchases/suggesting";
import { partReceived, whereUnits } from "../src/pages/purchases/units";
import { sentLines } from "../src/pages/transfers/sending";
import { maySteps as transferSteps } from "../src/pages/transfers/steps";
import { partArrived } from "../src/pages/transfers/units";
import {
  BLANK,
  brokenIn,
  excessOf as reportedExcess,
  reportOf,
  scrappable,
} from "../src/pages/works/reporting";
import { maySteps as workSteps } from "../src/pages/works/steps";
import { t } from "../src/texts";

const LINES: ArrivingLine[] = [
  { id: "1", sku: "MUG", open: 10, late: 0 },
  { id: "2", sku: "BOWL", open: 0, late: 0 },
];
const counted = (change: object, id = "1"): Counts => withCounted(new Map(), id, change);

describe("what has arrived", () => {
  it("is counted by good and bad units, and says what stays expected", () => {
    const arrival = arrivalOf(LINES, counted({ good: "6", bad: "1", reason: "chipped" }), "DN-1");

    expect(arrival).toMatchObject({ good: 6, bad: 1, lost: 0, stays: 3, problem: undefined });
    expect(purchaseReceipt(arrival)).toEqual([
      { line: "1", accepted: 6, rejected: 1, reason: "chipped", replaced: false, accept_over: false },
    ]);
  });

  it("stays expected where bad units are replaced", () => {
    const counts = counted({ good: "6", bad: "1", reason: "chipped", replaced: true });

    expect(arrivalOf(LINES, counts, "DN-1").stays).toBe(4);
  });

  it("is below nothing where more came than is expected", () => {
    const counts = counted({ good: "3", over: true }, "2");

    expect(leftOf(LINES[1] as ArrivingLine, counts.get("2") as never)).toBe(-3);
    expect(purchaseReceipt(arrivalOf(LINES, counts, "DN-1"))[0]).toMatchObject({
      line: "2",
      accept_over: true,
    });
    expect(arrivalOf(LINES, counts, "DN-1").stays).toBe(10);
  });

  it.each([
    ["nothing is counted", new Map(), "DN-1", "Count at least one unit."],
    ["it has no number", counted({ good: "1" }), " ", "Give the number on the papers: it counts once."],
    ["bad ones have no reason", counted({ bad: "1" }), "DN-1", "Say what is wrong with the bad ones."],
    ["a number is none", counted({ good: "1.5" }), "DN-1", "A whole number, or nothing"],
    ["a number is negative", counted({ good: "-2" }), "DN-1", "A whole number, or nothing"],
  ])("is not sent where %s", (_, counts, receipt, problem) =>
    expect(arrivalOf(LINES, counts as Counts, receipt).problem).toBe(problem),
  );

  it("is all that is open at once", () =>
    expect(arrivalOf(LINES, allOf(LINES), "DN-1")).toMatchObject({ good: 10, stays: 0 }));

  it("is counted by a scanner, unit by unit", () => {
    const once = scanned(LINES, new Map(), "mug")?.counts as Counts;

    expect(arrivalOf(LINES, scanned(LINES, once, "MUG")?.counts as Counts, "DN-1").good).toBe(2);
    expect(scanned(LINES, once, "PLATE")).toBeNull();
  });

  it("is counted by the barcode of a product, with more or fewer zeros in front, and says what is beyond", () => {
    const lines = [
      { ...LINES[0], barcode: "036000291452", open: 1 },
      { ...LINES[1], barcode: "MUG" },
    ] as ArrivingLine[];

    const once = scanned(lines, new Map(), "0036000291452");
    const twice = scanned(lines, once?.counts as Counts, "mug"); // a sku comes before a barcode

    expect([once?.isBeyond, twice?.isBeyond]).toEqual([false, true]);
    expect(twice?.counts.get("1")?.good).toBe("2");
    expect(scanned(lines, new Map(), "36000291452")).toBeNull(); // which is no barcode of trade
  });

  it("waits for a decision beyond the order, until a person keeps it", () => {
    const lines = [{ id: "1", sku: "MUG", open: 10, late: 2 }];
    const of = (change: object) => arrivalOf(lines, counted({ good: "15", ...change }), "DN-1");

    expect(of({})).toMatchObject({ good: 15, undecided: 3, problem: undefined });
    expect(of({ over: true }).undecided).toBe(0);
    expect(t.purchases.act.receiveText(12, 0, 3, 0, "York")).toBe(
      "Stock at York goes up by 12; orders that wait are served first. 3 beyond the order wait off the shelf for a decision. Nothing more is expected.",
    );
  });

  it.each([
    [
      "more than is on its way or lost",
      { good: "12", bad: "1", reason: "wet" },
      { good: "12 units can come: count again." },
    ],
    ["all that is on its way or lost", { good: "12" }, {}],
    ["more, which a person keeps", { good: "13", over: true }, {}],
    [
      "more lost ones than there are beside those that came",
      { good: "8", lost: "3" },
      { lost: "2 units can be lost: count again." },
    ],
  ])("of a transfer order is not sent where it is too much: %s", (_, change, problems) => {
    const line = { id: "1", sku: "MUG", open: 10, late: 2, refusesMore: true };
    const counts = counted(change);

    expect(excessOf(line, counts.get("1") as never)).toEqual(problems);
    expect(arrivalOf([line], counts, "VAN-1").problem).toBe(Object.values(problems)[0]);
  });

  it("and is sent again under its number is not too much", () => {
    const order = { kind: "build", open: 0, outputs: [], reports: [{ report: "CARD-1" }] };

    expect(isRecorded("van  1", ["DN-1", "VAN 1"])).toBe(true);
    expect(isRecorded("", ["VAN 1"])).toBe(false);
    expect(reportedExcess(order as never, { ...BLANK, card: " card-1", done: "9" }).done).toBeUndefined();
  });

  it("of a transfer order may be lost", () => {
    const arrival = arrivalOf(LINES, counted({ good: "8", lost: "2" }), "VAN-1");

    expect(transferReceipt(arrival)).toEqual([
      { line: "1", accepted: 8, damaged: 0, lost: 2, reason: "", accept_over: false },
    ]);
  });
});

describe("a receipt", () => {
  const { schemas } = JSON.parse(readFileSync("../docs/openapi.json", "utf8")).components;

  it.each([
    ["PurchaseReceipt", MOST_LINES.purchase],
    ["TransferReceipt", MOST_LINES.transfer],
    ["TransferReturn", MOST_LINES.transfer],
  ])("has as many lines in one request as the API takes: %s", (name, most) => {
    expect(schemas[name].properties.lines.maxItems).toBe(most);
  });
});

describe("a document that is being written", () => {
  it("always has a line to go on in, and never none", () => {
    const lines = withLine([{}], 0, { sku: "MUG" });

    expect(lines).toEqual([{ sku: "MUG" }, {}]);
    expect(withLine(lines, 0, { ordered: "3" })).toHaveLength(2);
    expect(withoutLine([{ sku: "MUG" }], 0)).toEqual([{}]);
    expect(filledIn(lines)).toEqual([{ sku: "MUG" }]);
  });

  it("shows what is refused at its field, past lines that are left blank", () => {
    const errors = [
      { field: "lines.1.sku", message: "no product" },
      { field: "currency", message: "three letters" },
    ];
    const { fields, rest } = problemsOf(new Refused(422, { errors }), [{ sku: "A" }, {}, { sku: "B" }]);

    expect(fields.get("2.sku")).toBe("no product");
    expect(fields.get("currency")).toBe("three letters");
    expect(rest).toEqual(["three letters"]);
  });

  it("is a purchase order as the API takes it", () => {
    const draft = {
      supplier: "acme",
      warehouse: "main",
      currency: "eur",
      reference: " r ",
      note: "",
      internal_note: " fair ",
    };
    const line = { sku: " MUG ", ordered: "12", unit_cost: "2,50", case_pack: "6" };

    expect(draftBody({ ...draft, lines: [line, {}] })).toMatchObject({
      currency: "EUR",
      reference: "r",
      internal_note: "fair",
      lines: [
        {
          sku: "MUG",
          ordered: 12,
          case_pack: 6,
          unit_cost: { amount: "2.50", currency: "EUR" },
          expected_on: null,
        },
      ],
    });
  });

  it("keeps the orders that its lines are made for when it is edited, as far as the units reach", () => {
    const for_ = (order: string, units: number) => ({ order, line: "1", units, unneeded: 0, came_before: 0 });
    const stored = [
      { sku: "MUG", made_for: [for_("o1", 4), for_("o2", 5)] },
      { sku: "LAMP", made_for: [for_("o3", 2)] },
    ];
    const draft = {
      supplier: "acme",
      warehouse: "main",
      currency: "EUR",
      reference: "",
      note: "soon",
      internal_note: "",
    };
    const lines = [
      { sku: "MUG", ordered: "6", unit_cost: "2" },
      { sku: "TRAY", ordered: "3", unit_cost: "2" },
    ];

    expect(draftBody({ ...draft, lines }, stored).lines.map((each) => each.made_for)).toEqual([
      [for_("o1", 4), for_("o2", 2)],
      [],
    ]);
  });

  it("takes the supplier's terms where nothing is typed yet", () => {
    const product = {
      supplier_skus: { acme: "AC-1" },
      bought_from: [
        { supplier: "acme", price: { amount: "3.00", currency: "EUR" }, case_pack: 6, minimum: 12 },
      ],
    } as unknown as Schemas["Product"];

    expect(onTerms({ sku: "MUG", unit_cost: "2.00" }, product, "acme", "EUR")).toEqual({
      supplier_sku: "AC-1",
      case_pack: "6",
      minimum: "12",
      "filled case_pack": "6",
    });
    expect(onTerms({ sku: "MUG" }, product, "other", "EUR")).toEqual({ supplier_sku: "" });
    expect(onTerms({ sku: "MUG" }, product, "acme", "usd")).not.toHaveProperty("unit_cost");
    expect(onTerms({ sku: "MUG" }, product, "acme", "eur")).toHaveProperty("unit_cost", "3.00");
  });
});

describe("a supplier's answer", () => {
  const order = { currency: "EUR", lines: [{ id: "1" }, { id: "2" }] } as Schemas["PurchaseOrderView"];

  it("names the lines alone of which it says anything", () => {
    const answers = new Map([["2", { refused: "4", price: "", due: "" }]]);

    expect(answerOfSupplier(order, answers, " sold out ")).toEqual([
      { line: "2", refused: 4, unit_cost: null, expected_on: null, reason: "sold out" },
    ]);
    expect(answerOfSupplier(order, new Map(), "sold out")).toEqual([]);
  });

  it("is refused with the sku of which refused units are no whole number", () => {
    const named = { lines: [{ id: "1", sku: "MUG" }] } as Schemas["PurchaseOrderView"];
    const told = (refused: string) => new Map([["1", { refused, price: "", due: "" }]]);

    for (const each of ["4 pcs", "all", "4.0", "4,0"])
      expect(unreadableIn(named, told(each))).toEqual(["MUG"]);
    for (const each of ["", " ", "0", "4"]) expect(unreadableIn(named, told(each))).toEqual([]);
  });

  it("may take back what was refused", () =>
    expect(
      answerOfSupplier(order, new Map([["1", { refused: "0", price: "", due: "" }]]), "")[0],
    ).toMatchObject({ refused: 0 }));
});

describe("what can be done with a purchase order", () => {
  const order = {
    state: "new",
    ships: null,
    sending: null,
    submitted_at: null,
    lines: [] as Schemas["PurchaseLineView"][],
  } as const;
  const steps = (change: object, role: string) => {
    const can = permissions({ roles: [role] } as never);
    const may = maySteps({ ...order, ...change } as Schemas["PurchaseOrderView"], can);
    return Object.entries(may).flatMap(([step, on]) => (on ? [step] : []));
  };
  const sent = { state: "submitted", submitted_at: "2026-11-27T10:00:00Z" };

  it.each([
    ["a draft", {}, ["submit", "edit", "document", "cancel"]],
    ["one on order", sent, ["receive", "answer", "document", "cost", "withdraw", "close", "cancel"]],
    [
      "one that was sent to its supplier",
      { ...sent, sending: { state: "sent" } },
      ["receive", "answer", "document", "resend", "cost", "withdraw", "close", "cancel"],
    ],
    [
      "one of which a part came",
      { ...sent, state: "partially_received" },
      ["receive", "answer", "document", "cost", "withdraw", "close"],
    ],
    [
      "one that is closed, which may come late",
      { ...sent, state: "closed" },
      ["receive", "document", "cost", "withdraw"],
    ],
    [
      "one that is closed since all of it was refused, which may be taken back",
      { ...sent, state: "closed", lines: [{ open: 0, received: 0, over: 0, refused: 5 }] },
      ["receive", "answer", "document", "cost", "withdraw"],
    ],
    [
      "one that was cancelled, whatever was refused before",
      { ...sent, state: "cancelled", lines: [{ open: 0, received: 0, over: 0, refused: 5 }] },
      ["receive", "document", "withdraw"],
    ],
    [
      "one that was received, whose invoice has another price",
      { ...sent, state: "received", lines: [{ received: 2, over: 0 }] },
      ["receive", "answer", "document", "cost", "withdraw"],
    ],
    ["a draft that was cancelled", { state: "cancelled" }, ["document"]],
    [
      "one that was cancelled, of which units came all the same",
      { ...sent, state: "cancelled", lines: [{ received: 0, over: 2 }] },
      ["receive", "answer", "document", "cost", "withdraw"],
    ],
    ["one that follows an order", { ...sent, ships: { order: "1", fulfilment: 1 } }, []],
  ])("is what its state allows: %s", (_, change, expected) =>
    expect(steps(change, "operator")).toEqual(expected),
  );

  it("is receiving and printing at a warehouse, and looking for who reads only", () => {
    expect(steps(sent, "warehouse")).toEqual(["receive", "document"]);
    expect(steps(sent, "read_only")).toEqual(["document"]);
  });
});

describe("what can be done with a transfer", () => {
  const order = { state: "requested", from_warehouse: "york", to_warehouse: "hull" } as const;
  const steps = (state: Schemas["TransferState"], role: string, ...warehouses: string[]) => {
    const me = { id: "1", name: "user:ann", roles: [role], warehouses } as never;
    return Object.entries(transferSteps({ ...order, state }, me)).flatMap(([step, on]) => (on ? [step] : []));
  };

  it.each([
    ["requested", ["send", "edit", "cancel"]],
    ["sent", ["expect", "receive", "return", "close"]],
    ["partially_received", ["expect", "receive", "return", "close"]],
    ["received", ["receive"]],
    ["closed", ["receive", "return"]],
    ["cancelled", []],
  ] as const)("is what its state allows: %s", (state, expected) =>
    expect(steps(state, "operator")).toEqual(expected),
  );

  it("is sending and taking back at one end, and receiving at the other, for people of a warehouse", () => {
    expect(steps("requested", "warehouse", "york")).toEqual(["send"]);
    expect(steps("sent", "warehouse", "york")).toEqual(["return"]);
    expect(steps("sent", "warehouse", "hull")).toEqual(["receive"]);
    expect(steps("sent", "read_only")).toEqual([]);
  });

  it("is sending all, or fewer units of some lines, never more than were requested", () => {
    const lines = [
      { id: "1", units: 5 },
      { id: "2", units: 3 },
    ];
    const sent = (...typed: [string, string][]) => sentLines(lines, new Map(typed));

    expect(sent(["1", "2"])).toEqual({
      lines: [
        { line: "1", units: 2 },
        { line: "2", units: 3 },
      ],
      all: 5,
    });
    expect([sent(["1", "6"]), sent(["1", "x"]), sent(["1", "0"], ["2", "0"])]).toEqual([null, null, null]);
  });
});

describe("what can be done with a work order", () => {
  const order = {
    state: "submitted",
    warehouse: "york",
    kind: "build",
    done: 0,
    unneeded: 0,
    inputs: [],
  } as const;
  const steps = (change: object, role = "operator", ...warehouses: string[]) => {
    const me = { id: "1", name: "user:ann", roles: [role], warehouses } as never;
    const work = { ...order, ...change } as unknown as Schemas["WorkOrderView"];
    return Object.entries(workSteps(work, me)).flatMap(([step, on]) => (on ? [step] : []));
  };

  it.each([
    ["a draft", { state: "new" }, ["submit", "edit", "cancel"]],
    ["one to build", {}, ["report", "close", "cancel"]],
    ["one that orders need less of", { unneeded: 2 }, ["report", "keep", "fewer", "close", "cancel"]],
    ["one that lacks a component", { inputs: [{ lacking: 1 }] }, ["again", "report", "close", "cancel"]],
    ["one of which a part is built", { state: "partially_done", done: 1 }, ["report", "close", "apart"]],
    ["one that is built", { state: "done", done: 3 }, ["apart"]],
    ["one that took units apart", { state: "done", done: 3, kind: "disassembly" }, []],
  ])("is what its state allows: %s", (_, change, expected) => expect(steps(change)).toEqual(expected));

  it("is reporting, for people of its warehouse", () => {
    expect(steps({}, "warehouse", "york")).toEqual(["report"]);
    expect(steps({}, "warehouse", "hull")).toEqual([]);
  });
});

describe("a report of a work order", () => {
  const typed = { ...BLANK, card: " CARD-1 ", done: "4", scrap: new Map([["LEG", "1"]]), reason: "split" };

  it("has units that are done and what broke, with what went wrong", () =>
    expect(reportOf({ ...typed, labour: "3,50" }, "EUR")).toEqual({
      body: {
        report: "CARD-1",
        done: 4,
        failed: 0,
        scrap: [{ sku: "LEG", units: 1 }],
        reason: "split",
        labour: { amount: "3.50", currency: "EUR" },
      },
    }));

  it.each([
    ["nothing was done", { done: "", scrap: new Map() }, "Say how many units"],
    ["a number is none", { failed: "some" }, "Say how many units"],
    ["what broke has no reason", { reason: " " }, "Say what went wrong"],
    ["it has no number", { card: "" }, "Give the number of the job card"],
  ])("is not sent where %s", (_, change, problem) =>
    expect(reportOf({ ...typed, ...change }, undefined)).toEqual({
      problem: expect.stringContaining(problem),
    }),
  );

  it("says before what failed and broke, beside what was done", () => {
    const { broke, reportConfirm } = t.works.act;

    expect(broke(1, [{ goods: "Oak leg LEG", units: 1 }])).toBe(
      "1 unit failed: its components are used up, and it is still to be made. Scrapped: 1 × Oak leg LEG.",
    );
    expect(reportConfirm.build(4, brokenIn({ ...typed, failed: "2" }))).toBe("Report 4 built, 3 lost");
    expect(reportConfirm.build(0, brokenIn(typed))).toBe("Report 1 lost");
  });

  it.each([
    ["more than is open", "build", { done: "9" }, "5 units are open: make another work order for more.", ""],
    ["all that is open", "build", { done: "5", scrap: new Map([["LEG", "99"]]) }, undefined, ""],
    [
      "more breaks than comes apart",
      "disassembly",
      { done: "1" },
      undefined,
      "4 came apart: no more of them can break.",
    ],
  ] as const)("says at its field what is too much: %s", (_, kind, change, done, scrap) => {
    const order = {
      kind,
      open: 5,
      reports: [],
      outputs: [{ sku: "LEG", per_unit: 4 }],
    };
    const excess = reportedExcess(order as never, { ...typed, scrap: new Map([["LEG", "5"]]), ...change });

    expect([excess.done, excess.scrap.get("LEG") ?? ""]).toEqual([done, scrap]);
  });

  it("may name as scrap what is used up, or what comes out of what is taken apart", () => {
    const work = {
      inputs: [{ sku: "LEG", name: "Leg" }],
      outputs: [{ sku: "TABLE", name: "Table" }],
    } as unknown as Schemas["WorkOrderView"];

    expect(scrappable({ ...work, kind: "build" })).toEqual([{ sku: "LEG", name: "Leg" }]);
    expect(scrappable({ ...work, kind: "disassembly" })).toEqual([{ sku: "TABLE", name: "Table" }]);
  });
});

describe("suggestions", () => {
  const one = (change: Partial<Suggestion> = {}): Suggestion => ({
    sku: "MUG",
    name: "Mug",
    warehouse: "main",
    supplier: "acme",
    supplier_sku: "",
    price: { amount: "2.50", currency: "EUR" },
    units: 12,
    taken: 28,
    days: 42,
    empty_days: 14,
    lead_days: 5,
    safety_days: 14,
    needed: 13,
    waiting: 3,
    available: 4,
    incoming: 1,
    drafted: 2,
    case_pack: 4,
    minimum: 8,
    sentence: "",
    ...change,
  });

  it("lack what is needed and waited for, less what is there, coming and drafted", () =>
    expect(lackingOf(one())).toBe(9));

  it("cost exactly what their units do", () => {
    expect(costOf(one({ price: { amount: "0.29", currency: "EUR" }, units: 3 }))).toEqual({
      amount: "0.87",
      currency: "EUR",
    });
    expect(costOf(one({ price: { amount: "5", currency: "JPY" }, units: 3 })).amount).toBe("15");
  });

  it("become a purchase order for each supplier, warehouse and currency", () => {
    const drafts = draftsOf([
      one(),
      one({ sku: "BOWL" }),
      one({ warehouse: "east" }),
      one({ supplier: "hollow" }),
    ]);

    expect(drafts.map(({ supplier, warehouse, products }) => [supplier, warehouse, products])).toEqual([
      ["acme", "main", 2],
      ["acme", "east", 1],
      ["hollow", "main", 1],
    ]);
    expect(drafts[0]?.total).toEqual({ amount: "60.00", currency: "EUR" });
  });

  it("cost an amount in each currency", () =>
    expect(totalsOf([one(), one({ price: { amount: "1", currency: "JPY" } })])).toEqual([
      { amount: "30.00", currency: "EUR" },
      { amount: "12", currency: "JPY" },
    ]));
});

describe("a draft for waiting orders", () => {
  const lamp = { sku: "LAMP", reason: "no supplier sells it: name one in `bought_from`" };
  const why = "Not drafted: LAMP: no supplier sells it: name one in bought_from.";

  it.each([
    [0, [], "Nothing that orders wait for is missing in purchase orders."],
    [0, [lamp], why],
    [1, [], "1 purchase order is drafted."],
    [2, [lamp, lamp], `2 purchase orders are drafted. ${why}`],
  ])("says what it did, and what it left out: %i, %j", (drafted, leftOut, sentence) =>
    expect(draftedSentence(drafted, leftOut, t.purchases)).toBe(sentence),
  );

  it("names a product once, and a few of many", () => {
    const left = ["A1", "B1", "C1", "D1"].map((sku) => ({ sku, reason: "no components" }));

    expect(draftedSentence(0, left, t.works)).toBe("Not drafted: A1, B1, C1, …: no components.");
    expect(draftedSentence(0, [{ sku: "A1", reason: "A1 has no components" }], t.works)).toBe(
      "Not drafted: A1 has no components.",
    );
  });
});

describe("how far a document is", () => {
  it.each([
    ["a part of it", partOf([2, t.works.wasDone], 5), "2 of 5"],
    [
      "less than was ordered, where some is never done",
      partOf([2, t.works.wasDone], 5, [2, t.works.notDone.build]),
      "2 done, 1 open, 2 not built",
    ],
    ["none of it", partOf([0, t.works.wasDone], 5, [5, t.works.notDone.disassembly]), "5 not taken apart"],
    ["nothing, of nothing", partOf([0, t.works.wasDone], 0, [0, t.works.notDone.build]), "0 of 0"],
  ])("adds up: %s", (_, part, text) => expect(progressText(part)).toBe(text));

  it("is what arrived of a transfer, beside what is damaged, lost or came back", () => {
    const line = { units: 9, sent: 8, open: 1, received: 3, damaged: 1, lost: 2, returned: 1 };
    const order = { sent_at: "2026-11-20T09:00:00Z", lines: [line] as Schemas["TransferLineSummary"][] };

    expect(progressText(partArrived(order))).toBe("3 arrived, 1 open, 1 damaged, 2 lost, 1 came back");
  });

  it("is what was received of a purchase order, beside what does not come", () => {
    const lines = [
      { ordered: 6, received: 4, open: 1 },
      { ordered: 3, received: 1, open: 0 },
    ];

    expect(progressText(partReceived({ lines }))).toBe("5 received, 1 open, 3 not received");
  });

  it("is where each unit of a purchase order is", () => {
    const none = { refused: 0, rejected: 0, closed: 0 };
    const lines = [
      { ...none, ordered: 30, received: 27, open: 0, refused: 3 },
      { ...none, ordered: 12, received: 9, open: 1, rejected: 2 },
    ];

    expect(progressText(whereUnits({ lines }))).toBe("36 received, 1 open, 3 refused, 2 rejected");
  });

  it("names the orders that still need some of it", () => {
    const made = [
      { order: "o1", line: "1", units: 2, unneeded: 2, came_before: 0 },
      { order: "o2", line: "1", units: 2, unneeded: 1, came_before: 0 },
      { order: "o2", line: "2", units: 1, unneeded: 0, came_before: 0 },
    ];

    expect(neededBy(made)).toEqual(["o2"]);
  });
});
