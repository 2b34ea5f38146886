import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { delimiterOf, parse, write } from "../src/pages/uploads/csvText";
import { figuresOf, readAgainIn, subjectOf } from "../src/pages/uploads/looks";
import { guessed, missingIn, sampleOf } from "../src/pages/uploads/mapping";
import {
  badCells,
  type Edits,
  isMended,
  leftIn,
  mendedFile,
  mendedRows,
  nextBad,
  sheetOf,
  splitSheet,
  usedColumns,
} from "../src/pages/uploads/mending";
import { beside, scrolledTo } from "../src/pages/uploads/useGrid";

const report = (errors: Partial<Schemas["BadRow"]>[], kind: Schemas["UploadKind"] = "orders") =>
  ({ kind, errors }) as Schemas["UploadReport"];

const ERRORS = [
  { row: 413, order_number: "T-1204", column: "SKU", message: "is missing" },
  { row: 413, order_number: "T-1204", column: "UnitPrice", message: "is no amount" },
  { row: 977, order_number: "T-1233", column: "ShipCountry", message: "is no country" },
];
const FAILED = `\ufeffOrderNumber;SKU;Unit Price;ShipCountry;Note;Reason\r
T-1204;LMP-BRS-02;48,00;GB;;another row of the order is wrong\r
T-1204;;71,0O;GB;;SKU: is missing; UnitPrice: is no amount\r
T-1233;CDL-BEE-20;9,00;UK1;;ShipCountry: is no country\r
`.replace("SKU: is missing; UnitPrice: is no amount", '"SKU: is missing; UnitPrice: is no amount"');
const edits = (...all: [string, string][]): Edits => new Map(all);

describe("a CSV text", () => {
  it("is read as it was written, whatever is in its cells", () => {
    const rows = [
      ["a", "b;c", 'say "hi"'],
      ["", "two\nlines", ""],
      ["1", "", "3"],
    ];
    for (const delimiter of [",", ";", "\t"]) expect(parse(write(rows, delimiter), delimiter)).toEqual(rows);
  });

  it("ends where it ends, with and without a line break, and has no blank rows", () => {
    expect(parse("a,b\r\n1,2", ",")).toEqual(parse("a,b\n\n1,2\n", ","));
    expect(parse("a,b\n1,", ",")).toEqual([
      ["a", "b"],
      ["1", ""],
    ]);
  });

  it("is cut at what cuts its first line most", () => {
    expect(["a,b;c;d", "a,b", "a\tb,c\td"].map(delimiterOf)).toEqual([";", ",", "\t"]);
  });
});

