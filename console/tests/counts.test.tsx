import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import { open } from "./opened";

const PURCHASES = { new: 2, submitted: 5, partially_received: 1 };
const LISTS: [string, string, Record<string, number>, string[]][] = [
  [
    "/purchase-orders",
    "/purchase-orders",
    PURCHASES,
    ["Open8", "Draft2", "On order5", "Part received1", "Received", "Closed", "Cancelled", "All"],
  ],
  [
    "/transfers",
    "/transfer-orders",
    { requested: 0, sent: 3, partially_received: 0 },
    ["Open3", "Requested0", "On its way3", "Part received0", "Received", "Closed", "Cancelled", "All"],
  ],
  [
    "/work-orders",
    "/work-orders",
    { new: 1, submitted: 0, partially_done: 1 },
    ["Open2", "Draft1", "To do0", "Part done1", "Done", "Closed", "Cancelled", "All"],
  ],
];
const tabs = async (name: RegExp) => {
  const all = await screen.findAllByRole("navigation", { name });
  const buttons = within(all.at(-1) as HTMLElement).getAllByRole("button");
  return buttons.map((each) => each.textContent);
};

it.each(LISTS)(
  "says on the tabs of %s how many are in each state that is not over",
  async (at, api, counts, said) => {
    open(at, { answers: { [api]: { items: [], next: null, counts } } });
    await screen.findByRole("button", { name: /^Open ?\d/ });

    expect(await tabs(/orders|Transfers/)).toEqual(said);
  },
);

it.each([
  ["/purchase-orders?warehouse=york", PURCHASES],
  ["/purchase-orders", null],
])("says nothing of it at %s with %o", async (at, counts) => {
  open(at, { answers: { "/purchase-orders": { items: [], next: null, counts } } });
  await screen.findByRole("button", { name: "Draft" });

  expect((await tabs(/orders/)).join("")).not.toMatch(/\d/);
});
