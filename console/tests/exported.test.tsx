import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { open } from "./opened";

it.each([
  "/",
  "/orders",
  "/exceptions",
  "/stock",
  "/stock/MUG",
  "/products",
  "/uploads",
  "/purchase-orders",
  "/purchase-orders/suggestions",
  "/transfers",
  "/work-orders",
])("offers the rows of %s as a file", async (at) => {
  open(at);

  expect(await screen.findByRole("button", { name: "CSV" })).toBeTruthy();
});