describe("rejected rows", () => {
  const sheet = sheetOf(FAILED, report(ERRORS));

  it("are grouped by order, with the cells that are wrong and why", () => {
    expect(sheet.groups.map(({ key, rows }) => [key, rows.length])).toEqual([
      ["T-1204", 2],
      ["T-1233", 1],
    ]);
    expect(sheet.groups[0]?.rows[1]?.bad).toEqual(
      new Map([
        [1, "is missing"],
        [2, "is no amount"],
      ]),
    );
    expect(sheet.groups[0]?.rows.map((each) => each.number)).toEqual([null, 413]);
  });

  it("have the numbers of all their rows, where the report has these", () => {
    const numbered = sheetOf(FAILED, { ...report(ERRORS), failed_row_numbers: [412, 413, 977] });

    expect(numbered.groups[0]?.rows.map((each) => each.number)).toEqual([412, 413]);
  });

  it("are left to be mended unless a later upload has them", () => {
    const sent = [
      { upload: "u2", file: "orders/web/u2/a.csv", rows: [0, 1] },
      { upload: "u3", file: "orders/web/u3/b.csv", rows: [0, 1] },
    ];

    const { left, again } = splitSheet(sheet, sent);

    expect(left.groups.map(({ key }) => key)).toEqual(["T-1233"]);
    expect(badCells(left)).toEqual([{ row: 2, column: 3 }]);
    expect(again.map(({ upload, groups }) => [upload, groups.map(({ key }) => key)])).toEqual([
      ["u3", ["T-1204"]],
    ]);
    expect(mendedRows(sheet, edits(["1:1", "STL-OAK-45"], ["1:2", "71,00"]))).toEqual([0, 1]);
  });

  it("show the columns in which there is anything", () => {
    expect(usedColumns(sheet).map((at) => sheet.header[at])).not.toContain("Note");
  });

  it("are gone through by Tab, which leaves behind the last", () => {
    const cells = badCells(sheet);
    expect(nextBad(sheet, null, 1)).toEqual(cells[0]);
    expect(nextBad(sheet, { row: 1, column: 1 }, 1)).toEqual({ row: 1, column: 2 });
    expect(nextBad(sheet, { row: 2, column: 3 }, 1)).toBeNull();
    expect(nextBad(sheet, { row: 2, column: 3 }, -1)).toEqual({ row: 1, column: 2 });
  });

  it("are followed by the other cells of the last one's row, so that one bad cell does not end it", () => {
    expect(beside([0, 1, 3], { row: 2, column: 1 }, 1)).toEqual({ row: 2, column: 3 });
    expect(beside([0, 1, 3], { row: 2, column: 1 }, -1)).toEqual({ row: 2, column: 0 });
    expect(beside([0, 1, 3], { row: 2, column: 3 }, 1)).toBeNull();
    expect(beside([0, 1, 3], { row: 2, column: 0 }, -1)).toBeNull();
    expect(beside([0, 1, 3], null, 1)).toBeNull();
  });

  it("are mended once all that was wrong with the order is changed", () => {
    const [first] = sheet.groups;
    if (!first) throw new Error("no group");
    expect(leftIn(first, edits(["1:1", "STL-OAK-45"]))).toBe(1);
    expect(isMended(first, edits(["1:1", "STL-OAK-45"]))).toBe(false);
    expect(isMended(first, edits(["1:1", "STL-OAK-45"], ["1:2", "71,00"]))).toBe(true);
  });

  it("go out again whole orders at a time, in the columns and with the delimiter of the file", () => {
    const sent = mendedFile(sheet, edits(["1:1", "STL-OAK-45"], ["1:2", "71,00"]));

    expect(parse(sent, ";")).toEqual([
      ["OrderNumber", "SKU", "Unit Price", "ShipCountry", "Note"],
      ["T-1204", "LMP-BRS-02", "48,00", "GB", ""],
      ["T-1204", "STL-OAK-45", "71,00", "GB", ""],
    ]);
  });

  it("of an export are grouped by the column whose cells are the numbers of orders", () => {
    const text = "Name,Lineitem sku,Reason\n#1001,,Lineitem sku: is missing\n";
    const errors = [{ row: 2, order_number: "#1001", column: "Lineitem sku", message: "is missing" }];

    expect(sheetOf(text, report(errors)).groups[0]?.key).toBe("#1001");
  });

  it("of stock stand alone, and keep their own column of reasons", () => {
    const text =
      "sku,warehouse,set,reason,Rejected\nA,york,x,count,set: is no number\nA,york,y,count,set: is no number\n";
    const errors = [2, 3].map((row) => ({ row, sku: "A", column: "set", message: "is no number" }));

    const stock = sheetOf(text, report(errors, "stock"));

    expect(stock.header).toEqual(["sku", "warehouse", "set", "reason"]);
    expect(stock.groups.map((each) => each.rows[0]?.bad.size)).toEqual([1, 1]);
    expect(stock.isGrouped).toBe(false);
  });

  it("of purchase orders go in by their reference, whichever row is wrong", () => {
    const text =
      "reference,supplier,sku,ordered,Problem\nspring,mill,A,x,ordered: is no number\nspring,,B,4,another row of the purchase order is wrong\n";
    const errors = [{ row: 2, reference: "spring", column: "ordered", message: "is no number" }];

    const sheet = sheetOf(text, report(errors, "purchases"));

    expect(sheet.header).toEqual(["reference", "supplier", "sku", "ordered"]);
    expect(sheet.groups.map(({ key, rows }) => [key, rows.length])).toEqual([["spring", 2]]);
    expect(badCells(sheet)).toEqual([{ row: 0, column: 3 }]);
  });

  it("of receipts go in by their line of a delivery, and keep their own reasons", () => {
    const text = [
      "purchase_order,receipt,sku,accepted,rejected,reason,Problem",
      "PO-1,DN-7,A,x,,,accepted: is no number",
      "PO-1,DN-7,A,2,,,another row of the line is wrong",
      "PO-1,DN-7,B,,1,,reason: is missing",
    ].join("\n");
    const errors = [
      { row: 2, receipt: "DN-7", column: "accepted", message: "is no number" },
      { row: 5, receipt: "DN-7", column: "reason", message: "is missing" },
    ];

    const sheet = sheetOf(text, report(errors, "receipts"));

    expect(sheet.header.at(-1)).toBe("reason");
    expect(sheet.groups.map(({ key, rows }) => [key, rows.map((each) => each.number)])).toEqual([
      ["DN-7 PO-1 A", [2, null]],
      ["DN-7 PO-1 B", [5]],
    ]);
  });
});

