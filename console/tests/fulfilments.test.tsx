import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { fulfilment, order } from "./documents";
import { open } from "./opened";
import { server } from "./server";

const shown = async (change: object) => {
  open("/orders/o", {
    answers: { "/orders/o": { ...order, fulfilments: [fulfilment({ status: "requested", ...change })] } },
  });
  return within(await screen.findByRole("region", { name: "Fulfilment orders" }));
};

it.each([
  ["requested", null, "Requested"],
  ["requested", "2026-11-28T08:00:00Z", "Packed"],
  ["shipped", "2026-11-28T08:00:00Z", "Shipped"],
])("says of a fulfilment order that is %s with a box closed at %s: %s", async (status, packed_at, said) => {
  expect((await shown({ status, packed_at })).getByText(said)).toBeTruthy();
});

it("opens only a label whose file the API gives", async () => {
  const label = { state: "bought", carrier: "USPS", service: "Priority", price: null };
  const labels = [
    { ...label, id: "l1", url: "https://files.example/l1.pdf" },
    { ...label, id: "l2", state: "voided", refund: { state: "submitted" }, url: null },
  ];
  const found = (await shown({ labels })).getAllByRole("link", { name: "Open label" });
  expect(found.map((each) => each.getAttribute("href"))).toEqual(["https://files.example/l1.pdf"]);
});

it("marks each open fulfilment order as shipped", async () => {
  const [first, second] = [fulfilment(), fulfilment({ id: "o-2", number: 2, warehouse: "leeds" })];
  open("/orders/o", { answers: { "/orders/o": { ...order, fulfilments: [first, second] } } });
  const card = within(await screen.findByRole("region", { name: "Fulfilment orders" }));

  fireEvent.click(card.getAllByRole("button", { name: "Mark shipped" })[1] as HTMLElement);

  expect(await screen.findByText("Mark as shipped from leeds?")).toBeTruthy();
  expect(screen.queryByLabelText("Which one")).toBeNull();
});

it("changes the tags of an order on its page", async () => {
  const sent: unknown[] = [];
  open("/orders/o", { answers: { "/orders/o": { ...order, tags: ["vip"], version: 4 } } });
  server.use(
    http.put("*/api/orders/o/tags", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(order);
    }),
  );

  fireEvent.click(await screen.findByRole("button", { name: "Change tags" }));
  fireEvent.change(await screen.findByLabelText("Tags"), { target: { value: "fragile" } });
  fireEvent.click(screen.getByRole("button", { name: "Tag 1 order" }));

  await waitFor(() => expect(sent).toEqual([{ tags: ["vip", "fragile"], version: 4 }]));
});
