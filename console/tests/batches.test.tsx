import { act, fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { readAgainIn, watchJob } from "../src/shell/jobs";
import { open } from "./opened";
import { server } from "./server";

it("a label batch of before is opened again, to print its labels", async () => {
  const batch = { id: "b7", who: "user:ann@example.com", created_at: "2026-11-18T09:00:00Z", size: 2 };
  open("/", { answers: { "/label-batches": { items: [{ ...batch, url: null, problem: "" }] } } });
  server.use(
    http.get("*/api/label-batches/b7", () =>
      HttpResponse.json({
        ...batch,
        url: "https://example.com/b7.pdf",
        problem: "",
        done: true,
        counts: {},
        next: null,
        items: [
          {
            order: "o",
            fulfilment: 1,
            number: "UK-1",
            state: "bought",
            tracking: "T1",
            message: "",
            errors: [],
          },
        ],
      }),
    ),
  );
  fireEvent.click(await screen.findByRole("button", { name: "Label batches" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: /, 2 labels, ann$/ }));

  const print = await screen.findByRole("link", { name: "Print 1 label" });
  expect(print.getAttribute("href")).toBe("https://example.com/b7.pdf");
  print.addEventListener("click", (event) => event.preventDefault()); // there is no other tab here
  fireEvent.click(print); // its tab may be closed, or its printer have no paper
  expect(screen.getByRole("link", { name: "Print 1 label" })).toBeTruthy();
  expect(localStorage.getItem("packhorse-job")).toBe("b7");

  fireEvent.click(screen.getByRole("button", { name: "Done with this" }));
  expect(localStorage.getItem("packhorse-job")).toBeNull();
});

it.each([403, 404])("a label batch that is another person's is shown no more, as %d says", async (status) => {
  open("/");
  server.use(http.get("*/api/label-batches/b9", () => HttpResponse.json({ detail: "no" }, { status })));
  await screen.findByRole("heading", { level: 1 });

  act(() => watchJob("b9"));

  await waitFor(() => expect(localStorage.getItem("packhorse-job")).toBeNull());
});

it("a label batch that cannot be read is read again later and later", () => {
  const failed = (errorUpdateCount: number) =>
    readAgainIn({ data: undefined, status: "error", errorUpdateCount });

  expect([1, 2, 3, 50].map(failed)).toEqual([2_000, 4_000, 8_000, 60_000]);
});

it("a label batch whose labels cannot be bought again says why", async () => {
  const entry = { order: "o", fulfilment: 1, number: "UK-1", state: "failed", message: "", errors: [] };
  const batch = { id: "b8", who: "ann", created_at: "2026-11-18T09:00:00Z", size: 1, url: null, problem: "" };
  open("/", { answers: { "/label-batches": { items: [batch] } } });
  server.use(
    http.get("*/api/label-batches/b8", () =>
      HttpResponse.json({ ...batch, done: true, counts: {}, next: null, items: [entry] }),
    ),
    http.post("*/api/label-batches/b8/retry", () =>
      HttpResponse.json({ detail: "the account is inactive" }, { status: 409 }),
    ),
  );
  fireEvent.click(await screen.findByRole("button", { name: "Label batches" }));
  fireEvent.click(await screen.findByRole("menuitem", { name: /, 1 label, ann$/ }));

  fireEvent.click(await screen.findByRole("button", { name: /again/i }));

  expect(await screen.findByText(/the account is inactive/i)).toBeTruthy();
});
