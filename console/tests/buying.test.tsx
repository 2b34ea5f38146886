import type { QueryClient } from "@tanstack/react-query";
import { fireEvent, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { beforeEach, describe, expect, it } from "vitest";
import { Refused, type Schemas } from "../src/api/client";
import { Buying } from "../src/pages/products/Buying";
import { NewProduct } from "../src/pages/products/NewProduct";
import { newTerms, type Terms, whyUnused } from "../src/pages/products/terms";
import { useForm } from "../src/ui/useForm";
import { knowing, show } from "./opened";
import { server } from "./server";

const terms = (supplier: string, change: Partial<Terms> = {}): Terms => ({
  supplier,
  price: { amount: "6.40", currency: "USD" },
  case_pack: 6,
  minimum: 12,
  lead_days: 5,
  ...change,
});
const SUPPLIERS = [
  { id: "loomworks", name: "Loomworks", active: true },
  { id: "old-mill", name: "Old Mill", active: false },
  { id: "potters", name: "Potters", active: true },
];
const known = { all: SUPPLIERS, unused: ["old-mill"], areNamed: true };
const MUG = { sku: "MUG", name: "Mug", bought_from: [terms("loomworks"), terms("potters")] };

let client: QueryClient;
let sent: Record<string, unknown>[];
beforeEach(() => {
  client = knowing({ suppliers: { items: SUPPLIERS }, account: { currency: "EUR" } });
  sent = [];
});

interface EditorProps {
  product: Schemas["Product"];
  refusal?: Refused;
}

function Editor({ product, refusal }: EditorProps) {
  const form = useForm<Schemas["Product"]>({
    saved: product,
    readOnly: false,
    send: async (patch) => {
      sent.push(patch);
      if (refusal) throw refusal;
      return undefined;
    },
  });
  return (
    <>
      <Buying form={form} />
      <button type="button" onClick={form.save}>
        Save
      </button>
    </>
  );
}

const shown = (product: Partial<Schemas["Product"]>, role = "operator", refusal?: Refused) => {
  client.setQueryData(["me"], { name: "ann", roles: [role], warehouses: [] });
  return show(<Editor product={{ ...MUG, ...product }} refusal={refusal} />, client);
};
const save = async () => {
  fireEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(sent).toHaveLength(1));
  return sent[0];
};
const type = (label: string, value: string, place = 0) =>
  fireEvent.change(screen.getAllByLabelText(label)[place] as HTMLElement, { target: { value } });

