import { HttpResponse, http } from "msw";
import createClient from "openapi-fetch";
import { describe, expect, it, vi } from "vitest";
import { Attempts, REMEMBERED_MS } from "../src/api/attempts";
import { answerOf, authorized, Refused } from "../src/api/client";
import type { paths } from "../src/api/schema";
import { server } from "./server";

const ME = { id: "1", name: "user:ann@example.com", roles: ["owner"], warehouses: [] };

function client(session: Partial<Parameters<typeof authorized>[0]> = {}) {
  const whole = {
    token: async () => "old",
    refresh: async () => ({ access_token: "new" }) as never,
    signInUnlessLocked: vi.fn(),
    ...session,
  };
  const made = createClient<paths>({ baseUrl: "http://console.test/api" });
  made.use(authorized(whole));
  return { api: made, session: whole };
}

const me = (tokens: (string | null)[]) =>
  http.get("http://console.test/api/me", ({ request }) => {
    tokens.push(request.headers.get("authorization"));
    return tokens.at(-1) === "Bearer new"
      ? HttpResponse.json(ME)
      : HttpResponse.json({ title: "Unauthorized" }, { status: 401 });
  });

describe("the API", () => {
  it("is asked once more with a new token when the old one has just ended", async () => {
    const tokens: (string | null)[] = [];
    server.use(me(tokens));

    expect(await answerOf(client().api.GET("/me"))).toEqual(ME);
    expect(tokens).toEqual(["Bearer old", "Bearer new"]);
  });

  it("has people sign in again when there is no new token", async () => {
    server.use(me([]));
    const { api, session } = client({ refresh: async () => null });

    await expect(answerOf(api.GET("/me"))).rejects.toBeInstanceOf(Refused);
    expect(session.signInUnlessLocked).toHaveBeenCalledOnce();
  });

  it("gets one key for a request and its repetition, so that it is one", async () => {
    const keys: (string | null)[] = [];
    server.use(
      http.post("http://console.test/api/orders/1/reroute", ({ request }) => {
        keys.push(request.headers.get("idempotency-key"));
        return keys.length === 1
          ? new HttpResponse(null, { status: 401 })
          : HttpResponse.json({}, { status: 202 });
      }),
    );

    await answerOf(client().api.POST("/orders/{order_id}/reroute", { params: { path: { order_id: "1" } } }));

    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys[1]).toBe(keys[0]);
  });

  describe("asked by a person who presses the button again", () => {
    const HOLD = "http://console.test/api/orders/1/hold";
    const hold = (api: ReturnType<typeof client>["api"], reason: string) =>
      api
        .POST("/orders/{order_id}/hold", { params: { path: { order_id: "1" } }, body: { reason } })
        .catch(() => undefined);

    /** The keys under which these reasons to hold come, one after the other, with these answers. */
    async function keysOf(reasons: string[], answer: () => Response): Promise<(string | null)[]> {
      const keys: (string | null)[] = [];
      server.use(
        http.post(HOLD, ({ request }) => {
          keys.push(request.headers.get("idempotency-key"));
          return answer();
        }),
      );
      const { api } = client();
      for (const reason of reasons) await hold(api, reason);
      return keys;
    }

    it.each([
      ["without an answer", () => HttpResponse.error()],
      ["with one that leaves it open", () => HttpResponse.json({}, { status: 504 })],
      ["while the one before is still being answered", () => HttpResponse.json({}, { status: 409 })],
    ])("gets the same key %s", async (_, answer) => {
      const keys = await keysOf(["fraud?", "fraud?", "fraud?"], answer);

      expect(new Set(keys).size).toBe(1);
    });

    it.each([
      ["without an answer", () => HttpResponse.error()],
      ["with one that leaves it open", () => HttpResponse.json({}, { status: 503 })],
    ])("gets the same key, too, where it was changed before it was sent again %s", async (_, answer) => {
      const keys = await keysOf(["fraud?", "fraud!"], answer);

      expect(new Set(keys).size).toBe(1);
    });

    it.each(["/routing/dry-run", "/uploads"] as const)(
      "gets another key for another %s, which makes nothing twice",
      async (path) => {
        const keys: (string | null)[] = [];
        server.use(
          http.post(`http://console.test/api${path}`, ({ request }) => {
            keys.push(request.headers.get("idempotency-key"));
            return HttpResponse.json({}, { status: 503 });
          }),
        );
        const { api } = client();
        for (const about of ["one", "one", "another"]) await api.POST(path, { body: { about } as never });

        expect(keys[1]).toBe(keys[0]);
        expect(keys[2]).not.toBe(keys[0]);
      },
    );

    it("gets another key where another request is on its way", async () => {
      const keys: (string | null)[] = [];
      server.use(
        http.post(HOLD, async ({ request }) => {
          keys.push(request.headers.get("idempotency-key"));
          await new Promise((resolve) => setTimeout(resolve, 20));
          return HttpResponse.json({});
        }),
      );
      const { api } = client();
      await Promise.all([hold(api, "fraud?"), hold(api, "the buyer moves")]);

      expect(new Set(keys).size).toBe(2);
    });

    it("says what became of what was sent before, and is another attempt from then on", async () => {
      const keys: (string | null)[] = [];
      const earlier = { request: "POST /orders/1/hold", status: 200, id: "1" };
      server.use(
        http.post(HOLD, ({ request }) => {
          keys.push(request.headers.get("idempotency-key"));
          if (keys.length === 1) return HttpResponse.error();
          if (keys.length > 2) return HttpResponse.json({});
          const errors = [{ field: "Idempotency-Key", message: "was used for another request" }];
          return HttpResponse.json({ detail: "this key was used", errors, earlier }, { status: 422 });
        }),
      );
      const { api } = client();
      const params = { path: { order_id: "1" } };
      await hold(api, "fraud?");
      const call = api.POST("/orders/{order_id}/hold", { params, body: { reason: "fraud!" } });
      const refused = await answerOf(call).catch((error: Refused) => error);
      await hold(api, "fraud!");

      expect(refused).toMatchObject({ earlier });
      expect((refused as Refused).sentence).toMatch(
        /^What you sent before, whose answer was lost, was done \(1\)/,
      );
      expect(keys[1]).toBe(keys[0]);
      expect(keys[2]).not.toBe(keys[0]);
    });

    it("gets no key of a later request that got no answer, where it was done before that", async () => {
      const answers = [HttpResponse.json({}), HttpResponse.error()];
      const parts = ["part 1", "part 2", "part 1", "part 2"];
      const keys = await keysOf(parts, () => answers.shift() ?? HttpResponse.json({}));

      expect([new Set(keys).size, keys[3]]).toEqual([3, keys[1]]);
    });

    it.each([200, 422])("gets another key once it was answered, by %d", async (status) => {
      const keys = await keysOf(["fraud?", "fraud?"], () => HttpResponse.json({}, { status }));

      expect(new Set(keys).size).toBe(2);
    });
  });

  it("is quoted where it refuses", async () => {
    server.use(
      http.get("http://console.test/api/me", () =>
        HttpResponse.json(
          { detail: "the input does not fit", errors: [{ field: "q", message: "too long" }] },
          { status: 422 },
        ),
      ),
    );

    const refused = await answerOf(client().api.GET("/me")).catch((error: Refused) => error);

    expect(refused).toMatchObject({ status: 422, sentence: "the input does not fit: too long" });
  });

  it("names the orders that it counts, every one of them", () => {
    const errors = ["fulfilments.0", "fulfilments.2.order", "box"].map((field) => ({
      field,
      message: "not here",
    }));
    const refused = new Refused(422, { detail: "the pick list cannot be printed", errors });

    const { sentence } = refused.about("fulfilments", ["UK-1", "UK-2", "UK-3"]);

    expect(sentence).toBe("the pick list cannot be printed: UK-1: not here; UK-3: not here; not here");
  });
});

describe("a request without an answer", () => {
  it("is a new one after a quarter of an hour", () => {
    const attempts = new Attempts();
    attempts.sent("a hold", "first", 0);
    attempts.unanswered("POST /hold", "first", 0);

    for (const request of ["a hold", "another hold"]) {
      expect(attempts.keyOf(request, "POST /hold", REMEMBERED_MS - 1)).toBe("first");
      expect(attempts.keyOf(request, "POST /hold", REMEMBERED_MS)).not.toBe("first");
    }
  });
});
