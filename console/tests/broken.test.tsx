import { render, screen } from "@testing-library/react";
import { createElement } from "react";
import { expect, it } from "vitest";
import { Broken } from "../src/shell/Broken";

it("says of a page that failed what to report, and offers to load it again", () => {
  render(createElement(Broken, { error: new TypeError("x is undefined") }));

  expect(screen.getByRole("status").textContent).toContain("x is undefined");
  expect(screen.getByRole("button", { name: "Load again" })).toBeTruthy();
});
