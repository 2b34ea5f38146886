import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { meantBy } from "../src/pages/products/searching";
import { exception } from "./documents";
import { open } from "./opened";
import { server } from "./server";

const MUGS = ["MUG-BLACK", "MUG-BLUE"].map((sku) => ({ sku, name: `The ${sku}`, kind: "stocked" }));
const products = { items: MUGS, next: null };
const warehouses = { items: [{ id: "york", name: "York", kind: "own" }] };

it.each<[string, string, string[]]>([
  ["as typed", "mug", ["mug", "MUG"]],
  ["the only one in another case", "mug-black", ["MUG-BLACK", "MUG-BLACK-2"]],
  ["as typed, where two are the same in another case", "mug", ["MUG", "Mug"]],
  ["as typed, where none is", "mug", ["MUG-BLACK"]],
])("takes a sku %s", (_, typed, skus) =>
  expect(meantBy(typed, skus)).toBe(typed === "mug-black" ? "MUG-BLACK" : typed),
);

it("takes a sku in another case, once the field is left", async () => {
  open("/transfers/new", { answers: { "/products": products, "/warehouses": warehouses } });
  const sku = await screen.findByLabelText<HTMLInputElement>("Sku, line 1");

  fireEvent.change(sku, { target: { value: "mug-black" } });
  fireEvent.blur(sku);

  await waitFor(() => expect(sku.value).toBe("MUG-BLACK"));
});

it("keeps what is typed into the next field while a sku is looked up", async () => {
  open("/transfers/new", { answers: { "/products": products } });
  const sku = await screen.findByLabelText<HTMLInputElement>("Sku, line 1");

  fireEvent.change(sku, { target: { value: "mug-black" } });
  fireEvent.blur(sku);
  fireEvent.change(screen.getByLabelText("Units, line 1"), { target: { value: "9" } });

  await waitFor(() => expect(sku.value).toBe("MUG-BLACK"));
  expect(screen.getByLabelText<HTMLInputElement>("Units, line 1").value).toBe("9");
});

it("offers what may be meant, to be clicked", async () => {
  open("/transfers/new", { answers: { "/products": products } });
  const sku = await screen.findByLabelText<HTMLInputElement>("Sku, line 1");

  fireEvent.change(sku, { target: { value: "mug" } });
  fireEvent.blur(sku);
  fireEvent.click(await screen.findByRole("button", { name: "MUG-BLUE" }));

  await waitFor(() => expect(sku.value).toBe("MUG-BLUE"));
  expect(screen.queryByRole("button", { name: "MUG-BLACK" })).toBeNull();
});

it("maps an exception to the product that is meant", async () => {
  const unmatched = exception({
    cause: "unmatched_listing",
    message: "shop lists no product under 7",
    subject: { channel: "shop", reference: "7" },
  });
  const mapped: string[] = [];
  open("/exceptions", {
    answers: { "/products": products, "/exceptions": { items: [unmatched], next: null, counts: {} } },
  });
  server.use(
    http.put("*/api/products/:sku/listings/shop", ({ params }) => {
      mapped.push(String(params.sku));
      return HttpResponse.json({ warnings: [] });
    }),
  );

  fireEvent.change(await screen.findByLabelText("Product's sku"), { target: { value: "mug-black" } });
  fireEvent.click(screen.getByRole("button", { name: "Map" }));

  await waitFor(() => expect(mapped).toEqual(["MUG-BLACK"]));
});

it("leads to a product that has no stock yet", async () => {
  open("/stock?q=mug", { answers: { "/products": products } });

  expect(await screen.findByRole("link", { name: "MUG-BLACK" })).toHaveProperty(
    "pathname",
    "/stock/MUG-BLACK",
  );
});
