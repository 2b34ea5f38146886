import { screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { open } from "./opened";
import { server } from "./server";

/** The API, as it takes tags of at most 40 characters; keeps the parameters of each request. */
function listOf(path: string) {
  const asked: URLSearchParams[] = [];
  server.use(
    http.get(`*/api${path}`, ({ request }) => {
      const { searchParams } = new URL(request.url);
      asked.push(searchParams);
      if ((searchParams.get("tag") ?? "").length <= 40) return HttpResponse.json({ items: [], next: null });
      const errors = [{ field: "tag", message: "must have no more than 40 characters" }];
      return HttpResponse.json({ detail: "the input does not fit", errors }, { status: 422 });
    }),
  );
  return asked;
}

it("names the filter that does not fit, and drops it alone", async () => {
  open(`/orders?status=open&tag=${"x".repeat(60)}`);
  const asked = listOf("/orders");

  const drop = await screen.findByText("Drop this filter");

  expect(screen.getByText(/Tag: must have no more than 40 characters/)).toBeTruthy();
  expect(screen.queryByText("Try again")).toBeNull();
  drop.click();
  await waitFor(() => expect(screen.queryByText("Drop this filter")).toBeNull());
  expect(asked.at(-1)?.get("status")).toBe("open");
  expect(asked.at(-1)?.get("tag")).toBeNull();
});

it("asks for nothing that the address has and the page does not know", async () => {
  open("/orders?status=nonsense&colour=red");
  const asked = listOf("/orders");

  await screen.findByText("No orders yet.");

  expect([...(asked[0]?.keys() ?? [])]).toEqual(["limit"]);
});
