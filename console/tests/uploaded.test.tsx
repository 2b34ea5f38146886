import { createEvent, fireEvent, screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { open } from "./opened";
import { server } from "./server";

const report = {
  id: "u1",
  file: "trade/orders.csv",
  kind: "orders",
  channel: "trade",
  state: "done",
  rows: 2,
  orders: { accepted: 2, duplicate: 0, rejected: 0 },
  errors: [],
  warnings: [],
  errors_left_out: 0,
};

/** Open the page of an upload whose channel has so many orders that await payment. */
function uploaded(unpaid: number, change: object = {}) {
  open("/uploads/u1", { answers: { "/uploads/u1": { ...report, ...change } } });
  server.use(
    http.get("*/api/orders", ({ request }) => {
      const { searchParams } = new URL(request.url);
      const isMeant =
        searchParams.get("status") === "awaiting_payment" && searchParams.get("channel") === "trade";
      return HttpResponse.json({
        items: isMeant ? Array.from({ length: unpaid }, () => ({})) : [],
        next: null,
      });
    }),
  );
}

it("leads from an upload to its orders, and to those that await payment", async () => {
  uploaded(1);

  const all = await screen.findByRole("link", { name: "Show the orders" });
  const unpaid = await screen.findByRole("link", { name: "Show those that await payment" });

  expect(all.getAttribute("href")).toBe("/orders?channel=trade");
  expect(unpaid.getAttribute("href")).toBe("/orders?channel=trade&status=awaiting_payment");
});

it("does not lead to orders that await payment where none does", async () => {
  uploaded(0);

  await screen.findByRole("link", { name: "Show the orders" });
  expect(screen.queryByText("Show those that await payment")).toBeNull();
});

it("leads to no orders from an upload that has none", async () => {
  uploaded(1, { kind: "stock", orders: null, stock: { changed: 2, unchanged: 0, rejected: 0 } });

  await screen.findByText("Everything is in.");
  expect(screen.queryByText("Show the orders")).toBeNull();
});

it("says of rows that were sent again in which file, and leaves the others to be mended", async () => {
  const errors = ["T-1", "T-2"].map((order_number, place) => ({
    row: place + 2,
    order_number,
    column: "SKU",
    message: "is missing",
  }));
  const failed_rows_url = `${window.location.origin}/failed.csv`;
  const sent_again = [{ upload: "u2", file: "orders/trade/u2/orders-mended.csv", rows: [0] }];
  uploaded(0, { errors, failed_rows_url, sent_again });
  server.use(
    http.get("*/failed.csv", () =>
      HttpResponse.text("OrderNumber,SKU,Reason\nT-1,,SKU: is missing\nT-2,,SKU: is missing\n"),
    ),
  );

  const link = await screen.findByRole("link", { name: "orders-mended.csv" });

  expect(link.getAttribute("href")).toBe("/uploads/u2?from=u1");
  expect(screen.getByText("1 order sent again in")).toBeTruthy();
  expect(screen.getByText("0 of 1 order mended")).toBeTruthy();
});

/** The page of uploads, whose API takes each file but `bad.csv`, and what it is sent. */
async function zone() {
  const announced: string[] = [];
  open("/uploads");
  server.use(
    http.post("*/api/uploads", async ({ request }) => {
      const { filename } = (await request.json()) as { filename: string };
      announced.push(filename);
      if (filename === "bad.csv") return HttpResponse.json({ detail: "it is too large" }, { status: 422 });
      return HttpResponse.json({ id: filename, url: `http://bucket.test/${filename}` }, { status: 201 });
    }),
    http.put("http://bucket.test/*", async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return new HttpResponse();
    }),
  );
  const field = await screen.findByLabelText("Choose or drop CSV files");
  const drop = (...names: string[]) => {
    const files = names.map((name) => new File(["sku"], name));
    fireEvent.drop(field.closest("label") as HTMLElement, { dataTransfer: { files } });
  };
  return { announced, drop };
}

it("sends each of several files that are dropped, and says what became of it", async () => {
  const { announced, drop } = await zone();

  drop("one.csv", "bad.csv", "two.csv");

  expect((await screen.findByRole("link", { name: "two.csv" })).getAttribute("href")).toBe(
    "/uploads/two.csv",
  );
  expect(screen.getByRole("link", { name: "one.csv" })).toBeTruthy();
  expect(screen.getByText("bad.csv was not sent. it is too large")).toBeTruthy();
  expect(announced).toEqual(["one.csv", "bad.csv", "two.csv"]);
});

it("says that a file was not taken that is dropped while another one is sent", async () => {
  const { announced, drop } = await zone();
  drop("one.csv", "two.csv");

  drop("three.csv");

  expect((await screen.findByRole("alert")).textContent).toMatch(/^Not taken: three.csv/);
  await screen.findByRole("link", { name: "two.csv" });
  expect(announced).toEqual(["one.csv", "two.csv"]);
});

it.each([
  ["does not open a file", ["Files"], true],
  ["leaves a text to the browser", ["text/plain"], false],
])("%s that is dropped beside the zone", async (_, types, isRefused) => {
  await zone();
  const event = createEvent.drop(document.body, { dataTransfer: { types } });

  fireEvent(document.body, event);

  expect(event.defaultPrevented).toBe(isRefused);
});
