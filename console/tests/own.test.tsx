import { readFileSync } from "node:fs";
import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import createClient from "openapi-fetch";
import { afterEach, expect, it, vi } from "vitest";
import type { Schemas } from "../src/api/client";
import type { paths } from "../src/api/schema";
import { OF_ONE_WAREHOUSE, ofCurrentWarehouse } from "../src/api/warehouse";
import { open } from "./opened";
import { server } from "./server";

afterEach(() => vi.restoreAllMocks());

const me = (roles: Schemas["Role"][], ...warehouses: string[]) => ({
  id: "1",
  name: "ann",
  roles,
  warehouses,
});

/** The warehouse that a list of orders is of, for this person. */
async function listedFor(person: Schemas["Me"], warehouse?: string) {
  let found: string | null = null;
  server.use(
    http.get("http://console.test/api/orders", ({ request }) => {
      found = new URL(request.url).searchParams.get("warehouse");
      return HttpResponse.json({ items: [], next: null });
    }),
  );
  const api = createClient<paths>({ baseUrl: "http://console.test/api" });
  api.use(ofCurrentWarehouse(async () => person));
  await api.GET("/orders", { params: { query: { q: "lamp", warehouse } } });
  return found;
}

it("lists are of a warehouse of theirs for people who are limited to several", async () => {
  expect(await listedFor(me(["packer"], "york", "reno"))).toBe("york");
  expect(await listedFor(me(["warehouse", "packer"], "york", "reno"), "reno")).toBe("reno");
});

it.each<[string, Schemas["Me"]]>([
  ["has one, which the API knows", me(["packer"], "york")],
  ["sees all", me(["operator", "packer"], "york", "reno")],
])("lists are of none for who %s", async (_, person) => expect(await listedFor(person)).toBeNull());

it("each list of the API that needs one has it", () => {
  const api = JSON.parse(readFileSync("../docs/openapi.json", "utf8"));
  const needing = Object.entries<Record<string, Record<string, unknown>>>(api.paths).flatMap(
    ([path, { get }]) => {
      const named = (get?.parameters as { name: string; in: string }[] | undefined) ?? [];
      const isLimited = (get?.["x-roles"] as string[] | undefined)?.includes("warehouse");
      return isLimited && named.some((each) => each.in === "query" && each.name === "warehouse")
        ? [path]
        : [];
    },
  );

  expect(needing.sort()).toEqual([...OF_ONE_WAREHOUSE].sort());
});

it("a packer of two chooses one in the bar, which this browser keeps", async () => {
  const assign = vi.spyOn(window.location, "assign").mockImplementation(() => undefined);
  const person = me(["packer"], "york", "reno");
  open("/", { roles: ["packer"], warehouses: ["york", "reno"] });
  const user = userEvent.setup();

  await user.click(await screen.findByRole("button", { name: "Lists are of york" }));
  await user.click(await screen.findByRole("menuitem", { name: "reno" }));

  expect(assign).toHaveBeenCalledOnce();
  expect(await listedFor(person)).toBe("reno");
});

it("a choice in another tab leaves what this one shows", async () => {
  const person = me(["packer"], "york", "reno");
  await listedFor(person);
  localStorage.setItem("packhorse-warehouse", "reno");

  expect(await listedFor(person)).toBe("york");
});

it("a packer of two can filter by them, though their names are not for packers", async () => {
  open("/orders", { roles: ["packer"], warehouses: ["york", "reno"] });
  const user = userEvent.setup();

  await user.click(await screen.findByRole("button", { name: "Warehouse" }));

  expect(await screen.findByRole("menuitem", { name: "reno" })).toBeTruthy();
});
