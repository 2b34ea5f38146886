import { useEffect, useRef } from "react";
import { tinykeys } from "tinykeys";

export const SINGLE_KEYS = "packhorse-single-keys";
/** A scanner types with less than this between two keys: a single key waits that long to be one. */
export const SCAN_MS = 45;

type Handler = (event: KeyboardEvent) => void;
export type Keys = Record<string, Handler>;

const EDITABLE = "input:not([type=checkbox]), textarea, select, [contenteditable=true]";

/** Whether a key belongs to something else: a field, or a dialog that lies over the page. */
export function isTaken(event: KeyboardEvent, inDialog: boolean): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(EDITABLE)) return true;
  return !inDialog && document.querySelector("[role=dialog], [role=menu]") !== null;
}

const isSingle = (name: string) =>
  !/(\$mod|Control|Meta|Alt)\+/.test(name) && name !== "Escape" && name !== "Enter";

/** Bind keys while the component is mounted; single keys wait until it is clear that nobody scans. */
export function useKeys(keys: Keys, { enabled = true, inDialog = false } = {}) {
  const latest = useRef(keys);
  latest.current = keys;
  const names = Object.keys(keys).join("\n");
  useEffect(() => {
    if (!enabled) return;
    let waiting: ReturnType<typeof setTimeout> | null = null;
    const cancel = () => {
      if (waiting) clearTimeout(waiting);
      waiting = null;
    };
    const bind =
      (name: string): Handler =>
      (event) => {
        if (isTaken(event, inDialog)) return;
        if (!isSingle(name)) return latest.current[name]?.(event);
        if (localStorage.getItem(SINGLE_KEYS) === "off") return;
        event.preventDefault();
        waiting = setTimeout(() => {
          waiting = null;
          latest.current[name]?.(event);
        }, SCAN_MS);
      };
    window.addEventListener("keydown", cancel, true);
    const unbind = tinykeys(window, Object.fromEntries(names.split("\n").map((name) => [name, bind(name)])));
    return () => {
      cancel();
      window.removeEventListener("keydown", cancel, true);
      unbind();
    };
  }, [names, enabled, inDialog]);
}

/** Tells what a scanner types from what a person does: four or more characters in quick succession, ending in Enter. */
export class ScanReader {
  private text = "";
  private last = 0;

  read(key: string, at: number): string | null {
    const quick = at - this.last < 40;
    this.last = at;
    if (key === "Enter") {
      const scanned = quick && this.text.length >= 4 ? this.text : null;
      this.text = "";
      return scanned;
    }
    if (key.length === 1) this.text = quick ? this.text + key : key;
    return null;
  }
}

export function useScan(onScan: (code: string) => void) {
  const latest = useRef(onScan);
  latest.current = onScan;
  useEffect(() => {
    const reader = new ScanReader();
    const listen = (event: KeyboardEvent) => {
      if (isTaken(event, false) || event.ctrlKey || event.metaKey) return;
      const code = reader.read(event.key, event.timeStamp);
      if (!code) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current(code);
    };
    window.addEventListener("keydown", listen, true);
    return () => window.removeEventListener("keydown", listen, true);
  }, []);
}
