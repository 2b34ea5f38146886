import { describe, expect, it } from "vitest";
import { tagsAfter, tagsIn } from "../src/pages/to-ship/tagging";

describe("tags of many orders", () => {
  it("are typed with commas, in any case, once each", () => {
    expect(tagsIn(" Gift, vip ,,gift")).toEqual(["gift", "vip"]);
  });

  it("are added to those of each order", () => {
    expect(tagsAfter(["vip"], ["gift", "vip"], "add")).toEqual(["vip", "gift"]);
    expect(tagsAfter(["vip"], ["vip"], "add")).toBeNull();
  });

  it("are taken off where an order has them", () => {
    expect(tagsAfter(["vip", "gift"], ["gift"], "remove")).toEqual(["vip"]);
    expect(tagsAfter(["vip"], ["gift"], "remove")).toBeNull();
  });
});
