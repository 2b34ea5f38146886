import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { order } from "./documents";
import { open } from "./opened";
import { server } from "./server";

const line = {
  id: "1",
  sku: "MUG",
  reference: "",
  name: "Mug",
  quantity: 3,
  unit_price: null,
  cancelled: 0,
  shipped_elsewhere: 0,
  allocations: [],
  short: 3,
  awaited: [],
  refused: [],
  routing: null,
  stated_quantity: null,
  components: {},
};
const opened = (short: number, roles = ["operator"]) =>
  open("/orders/o", { roles, answers: { "/orders/o": { ...order, lines: [{ ...line, short }] } } });

it("routes the lines again that lack units", async () => {
  const asked: string[] = [];
  opened(3);
  server.use(
    http.post("*/api/orders/o/*", ({ request }) => {
      asked.push(new URL(request.url).pathname);
      return HttpResponse.json({ ...order, lines: [line] }, { status: 202 });
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
