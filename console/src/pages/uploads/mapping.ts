import { delimiterOf, parse } from "./csvText";

/** The columns of a file of orders; a test compares them with those that the API reads. */
export const REQUIRED = [
  "OrderNumber",
  "SKU",
  "Quantity",
  "UnitPrice",
  "ShipName",
  "ShipAddress1",
  "ShipCity",
  "ShipCountry",
];
export const OUR_COLUMNS = [
  "Channel",
  "OrderNumber",
  "StorefrontOrderId",
  "Status",
  "OrderDate",
  "PaymentDate",
  "DeliveryMethod",
  "ShipBy",
  "DeliverBy",
  "Expedited",
  "ShippingAmount",
  "Tax1Amount",
  "Tax2Amount",
  "Tax3Amount",
  "DiscountAmount",
  "TotalAmount",
  "Currency",
  "SKU",
  "Quantity",
  "UnitPrice",
  "SoldAsName",
  "LineDiscount",
  "LineTax",
  "ChannelLineId",
  "Barcode",
  "Warehouse",
  "ShipName",
  "ShipCompany",
  "ShipAddress1",
  "ShipAddress2",
  "ShipAddress3",
  "ShipCity",
  "ShipState",
  "ShipZip",
  "ShipCountry",
  "ShipPhone",
  "ShipEmail",
  "BillName",
  "BillCompany",
  "BillAddress1",
  "BillAddress2",
  "BillAddress3",
  "BillCity",
  "BillState",
  "BillZip",
  "BillCountry",
  "BillPhone",
  "BillEmail",
  "CustomerNote",
  "InternalNote",
  "GiftMessage",
];

export interface Sample {
  header: string[];
  /** Some values of each column. */
  values: string[];
}

const HEAD_BYTES = 64 * 1024;
const SHOWN = 3;

/** The byte order of UTF-16, by its mark, or else by what is NUL of its first letter. */
function utf16Of([first, second]: Uint8Array): string | undefined {
  if ((first === 0xff && second === 0xfe) || second === 0) return "utf-16le";
  if ((first === 0xfe && second === 0xff) || first === 0) return "utf-16be";
  return undefined;
}

/** The text of a file's beginning: in UTF-16 or UTF-8, or else in the encoding of Windows. */
function decoded(bytes: Uint8Array): string {
  const utf16 = utf16Of(bytes);
  if (utf16) return new TextDecoder(utf16).decode(bytes);
  const utf8 = new TextDecoder().decode(bytes);
  return utf8.slice(0, -1).includes("\ufffd") ? new TextDecoder("windows-1252").decode(bytes) : utf8;
}

/** The header of a file and some values below it. */
export async function sampleOf(file: Blob): Promise<Sample> {
  const text = decoded(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  const [header = [], ...rows] = parse(text, delimiterOf(text));
  const named = header.filter((name) => name.trim() !== "");
  const values = named.map((name) => {
    const at = header.indexOf(name);
    return [...new Set(rows.map((row) => row[at] ?? "").filter(Boolean))].slice(0, SHOWN).join(", ");
  });
  return { header: [...new Set(named)], values };
}

const folded = (name: string) => name.replace(/[\s_-]+/g, "").toLowerCase();

/** Columns that are named as ours are, or nearly; the rest is for a person. */
export function guessed(header: readonly string[]): Map<string, string> {
  const left = new Set(OUR_COLUMNS);
  return new Map(
    header.map((theirs) => {
      const ours = [...left].find((each) => folded(each) === folded(theirs)) ?? "";
      left.delete(ours);
      return [theirs, ours];
    }),
  );
}

/** Needed columns that no column of the file is. */
export const missingIn = (mapping: ReadonlyMap<string, string>): string[] => {
  const named = new Set(mapping.values());
  return REQUIRED.filter((each) => !named.has(each));
};
