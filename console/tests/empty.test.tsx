import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { open } from "./opened";

/** What is said at an address where nothing was set up. */
const saidAt = async (at: string) => {
  open(at);
  return waitFor(() => {
    const [found] = screen.getAllByRole("status").filter((each) => each.classList.contains("empty"));
    if (!found) throw new Error(`nothing is said at ${at}`);
    return found;
  });
};

describe("a list without anything in it", () => {
  it.each([
    "/",
    "/?view=packed",
    "/orders",
    "/exceptions",
    "/exceptions?state=dismissed",
    "/stock",
    "/stock/MUG",
    "/products",
    "/purchase-orders",
    "/purchase-orders/suggestions",
    "/work-orders",
    "/transfers",
    "/uploads",
    "/channels",
    "/suppliers",
    "/warehouses",
    "/carriers",
    "/health",
  ])("says at %s why, or what to do", async (at) => {
    const empty = await saidAt(at);

    expect(empty.querySelector("h2")?.textContent).toMatch(/\.$/);
    expect(empty.querySelectorAll("p, li, a, button").length).toBeGreaterThan(0);
  });

  it("leads from suggestions to the products that name who sells them", async () => {
    const empty = await saidAt("/purchase-orders/suggestions");

    expect(empty.textContent).toContain("Only days that are over count");
    expect(empty.querySelector('a[href="/products"]')?.textContent).toBe("Say who sells a product");
  });
});
