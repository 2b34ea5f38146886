import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { days, daysOf, endOf, endOfPast, momentsOf, rangeOf, startOf, today } from "../src/search/days";
import { open } from "./opened";
import { server } from "./server";

const noon = (day: string) => Date.parse(`${day}T12:00`);

describe("days of a list", () => {
  it.each(["today", "last-7", "2026-11-01..2026-11-05", "2026-11-01..", "..2026-11-05"])(
    "can be %s",
    (value) => expect(days(value)).toBe(value),
  );

  it.each([
    "",
    "..",
    "soon",
    "2026-11-05..2026-11-01",
    "2026-02-30..",
    "2026-11-01",
    "a..b",
    "1..2..3",
    "constructor",
    7,
  ])("are never %s", (value) => expect(days(value)).toBeUndefined());

  it.each([
    ["yesterday", "2026-02-28", "2026-02-28"],
    ["today", "2026-03-01", "2026-03-01"],
    ["last-7", "2026-02-23", "2026-03-01"],
    ["next-7", "2026-03-01", "2026-03-07"],
  ])("are other ones each day where they are %s", (value, from, to) =>
    expect(daysOf(value, noon("2026-03-01"))).toEqual({ from, to }),
  );

  it("begin and end with the days of the reader's clock", () => {
    expect(momentsOf("2026-11-01..2026-11-05", 0)).toEqual({
      from: new Date(2026, 10, 1).toISOString(),
      to: new Date(2026, 10, 5, 23, 59, 59, 999).toISOString(),
    });
    expect(momentsOf("..2026-11-05", 0)).toEqual({ to: endOf("2026-11-05") });
    expect(momentsOf(undefined, 0)).toEqual({});
  });

  it("end only once they are over: the stock as of today is that of now", () => {
    expect(endOfPast("2026-11-28", noon("2026-11-29"))).toBe(endOf("2026-11-28"));
    expect(endOfPast("2026-11-29", noon("2026-11-29"))).toBeUndefined();
    expect(endOfPast(undefined)).toBeUndefined();
  });

  it("begin at no moment where they are none, such as those of a year of five digits", () => {
    expect(startOf("20266-01-01")).toBe("");
    expect(endOf("20266-01-01")).toBe("");
    expect(endOfPast("20266-01-01")).toBeUndefined();
  });

  it("are a range once either side is chosen", () => {
    expect(rangeOf({ from: "2026-11-01" })).toBe("2026-11-01..");
    expect(rangeOf({})).toBeUndefined();
  });
});

describe("the list of orders", () => {
  const asked = () => {
    const queries: URLSearchParams[] = [];
    server.use(
      http.get("*/api/orders", ({ request }) => {
        queries.push(new URL(request.url).searchParams);
        return HttpResponse.json({ items: [], next: null });
      }),
    );
    return () => Object.fromEntries(queries.at(-1) ?? []);
  };

  it("has those of the days, the service and the order of its address", async () => {
    open("/orders?placed=today&ship_by=..2026-12-01&delivery_method=Express&sort=ship_by");
    const query = asked();

    expect(await screen.findByText("Nothing matches these filters.")).toBeTruthy();
    expect(query()).toEqual({
      delivery_method: "Express",
      sort: "ship_by",
      placed_from: startOf(today()),
      placed_to: endOf(today()),
      ship_by_to: endOf("2026-12-01"),
      limit: "50",
    });
  });

  it("is limited to a day that is typed, and to a period by one click", async () => {
    const user = userEvent.setup();
    open("/orders");
    const query = asked();

    await user.click(await screen.findByRole("button", { name: "Placed" }));
    await user.click(await screen.findByRole("button", { name: "Apply" }));
    expect(screen.getByText("Choose a day.")).toBeTruthy();
    await user.type(screen.getByLabelText("From"), "2026-11-05");
    await user.type(screen.getByLabelText("To"), "2026-11-01");
    await user.click(screen.getByRole("button", { name: "Apply" }));
    expect(screen.getByText("The first day is after the last.")).toBeTruthy();
    await user.click(screen.getByRole("button", { name: "Yesterday" }));

    expect(await screen.findByRole("button", { name: "Placed Yesterday" })).toBeTruthy();
    expect(query().placed_to).toBe(momentsOf("yesterday", Date.now()).to);
  });
});
