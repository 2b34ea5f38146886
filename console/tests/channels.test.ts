import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { hasMoved, patchOf } from "../src/pages/channels/SameStore";

const shop = { id: "uk", kind: "generic", base_url: "https://old.example" } as Schemas["Channel"];

describe("a channel whose store moved", () => {
  it.each([
    [{ base_url: "https://new.example" }, true],
    [{ seller: "A1" }, true],
    [{ name: "Shop UK" }, false],
  ])("is told by what says which store it is: %o", (change, moved) =>
    expect(hasMoved(shop, { ...shop, ...change })).toBe(moved),
  );

  it("is confirmed only while it has moved", () => {
    const patch = { name: "Shop UK", same_store: true, credentials: { token: "t" } };

    expect(patchOf(patch, true)).toEqual(patch);
    expect(patchOf(patch, false)).toEqual({ name: "Shop UK" });
  });
});
