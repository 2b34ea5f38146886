import { beforeEach, describe, expect, it } from "vitest";
import { permissions } from "../src/auth/roles";
import { TokenStore } from "../src/auth/session";

const USER = JSON.stringify({
  access_token: "access",
  id_token: "id",
  refresh_token: "refresh",
  profile: { sub: "1", email: "a@b.c" },
  expires_at: 9,
});

describe("tokens", () => {
  beforeEach(() => sessionStorage.clear());

  it("are all there while the page is open", () => {
    const store = new TokenStore();
    store.setItem("user", USER);

    expect(store.getItem("user")).toBe(USER);
  });

  it("but the refresh token are not there for a page that is opened anew", () => {
    new TokenStore().setItem("user", USER);

    expect(JSON.parse(new TokenStore().getItem("user") ?? "")).toEqual({
      refresh_token: "refresh",
      profile: { sub: "1" },
      expires_at: 0,
    });
    expect(localStorage.length).toBe(0);
  });

  it("are gone once somebody signed out", () => {
    const store = new TokenStore();
    store.setItem("user", USER);
    store.removeItem("user");

    expect([store.getItem("user"), sessionStorage.length]).toEqual([null, 0]);
  });
});

describe("roles", () => {
  const can = (...roles: ("owner" | "packer" | "read_only")[]) =>
    permissions({ id: "1", name: "", roles, warehouses: [] });

  it("allow what the API allows them", () => {
    expect(can("owner")("POST /orders/{order_id}/hold")).toBe(true);
    expect(can("read_only")("POST /orders/{order_id}/hold")).toBe(false);
    expect(can("packer")("GET /fulfilments")).toBe(true);
    expect(can("packer")("GET /stock")).toBe(false);
  });

  it("add up", () => expect(can("packer", "read_only")("GET /stock")).toBe(true));

  it("allow nothing to who has none", () => expect(can()("GET /me")).toBe(false));
});
