import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { permissions } from "../src/auth/roles";
import { managerOf, Session, TokenStore } from "../src/auth/session";
import { type Ending, isOwnTab, type Tabs } from "../src/auth/tabs";
import { server } from "./server";

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

const SIGN_IN = "http://sign-in.test";
const SETTINGS = { client_id: "console", sign_in_url: SIGN_IN };

describe("a session", () => {
  /** Where the browser was sent. */
  let left: URL[] = [];
  let revoked: (string | null)[] = [];
  beforeEach(() => {
    left = [];
    revoked = [];
    vi.spyOn(window.location, "assign").mockImplementation((url) => {
      left.push(new URL(url, "http://console.test"));
    });
    server.use(
      http.post(`${SIGN_IN}/oauth2/revoke`, async ({ request }) => {
        revoked.push(new URLSearchParams(await request.text()).get("token"));
        return new HttpResponse();
      }),
    );
  });
  afterEach(() => {
    vi.restoreAllMocks();
    window.history.replaceState(null, "", "/");
  });

  const renewing = (answer: () => Response) => server.use(http.post(`${SIGN_IN}/oauth2/token`, answer));
  const id_token = ["", btoa(JSON.stringify({ sub: "ann" })), ""].join(".");
  const renewed = () =>
    HttpResponse.json({ access_token: "new", id_token, token_type: "Bearer", expires_in: 900 });
  const refused = () => HttpResponse.json({ error: "invalid_grant" }, { status: 400 });

  /** A tab that was loaded again while Ann was signed in, and what it says to the others. */
  function tab(tokens: object | null = { refresh_token: "hers" }) {
    const told: Ending[] = [];
    const tabs: Tabs = { postMessage: (ending) => told.push(ending), onmessage: null };
    const profile = { sub: "ann" };
    const key = `packhorse.user:${SIGN_IN}:${SETTINGS.client_id}`;
    if (tokens) sessionStorage.setItem(key, JSON.stringify({ profile, expires_at: 0, ...tokens }));
    const session = new Session(managerOf(SETTINGS, "http://console.test"), SETTINGS, "", tabs);
    const hear = (data: Ending) => tabs.onmessage?.({ data } as MessageEvent<Ending>);
    return { session, told, hear, stored: () => sessionStorage.getItem(key) };
  }
  /** Where people sign in, once the browser is sent there: that never comes back. */
  const signIn = (session: Session, path: string) => {
    session.start(path);
    return vi.waitUntil(() => left.find((each) => each.pathname === "/oauth2/authorize"));
  };

  it("goes on after a reload by its refresh token", async () => {
    renewing(renewed);

    expect(await tab().session.start("/orders")).toBe(true);
    expect(left).toEqual([]);
  });

  it("has people sign in where the refresh token is refused", async () => {
    renewing(refused);

    const at = await signIn(tab().session, "/orders");

    expect(at.searchParams.get("prompt")).toBeNull();
  });

  it.each([
    ["nothing answers", () => HttpResponse.error()],
    ["what answers fails", () => HttpResponse.json({}, { status: 503 })],
  ])("goes on where %s: that says nothing about who is signed in", async (_, answer) => {
    renewing(answer);
    const { session, stored } = tab();

    await expect(session.start("/orders")).rejects.toThrow();
    expect(left).toEqual([]);
    expect(stored()).toContain("hers");
  });

  it("that was locked is opened by whoever signs in, also after a reload", async () => {
    renewing(renewed);
    const { session, told, stored } = tab();
    await session.token();
    await session.lock();

    expect([told, stored()]).toEqual([["locked"], null]);
    expect([await session.token(), await session.refresh()]).toEqual([null, null]);
    await session.signInUnlessLocked("/bench/one");
    expect(left).toEqual([]);
    const at = await signIn(tab().session, "/bench/one");
    expect(at.searchParams.get("prompt")).toBe("login");
  });

  it("is an ordinary one again once somebody signed in at a locked bench", async () => {
    localStorage.setItem("packhorse-locked", "");
    renewing(renewed);
    const { session } = tab(null);
    const at = await signIn(session, "/bench/one");
    window.history.replaceState(null, "", `/signed-in?code=c&state=${at.searchParams.get("state")}`);

    expect(await session.start("/signed-in")).toBe(true);

    expect(await session.token()).toBe("new");
    expect(window.location.pathname).toBe("/bench/one");
  });

  it("ends in all tabs at once, and its tokens are of no use any more", async () => {
    renewing(renewed);
    const { session, told } = tab();
    await session.signOut();
    const other = tab({ refresh_token: "another" });
    await other.hear("signed-out");

    expect(told).toEqual(["signed-out"]);
    await vi.waitFor(() => expect(revoked).toEqual(["hers", "another"]));
    expect(other.stored()).toBeNull();
    expect(left.map((each) => each.pathname)).toEqual(["/logout", "/signed-out"]);
  });

  it("of a duplicated tab is one of its own", async () => {
    const held = new Set<string>();
    const request = async (name: string, { signal }: { signal: AbortSignal }, then: () => unknown) => {
      if (held.has(name))
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      held.add(name);
      return then();
    };
    vi.stubGlobal("navigator", { locks: { request } });
    try {
      expect(await isOwnTab()).toBe(true);
      const { session, stored } = tab(); // it has what the first one stored

      await signIn(session, "/orders");
      expect(stored()).toBeNull();
      held.clear(); // both are loaded again
      expect(await isOwnTab()).toBe(true);
    } finally {
      vi.unstubAllGlobals();
    }
  });
});
