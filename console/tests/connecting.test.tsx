import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { credentialsOf, type Kind, newChannel, questionsOf, waysOf } from "../src/pages/channels/kinds";
import { stateOf } from "../src/shell/Lag";
import { open } from "./opened";
import { server } from "./server";

const HEALTH = {
  channel: "uk",
  active: true,
  awaits_connection: false,
  paused_since: null,
  last_event_at: null,
  last_poll_at: null,
  lag_seconds: null,
  is_late: false,
  orders_unread: 0,
  quantities_waiting: 0,
  notices_waiting: 0,
  notices_given_up: 0,
  problems: [],
  webhooks: null,
} satisfies Schemas["ChannelHealth"];
const labels = (kind: Kind, way = 0) => credentialsOf(kind, way).map((each) => each.label);

describe("a new channel", () => {
  it.each([
    ["shopify", ["base_url"]],
    ["woocommerce", ["base_url"]],
    ["generic", ["base_url"]],
    ["ebay", ["base_url"]],
    ["amazon", ["seller", "marketplace"]],
    ["offline", []],
  ] as const)("of %s asks for %o", (kind, names) =>
    expect(questionsOf(kind).map((each) => each.name)).toEqual(names),
  );

  it("of Amazon calls the endpoint of its marketplace, which is chosen by its country", () => {
    const germany = questionsOf("amazon")[1]?.options?.find((each) => each.label === "Germany");

    expect(newChannel("Amazon.de", "amazon", { seller: "A1", marketplace: germany?.value ?? "" })).toEqual({
      name: "Amazon.de",
      kind: "amazon",
      seller: "A1",
      marketplace: "A1PA6795UKMFR9",
      base_url: "https://sellingpartnerapi-eu.amazon.com",
    });
  });

  it("has the address of a shop with its scheme, whether that was typed or not", () => {
    const made = ["shop.example", "http://127.0.0.1:9"].map((base_url) =>
      newChannel("", "generic", { base_url }),
    );

    expect(made.map((each) => each.base_url)).toEqual(["https://shop.example", "http://127.0.0.1:9"]);
  });

  it("says beside its field what lacks, and what the API refuses", async () => {
    const sent: object[] = [];
    open("/channels", { answers: { "/channels": { items: [], next: null } } });
    server.use(
      http.put("*/api/channels/:id", async ({ request }) => {
        sent.push((await request.json()) as object);
        const errors = [{ field: "base_url", message: "is no address" }];
        return HttpResponse.json({ detail: "it does not fit", errors }, { status: 422 });
      }),
    );
    fireEvent.click((await screen.findAllByRole("button", { name: "New channel" }))[0] as HTMLElement);
    const dialog = within(await screen.findByRole("dialog"));
    fireEvent.change(dialog.getByLabelText("Name"), { target: { value: "Woo" } });
    fireEvent.change(dialog.getByLabelText("Kind"), { target: { value: "woocommerce" } });
    fireEvent.click(dialog.getByRole("button", { name: "Create channel" }));

    const address = dialog.getByLabelText("Address of the shop");
    await waitFor(() => expect(address.getAttribute("aria-invalid")).toBe("true"));
    expect(sent).toEqual([]);

    fireEvent.change(address, { target: { value: "woo.example" } });
    fireEvent.click(dialog.getByRole("button", { name: "Create channel" }));

    await dialog.findByText("is no address");
    expect(sent).toEqual([{ name: "Woo", kind: "woocommerce", base_url: "https://woo.example" }]);
  });
});

