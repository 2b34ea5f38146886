import { MantineProvider } from "@mantine/core";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { useState } from "react";
import { expect, it } from "vitest";
import { Filter, ListSearchField } from "../src/ui/FilterBar";

const OPTIONS = [{ value: "open", label: "Open" }];

function Status() {
  const [value, setValue] = useState<string>();
  return <Filter label="Status" value={value} options={OPTIONS} onChange={setValue} />;
}

it("a filter keeps the focus, whether it is chosen or taken off", async () => {
  render(
    <MantineProvider env="test">
      <Status />
    </MantineProvider>,
  );

  await userEvent.click(screen.getByRole("button", { name: "Status" }));
  await userEvent.click(await screen.findByRole("menuitem", { name: "Open" }));
  const cross = await screen.findByRole("button", { name: "Remove the filter Status" });
  await waitFor(() => expect(document.activeElement).toBe(cross));

  await userEvent.click(cross);
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Status" })));
});

it("Escape leaves the search field, and what is searched for stays", () => {
  render(<ListSearchField value="Mina" onChange={() => {}} />);
  const field = screen.getByRole("searchbox");
  field.focus();

  expect(fireEvent.keyDown(field, { key: "Escape" })).toBe(false); // else the browser empties it
  expect(document.activeElement).toBe(document.body);
});
