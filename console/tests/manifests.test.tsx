import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { open } from "./opened";
import { server } from "./server";

const manifest = (id: string, account: string, change: object) => ({
  id,
  account,
  carrier: "USPS",
  warehouse: "york",
  day: "2026-11-18",
  who: "ann",
  created_at: "2026-11-18T16:00:00Z",
  state: "made",
  parcels: [{}, {}],
  form: "f",
  url: null,
  problem: "",
  ...change,
});
const ANSWERS = {
  "/carriers/ep": { id: "ep", kind: "easypost", name: "EasyPost", active: true },
  "/warehouses": { items: [{ id: "york", name: "York", kind: "own" }], next: null },
  "/manifests": {
    items: [
      manifest("1", "ep", { url: "https://example.com/1.pdf" }),
      manifest("2", "ep", { state: "making" }),
    ],
    next: null,
  },
};

it("a carrier account has its manifests to print", async () => {
  open("/carriers/ep", { answers: ANSWERS });

  const print = await screen.findByRole("link", { name: "Print" });
  expect(print.getAttribute("href")).toBe("https://example.com/1.pdf");
  expect(screen.getAllByText("2 parcels")).toHaveLength(2);
  expect(screen.getByText("being made")).toBeTruthy();
});

it("a manifest is made of what was bought today for a warehouse", async () => {
  const sent: unknown[] = [];
  open("/carriers/ep", { answers: ANSWERS });
  server.use(
    http.post("*/api/manifests", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(manifest("4", "ep", {}), { status: 201 });
    }),
  );
  fireEvent.click(await screen.findByRole("button", { name: "Make manifest" }));
  await screen.findByRole("heading", { name: "Make a manifest?" });
  const buttons = screen.getAllByRole("button", { name: "Make manifest" });
  fireEvent.click(buttons.at(-1) as HTMLElement);

  await waitFor(() => expect(sent).toEqual([{ account: "ep", warehouse: "york", carrier: null }]));
});

it("the list of an account is of that alone, and goes on", async () => {
  const asked: string[] = [];
  open("/carriers/ep", { answers: ANSWERS });
  server.use(
    http.get("*/api/manifests", ({ request }) => {
      const { searchParams } = new URL(request.url);
      asked.push(`${searchParams.get("account")} ${searchParams.get("cursor")}`);
      const isFirst = !searchParams.has("cursor");
      const items = isFirst ? [] : [manifest("9", "ep", { url: "https://example.com/9.pdf" })];
      return HttpResponse.json({ items, next: isFirst ? "more" : null });
    }),
  );

  expect(await screen.findByRole("link", { name: "Print" })).toBeTruthy();
  expect(asked).toEqual(["ep null", "ep more"]);
});

it("people of a warehouse make its manifest where they see what is packed", async () => {
  const sent: unknown[] = [];
  open("/?view=packed", { roles: ["warehouse"], warehouses: ["york"], answers: ANSWERS });
  server.use(
    http.post("*/api/manifests", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json(manifest("4", "ep", {}), { status: 201 });
    }),
  );

  fireEvent.click(await screen.findByRole("button", { name: "Manifests" }));
  expect(await screen.findByRole("link", { name: "Print" })).toBeTruthy();
  fireEvent.click(screen.getByRole("button", { name: "Make manifest" }));
  await screen.findByRole("heading", { name: "Make a manifest?" });
  fireEvent.click(screen.getByRole("button", { name: "Make manifest" }));

  await waitFor(() => expect(sent).toEqual([{ account: null, warehouse: "york", carrier: null }]));
});
