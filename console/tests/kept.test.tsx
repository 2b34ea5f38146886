import { cleanup, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { HttpResponse, http } from "msw";
import { describe, expect, it } from "vitest";
import { HoldDialog } from "../src/pages/to-ship/HoldDialog";
import { forgetKept, keepFor } from "../src/ui/kept";
import { order, purchase, transfer, work } from "./documents";
import { open, show } from "./opened";
import { server } from "./server";

const found = (label: string) => screen.findByLabelText(label) as Promise<HTMLInputElement>;

/** Load the page again, as signing in does: nothing of it is told, and the browser keeps what it stores. */
function reload(at: string, options: Parameters<typeof open>[1] = {}) {
  const kept = Object.entries(sessionStorage);
  cleanup();
  for (const [key, value] of kept) sessionStorage.setItem(key, String(value));
  open(at, options);
}

describe("what is typed into a form", () => {
  it("is still there after the page was loaded again", async () => {
    open("/orders/new");
    await userEvent.type(await found("Street"), "1 Mill Road");
    await userEvent.type(await found("Sku, line 1"), "MUG");

    reload("/orders/new");

    expect((await found("Street")).value).toBe("1 Mill Road");
    expect((await found("Sku, line 1")).value).toBe("MUG");
  });

  it("is gone once the form is left", async () => {
    open("/orders/new");
    await userEvent.type(await found("Street"), "1 Mill Road");

    await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
    await screen.findByRole("heading", { level: 1, name: "Orders" });

    expect(JSON.stringify(Object.entries(sessionStorage))).not.toContain("Mill Road");
  });

  it("is not shown to another person", async () => {
    keepFor("1");
    sessionStorage.setItem("packhorse-kept / draft", "{}");
    keepFor("2");

    expect(sessionStorage.getItem("packhorse-kept / draft")).toBeNull();
  });

  it("is dropped when that person signs out", () => {
    sessionStorage.setItem("packhorse-kept / draft", "{}");
    sessionStorage.setItem("other", "stays");
    forgetKept();

    expect(Object.keys(sessionStorage)).toEqual(["other"]);
  });

  it("stays on the page while who reads it cannot be read again", async () => {
    open("/orders/new");
    await userEvent.type(await found("Street"), "1 Mill Road");
    server.use(http.get("*/api/me", () => HttpResponse.json({ detail: "ended" }, { status: 401 })));
    window.dispatchEvent(new Event("focus"));

    await waitFor(async () => expect((await found("Street")).value).toBe("1 Mill Road"));
  });
});

describe("a secret of a form", () => {
  const account = { id: "ep", kind: "easypost", name: "EasyPost", active: true };

  it("is never stored, what is beside it is", async () => {
    const answers = { "/carriers/ep": account };
    open("/carriers/ep", { answers });
    await userEvent.type(await found("Name"), " Leeds");
    await userEvent.type(await found("API key"), "EZTK-secret");

    const stored = JSON.stringify(Object.entries(sessionStorage));
    expect(stored).toContain("EasyPost Leeds");
    expect(stored).not.toContain("secret");
    reload("/carriers/ep", { answers });

    expect((await found("Name")).value).toBe("EasyPost Leeds");
    expect((await found("API key")).value).toBe("");
  });
});

const channel = { id: "web", kind: "woocommerce", name: "Web", active: true };
const lines = [
  {
    id: "1",
    sku: "MUG",
    name: "Mug",
    quantity: 2,
    cancelled: 0,
    shipped_elsewhere: 0,
    allocations: [],
    refused: [],
  },
];
const balances = { items: [{ sku: "MUG", warehouse: "york", on_hand: 5 }], next: null };
/** Dialogs: where each is, the buttons that open it, and a field with what is typed there. */
const DIALOGS: [string, object, RegExp[], string, string][] = [
  ["/stock/MUG", { "/stock": balances }, [/^Adjust/], "Reason", "found behind the shelf"],
  ["/products", {}, [/^New product/], "Name", "Blue mug"],
  ["/suppliers", {}, [/^New supplier/], "Name", "Kiln & Co"],
  [
    "/transfers/TO-1",
    { "/transfer-orders/TO-1": { ...transfer, state: "requested", sent_at: null } },
    [/^Send/],
    "Send: LAMP",
    "1",
  ],
  ["/work-orders/WO-1", { "/work-orders/WO-1": work }, [/^Report/], "Scrap: Oak leg LEG", "3"],
  ["/purchase-orders/PO-1", { "/purchase-orders/PO-1": purchase() }, [/^Add a cost/], "What for", "Freight"],
  ["/purchase-orders/PO-1", { "/purchase-orders/PO-1": purchase() }, [/answer/i], "Refused: MUG", "4"],
  ["/orders/o", { "/orders/o": order }, [/^Hold/], "Reason", "odd address"],
  ["/orders/o", { "/orders/o": { ...order, lines } }, [/^Cancel order/], "Reason", "bought twice"],
  ["/people", {}, [/^Invite/], "E-mail address", "bob@example.com"],
  ["/channels/web", { "/channels/web": channel }, [/^Connect/], "Take in orders since", "2026-11-01"],
];

describe("what is typed into a dialog", () => {
  it.each(DIALOGS)(
    "%s is there again when it is opened after signing in",
    async (at, answers, buttons, label, text) => {
      const shown = async () => {
        for (const name of buttons)
          await userEvent.click((await screen.findAllByRole("button", { name }))[0] as HTMLElement);
        return found(label);
      };
      const options = { answers: answers as Record<string, object> };
      open(at, options);
      const field = await shown();
      await userEvent.clear(field);
      await userEvent.type(field, text);

      reload(at, options);

      expect((await shown()).value).toBe(text);
      await userEvent.click(within(screen.getByRole("dialog")).getByRole("button", { name: "Close" }));
      expect(Object.keys(sessionStorage).filter((key) => key.startsWith("packhorse-kept /"))).toEqual([]);
    },
  );
});

const dialog = (at: readonly { id: string; name: string }[]) =>
  show(<HoldDialog kind="hold" orders={at} onClose={() => {}} onDone={() => {}} />);

it("is about the orders that were chosen: of others it is not shown", async () => {
  const again = (at: Parameters<typeof dialog>[0]) => {
    const kept = Object.entries(sessionStorage);
    cleanup();
    for (const [key, value] of kept) sessionStorage.setItem(key, String(value));
    return dialog(at);
  };
  const one = [{ id: "o1", name: "UK-1" }];
  dialog(one);
  await userEvent.type(await found("Reason"), "odd address");

  again(one);
  expect((await found("Reason")).value).toBe("odd address");
  again([{ id: "o2", name: "UK-2" }]);
  expect((await found("Reason")).value).toBe("");
});
