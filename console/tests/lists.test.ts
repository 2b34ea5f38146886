import { act, renderHook } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { rememberOpened, useReturn } from "../src/shell/lists";
import { useGoOn } from "../src/ui/ListTable";
import { readEvery, useCurrent } from "../src/ui/useList";

describe("a list that is shown again", () => {
  it("goes on at the order that was looked at last", () => {
    const setCurrent = vi.fn();
    rememberOpened("/orders", "b");

    renderHook(() => useReturn("/orders", ["a", "b", "c"], setCurrent));

    expect(setCurrent).toHaveBeenCalledExactlyOnceWith(1);
  });

  it("waits for its rows, and does not take the reader back later", () => {
    const setCurrent = vi.fn();
    rememberOpened("/", "a");
    const { rerender } = renderHook(({ ids }) => useReturn("/", ids, setCurrent), {
      initialProps: { ids: [] as string[] },
    });
    expect(setCurrent).not.toHaveBeenCalled();

    rerender({ ids: ["x", "a"] });
    rerender({ ids: ["a", "x"] });

    expect(setCurrent).toHaveBeenCalledExactlyOnceWith(1);
  });
});

describe("a list of many pages", () => {
  const list = {
    hasNextPage: true,
    isFetchingNextPage: false,
    isFetchNextPageError: false,
    isPlaceholderData: false,
  };

  it("reads the next page once its end comes into sight", () => {
    const fetchNextPage = vi.fn();
    const { rerender } = renderHook(({ isNearEnd }) => useGoOn({ ...list, fetchNextPage }, isNearEnd), {
      initialProps: { isNearEnd: false },
    });
    expect(fetchNextPage).not.toHaveBeenCalled();

    rerender({ isNearEnd: true });
    rerender({ isNearEnd: true });

    expect(fetchNextPage).toHaveBeenCalledOnce();
  });

  it("leaves it to the reader after a failure", () => {
    const fetchNextPage = vi.fn();

    renderHook(() => useGoOn({ ...list, isFetchNextPageError: true, fetchNextPage }, true));

    expect(fetchNextPage).not.toHaveBeenCalled();
  });
});

describe("a list that is read again", () => {
  const loaded = (pages: number) => ({ state: { data: { pages: Array.from({ length: pages }) } } });

  it("is as often as the API is called for three pages, however many are loaded", () => {
    expect([1, 3, 6, 100].map((pages) => readEvery(15_000)(loaded(pages)))).toEqual([
      15_000, 15_000, 30_000, 510_000,
    ]);
    expect(readEvery(15_000)({ state: {} })).toBe(15_000);
  });
});

describe("the current row", () => {
  const shown = (keys: string[]) =>
    renderHook((all: readonly string[]) => useCurrent(all), { initialProps: keys });

  it("stays among the rows, also once there are fewer", () => {
    const { result, rerender } = shown(["A", "B", "C"]);

    for (const _ of "four") act(() => result.current.move(1));
    expect(result.current.current).toBe(2);
    rerender(["A"]);

    expect(result.current.current).toBe(0);
  });

  it("is the same one wherever it stands once the list is read again", () => {
    const { result, rerender } = shown(["A", "B", "C"]);
    for (const _ of "ab") act(() => result.current.move(1));

    rerender(["new", "A", "B", "C"]);
    expect(result.current.current).toBe(2);
    rerender(["new", "newer", "A", "B", "C"]);

    expect(result.current.current).toBe(3);
  });

  it("is the one that stands in its place once it is gone, and stays that", () => {
    const { result, rerender } = shown(["A", "B", "C"]);
    for (const _ of "ab") act(() => result.current.move(1));

    rerender(["A", "C", "D"]);
    expect(result.current.current).toBe(1);
    rerender(["new", "A", "C", "D"]);

    expect(result.current.current).toBe(2);
  });
});
