import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { exception } from "./documents";
import { open } from "./opened";

it.each([
  [{ transfer_order: "TO-1002" }, "/transfers/TO-1002"],
  [{ purchase_order: "PO-1003" }, "/purchase-orders/PO-1003"],
  [{ work_order: "WO-1004" }, "/work-orders/WO-1004"],
])("leads from an exception of %o to the document that it is about", async (subject, address) => {
  const items = [exception({ cause: "transfer_differs", subject: { text: "it", ...subject } })];
  open("/exceptions", { answers: { "/exceptions": { items, next: null } } });

  const link = await screen.findByRole("link", { name: `Open ${Object.values(subject)[0]}` });

  expect(link.getAttribute("href")).toBe(address);
});
