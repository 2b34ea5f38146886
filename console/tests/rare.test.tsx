import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { open } from "./opened";
import { server } from "./server";

it.each([
  ["/orders?q=rare", "*/api/orders", "No order matches “rare”."],
  ["/?q=rare", "*/api/fulfilments", "No order matches “rare”."],
  ["/transfers?q=rare", "*/api/transfer-orders", "Nothing matches these filters."],
])("%s reads on by itself until there is a row or no page is left", async (at, path, said) => {
  open(at, { answers: { "/channels": { items: [{ id: "shop", name: "Shop" }], next: null } } });
  server.use(
    http.get(path, ({ request }) => {
      const isFirst = !new URL(request.url).searchParams.has("cursor");
      return HttpResponse.json({ items: [], counts: null, next: isFirst ? "more" : null });
    }),
  );

  expect(await screen.findByText(said)).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
});
