import { expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { canBeVoided } from "../src/pages/order/Fulfilments";

const label = (state: string) => ({ state, tracking: "9400 1" }) as Schemas["LabelView"];
const shipped = (status: string | null) =>
  ({
    status: "shipped",
    parcels: [{ tracking: "9400 1", transit: status && { status, at: "2026-11-28T08:00:00Z" } }],
  }) as Schemas["FulfilmentView"];

it("keeps a label that its carrier expects by a manifest", () => {
  expect(canBeVoided(shipped(null), { ...label("bought"), manifest: "m1" })).toBe(false);
});

it.each([
  ["bought", null, true],
  ["bought", "pre_transit", true],
  ["unused", "unknown", true],
  ["bought", "in_transit", false],
  ["bought", "delivered", false],
  ["voiding", null, false],
])("lets a label that is %s be voided while its parcel is %s: %s", (state, transit, can) => {
  expect(canBeVoided(shipped(transit), label(state))).toBe(can);
});
