import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { keyOf } from "../src/pages/to-ship/rows";
import { redate, ShipByDialog } from "../src/pages/to-ship/ShipByDialog";
import { row } from "./builders";
import { show } from "./opened";
import { server } from "./server";

const MONDAY = "2026-11-30T17:00:00Z";
const TUESDAY = "2026-12-01T17:00:00Z";
const FRIDAY = "2026-12-04T17:00:00Z";

/** Order 1 with a fulfilment order, and what is sent to set its date. */
function anOrder(ship_by: string, between?: (order: { ship_by: string; version: number }) => void) {
  const order = { ship_by, version: 3 };
  const sent: unknown[] = [];
  server.use(
    http.get("*/api/orders/1", () =>
      HttpResponse.json({ ...order, fulfilments: [{ number: 1, ship_by: order.ship_by }] }),
    ),
    http.put("*/api/orders/1/ship-by", async ({ request }) => {
      sent.push(await request.json());
      if (sent.length > 1 || !between) return HttpResponse.json(order);
      between(order);
      const errors = [{ field: "version", message: "the order is at version 4; read it again" }];
      return HttpResponse.json({ detail: "another change came first", errors }, { status: 409 });
    }),
  );
  return sent;
}

const shownAs = (ship_by: string) => new Map([["1", { fulfilment: 1, ship_by }]]);

it("sets the date of an order that leaves as it was shown, on the version that was read", async () => {
  const sent = anOrder(MONDAY);

  await redate("1", FRIDAY, shownAs(MONDAY));

  expect(sent).toEqual([{ ship_by: FRIDAY, version: 3 }]);
});

it("says the date that another person set meanwhile, and replaces it when asked once more", async () => {
  const sent = anOrder(TUESDAY);
  const shown = shownAs(MONDAY);

  await expect(redate("1", FRIDAY, shown)).rejects.toThrow(/Changed meanwhile/);
  expect(sent).toEqual([]);
  await redate("1", null, shown);

  expect(sent).toEqual([{ ship_by: null, version: 3 }]);
});

it("does not replace a date that comes between reading and writing", async () => {
  const sent = anOrder(MONDAY, (order) => Object.assign(order, { ship_by: TUESDAY, version: 4 }));

  await expect(redate("1", FRIDAY, shownAs(MONDAY))).rejects.toThrow(/Changed meanwhile/);

  expect(sent).toEqual([{ ship_by: FRIDAY, version: 3 }]);
});

it("sends it again where something else of the order was changed between", async () => {
  const sent = anOrder(MONDAY, (order) => Object.assign(order, { version: 4 }));

  await redate("1", FRIDAY, shownAs(MONDAY));

  expect(sent).toEqual([
    { ship_by: FRIDAY, version: 3 },
    { ship_by: FRIDAY, version: 4 },
  ]);
});

it("takes a year of five digits as no date yet", () => {
  const value = { kind: "set", typed: "20266-01-01T10:00" };
  const kept = JSON.stringify({ of: [keyOf(row())], value });
  sessionStorage.setItem(`packhorse-kept ${window.location.pathname} ship by`, kept);

  show(<ShipByDialog rows={[row()]} onClose={() => {}} onDone={() => {}} />);

  expect(screen.getByText("UK-20441").parentElement?.textContent).not.toContain("→");
});
