import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { open } from "./opened";
import { server } from "./server";

const run = {
  started_at: "2026-11-02T03:00:00Z",
  finished_at: "2026-11-02T03:01:00Z",
  looked_at: 1200,
  moving: 0,
};
const audits = {
  items: [
    { ...run, audit: "stock", mended: 0, wrong: 2 },
    { ...run, audit: "rows", finished_at: null, looked_at: 7, mended: 3, wrong: 0 },
  ],
  next: null,
};
const card = async () => within(await screen.findByRole("region", { name: "Audits" }));
const rowOf = async (name: RegExp) => (await (await card()).findByRole("row", { name })).textContent;

describe("audits", () => {
  it("say what each looked at, mended and found wrong", async () => {
    open("/health", { answers: { "/audits": audits } });
    expect(await rowOf(/^Stock/)).toContain("1,20002");
    expect(await rowOf(/^Lists/)).toMatch(/running730$/);
  });

  it("run now when an owner says so", async () => {
    const begun: string[] = [];
    open("/health", { answers: { "/audits": { items: [], next: null } } });
    server.use(
      http.post("*/api/audits", () => {
        begun.push("all");
        return HttpResponse.json(audits, { status: 202 });
      }),
    );
    await screen.findByText("Nothing was audited yet.");
    fireEvent.click((await card()).getByRole("button", { name: "Audit now" }));
    await waitFor(() => expect(begun).toEqual(["all"]));
  });

  it("are not there for who may not see them", async () => {
    open("/health", { roles: ["warehouse"] });
    await screen.findByRole("heading", { name: "Health" });
    expect(screen.queryByRole("region", { name: "Audits" })).toBeNull();
  });
});

const channel = { id: "de", name: "Shop DE", kind: "shopify", base_url: "https://de.example", active: true };
const drift = (fields: object) => ({
  channel: "de",
  event: "night",
  ...run,
  different: 0,
  differences: [],
  problem: null,
  ...fields,
});
const compared = (answers: Record<string, object>, at = "/channels/de?tab=compared") =>
  open(at, {
    answers: { "/channels/de": channel, "/channels": { items: [channel], next: null }, ...answers },
  });

describe("quantities of a channel", () => {
  it("that differ are listed with ours", async () => {
    const differences = [
      { sku: "MUG", reference: "11", theirs: 9, ours: 4, told_at: null, location: "" },
      { sku: "CUP", reference: "12", theirs: null, ours: 1200, told_at: null, location: "Loft" },
    ];
    compared({ "/channels/de/drift": drift({ different: 3, differences }) });
    await screen.findByText(/^3 of 1,200 quantities differ there\./);
    await screen.findByText(/^The first 2 are listed\./);
    expect((await screen.findByRole("row", { name: /^MUG/ })).textContent).toBe("MUG11–94never");
    expect((await screen.findByRole("row", { name: /^CUP/ })).textContent).toBe("CUP12Loft–1,200never");
  });

  it("are the same", async () => {
    compared({ "/channels/de/drift": drift({}) });
    await screen.findByText(/^1,200 quantities are the same there\./);
  });

  it("could not be read", async () => {
    compared({ "/channels/de/drift": drift({ problem: "503 of the shop" }) });
    await screen.findByText("It could not be compared: 503 of the shop");
  });

  it("were not compared yet", async () => {
    compared({});
    server.use(
      http.get("*/api/channels/de/drift", () =>
        HttpResponse.json({ status: 404, title: "Not Found" }, { status: 404 }),
      ),
    );
    await screen.findByText("Its quantities were not compared yet.");
  });

  it("of an inactive one are not published, and it is not polled", async () => {
    compared({ "/channels/de": { ...channel, active: false } }, "/channels/de");
    await waitFor(() => expect(screen.getByRole("link", { name: "Its health" })).toBeDefined());
    expect(screen.queryByRole("button", { name: "Publish all" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Poll now" })).toBeNull();
  });
});
