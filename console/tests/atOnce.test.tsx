import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { open } from "./opened";
import { server } from "./server";

const channel = { id: "uk", kind: "ebay", name: "eBay", active: true, awaits_connection: false };
const supplier = { id: "mill", name: "Mill", active: true, transport: { kind: "sftp" } };
const sent: string[] = [];
const opened = (at: string, roles = ["owner"]) => {
  open(at, { roles, answers: { "/channels/uk": channel, "/suppliers/mill": supplier } });
  server.use(
    http.get("*/api/channels/uk/connection", () => HttpResponse.json({ detail: "never" }, { status: 404 })),
    http.post("*/api/*", ({ request }) => {
      sent.push(new URL(request.url).pathname.replace("/api", ""));
      return HttpResponse.json({}, { status: 202 });
    }),
  );
};

beforeEach(() => {
  sent.length = 0;
});

describe("what is done at its times", () => {
  it.each([
    ["all quantities are published", "/channels/uk", "Publish all", "/channels/uk/sync-now"],
    ["files are exchanged", "/suppliers/mill", "Exchange now", "/suppliers/mill/send-now"],
  ])("is done at once, too: %s", async (_, at, button, path) => {
    opened(at);

    fireEvent.click(await screen.findByRole("button", { name: button }));

    await waitFor(() => expect(sent).toEqual([path]));
  });

  it("is not offered to who may not", async () => {
    opened("/suppliers/mill", ["read_only"]);

    await screen.findByRole("heading", { name: "Mill" });

    expect(screen.queryByRole("button", { name: "Exchange now" })).toBeNull();
  });
});
