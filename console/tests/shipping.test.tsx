import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { describe, expect, it } from "vitest";
import type { Schemas } from "../src/api/client";
import { Ship } from "../src/pages/order/ShipDialogs";
import { useOrderActions } from "../src/pages/order/useOrderActions";

const client = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
client.setQueryData(["me"], { name: "ann", roles: ["owner"], warehouses: [] });
client.setQueryData(["warehouses"], {
  items: [
    { id: "york", name: "York" },
    { id: "amazon", name: "Amazon, UK" },
  ],
});
client.setQueryData(["channels"], {
  items: [
    { id: "trade", name: "Trade", kind: "offline" },
    { id: "shop", name: "Shop", kind: "shopify" },
  ],
});

const fulfilment = (warehouse: string, kind: Schemas["WarehouseKind"]) =>
  ({
    number: 1,
    warehouse,
    kind,
    status: "accepted",
    lines: [{ line: "1", quantity: 1 }],
    parcels: [],
    labels: [],
  }) as unknown as Schemas["FulfilmentView"];
const order = (fulfilments: Schemas["FulfilmentView"][], channel = "shop") =>
  ({
    id: "o",
    number: "1",
    channel,
    status: "in_fulfilment",
    flags: [],
    lines: [],
    fulfilments,
  }) as unknown as Schemas["OrderView"];
const shown = (children: ReactNode) =>
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={client}>{children}</QueryClientProvider>
    </MantineProvider>,
  );
const own = fulfilment("york", "own");
const theirs = fulfilment("amazon", "fba");
const marks = () => screen.getByRole<HTMLButtonElement>("button", { name: /Mark shipped/ });

function Actions({ of, onAsk }: { of: Schemas["OrderView"]; onAsk: (asked: unknown) => void }) {
  return useOrderActions(of, onAsk).buttons;
}

describe("marking a fulfilment order as shipped", () => {
  it("says what follows where a partner ships, and takes a second word", () => {
    shown(<Ship order={order([theirs])} fulfilment={theirs} onClose={() => {}} />);

    expect(screen.getByText(/Amazon, UK is not told, and what it still has may be sent twice/)).toBeTruthy();
    expect(marks().disabled).toBe(true);
    fireEvent.click(screen.getByLabelText("They have left, as I say here"));
    expect(marks().disabled).toBe(false);
  });

  it.each([
    ["shop", "1 unit leaves stock, and Shop is told the tracking number."],
    ["trade", "1 unit leaves stock."],
  ])("says who is told, where anybody can be: %s", (channel, sentence) => {
    shown(<Ship order={order([own], channel)} fulfilment={own} onClose={() => {}} />);

    expect(screen.getByText(sentence)).toBeTruthy();
    expect(marks().disabled).toBe(false);
  });

  it("is no first choice where a partner ships, and begins with our own warehouse", () => {
    const asked: unknown[] = [];
    const { unmount } = shown(<Actions of={order([theirs])} onAsk={() => {}} />);
    expect(marks().className).not.toContain("primary");
    unmount();

    shown(<Actions of={order([theirs, own])} onAsk={(each) => asked.push(each)} />);
    fireEvent.click(marks());

    expect(asked).toEqual([{ kind: "ship", fulfilment: own }]);
  });
});
