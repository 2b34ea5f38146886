import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { open } from "./opened";
import { server } from "./server";

const exception = (id: string, cause: string) => ({
  id,
  state: "open",
  cause,
  subject: { text: id, orders: [], tracking: [] },
  message: `about ${id}`,
  action: "",
  orders: [],
  retryable: false,
  dismissible: false,
  times: 1,
  first_at: "2026-11-18T09:00:00Z",
  last_at: "2026-11-18T09:00:00Z",
});

it("exceptions of one cause are all there, also beyond those that are loaded of all causes", async () => {
  open("/exceptions?cause=drift");
  server.use(
    http.get("*/api/exceptions", ({ request }) => {
      const ofOne = new URL(request.url).searchParams.get("cause") === "drift";
      const items = ofOne ? [exception("the last one", "drift")] : [exception("another", "overdue")];
      return HttpResponse.json({ items, next: ofOne ? null : "more" });
    }),
  );

  expect(await screen.findByText("about the last one")).toBeTruthy();
  expect(screen.queryByText("about another")).toBeNull();
  expect(screen.getByRole("button", { name: "All causes 1+" })).toBeTruthy();
});
