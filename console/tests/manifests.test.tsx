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
      manifest("3", "other", {}),
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
