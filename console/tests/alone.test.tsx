import { screen } from "@testing-library/react";
import { expect, it } from "vitest";
import { open } from "./opened";

it("says at the address of a bench that it is not for a role that packs nothing", async () => {
  open("/bench/one", { roles: ["read_only"] });

  expect(await screen.findByText("This page is not for your role.")).toBeTruthy();
});

it("opens a bench alone on the page for whoever packs", async () => {
  open("/bench/one", { roles: ["operator"] });

  expect(await screen.findByText("Bench settings")).toBeTruthy();
  expect(screen.queryByRole("navigation", { name: "Main" })).toBeNull();
});
