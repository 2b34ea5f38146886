import { describe, expect, it } from "vitest";
import { permissions } from "../src/auth/roles";
import { pageAt } from "../src/shell/pages";

const PACKER = permissions({
  id: "1",
  name: "user:ann@example.com",
  roles: ["packer"],
  warehouses: ["york"],
});
const allowed = (path: string) => {
  const page = pageAt(path);
  return !page || PACKER(page.needs);
};

describe("a packer", () => {
  it.each(["/", "/orders", "/orders/0e6c09df", "/bench", "/nowhere"])("may open %s", (path) =>
    expect(allowed(path)).toBe(true),
  );

  it.each([
    "/orders/new",
    "/exceptions",
    "/stock/MUG",
    "/purchase-orders/suggestions",
    "/people",
    "/channels/uk",
  ])("is told at %s that the page is not for packers", (path) => expect(allowed(path)).toBe(false));
});
