import { MantineProvider } from "@mantine/core";
import { render, screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { Confirm, Field } from "../src/ui/Confirm";

const dialog = (disabled: boolean, destructive = false) => (
  <MantineProvider env="test">
    <Confirm
      title="Buy 2 labels?"
      confirm="Buy 2 labels"
      disabled={disabled}
      destructive={destructive}
      onClose={() => {}}
      onConfirm={async () => {}}
    >
      <p>for US$12.45</p>
    </Confirm>
  </MantineProvider>
);
const confirm = () => screen.getByRole("button", { name: "Buy 2 labels" });

describe("a dialog that asks", () => {
  it("has its button under Enter as soon as that can be pressed", async () => {
    const { rerender } = render(dialog(true));
    await waitFor(() => expect(document.activeElement).toBe(confirm().closest("form")));

    rerender(dialog(false));

    expect(document.activeElement).toBe(confirm());
  });

  it("leaves the focus where the reader has put it", async () => {
    const { rerender } = render(dialog(true));
    await waitFor(() => expect(document.activeElement).toBe(confirm().closest("form")));
    const cancel = screen.getByRole("button", { name: "Cancel" });
    cancel.focus();

    rerender(dialog(false));

    expect(document.activeElement).toBe(cancel);
  });

  it("offers the safe way first where there is none back", async () => {
    render(dialog(false, true));

    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Cancel" })));
  });

  it("gives the focus back to the button that opened it", async () => {
    const opener = document.createElement("button");
    document.body.append(opener);
    opener.focus();

    const { unmount } = render(dialog(false));
    await waitFor(() => expect(document.activeElement).toBe(confirm()));
    unmount();

    expect(document.activeElement).toBe(opener);
    opener.remove();
  });

  it("takes the page behind it out of reach until it is gone", () => {
    const page = document.createElement("div");
    page.id = "root";
    document.body.append(page);

    const { unmount } = render(dialog(false));
    expect(page.hasAttribute("inert")).toBe(true);
    unmount();

    expect(page.hasAttribute("inert")).toBe(false);
    page.remove();
  });
});

it("two fields have names of their own in any script", () => {
  const labels = ["緑のランプ", "青いランプ"];
  render(
    labels.map((label) => (
      <Field key={label} label={label}>
        {(ids) => <input {...ids} />}
      </Field>
    )),
  );

  const [first, second] = labels.map((label) => screen.getByLabelText(label));

  expect(first).not.toBe(second);
});
