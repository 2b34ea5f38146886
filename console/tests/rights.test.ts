import { describe, expect, it } from "vitest";
import { ROLES, rightsProblem, sentRights, statusOf, toggled, type User } from "../src/pages/people/rights";

const ANN: User = {
  id: "1",
  email: "ann@example.com",
  roles: ["packer"],
  warehouses: ["york"],
  enabled: true,
  status: "confirmed",
  mfa: null,
  created_at: "2026-11-01T09:00:00Z",
};

describe("the rights of a person", () => {
  it("need a role, and packers a warehouse", () => {
    expect(rightsProblem({ roles: [], warehouses: ["york"] })).toBe("Choose a role.");
    expect(rightsProblem({ roles: ["owner", "packer"], warehouses: [] })).toMatch(/warehouse/);
    expect(rightsProblem({ roles: ["packer"], warehouses: ["york"] })).toBeUndefined();
    expect(rightsProblem({ roles: ["read_only"], warehouses: [] })).toBeUndefined();
  });

  it("name no warehouses where the role is for all of them", () => {
    expect(sentRights({ roles: ["operator"], warehouses: ["york"] })).toEqual({
      roles: ["operator"],
      warehouses: [],
    });
  });

  it("are chosen one by one and keep their order", () => {
    expect(toggled(ROLES, ["packer"], "owner")).toEqual(["owner", "packer"]);
    expect(toggled(ROLES, ["owner", "packer"], "owner")).toEqual(["packer"]);
  });
});

describe("an account", () => {
  it.each([
    [{}, "Active"],
    [{ status: "force_change_password" }, "Invited"],
    [{ status: "reset_required" }, "Sets a password"],
    [{ enabled: false }, "Disabled"],
    [{ status: "external_provider" }, "external provider"],
  ])("%j is %s", (change, word) => {
    expect(statusOf({ ...ANN, ...change })[0]).toBe(word);
  });
});
