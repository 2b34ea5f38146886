import { notifications } from "@mantine/notifications";
import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, expect, it } from "vitest";
import { Notifications } from "../src/shell/Notifications";
import { exception } from "./documents";
import { open, show } from "./opened";
import { server } from "./server";

/** Opens the list with one exception in it; gives what is sent about it. */
function opened(change: object, at = "/exceptions") {
  const sent: string[] = [];
  open(at, { answers: { "/exceptions": { items: [exception(change)], next: null } } });
  server.use(
    http.post("*/api/exceptions/e/:step", ({ params }) => {
      sent.push(String(params.step));
      return HttpResponse.json(exception(change));
    }),
  );
  return sent;
}
beforeEach(() => notifications.clean());

const press = async (name: string) => fireEvent.click(await screen.findByRole("button", { name }));

it("is done at once where no money is in it", async () => {
  const sent = opened({});
  await press("Dismiss");

  await waitFor(() => expect(sent).toEqual(["dismiss"]));
});

it("asks first where money is in it", async () => {
  const sent = opened({ cause: "not_refunded" });
  await press("Dismiss");
  expect(await screen.findByText("Nothing reminds of this money once it is dismissed.")).toBeTruthy();
  expect(sent).toEqual([]);
  await press("It is settled: dismiss it");

  await waitFor(() => expect(sent).toEqual(["dismiss"]));
});

it("is taken back in the list of what was dismissed", async () => {
  const sent = opened({ state: "dismissed", dismissible: false }, "/exceptions?state=dismissed");
  await press("Reopen");

  await waitFor(() => expect(sent).toEqual(["reopen"]));
});

it("is taken back in the notice of it", async () => {
  const sent = opened({});
  show(<Notifications />);
  await press("Dismiss");
  await press("Undo");

  await waitFor(() => expect(sent).toEqual(["dismiss", "reopen"]));
});
