import { useSyncExternalStore } from "react";

export type Overlay = "palette" | "help" | null;

let open: Overlay = null;
const listeners = new Set<() => void>();

function set(next: Overlay) {
  open = next;
  for (const each of listeners) each();
}

let typed = "";

/** Keeps a key for the field of the palette, which has not got the focus yet: it is no shortcut of the page. */
function keep(event: KeyboardEvent) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") closeOverlay();
  else if (event.key === "Backspace") typed = typed.slice(0, -1);
  else if (event.key.length === 1) typed += event.key;
  else return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** What was typed since the palette was opened, once its field has the focus and takes keys itself. */
export function takeTyped(): string {
  window.removeEventListener("keydown", keep, { capture: true });
  const taken = typed;
  typed = "";
  return taken;
}

export const openPalette = () => {
  if (open === "palette") return;
  takeTyped();
  window.addEventListener("keydown", keep, { capture: true });
  set("palette");
};
export const openHelp = () => set("help");
export const closeOverlay = () => {
  takeTyped();
  set(null);
};

/** Which of the two overlays of every page is open. */
export const useOverlay = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
