import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { exception } from "./documents";
import { open } from "./opened";
import { server } from "./server";

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

it("goes by J from exception to exception, and types nothing into their fields", async () => {
  const items = ["A", "B"].map((id) =>
    exception({ id, cause: "unmatched_sku", message: `sku ${id}`, order: `o-${id}`, line: "1" }),
  );
  open("/exceptions", { answers: { "/exceptions": { items, next: null } } });
  await screen.findByText("sku B");
  const user = userEvent.setup();
  const press = async (key: string) => {
    await user.keyboard(key);
    await act(() => new Promise((resolve) => setTimeout(resolve, 80))); // it may be a scanner's
  };

  await press("j");
  await waitFor(() => expect(document.activeElement?.textContent).toContain("sku A"));
  await press("j");
  await waitFor(() => expect(document.activeElement?.textContent).toContain("sku B"));
  await press("{Tab}x");

  const fields = screen.getAllByRole<HTMLInputElement>("combobox", { name: "Product's sku" });
  expect(fields.map((each) => each.value)).toEqual(["", "x"]);
});

it("retries all of a cause, whichever of them is refused, and says why", async () => {
  const items = ["A", "B", "C"].map((id) => exception({ id, retryable: true }));
  const sent: string[] = [];
  open("/exceptions", { answers: { "/exceptions": { items, next: null } } });
  server.use(
    http.post("*/api/exceptions/:id/retry", ({ params }) => {
      sent.push(String(params.id));
      return params.id === "A"
        ? HttpResponse.json({ detail: "it is fixed already" }, { status: 409 })
        : HttpResponse.json({});
    }),
  );

  fireEvent.click(await screen.findByRole("button", { name: "Retry 3" }));

  expect(await screen.findByText(/1 of 3.*it is fixed already/i)).toBeTruthy();
  expect(sent).toEqual(["A", "B", "C"]);
});
