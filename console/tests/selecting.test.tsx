import { fireEvent, screen, waitFor } from "@testing-library/react";
import { expect, it } from "vitest";
import { row } from "./builders";
import { open } from "./opened";

it("a selection of To ship ends with its tab: it would hold the rows of the next one", async () => {
  open("/", {
    answers: { "/fulfilments": { items: [row()], counts: { "to-ship": { rows: 7, late: 0 } }, next: null } },
  });
  const tab = (name: RegExp) => screen.findByRole("button", { name });
  await tab(/^To ship.*7$/);
  for (const key of ["j", "x"]) fireEvent.keyDown(document.body, { key });
  const selected = await screen.findByRole("toolbar");

  fireEvent.click(await tab(/^On hold/));
  await waitFor(() => expect(selected.isConnected).toBe(false));
  fireEvent.click(await tab(/^To ship/));
  await waitFor(async () => expect((await tab(/^To ship/)).getAttribute("aria-current")).toBe("true"));

  expect(screen.queryByRole("toolbar")).toBeNull();
});
