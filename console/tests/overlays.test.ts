import { describe, expect, it, vi } from "vitest";
import { closeOverlay, openPalette, takeTyped } from "../src/shell/overlays";

const press = (key: string, init: KeyboardEventInit = {}) =>
  document.body.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...init }),
  );

describe("keys between opening the palette and its field", () => {
  it("are kept for the field, and are no shortcuts", () => {
    const shortcut = vi.fn();
    window.addEventListener("keydown", shortcut);
    openPalette();
    for (const key of ["k", "o", "p", "Backspace", "f"]) press(key);

    expect(shortcut).not.toHaveBeenCalled();
    expect(takeTyped()).toBe("kof");
    press("h");
    expect(shortcut).toHaveBeenCalledOnce();
    expect(takeTyped()).toBe("");
    window.removeEventListener("keydown", shortcut);
  });

  it("are forgotten once it is closed; others go on to the browser", () => {
    openPalette();
    press("k");
    closeOverlay();
    openPalette();
    expect(press("r", { ctrlKey: true })).toBe(true);
    press("x");
    press("Escape");
    expect(takeTyped()).toBe("");
  });
});
