import { renderHook } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { isTaken, KeyQueue, type Keys, SCAN_MS, ScanReader, SEQUENCE_MS, useKeys } from "../src/ui/shortcuts";

function typed(text: string, gap: number): string | null {
  const reader = new ScanReader();
  const results = [...text, "Enter"].map((key, place) => reader.read(key, 1000 + place * gap));
  return results.at(-1) ?? null;
}

describe("a scanner", () => {
  it("is told from a person by its speed", () => {
    expect(typed("39QRZDBS-1", 10)).toBe("39QRZDBS-1");
    expect(typed("39QRZDBS-1", 120)).toBeNull();
  });

  it("reads two characters or more", () => {
    expect(typed("F", 10)).toBeNull();
    expect(typed("F1", 10)).toBe("F1");
  });

  it("begins anew after a pause", () => {
    const reader = new ScanReader();
    reader.read("j", 0);
    const keys = ["5", "0", "1", "2", "Enter"].map((key, place) => reader.read(key, 500 + place * 5));

    expect(keys.at(-1)).toBe("5012");
  });
});

describe("single keys", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Type keys, so many milliseconds apart; what acted, and when. */
  function acted(keys: string[], gap: number, held = false): string[] {
    const queue = new KeyQueue();
    const found: string[] = [];
    keys.forEach((key, place) => {
      queue.see(key, 1000 + place * gap, held);
      if (key !== "Enter" && key !== "Shift") queue.add(() => found.push(key), key, held);
      else found.push(key);
      vi.advanceTimersByTime(gap);
    });
    vi.advanceTimersByTime(SCAN_MS);
    return found;
  }

  it.each([5, 20, 44, 60, 300])("act all and in turn, typed %d ms apart", (gap) =>
    expect(acted(["j", "x", "p"], gap)).toEqual(["j", "x", "p"]),
  );

  it("act before an Enter that comes at once", () =>
    expect(acted(["j", "Enter"], 10)).toEqual(["j", "Enter"]));

  it.each([["f1"], ["jxp1"]])("do nothing where they are a scan, as of %s", (code) =>
    expect(acted([...code, "Enter"], 10)).toEqual(["Enter"]),
  );

  it("do nothing where a scan presses Shift for its capitals", () =>
    expect(acted(["j", "Shift", "X", "P", "1", "Enter"], 10).filter((each) => each.length === 1)).toEqual(
      [],
    ));

  it("act alone, and behind those before them, where no scanner types them", () => {
    expect(acted(["Backspace"], 300)).toEqual(["Backspace"]);
    expect(acted(["j", "Backspace", "x"], 10)).toEqual(["j", "Backspace", "x"]);
  });

  it("act at once while they are held down", () =>
    expect(acted(["j", "j", "j", "j", "j"], 30, true)).toHaveLength(5));
});

describe("keys of the frame and of a page", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Type keys, so many milliseconds apart, where the frame goes to pages and a page has keys of its own. */
  function acted(keys: string[], gap = 100): string[] {
    const found: string[] = [];
    const bound = (...names: string[]): Keys =>
      Object.fromEntries(names.map((name) => [name, () => found.push(name)]));
    renderHook(() => useKeys(bound("g s", "g h", "?")));
    renderHook(() => useKeys(bound("h", "s", "j", "Escape")));
    for (const key of keys) {
      window.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
      vi.advanceTimersByTime(gap);
    }
    vi.advanceTimersByTime(SEQUENCE_MS);
    return found;
  }

  it.each([["h"], ["s"]])("are those of the frame alone behind a g: %s", (key) =>
    expect(acted(["g", key])).toEqual([`g ${key}`]),
  );

  it("are those of the frame alone also where the page binds its keys first", () => {
    const hold = vi.fn();
    renderHook(() => useKeys({ h: hold }));

    expect(acted(["j", "g", "h"])).toEqual(["j", "g h"]);
    expect(hold).not.toHaveBeenCalled();
  });

  it("are those of the page where no sequence ends with them", () => {
    expect(acted(["s", "h"])).toEqual(["s", "h"]);
    expect(acted(["g", "j"])).toEqual(["j"]);
    expect(acted(["g", "g", "s"])).toEqual(["s"]);
    expect(acted(["g", "Escape", "h"])).toEqual(["Escape", "h"]);
  });

  it("are those of the page once the g is too long ago", () =>
    expect(acted(["g", "s"], SEQUENCE_MS + 1)).toEqual(["s"]));

  it("are those of the page once the frame does not bind its own any more", () => {
    const frame = renderHook(() => useKeys({ "g s": vi.fn() }));
    frame.unmount();
    const ship = vi.fn();
    renderHook(() => useKeys({ s: ship }));
    for (const key of ["g", "s"]) window.dispatchEvent(new KeyboardEvent("keydown", { key }));
    vi.advanceTimersByTime(SCAN_MS);

    expect(ship).toHaveBeenCalledOnce();
  });
});

it.each(["/", "1", "."])("%s is the same key on a keyboard that has it under Shift", (key) => {
  vi.useFakeTimers();
  const act = vi.fn();
  renderHook(() => useKeys({ [key]: act }));

  const event = new KeyboardEvent("keydown", { key, shiftKey: true });
  vi.spyOn(event, "getModifierState").mockImplementation((name) => name === "Shift");
  window.dispatchEvent(event);
  vi.advanceTimersByTime(SCAN_MS);

  expect(act).toHaveBeenCalledOnce();
  vi.useRealTimers();
});

describe("a dialog", () => {
  afterEach(() => document.body.replaceChildren());
  const key = () => new KeyboardEvent("keydown", { key: "j" });
  const show = (className: string) => {
    const dialog = document.createElement("div");
    dialog.setAttribute("role", "dialog");
    dialog.className = className;
    document.body.append(dialog);
  };

  it("over the page has the keys", () => {
    show("");
    expect(isTaken(key(), false)).toBe(true);
    expect(isTaken(key(), true)).toBe(false);
  });

  it("is closed by its Escape, and the page stays", () => {
    const leave = vi.fn();
    renderHook(() => useKeys({ Escape: leave }));
    show("");
    const close = () => document.body.replaceChildren();
    window.addEventListener("keydown", close, { capture: true, once: true });
    const pressEscape = () => window.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));

    pressEscape();
    expect(leave).not.toHaveBeenCalled();
    pressEscape();
    expect(leave).toHaveBeenCalledOnce();
  });

  it("beside the list leaves them to the list", () => {
    show("beside");
    expect(isTaken(key(), false)).toBe(false);
  });
});
