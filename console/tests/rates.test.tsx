import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { BuyDialog } from "../src/pages/to-ship/BuyDialog";
import { row } from "./builders";
import { knowing, lookAgain, show } from "./opened";
import { server } from "./server";

const quote = (id: string, service: string, amount: string) => ({
  account: "ep",
  rate: { id, carrier: "USPS", service, price: { amount, currency: "USD" }, days: 2 },
  rejected: "",
  in_time: true,
});

/** Open the dialog of one label, of whose parcel each rating has other ids; give how many there were, and what was bought. */
function opened() {
  const seen = { ratings: 0, bought: [] as { wanted: object }[] };
  server.use(
    http.post("*/api/label-batches/rates", () => {
      seen.ratings += 1;
      const chosen = `${seen.ratings}a`;
      const items = [quote(chosen, "Ground", "4.00"), quote(`${seen.ratings}b`, "Express", "9.00")];
      const rates = { items, chosen, account: "ep", reason: "", package: { weight_g: 500 } };
      const of = { order: "order-1", fulfilment: 1, number: "UK-20441", message: "", errors: [] };
      return HttpResponse.json({ total: [], items: [{ ...of, rates }] });
    }),
    http.post("*/api/label-batches", async ({ request }) => {
      seen.bought.push((await request.json()) as { wanted: object });
      return HttpResponse.json({ id: "b", items: [], size: 1, done: false, url: null });
    }),
  );
  const client = knowing({ account: { currency: "USD", boxes: [] }, me: { roles: ["operator"] } });
  show(<BuyDialog rows={[row()]} onClose={() => {}} onBought={() => {}} />, client);
  return seen;
}
const express = () => screen.findByRole<HTMLInputElement>("radio", { name: /Express/ });

describe("the rate that a person chose", () => {
  it("is the one that is bought once the parcel was weighed", async () => {
    const seen = opened();
    fireEvent.click(await express());
    fireEvent.change(screen.getByLabelText(/^Weight/), { target: { value: "750" } });
    await waitFor(() => expect(seen.ratings).toBeGreaterThan(1));
    const buy = within(await screen.findByRole("dialog")).getByRole<HTMLButtonElement>("button", {
      name: /^Buy/,
    });
    await waitFor(() => expect(buy.disabled).toBe(false));

    expect((await express()).checked).toBe(true);
    fireEvent.click(buy);

    await waitFor(() => expect(seen.bought[0]?.wanted).toMatchObject({ service: "Express" }));
  });

  it("keeps its price while another window is looked at", async () => {
    const seen = opened();
    fireEvent.click(await express());
    const before = seen.ratings;

    await lookAgain();
    await new Promise((resolve) => setTimeout(resolve, 100));

    expect(seen.ratings).toBe(before);
  });
});
