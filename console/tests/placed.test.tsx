import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { order } from "./documents";
import { open } from "./opened";
import { server } from "./server";

/** Open the form of a new order, and keep what it sends. */
async function written(products: object = { items: [], next: null }) {
  const sent: object[] = [];
  const health = {
    channel: "trade",
    kind: "offline",
    lags: [],
    open_exceptions: [],
    problems: [],
    failing: [],
    state: "live",
  };
  const channels = { items: [{ id: "trade", name: "Trade", kind: "offline" }], next: null };
  open("/orders/new", {
    answers: {
      "/products": products,
      "/channels": channels,
      "/account": { currency: "EUR" },
      "/channels/trade/health": health,
    },
  });
  server.use(
    http.get("*/api/products/NOPE", () => HttpResponse.json({ detail: "no" }, { status: 404 })),
    http.post("*/api/routing/dry-run", () => HttpResponse.json({ orders: [] })),
    http.post("*/api/orders", async ({ request }) => {
      sent.push((await request.json()) as object);
      return HttpResponse.json({ detail: "not now" }, { status: 409 });
    }),
  );
  const type = async (label: string, text: string) =>
    userEvent.type(await screen.findByLabelText(label), text);
  await type("Name", "Ada");
  await type("Street", "1 Mill Road");
  await type("City", "Leeds");
  await type("Country", "GB");
  const place = () => userEvent.click(screen.getByRole("button", { name: "Place order" }));
  return { sent, type, place };
}

it("says at its field what is wrong with an order, and sends nothing", async () => {
  const { sent, type, place } = await written();
  await type("Sku, line 1", "MUG");
  await type("Units, line 1", "1.5");
  await type("Unit price, line 1", "nine");
  await type("E-mail", "ada at example");
  await place();

  expect(await screen.findByText("A whole number, 1 or more.")).toBeTruthy();
  expect(screen.getByText("An amount, such as 9.50.")).toBeTruthy();
  expect(screen.getByText("This is no e-mail address.")).toBeTruthy();
  expect(sent).toEqual([]);
});

it("takes a sku that no product has only where that is wanted, after saying what becomes of it", async () => {
  const { sent, type, place } = await written();
  await type("Sku, line 1", "NOPE");
  await type("Units, line 1", "1");
  await place();

  expect(await screen.findByText("There is no product NOPE.")).toBeTruthy();
  expect(sent).toEqual([]);

  await userEvent.click(screen.getByLabelText(/^Place it with skus that no product has/));
  await place();

  expect(await screen.findByText(/not now/i)).toBeTruthy();
  expect(sent).toHaveLength(1);
});

it("offers the products that begin as a line's sku is typed, and says what it is", async () => {
  const { type } = await written({ items: [{ sku: "MUG-BLACK", name: "Mug, black" }], next: null });
  await type("Sku, line 1", "MUG-BLACK");

  await screen.findByRole("option", { name: "Mug, black", hidden: true });
  const said = await screen.findAllByText("Mug, black");
  expect(said.map((each) => each.tagName).sort()).toEqual(["OPTION", "SPAN"]);
});

it("is shown once it can be read, and not placed again, where that fails at first", async () => {
  const { type, place } = await written({ items: [{ sku: "MUG", name: "Mug" }], next: null });
  const looks = [503, 404];
  let placed = 0;
  server.use(
    http.get("*/api/products/MUG", () => HttpResponse.json({ sku: "MUG" })),
    http.post("*/api/orders", () => {
      placed += 1;
      return HttpResponse.json({ id: "made" }, { status: 202 });
    }),
    http.get("*/api/orders/made", () => {
      const status = looks.shift();
      return status ? HttpResponse.json({}, { status }) : HttpResponse.json({ ...order, id: "made" });
    }),
  );
  await type("Sku, line 1", "MUG");
  await type("Units, line 1", "1");
  await place();

  expect(await screen.findByRole("heading", { level: 1, name: /UK-1/ })).toBeTruthy();
  expect(placed).toBe(1);
});
