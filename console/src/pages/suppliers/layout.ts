import type { Schemas } from "../../api/client";
import { choices } from "../../ui/list";

export type Layout = Schemas["OrderLayout"];
export type Column = Schemas["Column"];
export type Source = Schemas["Source"];

/** The encodings that suppliers ask for most; the API takes more. */
export const ENCODINGS = [
  "utf-8",
  "windows-1252",
  "windows-1250",
  "iso-8859-1",
  "iso-8859-15",
  "shift-jis",
  "gb18030",
];

/** What a column can be filled with, as the API names it; a test compares them with those of the API. */
export const SOURCES: Record<Source, string> = {
  "fulfilment.id": "Fulfilment order: id",
  "fulfilment.warehouse": "Fulfilment order: warehouse",
  "fulfilment.ship_by": "Fulfilment order: ship by",
  "fulfilment.deliver_by": "Fulfilment order: deliver by",
  "fulfilment.expedited": "Fulfilment order: expedited",
  "fulfilment.delivery_method": "Fulfilment order: delivery method",
  "fulfilment.lines": "Fulfilment order: number of lines",
  "fulfilment.units": "Fulfilment order: number of units",
  "fulfilment.total": "Fulfilment order: total",
  "fulfilment.purchase_order": "Fulfilment order: its purchase order",
  "order.id": "Order: id",
  "order.number": "Order: number",
  "order.channel": "Order: channel",
  "order.placed_at": "Order: placed at",
  "order.note": "Order: buyer's note",
  "order.gift_message": "Order: gift message",
  "order.email": "Order: e-mail address",
  "order.currency": "Order: currency",
  "ship_to.name": "Ship to: name",
  "ship_to.first_name": "Ship to: first name",
  "ship_to.last_name": "Ship to: last name",
  "ship_to.company": "Ship to: company",
  "ship_to.address1": "Ship to: address 1",
  "ship_to.address2": "Ship to: address 2",
  "ship_to.address3": "Ship to: address 3",
  "ship_to.city": "Ship to: city",
  "ship_to.state": "Ship to: state",
  "ship_to.postcode": "Ship to: postcode",
  "ship_to.country": "Ship to: country",
  "ship_to.country3": "Ship to: country, three letters",
  "ship_to.phone": "Ship to: phone",
  "line.number": "Line: number",
  "line.id": "Line: id",
  "line.sku": "Line: sku",
  "line.supplier_sku": "Line: supplier's sku",
  "line.barcode": "Line: barcode",
  "line.name": "Line: name",
  "line.quantity": "Line: quantity",
  "line.price": "Line: price",
  "line.total": "Line: total",
  "line.case_pack": "Line: units in a case",
  "line.cases": "Line: cases",
  "line.expected_on": "Line: expected on",
  "batch.number": "Batch: number",
  "batch.created_at": "Batch: created at",
  "batch.supplier": "Batch: supplier",
  "batch.orders": "Batch: number of orders",
  "batch.lines": "Batch: number of lines",
  "batch.units": "Batch: number of units",
  "batch.records": "Batch: number of rows",
  "record.number": "Row: number",
  "purchase_order.number": "Purchase order: number",
  "purchase_order.reference": "Purchase order: reference",
  "purchase_order.account": "Purchase order: our account",
  "purchase_order.ordered_at": "Purchase order: ordered at",
  "purchase_order.currency": "Purchase order: currency",
  "purchase_order.warehouse": "Purchase order: warehouse",
  "purchase_order.note": "Purchase order: note",
  "purchase_order.lines": "Purchase order: number of lines",
  "purchase_order.units": "Purchase order: number of units",
  "purchase_order.total": "Purchase order: total",
};

/** Sources that only files with purchase orders have. */
const isPurchase = (source: string) =>
  source.startsWith("purchase_order.") ||
  source === "line.cases" ||
  source === "line.case_pack" ||
  source === "line.expected_on";

const ALL_SOURCES = choices(SOURCES);
export const ORDER_SOURCES = ALL_SOURCES.filter(({ value }) => !isPurchase(value));
/** A file with purchase orders has nothing of a buyer's order. */
export const PURCHASE_SOURCES = ALL_SOURCES.filter(({ value }) => !/^(order|fulfilment)\./.test(value));

/** A column under another name than all others. */
export function newColumn(columns: readonly Column[]): Column {
  let number = columns.length + 1;
  while (columns.some((each) => each.name === `COLUMN_${number}`)) number++;
  return { name: `COLUMN_${number}`, constant: "" };
}

const column = (name: string, source: Source, required = false): Column => ({ name, source, required });

/** What nearly every supplier wants, to begin with. */
export const USUAL: Layout = {
  format: "csv",
  encoding: "utf-8",
  delimiter: ",",
  quoting: "needed",
  line_end: "crlf",
  header: true,
  file_per: "batch",
  file_name: "orders_{batch}.csv",
  records: [
    {
      level: "line",
      columns: [
        column("ORDER", "fulfilment.id", true),
        column("LINE", "line.number", true),
        column("SKU", "line.supplier_sku", true),
        column("QUANTITY", "line.quantity", true),
        column("NAME", "ship_to.name", true),
        column("ADDRESS1", "ship_to.address1", true),
        column("ADDRESS2", "ship_to.address2"),
        column("CITY", "ship_to.city", true),
        column("STATE", "ship_to.state"),
        column("POSTCODE", "ship_to.postcode"),
        column("COUNTRY", "ship_to.country", true),
      ],
    },
  ],
};

/** A file of a purchase order: a row for each line. */
export const USUAL_PURCHASE: Layout = {
  ...USUAL,
  file_per: "order",
  file_name: "purchase_{order}.csv",
  records: [
    {
      level: "line",
      columns: [
        column("PURCHASE_ORDER", "purchase_order.number", true),
        column("LINE", "line.number", true),
        column("SKU", "line.supplier_sku", true),
        column("QUANTITY", "line.quantity", true),
        column("PRICE", "line.price"),
        column("EXPECTED", "line.expected_on"),
      ],
    },
  ],
};

/** Requests to keep units back: which of an order, and how many. */
export const USUAL_CANCELLATION: Layout = {
  ...USUAL,
  file_name: "cancel_{batch}.csv",
  records: [
    {
      level: "line",
      columns: [
        column("ORDER", "fulfilment.id", true),
        column("LINE", "line.number", true),
        column("SKU", "line.supplier_sku"),
        column("QUANTITY", "line.quantity", true),
      ],
    },
  ],
};
