import type { Schemas } from "../../api/client";
import type { Balance } from "./balances";

/** A line of a count sheet: what is to be counted, and where it lies. */
export interface Shelf {
  bin: string;
  sku: string;
  name: string;
  barcode: string;
  onHand: number;
}

type Product = Pick<Schemas["Product"], "sku" | "barcode" | "bins">;

const inOrder = new Intl.Collator("en", { numeric: true });

/** The shelves of a warehouse as one walks along them: by their place, `A-2` before `A-10`, those without one last. */
export function shelvesOf(
  balances: readonly Balance[],
  products: readonly Product[],
  warehouse: string,
): Shelf[] {
  const bySku = new Map(products.map((each) => [each.sku, each] as const));
  const shelves = balances.map(({ sku, name, on_hand = 0 }) => {
    const product = bySku.get(sku);
    return {
      bin: product?.bins?.[warehouse] ?? "",
      sku,
      name,
      barcode: product?.barcode ?? "",
      onHand: on_hand,
    };
  });
  return shelves.sort(
    (one, other) =>
      Number(!one.bin) - Number(!other.bin) ||
      inOrder.compare(one.bin, other.bin) ||
      inOrder.compare(one.sku, other.sku),
  );
}

/** The sheet as a file of stock: `set` is filled in, and a row whose stock has changed since is rejected. */
export const fileOf = (shelves: readonly Shelf[], warehouse: string, reason: string) => [
  ["sku", "warehouse", "set", "expected", "reason"],
  ...shelves.map((each) => [each.sku, warehouse, "", each.onHand, reason]),
];