describe("a file in the list", () => {
  const counts = { accepted: 2, duplicate: 1, rejected: 3 };

  it.each([
    ["orders", { orders: counts }],
    ["purchases", { purchases: counts }],
    ["receipts", { receipts: counts }],
    ["stock", { stock: { changed: 2, unchanged: 1, rejected: 3 } }],
  ] as const)("has the counts of its kind: %s", (_, upload) =>
    expect(figuresOf(upload)).toEqual({ taken: 2, same: 1, rejected: 3 }),
  );

  it("is for a channel where it has orders, else for what its rows are", () => {
    expect(subjectOf({ kind: "orders", channel: "trade" }, "Trade desk")).toBe("Trade desk");
    expect(subjectOf({ kind: "receipts", channel: null }, "")).toBe("Receipts of purchase orders");
  });
});

describe("the columns of an unknown file", () => {
  it("are shown with some of their values, in whichever of the two usual encodings", async () => {
    const bytes = new Uint8Array([..."Ort;Auftrag\nK\u00f6ln;1\n"].map((each) => each.charCodeAt(0)));

    expect(await sampleOf(new Blob([bytes]))).toEqual({ header: ["Ort", "Auftrag"], values: ["Köln", "1"] });
  });

  it.each([
    ["with a byte order mark", "\ufeff"],
    ["without one", ""],
  ])("are read in UTF-16, too, %s", async (_, mark) => {
    const pairs = [...`${mark}Order No\tItem\n1\tMUG\n`].map((each) => each.charCodeAt(0));
    const little = pairs.flatMap((each) => [each & 255, each >> 8]);
    const big = pairs.flatMap((each) => [each >> 8, each & 255]);

    for (const bytes of [little, big]) {
      const sample = await sampleOf(new Blob([new Uint8Array(bytes)]));
      expect(sample).toEqual({ header: ["Order No", "Item"], values: ["1", "MUG"] });
    }
  });

  it("are guessed where they are named as ours, and what lacks is named", () => {
    const mapping = guessed(["order_number", "Artikel"]);

    expect([...mapping]).toEqual([
      ["order_number", "OrderNumber"],
      ["Artikel", ""],
    ]);
    expect(missingIn(mapping.set("Artikel", "SKU"))).not.toContain("SKU");
    expect(missingIn(mapping)).toContain("ShipCity");
  });
});

describe("the sheet of rejected rows", () => {
  it.each([
    ["a column that is in sight stays where it is", 1, 0, 0],
    ["one on the right comes in at the right edge", 9, 0, 680],
    ["one on the left comes in beside the row numbers", 2, 700, 200],
  ])("scrolls to the side: %s", (_, place, left, to) =>
    expect(scrolledTo(place, 100, { left, width: 372 })).toBe(to),
  );

  it("shows the beginning of a column that is wider than the window", () =>
    expect(scrolledTo(2, 200, { left: 0, width: 180 })).toBe(400));
});

it("has the link to its rejected rows read again before that ends", () => {
  expect(readAgainIn({ state: "done", failed_rows_url: "https://example.com/rows.csv" })).toBeLessThan(
    15 * 60_000,
  );
  expect(readAgainIn({ state: "done", failed_rows_url: null })).toBe(false);
  expect(readAgainIn({ state: "reading", failed_rows_url: null })).toBe(1_000);
});
