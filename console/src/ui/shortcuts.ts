import { useEffect, useRef } from "react";
import { flushSync } from "react-dom";
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

const MODIFIERS = new Set(["Shift", "Control", "Alt", "Meta", "AltGraph", "CapsLock"]);

/**
 * Single keys in the order in which they were typed, by whatever part of the page they are for. They wait until it is
 * clear that nobody scans; a scan drops them. Each then acts on what the one before left: nothing is drawn in between.
 */
export class KeyQueue {
  private waiting: (() => void)[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly scans = new ScanReader();

  /** See every key before it is handled. */
  see(key: string, at: number, isHeld: boolean) {
    const scanned = this.scans.read(key, at);
    if (MODIFIERS.has(key)) return; // scanners press them for capitals
    clearTimeout(this.timer);
    if (scanned) this.waiting = [];
    else if (key.length > 1 || isHeld)
      this.flush(); // Enter opens what the keys before it chose; a key that is held down is a person's
    else this.timer = setTimeout(() => this.flush(), SCAN_MS);
  }

  /** Act once it is clear that nobody scans: at once for a key that is held down, or that no scanner types. */
  add(act: () => void, key: string, isHeld: boolean) {
    if (isHeld || key.length > 1) return act();
    this.waiting.push(act);
  }

  private flush() {
    const acts = this.waiting;
    this.waiting = [];
    for (const act of acts) act();
  }
}

let queue: KeyQueue | undefined;

/** The one queue of the page; it sees keys before anything else does. */
function theQueue(): KeyQueue {
  if (queue) return queue;
  const made = new KeyQueue();
  const see = (event: KeyboardEvent) => made.see(event.key, event.timeStamp, event.repeat);
  window.addEventListener("keydown", see, true);
  queue = made;
  return made;
}

/** Bind keys while the component is mounted; single keys wait until it is clear that nobody scans. */
export function useKeys(keys: Keys, { enabled = true, inDialog = false } = {}) {
  const latest = useRef(keys);
  latest.current = keys;
  const names = Object.keys(keys).join("\n");
  useEffect(() => {
    if (!enabled) return;
    const keysInTurn = theQueue();
    const act = (name: string, event: KeyboardEvent) => {
      if (!isTaken(event, inDialog)) flushSync(() => latest.current[name]?.(event));
    };
    const bind =
      (name: string): Handler =>
      (event) => {
        if (isTaken(event, inDialog)) return;
        if (!isSingle(name)) return latest.current[name]?.(event);
        if (localStorage.getItem(SINGLE_KEYS) === "off") return;
        event.preventDefault();
        keysInTurn.add(() => act(name, event), event.key, event.repeat);
      };
    return tinykeys(window, Object.fromEntries(names.split("\n").map((name) => [name, bind(name)])));
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
