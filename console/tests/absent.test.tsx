import { screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { open } from "./opened";
import { server } from "./server";

const answer = (path: string, status: number, detail: string) => {
  let asked = 0;
  server.use(
    http.get(`*/api${path}`, () => {
      asked += 1;
      return HttpResponse.json({ detail }, { status });
    }),
  );
  return () => asked;
};

it.each([
  ["/uploads/nope", "There is no upload nope.", "Uploads"],
  ["/orders/nope", "There is no order nope.", "Orders"],
  ["/products/nope", "There is no product nope.", "Products"],
  ["/channels/nope", "There is no channel nope.", "Channels"],
  ["/warehouses/nope", "There is no warehouse nope.", "Warehouses"],
  ["/suppliers/nope", "There is no supplier nope.", "Suppliers"],
  ["/carriers/nope", "There is no carrier nope.", "Carriers"],
  ["/purchase-orders/nope", "There is no purchase order nope.", "Purchase orders"],
  ["/work-orders/nope", "There is no work order nope.", "Work orders"],
  ["/transfers/nope", "There is no transfer nope.", "Transfers", "/transfer-orders/nope"],
])("says at %s that there is no such thing, and leads to the list", async (at, said, list, path = at) => {
  open(at);
  answer(path, 404, "no");

  expect(await screen.findByText(said)).toBeTruthy();
  expect(screen.queryByText("Try again")).toBeNull();
  screen.getByRole("button", { name: `To the list: ${list}` }).click();
  expect(await screen.findByRole("heading", { level: 1, name: list })).toBeTruthy();
});

it("asks for an upload that this page did not send no second time", async () => {
  open("/uploads/nope");
  const asked = answer("/uploads/nope", 404, "no");

  await screen.findByText("There is no upload nope.");
  await new Promise((resolve) => setTimeout(resolve, 1200));

  expect(asked()).toBe(1);
});

it("says of an id that can be none that nothing has it", async () => {
  open("/products/far-too-long");
  answer("/products/far-too-long", 422, "the input does not fit");

  expect(await screen.findByText("There is no product far-too-long.")).toBeTruthy();
});

it("opens no bench of a name that none can have", async () => {
  open("/bench/no%20bench!");

  expect(await screen.findByText("No bench can be called no bench!.")).toBeTruthy();
});

it("says of what a reader may not see why, without a way to try it again", async () => {
  open("/orders/leeds-1", { roles: ["warehouse"], warehouses: ["york"] });
  answer("/orders/leeds-1", 403, "this order has nothing at your warehouses");

  expect(await screen.findByText("This order has nothing at your warehouses")).toBeTruthy();
  expect(screen.queryByText("Try again")).toBeNull();
});
