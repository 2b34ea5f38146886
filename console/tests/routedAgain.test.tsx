import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { order, orderLine } from "./documents";
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
