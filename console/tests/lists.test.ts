import { renderHook } from "@testing-library/react";
import { describe, expect, it, vi } from "vitest";
import { rememberOpened, useReturn } from "../src/shell/lists";
import { nextOf, useCurrent } from "../src/ui/useList";

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

describe("the current row", () => {
  it("asks for the next rows behind the last one", () => {
    const fetchNextPage = vi.fn();
    const list = { hasNextPage: true, isFetchingNextPage: false, fetchNextPage };
    const { result, rerender } = renderHook(() => useCurrent(2, nextOf(list)));

    for (const _ of [1, 2]) {
      result.current.move(1);
      rerender();
    }
    expect(fetchNextPage).not.toHaveBeenCalled();
    result.current.move(1);

    expect(fetchNextPage).toHaveBeenCalledOnce();
  });
});
