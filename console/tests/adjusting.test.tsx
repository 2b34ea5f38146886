import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { AdjustDialog } from "../src/pages/stock/AdjustDialog";
import { server } from "./server";

const places = [{ sku: "MUG", warehouse: "leeds", on_hand: 12 }] as Schemas["Balance"][];

it("adds units by what was entered alone, which is right whatever others change meanwhile", async () => {
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/stock/adjustments", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({ items: [] });
    }),
    http.get("*/api/*", () => HttpResponse.json({ items: [], next: null })),
  );
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient()}>
        <AdjustDialog sku="MUG" places={places} chosen="leeds" onClose={() => {}} />
      </QueryClientProvider>
    </MantineProvider>,
  );

  fireEvent.change(screen.getByLabelText("Add or take away"), { target: { value: "+7" } });
  fireEvent.change(screen.getByLabelText("Reason"), { target: { value: "found" } });
  fireEvent.click(screen.getByRole("button", { name: /^Add 7/ }));

  await waitFor(() => expect(sent).toHaveLength(1));
  expect(sent[0]).toEqual({ adjustments: [{ sku: "MUG", warehouse: "leeds", add: 7, reason: "found" }] });
});
