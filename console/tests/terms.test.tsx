import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { purchase, purchaseLine } from "./documents";
import { open } from "./opened";
import { server } from "./server";

const terms = (supplier: string, amount: string, minimum: number) => ({
  supplier,
  price: { amount, currency: "EUR" },
  case_pack: 6,
  minimum,
});
/** Kiln has terms for both products, Forge for the mug alone. */
const PRODUCTS = {
  "/products/MUG": {
    sku: "MUG",
    supplier_skus: { kiln: "K-1", forge: "F-1" },
    bought_from: [terms("kiln", "3.00", 12), terms("forge", "4.00", 24)],
  },
  "/products/BOWL": { sku: "BOWL", supplier_skus: { kiln: "K-2" }, bought_from: [terms("kiln", "5.00", 0)] },
  "/products": { items: [{ sku: "MUG" }, { sku: "BOWL" }], next: null },
  "/suppliers": { items: ["kiln", "forge"].map((id) => ({ id, name: id })) },
  "/warehouses": { items: [{ id: "york", name: "York", kind: "own" }] },
  "/account": { currency: "EUR" },
};

const field = (name: string) => screen.findByLabelText<HTMLInputElement>(name);
const type = async (name: string, value: string) =>
  fireEvent.change(await field(name), { target: { value } });
const nameIt = async (sku: string) => {
  await type("Sku, line 1", sku);
  fireEvent.blur(await field("Sku, line 1"));
};
const shows = (name: string, value: string) =>
  waitFor(async () => expect((await field(name)).value).toBe(value));

/** Keeps the lines that are saved. */
function saved(path: string) {
  const lines: object[] = [];
  const take = async ({ request }: { request: Request }) => {
    lines.push(...((await request.json()) as { lines: object[] }).lines);
    return HttpResponse.json(purchase({ state: "new" }));
  };
  server.use(http.post(`*/api${path}`, take), http.put(`*/api${path}`, take));
  return lines;
}

async function write() {
  open("/purchase-orders/new", { answers: PRODUCTS });
  await screen.findByRole("option", { name: "kiln" });
  await type("Supplier", "kiln");
  await type("Units, line 1", "24");
  await nameIt("MUG");
  await shows("Unit cost, line 1", "3.00");
  return saved("/purchase-orders");
}
const submit = () => fireEvent.click(screen.getByRole("button", { name: "Make draft" }));

describe("the terms of a line of a purchase order", () => {
  it("are those of another product once that is named, but for what was typed", async () => {
    const lines = await write();
    await type("Case of, line 1", "8");

    await nameIt("BOWL");
    await shows("Unit cost, line 1", "5.00");
    submit();

    await waitFor(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatchObject({ sku: "BOWL", supplier_sku: "K-2", minimum: 0, case_pack: 8 });
  });

  it("are those of another supplier once that is chosen", async () => {
    const lines = await write();

    await type("Supplier", "forge");
    await shows("Unit cost, line 1", "4.00");
    submit();

    await waitFor(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatchObject({ sku: "MUG", supplier_sku: "F-1", minimum: 24 });
  });

  it("have no price once the currency is another one than theirs, and it again with theirs", async () => {
    const lines = await write();

    for (const typed of ["", "U", "US", "USD"]) await type("Currency", typed);
    await shows("Unit cost, line 1", "");
    for (const typed of ["", "E", "EU", "eur"]) await type("Currency", typed);
    await shows("Unit cost, line 1", "3.00");
    await type("Unit cost, line 1", "2.75");
    await type("Currency", "USD");
    await shows("Unit cost, line 1", "2.75");
    submit();

    await waitFor(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatchObject({ unit_cost: { amount: "2.75", currency: "USD" }, minimum: 12 });
  });

  it("ask for the price that none is filled in for, and never order at nothing instead", async () => {
    await write();
    await type("Currency", "USD");
    await shows("Unit cost, line 1", "");
    const sent: object[] = [];
    const errors = [{ field: "lines.0.unit_cost", message: "is not an amount" }];
    server.use(
      http.post("*/api/purchase-orders", async ({ request }) => {
        sent.push(...((await request.json()) as { lines: object[] }).lines);
        return HttpResponse.json({ detail: "it does not fit", errors }, { status: 422 });
      }),
    );
    submit();

    await screen.findByText("The supplier sells it in EUR: enter the price in USD, 0 if it is free");
    expect(sent).toMatchObject([{ sku: "MUG", unit_cost: { amount: "", currency: "USD" } }]);
  });

  it("are those of its product where it is sent from the field of the sku", async () => {
    const lines = await write();

    await type("Sku, line 1", "BOWL");
    submit();

    await waitFor(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatchObject({ sku: "BOWL", supplier_sku: "K-2", unit_cost: { amount: "5.00" } });
  });

  it("are not those that a stored draft has for another product", async () => {
    const line = { ...purchaseLine, supplier_sku: "K-1", minimum: 12, case_pack: 6, unit_cost: null };
    const draft = purchase({ state: "new", lines: [line] });
    open("/purchase-orders/PO-1?doing=edit", { answers: { ...PRODUCTS, "/purchase-orders/PO-1": draft } });
    const lines = saved("/purchase-orders/PO-1");

    await nameIt("SPOON"); // which nobody sells
    fireEvent.click(await screen.findByRole("button", { name: "Save changes" }));

    await waitFor(() => expect(lines).toHaveLength(1));
    expect(lines[0]).toMatchObject({ sku: "SPOON", supplier_sku: "", minimum: 0 });
  });
});
