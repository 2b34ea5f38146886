import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { fulfilment, order } from "./documents";
import { open } from "./opened";

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
