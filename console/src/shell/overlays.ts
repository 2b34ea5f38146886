import { useSyncExternalStore } from "react";

export type Overlay = "palette" | "help" | null;

let open: Overlay = null;
const listeners = new Set<() => void>();

function set(next: Overlay) {
  open = next;
  for (const each of listeners) each();
}

export const openPalette = () => set("palette");
export const openHelp = () => set("help");
export const closeOverlay = () => set(null);

/** Which of the two overlays of every page is open. */
export const useOverlay = () =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
