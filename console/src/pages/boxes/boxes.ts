import type { Schemas } from "../../api/client";

export type BoxSize = Schemas["BoxSize-Output"];

/** A box with an id that no other has; its sides are still to be said. */
export function newBox(boxes: readonly Pick<BoxSize, "id">[]): BoxSize {
  let number = boxes.length + 1;
  while (boxes.some((each) => each.id === `box-${number}`)) number++;
  return {
    id: `box-${number}`,
    name: "",
    length_mm: 0,
    width_mm: 0,
    height_mm: 0,
    wall_mm: 0,
    tare_g: 0,
    warehouses: [],
    active: true,
  };
}

/** What a box holds in litres, with one decimal; null while a side is not said. */
export function volume({ length_mm, width_mm, height_mm }: BoxSize): number | null {
  const cubic = Number(length_mm) * Number(width_mm) * Number(height_mm);
  return cubic > 0 ? Math.round(cubic / 100_000) / 10 : null;
}
