import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reachesOf } from "../src/pages/order/PrivacyDialogs";
import { order } from "./documents";
import { open } from "./opened";
import { server } from "./server";

const customer = { id: "77", name: "Ada", email: "ada@example.com", phone: "" };
const asked: { path: string; cursor: string | null; body: unknown }[] = [];
const files: Blob[] = [];

function opened(answers: object[], roles = ["owner"]) {
  open("/orders/o", { roles, answers: { "/orders/o": { ...order, customer } } });
  const left = [...answers];
  server.use(
    http.post("*/api/privacy/*", async ({ request }) => {
      const { pathname, searchParams } = new URL(request.url);
      const path = pathname.replace("/api", "");
      asked.push({ path, cursor: searchParams.get("cursor"), body: await request.json() });
      return HttpResponse.json(left.shift());
    }),
  );
}
const press = async (name: string) => fireEvent.click(await screen.findByRole("button", { name }));

beforeEach(() => {
  asked.length = 0;
  files.length = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation((file) => `blob:${files.push(file as Blob)}`);
  vi.spyOn(HTMLAnchorElement.prototype, "click").mockImplementation(() => {});
});
afterEach(() => vi.restoreAllMocks());

describe("a buyer's data", () => {
  it("is saved as one file, however many pages it has", async () => {
    opened([
      { items: [{ number: "UK-1" }], next: "more" },
      { items: [{ number: "UK-2" }], next: null },
    ]);

    await press("Export buyer");
    fireEvent.change(await screen.findByLabelText("Whose data"), { target: { value: "email" } });
    await press("Save the file");

    await waitFor(() => expect(files).toHaveLength(1));
    expect(JSON.parse((await files[0]?.text()) ?? "")).toEqual({
      orders: [{ number: "UK-1" }, { number: "UK-2" }],
    });
    const body = { email: "ada@example.com" };
    expect(asked).toEqual([
      { path: "/privacy/export", cursor: null, body },
      { path: "/privacy/export", cursor: "more", body },
    ]);
  });

  it("is saved as far as it was read, which is said", async () => {
    opened([{ items: [{ number: "UK-1" }], next: "more" }]);
    server.use(
      http.post("*/api/privacy/export", ({ request }) =>
        new URL(request.url).searchParams.has("cursor")
          ? HttpResponse.json({ detail: "try again" }, { status: 422 })
          : undefined,
      ),
    );

    await press("Export buyer");
    await press("Save the file");

    expect(
      await screen.findByText("Only 1 order could be read: the file has it alone. Save it again."),
    ).toBeTruthy();
    expect(files).toHaveLength(1);
  });

  it("is erased of the order alone unless more is chosen", async () => {
    opened([{ orders: ["o"] }]);

    await press("Erase buyer");
    await press("Erase");

    await waitFor(() =>
      expect(asked).toEqual([{ path: "/privacy/erase", cursor: null, body: { order: "o" } }]),
    );
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });

  it("is nobody's but an owner's to erase", async () => {
    opened([], ["operator"]);

    await screen.findByRole("heading", { name: "Ship to" });

    expect(screen.queryByRole("button", { name: "Erase buyer" })).toBeNull();
  });

  it("reaches as far as the channel says who the buyer is", () => {
    expect(reachesOf({ id: "o", channel: "shop", customer })).toEqual({
      order: { order: "o" },
      email: { email: "ada@example.com" },
      customer: { channel: "shop", customer: "77" },
    });
    expect(reachesOf({ id: "o", channel: "shop", customer: { name: "Ada" } })).toEqual({
      order: { order: "o" },
    });
  });
});
