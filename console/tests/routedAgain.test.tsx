import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { fulfilment, order, orderLine } from "./documents";
import { open } from "./opened";
import { server } from "./server";

const opened = (short: number, roles = ["operator"]) =>
  open("/orders/o", { roles, answers: { "/orders/o": { ...order, lines: [orderLine({ short })] } } });

it("routes the lines again that lack units", async () => {
  const asked: string[] = [];
  opened(3);
  server.use(
    http.post("*/api/orders/o/*", ({ request }) => {
      asked.push(new URL(request.url).pathname);
      return HttpResponse.json({ ...order, lines: [orderLine({ short: 3 })] }, { status: 202 });
    }),
  );
  fireEvent.click(await screen.findByRole("button", { name: "Route again" }));
  await waitFor(() => expect(asked).toEqual(["/api/orders/o/reroute"]));
});

it("is not offered where nothing lacks units, nor to who only looks", async () => {
  opened(0);
  await screen.findByRole("heading", { name: "Lines" });
  expect(screen.queryByRole("button", { name: "Route again" })).toBeNull();
  opened(3, ["read_only"]);
  await screen.findByText("3 short");
  expect(screen.queryByRole("button", { name: "Route again" })).toBeNull();
});

it("ships a line that is split all from one of its warehouses, unless they have been handed it", async () => {
  const sent: unknown[] = [];
  const allocations = ["york", "hull"].map((warehouse) => ({ warehouse, quantity: 2 }));
  const routing = { rule: "geo", candidates: [], notes: [], config_version: 3 };
  const split = orderLine({ quantity: 4, allocations, routing });
  const items = [
    { id: "york", name: "York", kind: "own" },
    { id: "hull", name: "Hull", kind: "own" },
  ];
  const has = (change: object) => ({
    "/orders/o": { ...order, lines: [split], ...change },
    "/warehouses": { items },
  });
  const { unmount } = open("/orders/o", { answers: has({}) });
  server.use(
    http.post("*/api/orders/o/lines/1/move", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ ...order, lines: [split] });
    }),
  );
  fireEvent.click(await screen.findByRole("button", { name: "Show every decision" }));
  fireEvent.click(await screen.findByRole("button", { name: "Move line" }));
  fireEvent.change(await screen.findByLabelText("To"), { target: { value: "hull" } });
  fireEvent.click(screen.getAllByRole("button", { name: "Move line" }).at(-1) as HTMLElement);
  await waitFor(() => expect(sent).toEqual([{ warehouse: "hull" }]));
  unmount();

  const lines = [{ line: split.id, quantity: 2, pick: [] }];
  const fulfilments = ["york", "hull"].map((warehouse, at) =>
    fulfilment({ id: `o-${at}`, number: at + 1, warehouse, lines }),
  );
  open("/orders/o", { answers: has({ fulfilments }) });
  fireEvent.click(await screen.findByRole("button", { name: "Show every decision" }));
  expect(await screen.findByText(/3/, { selector: ".trace .grow" })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Move line" })).toBeNull();
});