describe("the credentials of a kind", () => {
  it("are named as its maker names them, each way to sign in by itself", () => {
    expect(waysOf("shopify")).toHaveLength(2);
    expect(labels("shopify")).toEqual(["Client ID", "Client secret"]);
    expect(labels("shopify", 1)).toEqual(["Admin API access token", "API secret key"]);
    expect(labels("woocommerce")).toEqual(["Consumer key", "Consumer secret", "Webhook secret"]);
    expect(labels("ebay").slice(0, 2)).toEqual(["App ID (Client ID)", "Cert ID (Client Secret)"]);
    expect(labels("amazon")).toEqual(["LWA client identifier", "LWA client secret", "Refresh token"]);
    expect(labels("generic")).toEqual(["Token", "Webhook secret"]);
  });

  it("are all asked for at the first time, and sent with the secret of webhooks", async () => {
    const sent: unknown[] = [];
    const channel = { id: "uk", kind: "ebay", name: "eBay", active: true, awaits_connection: true };
    open("/channels/uk", { answers: { "/channels/uk": channel } });
    server.use(
      http.get("*/api/channels/uk/connection", () => HttpResponse.json({ detail: "never" }, { status: 404 })),
      http.post("*/api/channels/uk/connect", async ({ request }) => {
        sent.push(((await request.json()) as { credentials: object }).credentials);
        return HttpResponse.json({}, { status: 202 });
      }),
    );
    fireEvent.click(await screen.findByRole("button", { name: "Connect" }));
    const dialog = within(await screen.findByRole("dialog"));
    const connect = () => fireEvent.click(dialog.getByRole("button", { name: "Connect" }));
    connect();
    await waitFor(() => expect(dialog.getAllByText(/^Enter the /)).toHaveLength(5));

    for (const [label, value] of [
      ["App ID (Client ID)", "app"],
      ["Cert ID (Client Secret)", "cert"],
      ["Refresh token", "v^1.1#t"],
      ["Verification token", "a".repeat(32)],
    ] as const)
      fireEvent.change(dialog.getByLabelText(label), { target: { value } });
    connect();

    const credentials = { client_id: "app", client_secret: "cert", token: "v^1.1#t" };
    await waitFor(() => expect(sent).toEqual([{ ...credentials, webhook_secrets: ["a".repeat(32)] }]));
    expect(screen.queryByRole("button", { name: "Poll now" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Check" })).toBeNull();
  });
});

describe("the state of a channel", () => {
  it.each([
    [{}, "live"],
    [{ is_late: true }, "slow"],
    [{ awaits_connection: true }, "unconnected"],
    [{ active: false, awaits_connection: true }, "inactive"],
    [{ paused_since: "2026-11-18T08:00:00Z" }, "paused"],
  ])("of %o is %s", (health, state) => expect(stateOf({ ...HEALTH, ...health })).toBe(state));

  it.each([
    [["ebay"], "No channel connected"],
    [["ebay", "generic"], "Channels live"],
  ])("of %o is %s in the bar of every page", async (kinds, said) => {
    const channels = kinds.map((kind) => ({ id: kind, name: kind, kind, active: true }));
    const trade = { id: "trade", name: "Trade", kind: "offline", active: true };
    open("/channels", { answers: { "/channels": { items: [...channels, trade], next: null } } });
    server.use(
      http.get("*/api/channels/:id/health", ({ params }) =>
        HttpResponse.json({ ...HEALTH, channel: params.id, awaits_connection: params.id === "ebay" }),
      ),
    );

    await screen.findByText(said);
    await screen.findByText("Not connected");
  });
});

it("pausing and resuming a channel is seen at once on its page", async () => {
  const channel = {
    id: "uk",
    kind: "generic",
    name: "UK shop",
    active: true,
    paused_since: null as string | null,
  };
  open("/channels/uk");
  server.use(
    http.get("*/api/channels/uk", () => HttpResponse.json(channel)),
    http.get("*/api/channels/uk/connection", () => HttpResponse.json({ detail: "never" }, { status: 404 })),
    http.post("*/api/channels/uk/pause", () => {
      channel.paused_since = "2026-11-18T08:00:00Z";
      return HttpResponse.json({});
    }),
    http.post("*/api/channels/uk/resume", () => {
      channel.paused_since = null;
      return HttpResponse.json({});
    }),
  );

  fireEvent.click(await screen.findByRole("button", { name: "Pause" }));
  fireEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Pause" }));
  fireEvent.click(await screen.findByRole("button", { name: "Resume" }));

  expect(await screen.findByRole("button", { name: "Pause" })).toBeTruthy();
});
