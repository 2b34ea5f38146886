import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { open } from "./opened";
import { server } from "./server";

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

it.each([
  ["/bench/one", "Nothing waits to be packed."],
  ["/health", "No channel is connected."],
])("what cannot be read at %s is not said to be nothing", async (at, none) => {
  open(at);
  const fails = () => HttpResponse.json({ title: "Service Unavailable" }, { status: 503 });
  server.use(http.get("*/api/fulfilments", fails), http.get("*/api/channels", fails));

  await screen.findByText("This could not be loaded.");

  expect(screen.queryByText(none)).toBeNull();
});
