import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { retag } from "../src/pages/to-ship/TagDialog";
import { tagsAfter, tagsIn } from "../src/pages/to-ship/tagging";
import { server } from "./server";

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

it("keeps the tag that another person gave an order between reading and writing it", async () => {
  const order = { tags: ["gift"], version: 3 };
  const sent: unknown[] = [];
  server.use(
    http.get("*/api/orders/1", () => HttpResponse.json(order)),
    http.put("*/api/orders/1/tags", async ({ request }) => {
      sent.push(await request.json());
      if (sent.length > 1) return HttpResponse.json(order);
      Object.assign(order, { tags: ["gift", "rush"], version: 4 });
      const errors = [{ field: "version", message: "the order is at version 4; read it again" }];
      return HttpResponse.json({ detail: "another change came first", errors }, { status: 409 });
    }),
  );

  await retag("1", ["fragile"], "add");

  expect(sent).toEqual([
    { tags: ["gift", "fragile"], version: 3 },
    { tags: ["gift", "rush", "fragile"], version: 4 },
  ]);
});
