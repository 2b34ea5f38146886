import { fireEvent, screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { expect, it } from "vitest";
import { purchase, transfer, work } from "./documents";
import { lookAgain, open } from "./opened";
import { server } from "./server";

/** Forms of documents: where each is, a field of it, the document, and what another person makes of that. */
const FORMS: [string, string, string, object, object][] = [
  [
    "/purchase-orders/PO-1?doing=edit",
    "/purchase-orders/PO-1",
    "Reference",
    purchase({ state: "new" }),
    purchase(),
  ],
  [
    "/transfers/TO-1?doing=return",
    "/transfer-orders/TO-1",
    "Good now: LAMP",
    transfer,
    { ...transfer, state: "received" },
  ],
  [
    "/transfers/TO-1?doing=edit",
    "/transfer-orders/TO-1",
    "Reference",
    { ...transfer, state: "requested" },
    transfer,
  ],
  ["/work-orders/WO-1?doing=edit", "/work-orders/WO-1", "Reference", { ...work, state: "new" }, work],
];

it.each(FORMS)(
  "%s keeps what is typed though the document moves on",
  async (at, path, label, before, after) => {
    open(at);
    let now = before;
    server.use(http.get(`*/api${path}`, () => HttpResponse.json(now)));
    const field = () => screen.findByLabelText<HTMLInputElement>(label);
    fireEvent.change(await field(), { target: { value: "7" } });

    now = after;
    await lookAgain();

    expect(await screen.findByText(/Meanwhile this became/)).toBeTruthy();
    expect((await field()).value).toBe("7");
  },
);

it("opens no form of what cannot be done", async () => {
  open("/purchase-orders/PO-1?doing=edit", { answers: { "/purchase-orders/PO-1": purchase() } });

  expect(await screen.findByRole("button", { name: /^Receive/ })).toBeTruthy();
  expect(screen.queryByText(/Meanwhile this became/)).toBeNull();
});
