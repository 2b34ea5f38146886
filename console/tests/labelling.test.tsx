import { fireEvent, screen, waitFor } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { BuyDialog } from "../src/pages/to-ship/BuyDialog";
import { inWords, isSlow, NO_TERMS, packageOf, problemsOf } from "../src/pages/to-ship/buying";
import type { Row } from "../src/pages/to-ship/rows";
import { row } from "./builders";
import { knowing, show } from "./opened";
import { server } from "./server";

const PARCEL = { weight_g: 500, length_mm: 200, width_mm: 150, height_mm: 100 };
const quote = (id: string, service: string, amount: string, days: number): Schemas["Quote"] => ({
  rate: { id, carrier: "USPS", service, price: { amount, currency: "USD" }, days },
  account: "usps",
  rejected: "",
  in_time: true,
  is_too_dear: false,
});
const GROUND = quote("r1", "GroundAdvantage", "5.82", 4);
const EXPRESS = quote("r2", "Express", "31.00", 1);

let sent: { path: string; body: Record<string, unknown> }[];
beforeEach(() => {
  sent = [];
  const heard = async (request: Request) => {
    const body = (await request.json()) as Record<string, unknown>;
    sent.push({ path: new URL(request.url).pathname.replace(/^.*\/api/, ""), body });
    return body as { fulfilments: Schemas["FulfilmentRef"][] };
  };
  server.use(
    http.post("*/api/label-batches/rates", async ({ request }) => {
      const { fulfilments } = await heard(request);
      const rates = { items: [GROUND, EXPRESS], chosen: "r1", account: "usps", reason: "", package: PARCEL };
      return HttpResponse.json({
        items: fulfilments.map((each) => ({
          ...each,
          rates: { ...rates, box: null },
          message: "",
          errors: [],
        })),
        total: [GROUND.rate.price],
      });
    }),
    http.post("*/api/label-batches", async ({ request }) => {
      await heard(request);
      return HttpResponse.json({ id: "b", items: [], counts: {}, done: false }, { status: 202 });
    }),
  );
});

const shown = (rows: Row[]) =>
  show(
    <BuyDialog rows={rows} onClose={() => {}} onBought={() => {}} />,
    knowing({
      me: { name: "ann", roles: ["operator"], warehouses: [] },
      account: { boxes: [] },
      warehouses: { items: [] },
      channels: { items: [] },
    }),
  );
const buy = async (name: string) => {
  const button = await screen.findByRole<HTMLButtonElement>("button", { name });
  await waitFor(() => expect(button.disabled).toBe(false));
  fireEvent.click(button);
  await waitFor(() => expect(sent.at(-1)?.path).toBe("/label-batches"));
  return sent.at(-1)?.body.wanted;
};
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

describe("the label of one order", () => {
  it("is bought at the rate that is chosen, the API's choice first and under the keys", async () => {
    shown([row()]);
    const ground = await screen.findByRole<HTMLInputElement>("radio", { name: /Ground Advantage/ });
    expect(ground.checked).toBe(true);
    await waitFor(() => expect(document.activeElement).toBe(ground));

    fireEvent.click(screen.getByRole("radio", { name: /Express/ }));

    expect(screen.getByText("1 label for $31.00, with USPS Express.")).toBeTruthy();
    expect(await buy("Buy 1 label")).toMatchObject({ account: "usps", carrier: "USPS", service: "Express" });
  });

  it("is rated again as its parcel was measured, over what is known of it", async () => {
    shown([row()]);
    await screen.findByRole("radio", { name: /Express/ });

    type("Weight (g)", "820");

    await waitFor(() => expect(sent).toHaveLength(2));
    expect(sent[1]?.body.wanted).toMatchObject({ package: { ...PARCEL, weight_g: 820 } });
    expect(await buy("Buy 1 label")).toMatchObject({
      package: { weight_g: 820 },
      service: "GroundAdvantage",
    });
  });

  it("says that a rate is slow where the buyer paid for a quick one, until a quicker one is chosen", async () => {
    shown([row({ expedited: true, delivery_method: "2 days" })]);
    const sentence = "The order is expedited (“2 days”): Ground Advantage takes 4 days.";
    expect(await screen.findByText(sentence)).toBeTruthy();

    fireEvent.click(screen.getByRole("radio", { name: /Express/ }));

    expect(screen.queryByText(sentence)).toBeNull();
  });
});

describe("the labels of a batch", () => {
  const both = [row(), row({ order_id: "order-2", number: "UK-20442", expedited: true })];

  it("are of the carrier and service that are chosen, and cost at most what is said", async () => {
    shown(both);
    await screen.findAllByText(/Ground Advantage/);

    type("Carrier", "USPS");
    type("Service", "Express");
    type("Most to pay (USD)", "40");

    expect(await buy("Buy 2 labels")).toMatchObject({
      account: null,
      carrier: "USPS",
      service: "Express",
      max_price: { amount: "40", currency: "USD" },
      package: null,
    });
  });

  it("name those that are slow for expedited orders", async () => {
    shown(both);

    expect(await screen.findAllByText("Slow for an expedited order")).toHaveLength(1);
  });

  it("are rated as many as one request takes, and the sum says so", async () => {
    shown(Array.from({ length: 25 }, (_, place) => row({ order_id: `order-${place}` })));

    expect(
      await screen.findByText(
        "25 labels for $5.82 for the first 20, at the cheapest rate that arrives in time.",
      ),
    ).toBeTruthy();
    expect(sent[0]?.body.fulfilments).toHaveLength(20);
  });
});

describe("a parcel", () => {
  it("needs a weight, and all of its sides or none", () => {
    const found = (typed: object, known: typeof PARCEL | null = null) => [
      ...problemsOf({ ...NO_TERMS, ...typed }, known).keys(),
    ];

    expect(found({})).toEqual([]);
    expect(found({ weight_g: "820" })).toEqual([]);
    expect(found({ weight_g: "0" })).toEqual(["weight_g"]);
    expect(found({ length_mm: "200" })).toEqual(["weight_g", "width_mm", "height_mm"]);
    expect(found({ length_mm: "200" }, PARCEL)).toEqual([]);
    expect(packageOf({ ...NO_TERMS, length_mm: "210" }, PARCEL)).toEqual({ ...PARCEL, length_mm: 210 });
  });
});

describe("a service", () => {
  it("is slow by its days, or by its name", () => {
    const expedited = { expedited: true };

    expect(isSlow(expedited, quote("r", "Ground", "1", 1))).toBe(true);
    expect(isSlow(expedited, quote("r", "Priority", "1", 2))).toBe(false);
    expect(isSlow(expedited, quote("r", "Priority", "1", 3))).toBe(true);
    expect(isSlow({ expedited: false }, GROUND)).toBe(false);
  });

  it("is said in words", () => {
    expect(["FirstClassPackageInternational", "NEXT_DAY", "2ndDayAirAM", "UPS Ground"].map(inWords)).toEqual([
      "First Class Package International",
      "NEXT DAY",
      "2nd Day AirAM",
      "UPS Ground",
    ]);
  });
});
