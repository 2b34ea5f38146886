import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { open } from "./opened";

const about = (subject: object) => ({
  id: "e1",
  cause: "transfer_differs",
  state: "open",
  subject: { text: "it", ...subject },
  message: "2 of MUG are lost",
  action: "Count the shelf.",
  first_at: "2026-11-28T08:00:00Z",
  times: 1,
  dismissible: true,
  retryable: false,
});

it.each([
  [{ transfer_order: "TO-1002" }, "/transfers/TO-1002"],
  [{ purchase_order: "PO-1003" }, "/purchase-orders/PO-1003"],
  [{ work_order: "WO-1004" }, "/work-orders/WO-1004"],
])("leads from an exception of %o to the document that it is about", async (subject, address) => {
  const items = [about(subject)];
  open("/exceptions", { answers: { "/exceptions": { items, next: null } } });

  const link = await screen.findByRole("link", { name: `Open ${Object.values(subject)[0]}` });

  expect(link.getAttribute("href")).toBe(address);
});
