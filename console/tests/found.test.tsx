import { onlineManager } from "@tanstack/react-query";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { order } from "./documents";
import { open } from "./opened";
import { server } from "./server";

/** Open the search, and give what scans a number into it. */
async function scanner() {
  open("/stock");
  const made = (number: string) => ({ ...order, id: `id-${number}`, number });
  server.use(
    http.get("*/api/orders", ({ request }) => {
      const number = new URL(request.url).searchParams.get("q") ?? "";
      return HttpResponse.json({ items: number === "UK-0" ? [] : [made(number)], next: null });
    }),
    http.get("*/api/orders/:id", ({ params }) => HttpResponse.json(made(String(params.id).slice(3)))),
  );
  await screen.findByRole("heading", { level: 1 });
  fireEvent.keyDown(document.body, { key: "/" });
  return async (number: string, key = "Enter") => {
    const field = await screen.findByRole("combobox");
    fireEvent.change(field, { target: { value: number } });
    fireEvent.keyDown(field, { key });
  };
}

describe("a scan into the search", () => {
  it("opens the order that has its number, once that is found", async () => {
    const scan = await scanner();

    await scan("UK-1");

    expect(await screen.findByRole("heading", { level: 1, name: /UK-1/ })).toBeTruthy();
  });

  it("opens none that was found for what was typed before", async () => {
    const scan = await scanner();
    await scan("UK-1", "Shift");
    await screen.findByText("UK-1");

    await scan("UK-2");

    expect(await screen.findByRole("heading", { level: 1, name: /UK-2/ })).toBeTruthy();
  });

  it("opens nothing where nothing has its number", async () => {
    const scan = await scanner();
    await scan("UK-1", "Shift");
    await screen.findByText("UK-1");

    await scan("UK-0");

    expect(await screen.findByText(/UK-0/)).toBeTruthy();
    expect(screen.getByRole("heading", { level: 1, name: "Stock", hidden: true })).toBeTruthy();
  });
});

describe("a search that fails", () => {
  it("says so, and is made again", async () => {
    const scan = await scanner();
    let answers = false;
    server.use(
      http.get("*/api/orders", () =>
        answers
          ? HttpResponse.json({ items: [order], next: null })
          : HttpResponse.json({ detail: "no" }, { status: 500 }),
      ),
    );

    await scan("UK-1");
    await screen.findByText(/“UK-1” could not be searched/);
    expect(screen.queryByText(/Nothing found/)).toBeNull();
    answers = true;
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));

    expect(await screen.findByRole("option", { name: new RegExp(order.number) })).toBeTruthy();
    expect(screen.queryByText(/could not be searched/)).toBeNull();
  });

  it("says so, too, where it waits for a connection", async () => {
    const scan = await scanner();
    onlineManager.setOnline(false);
    try {
      await scan("UK-1");

      expect(await screen.findByText(/“UK-1” could not be searched/)).toBeTruthy();
    } finally {
      onlineManager.setOnline(true);
    }
  });
});

it("the search of a list keeps the space that is typed before the next word", async () => {
  open("/orders");
  const field = await screen.findByRole<HTMLInputElement>("searchbox");

  fireEvent.change(field, { target: { value: "desk " } });
  await screen.findByRole("button", { name: "Clear filters" });
  expect(field.value).toBe("desk ");

  fireEvent.click(screen.getByRole("button", { name: "Clear filters" }));
  await waitFor(() => expect(field.value).toBe(""));
});
