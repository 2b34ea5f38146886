import { fireEvent, screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { open } from "./opened";
import { server } from "./server";

const refusal = (earlier: object | null) => ({
  detail: "this key was used for another request",
  errors: [{ field: "Idempotency-Key", message: "was used for another request" }],
  earlier,
});

/** Send a work order of which the API says this. */
async function sent(earlier: object | null) {
  open("/work-orders/new?sku=TABLE", {
    answers: {
      "/account": { currency: "EUR" },
      "/warehouses": { items: [{ id: "main", name: "Main", kind: "own" }], next: null },
    },
  });
  server.use(http.post("*/api/work-orders", () => HttpResponse.json(refusal(earlier), { status: 422 })));
  fireEvent.change(await screen.findByLabelText(/^Units/), { target: { value: "5" } });
  fireEvent.click(screen.getByRole("button", { name: "Make draft" }));
}

it("leads to what was made by an attempt whose answer was lost, where it was changed and sent again", async () => {
  await sent({ request: "POST /work-orders", status: 201, id: "WO-7" });

  const link = await screen.findByRole("link", { name: "Open WO-7" });
  expect(link.getAttribute("href")).toMatch(/\/work-orders\/WO-7$/);
  expect(screen.getByText(/What you sent before, whose answer was lost, was done \(WO-7\)/)).toBeTruthy();
});

it("says that what was sent before may have been done where that is not known", async () => {
  await sent(null);

  expect(await screen.findByText(/got no answer and may have been done: check that/)).toBeTruthy();
  expect(screen.queryByRole("link", { name: /^Open/ })).toBeNull();
});
