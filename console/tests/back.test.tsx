import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { rememberPage, searchOf } from "../src/shell/lists";
import { open } from "./opened";

const order = {
  id: "TO-7",
  state: "requested",
  from_warehouse: "york",
  to_warehouse: "leeds",
  lines: [],
  receipts: [],
  timeline: [],
  note: "",
  reference: "",
  sent_at: null,
  is_counted: true,
};

it("the way back from a document is its list as it was left, with its filters", async () => {
  const user = userEvent.setup();
  rememberPage("/transfers", { state: "sent", q: "mug" });
  open("/transfers/TO-7", { answers: { "/transfer-orders/TO-7": order } });
  await screen.findByRole("heading", { name: "TO-7" });

  const back = screen.getByRole("link", { name: "Back to Transfers" });
  expect(back.getAttribute("href")).toBe("/transfers?state=sent&q=mug");
  await user.click(back);

  expect(await screen.findByRole("searchbox", { name: "Search this list" })).toHaveProperty("value", "mug");
  expect(searchOf("/transfers")).toEqual({ state: "sent", q: "mug" });
});
