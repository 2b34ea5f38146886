import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { refreshOrders } from "../src/api/queries";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it.each(["counts", "fulfilments", "orders", "exceptions", "order"])(
  "reads %s again at once after an act, and until they have followed it",
  async (name) => {
    const client = new QueryClient();
    let reads = 0;
    const options = { queryKey: [name], queryFn: () => ++reads, staleTime: Number.POSITIVE_INFINITY };
    const stop = new QueryObserver(client, options).subscribe(() => {});
    await vi.advanceTimersByTimeAsync(0);
    const after = async (ms: number) => {
      await vi.advanceTimersByTimeAsync(ms);
      return reads;
    };

    refreshOrders(client);

    expect([await after(0), await after(1_000), await after(2_000), await after(5_000)]).toEqual([
      2, 3, 4, 5,
    ]);
    expect(await after(60_000)).toBe(5);
    stop();
  },
);
