import { fireEvent, screen, waitFor } from "@testing-library/react";
import { delay, HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { t } from "../src/texts";
import { exception } from "./documents";
import { open } from "./opened";
import { server } from "./server";

const about = (id: string, cause: string) =>
  exception({ id, cause, subject: { text: id, orders: [], tracking: [] }, message: `about ${id}` });

it("exceptions of one cause are all there, also beyond those that are loaded of all causes", async () => {
  open("/exceptions?cause=drift");
  server.use(
    http.get("*/api/exceptions", ({ request }) => {
      const ofOne = new URL(request.url).searchParams.get("cause") === "drift";
      const items = ofOne ? [about("the last one", "drift")] : [about("another", "overdue")];
      return HttpResponse.json({ items, next: ofOne ? null : "more" });
    }),
  );

  expect(await screen.findByText("about the last one")).toBeTruthy();
  expect(screen.queryByText("about another")).toBeNull();
  expect(screen.getByRole("button", { name: "All causes 1+" })).toBeTruthy();
});

it("exceptions of another cause are never said to be none while they are read", async () => {
  open("/exceptions?cause=drift");
  server.use(
    http.get("*/api/exceptions", async ({ request }) => {
      const cause = new URL(request.url).searchParams.get("cause");
      if (cause === "overdue") await delay("infinite");
      const items = cause ? [about("one", cause)] : [about("one", "drift"), about("two", "overdue")];
      return HttpResponse.json({ items, next: cause ? null : "more" });
    }),
  );

  await screen.findByText("about one");
  fireEvent.click(screen.getByRole("button", { name: "Overdue 1+" }));

  await waitFor(() => expect(screen.queryByText("about one")).toBeNull());
  expect(screen.queryByText(t.exceptions.empty.open.title)).toBeNull();
});
