import { useSyncExternalStore } from "react";

const EVERY = 30_000;
const listeners = new Set<() => void>();
let current = Date.now();
let timer: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void) {
  listeners.add(listener);
  timer ??= setInterval(() => {
    current = Date.now();
    for (const each of listeners) each();
  }, EVERY);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && timer) {
      clearInterval(timer);
      timer = null;
    }
  };
}

function snapshot() {
  if (Date.now() - current > EVERY) current = Date.now(); // no component listened meanwhile
  return current;
}

/** The time, by one timer for the whole page. */
export const useNow = () => useSyncExternalStore(subscribe, snapshot);
