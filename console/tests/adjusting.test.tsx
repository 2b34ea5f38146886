import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { queries } from "../src/api/queries";
import { AdjustDialog } from "../src/pages/stock/AdjustDialog";
import { server } from "./server";

const places = [{ sku: "MUG", warehouse: "leeds", on_hand: 12 }] as Schemas["NamedBalance"][];

function opened() {
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={queries}>
        <AdjustDialog sku="MUG" places={places} chosen="leeds" onClose={() => {}} />
      </QueryClientProvider>
    </MantineProvider>,
  );
  fireEvent.change(screen.getByLabelText("Add or take away"), { target: { value: "+7" } });
  fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "found" } });
  fireEvent.click(screen.getByRole("button", { name: /^Add 7/ }));
}

it("adds units by what was entered alone, which is right whatever others change meanwhile", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/stock/adjustments", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ items: [] });
    }),
    http.get("*/api/*", () => HttpResponse.json({ items: [], next: null })),
  );
  opened();

  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({ adjustments: [{ sku: "MUG", warehouse: "leeds", add: 7, reason: "found" }] });
});

it("reads stock again where what was sent before, without an answer, was done", async () => {
  const earlier = { request: "POST /stock/adjustments", status: 200, id: null };
  server.use(
    http.post("*/api/stock/adjustments", () =>
      HttpResponse.json({ detail: "used", earlier }, { status: 422 }),
    ),
    http.get("*/api/*", () => HttpResponse.json({ items: [], next: null })),
  );
  queries.setQueryData(["stock", "MUG"], places);
  opened();

  expect(await screen.findByText(/What you sent before, whose answer was lost, was done/)).toBeTruthy();
  expect(queries.getQueryState(["stock", "MUG"])?.isInvalidated).toBe(true);
});