describe("who sells a product", () => {
  it("is added with the terms, and what the supplier calls it", async () => {
    shown({ bought_from: [], supplier_skus: {} });
    fireEvent.click(screen.getByRole("button", { name: "Add a supplier" }));
    type("Their sku", "LW-1");
    type("Price a unit", "6,40");
    type("Units a case", "6");

    expect(await save()).toEqual({
      bought_from: [
        {
          supplier: "loomworks",
          price: { amount: "6.40", currency: "EUR" },
          case_pack: 6,
          minimum: 0,
          lead_days: 0,
        },
      ],
      supplier_skus: { loomworks: "LW-1" },
    });
  });

  it.each([
    ["1,250", "1,250"],
    ["2,50", "2.50"],
  ])("has the price that was typed key by key: %s", async (typed, amount) => {
    shown({ bought_from: [terms("loomworks")] });
    const price = screen.getByLabelText<HTMLInputElement>("Price a unit");

    await userEvent.clear(price);
    await userEvent.type(price, typed);
    expect(price.value).toBe(typed);

    expect(await save()).toMatchObject({ bought_from: [{ price: { amount } }] });
  });

  it("is preferred by its place, which Alt and an arrow change", async () => {
    shown({});
    fireEvent.keyDown(screen.getByRole("button", { name: /^Move Potters, 2 of 2/ }), {
      key: "ArrowUp",
      altKey: true,
    });

    expect(screen.getByText("Potters is choice 1 of 2 now")).toBeTruthy();
    expect(await save()).toEqual({ bought_from: [terms("potters"), terms("loomworks")] });
  });

  it("is taken out, and the focus stays in the list", async () => {
    shown({});
    fireEvent.click(screen.getByRole("button", { name: "Remove Loomworks" }));

    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByLabelText<HTMLSelectElement>("Supplier, preferred")),
    );
    expect(await save()).toEqual({ bought_from: [terms("potters")] });
  });

  it("has what the API refuses beside its field, until that is changed", async () => {
    const errors = [
      { field: "bought_from.1.price.amount", message: "costs more than an amount can be" },
      { field: "bought_from.0.minimum", message: "a line takes 1,000,000" },
    ];
    shown({}, "operator", new Refused(422, { detail: "the product does not fit", errors }));
    type("Units at least", "2000000");
    await save();

    const second = within(screen.getByRole("group", { name: "Potters" }));
    expect((await second.findByRole("alert")).textContent).toBe("costs more than an amount can be");
    expect(second.getByLabelText("Price a unit").getAttribute("aria-invalid")).toBe("true");
    type("Units at least", "12");
    expect(screen.queryByText("a line takes 1,000,000")).toBeNull();
    expect(second.getByRole("alert")).toBeTruthy();
  });

  it("says of a supplier that it is not there, or inactive, and keeps it", () => {
    shown({ bought_from: [terms("gone"), terms("old-mill")] });

    expect(screen.getByText("There is no supplier gone any more: nothing is drafted for it.")).toBeTruthy();
    expect(screen.getByText("This supplier is inactive: nothing is drafted for it.")).toBeTruthy();
    expect(screen.getByLabelText<HTMLSelectElement>("Supplier, preferred").value).toBe("gone");
  });

  it("has skus of partners that only ship it in a list of their own", async () => {
    shown({ bought_from: [terms("loomworks")], supplier_skus: { loomworks: "LW-1", potters: "P-9" } });

    expect(screen.getByLabelText<HTMLInputElement>("Their sku").value).toBe("LW-1");
    fireEvent.click(screen.getByRole("button", { name: "Remove row 1" }));
    expect(await save()).toEqual({ supplier_skus: { potters: null } });
  });

  it("is not asked of a kit", () => {
    shown({ kind: "kit", bought_from: [] });
    expect(screen.getByText(/A kit is not bought/)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Add a supplier" })).toBeNull();
  });

  it("is no part of the page for a role that sees no suppliers", () => {
    shown({}, "warehouse");

    expect(screen.queryByText("Who sells it")).toBeNull();
  });
});

describe("new terms", () => {
  it("are of an active supplier that sells nothing of it yet, in the currency of the others", () => {
    expect(newTerms([terms("loomworks")], known, "EUR")).toMatchObject({
      supplier: "potters",
      price: { amount: "", currency: "USD" },
    });
    expect(newTerms([], { ...known, all: [] }, "EUR").supplier).toBe("");
  });

  it("are in doubt only once suppliers are known", () => {
    expect(whyUnused("gone", { all: [], unused: [], areNamed: false })).toBeUndefined();
    expect(whyUnused("loomworks", known)).toBeUndefined();
  });
});

describe("a new product", () => {
  it("names who sells it, and says at the price why it is refused", async () => {
    client.setQueryData(["me"], { name: "ann", roles: ["operator"], warehouses: [] });
    const bodies: unknown[] = [];
    server.use(
      http.get("*/api/products/MUG", () => new HttpResponse(null, { status: 404 })),
      http.put("*/api/products/MUG", async ({ request }) => {
        bodies.push(await request.json());
        const errors = [{ field: "bought_from.0.price.amount", message: "is not an amount" }];
        return HttpResponse.json({ detail: "the product does not fit", errors }, { status: 422 });
      }),
    );
    show(<NewProduct onClose={() => {}} onCreated={() => {}} />, client);
    type("Sku", "MUG");
    type("Who sells it", "potters");
    type("Price a unit", "2,5");
    fireEvent.click(screen.getByRole("button", { name: "Create product" }));

    await waitFor(() =>
      expect(screen.getByLabelText("Price a unit").getAttribute("aria-invalid")).toBe("true"),
    );
    expect(bodies).toMatchObject([
      { bought_from: [{ supplier: "potters", price: { amount: "2.5", currency: "EUR" } }] },
    ]);
  });
});
