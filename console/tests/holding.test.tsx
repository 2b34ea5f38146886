import { fireEvent, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { HoldDialog } from "../src/pages/to-ship/HoldDialog";
import { t } from "../src/texts";
import { show } from "./opened";
import { server } from "./server";

/** The dialog for one order, with a reason typed; returns what is sent. */
async function aHold() {
  const sent: unknown[] = [];
  server.use(
    http.post("*/api/orders/o1/hold", async ({ request }) => {
      sent.push(await request.json());
      return HttpResponse.json({});
    }),
  );
  show(<HoldDialog kind="hold" orders={[{ id: "o1", name: "UK-1" }]} onClose={() => {}} onDone={() => {}} />);
  await userEvent.type(await screen.findByLabelText("Reason"), "buyer is away");
  return sent;
}

const until = (text: string) => fireEvent.change(screen.getByLabelText("Until"), { target: { value: text } });
const confirm = () => userEvent.click(screen.getByRole("button", { name: t.hold.confirm(1) }));

it("holds until a time of the reader's clock", async () => {
  const sent = await aHold();
  const year = new Date().getFullYear() + 1;

  until(`${year}-01-04T08:00`);
  await confirm();

  const at = new Date(`${year}-01-04T08:00`).toISOString();
  expect(sent).toEqual([{ reason: "buyer is away", category: "other", until: at }]);
});

it("has no end where none is typed", async () => {
  const sent = await aHold();

  await confirm();

  expect(sent).toEqual([{ reason: "buyer is away", category: "other" }]);
});

it("says that a time is over before anything is sent", async () => {
  const sent = await aHold();

  until("2020-01-04T08:00");
  await confirm();

  expect(await screen.findAllByText("That time is over.")).not.toEqual([]);
  expect(sent).toEqual([]);
});
