import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { open } from "./opened";

const asks = () => screen.findByRole("dialog", { name: "Leave without saving?" });
const page = (name: string) => screen.findByRole("heading", { level: 1, name });
const goTo = async (name: string) =>
  userEvent.click(
    await within(screen.getByRole("navigation", { name: "Main", hidden: true })).findByRole("link", {
      name,
      hidden: true,
    }),
  );

describe("what is typed and not saved", () => {
  it("is asked about before the page is left", async () => {
    open("/transfers/new");
    await userEvent.type(await screen.findByLabelText("Reference"), "Summer");

    await goTo("Stock");
    await userEvent.click(within(await asks()).getByRole("button", { name: "Stay" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(await screen.findByLabelText("Reference")).toHaveProperty("value", "Summer");

    await goTo("Stock");
    await userEvent.click(within(await asks()).getByRole("button", { name: "Leave" }));
    await page("Stock");
  });

  it("is dropped by a form's own button to cancel", async () => {
    open("/transfers/new");
    await userEvent.type(await screen.findByLabelText("Reference"), "Summer");

    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));

    await page("Transfers");
  });

  it("is asked about on a page of settings", async () => {
    const answers = { "/carriers/ep": { id: "ep", kind: "easypost", name: "EasyPost", active: true } };
    open("/carriers/ep", { answers });
    await userEvent.type(await screen.findByLabelText("Name"), " Leeds");

    await goTo("Orders");

    await asks();
  });

  it("is nothing where nothing was typed", async () => {
    open("/transfers/new");
    await screen.findByLabelText("Reference");

    await goTo("Stock");

    await page("Stock");
  });
});
