import { describe, expect, it } from "vitest";
import { everyRow, type ReadPage } from "../src/ui/everyRow";

/** A list of that many rows in pages of three; the last page of a list names no next one. */
const listOf =
  (length: number): ReadPage<number> =>
  async (cursor) => {
    const from = Number(cursor ?? 0);
    const items = Array.from({ length: Math.min(3, length - from) }, (_, place) => from + place);
    return { items, next: from + 3 < length ? String(from + 3) : null };
  };

describe("a file of a list", () => {
  it("has the rows of all pages, and says how far it is", async () => {
    const read: number[] = [];

    const { rows, isCut } = await everyRow(listOf(7), (n) => read.push(n));

    expect(rows).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(isCut).toBe(false);
    expect(read).toEqual([3, 6, 7]);
  });

  it("ends at the cap, and says that there is more", async () => {
    const read: number[] = [];

    expect(await everyRow(listOf(7), (n) => read.push(n), 5)).toEqual({ rows: [0, 1, 2, 3, 4], isCut: true });
    expect(read).toEqual([3, 5]);
  });

  it("is whole where the cap is just its length", async () => {
    expect(await everyRow(listOf(6), () => undefined, 6)).toEqual({ rows: [0, 1, 2, 3, 4, 5], isCut: false });
  });

  it("goes on over a page without rows, as a search may have", async () => {
    const pages = [
      { items: [], next: "b" },
      { items: [1], next: null },
    ];

    expect(
      (
        await everyRow(
          async (cursor) => pages[cursor ? 1 : 0] ?? { items: [] },
          () => undefined,
        )
      ).rows,
    ).toEqual([1]);
  });

  it("is none where a page fails", async () => {
    const read: ReadPage<number> = async (cursor) => {
      if (cursor) throw new Error("503");
      return listOf(7)(cursor);
    };

    await expect(everyRow(read, () => undefined)).rejects.toThrow("503");
  });
});
