import { fireEvent, render, screen } from "@testing-library/react";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { BoxItems } from "../src/pages/bench/BoxItems";
import { answer, box, item, row } from "./builders";
import { order } from "./documents";
import { open } from "./opened";
import { server } from "./server";

describe("a box at the bench", () => {
  it("says before its items that it is a gift, and whose notes there are", () => {
    render(<BoxItems box={box({ gift: true, buyer_note: true, notes: ["no tape"] })} onHand={() => {}} />);

    const gift = screen.getByText("A gift.");
    expect(gift.parentElement?.textContent).toBe(
      "A gift. Its message is on the packing slip, which goes into the box.",
    );
    expect(screen.getByText("The buyer wrote something:")).toBeTruthy();
    expect(screen.getByText("Note:").parentElement?.textContent).toBe("Note: no tape");
    const first = screen.getByRole("list");
    expect(gift.compareDocumentPosition(first) & Node.DOCUMENT_POSITION_FOLLOWING).toBeTruthy();
  });

  it("says nothing of it where there is nothing to mind", () => {
    render(<BoxItems box={box()} onHand={() => {}} />);

    expect(screen.queryByText("A gift.")).toBeNull();
    expect(screen.queryByText("The buyer wrote something:")).toBeNull();
  });
});

describe("the list of boxes", () => {
  it("says who has begun to pack one", async () => {
    const rows = [
      row({ order_id: "1", number: "UK-1", packer: "user:bob@example.com" }),
      row({ order_id: "2", number: "UK-2", packer: "ann", delivery_method: "Parcel" }),
      row({ order_id: "3", number: "UK-3", delivery_method: "Letter" }),
    ].map((each) => ({ ...each, fulfilment: 1 }));
    const fulfilments = { items: rows, counts: null, next: null };
    open("/bench/one", { roles: ["packer"], warehouses: ["york"], answers: { "/fulfilments": fulfilments } });

    const said = async (number: string) =>
      (await screen.findAllByText(number))[0]?.closest("button")?.textContent;
    expect(await said("UK-1")).toContain("Packing: Bob");
    expect(await said("UK-2")).toContain("Packing: you");
    expect(await said("UK-3")).toContain("Letter");
  });
});

describe("one order", () => {
  it("has the gift message under its name", async () => {
    open("/orders/o", { answers: { "/orders/o": { ...order, gift_message: "Happy birthday, Mina" } } });

    const message = await screen.findByText(/Happy birthday, Mina/);
    expect(message.parentElement?.textContent).toBe("Gift message “Happy birthday, Mina”");
  });
});

const opened = (...answers: (() => Response)[]) => {
  const fulfilments = { items: [row()], counts: null, next: null };
  const ids: unknown[] = [];
  open("/bench/one?fo=order-1:1", { roles: ["packer"], answers: { "/fulfilments": fulfilments } });
  server.use(
    http.post("*/api/bench/one/open", () =>
      HttpResponse.json(answer("opened", { box: box({ items: [item("STOOL", 2)] }) })),
    ),
    http.post("*/api/bench/one/scan", async ({ request }) => {
      ids.push(((await request.json()) as { id: string }).id);
      return answers.shift()?.() ?? HttpResponse.error();
    }),
  );
  return ids;
};
const counted = () =>
  HttpResponse.json(answer("right", { box: box({ items: [item("STOOL", 2, 1)] }) })) as Response;
const conflict = (detail: string) => () =>
  HttpResponse.json({ title: "Conflict", status: 409, detail }, { status: 409 }) as Response;

describe("what was sent to the bench, and got no answer", () => {
  it("is repeated also while it is still being answered, and counts once", async () => {
    const ids = opened(() => HttpResponse.error(), conflict("the same request is being answered"), counted);

    fireEvent.click(await screen.findByRole("button", { name: /The STOOL/ }));

    expect(await screen.findByText(/^Right/, undefined, { timeout: 10_000 })).toBeTruthy();
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
  }, 20_000);

  it("is not repeated where its first answer is a refusal", async () => {
    const ids = opened(conflict("not now"));

    fireEvent.click(await screen.findByRole("button", { name: /The STOOL/ }));

    expect(await screen.findByText("Not now")).toBeTruthy();
    expect(ids).toHaveLength(1);
  });
});
