import { useEffect, useRef } from "react";
import { flushSync } from "react-dom";
import { tinykeys } from "tinykeys";

export const SINGLE_KEYS = "packhorse-single-keys";
/** A scanner types with less than this between two keys: a single key waits that long to be one. */
export const SCAN_MS = 45;
/** The keys of a sequence come with less than this between them. */
export const SEQUENCE_MS = 1000;

type Handler = (event: KeyboardEvent) => void;
export type Keys = Record<string, Handler>;

const EDITABLE = "input:not([type=checkbox]), textarea, select, [contenteditable=true]";

/** No field uses it: it saves what is written there. */
const isSave = (event: KeyboardEvent) => (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s";

const isCovered = () => document.querySelector("[role=dialog]:not(.beside), [role=menu]") !== null;

/** The last key that came while a dialog lay over the page: its Escape closes the dialog before the page has it. */
let covered: KeyboardEvent | undefined;

/** Whether a key belongs to something else: a field, or a dialog that lies over the page, not `beside` it. */
export function isTaken(event: KeyboardEvent, inDialog: boolean): boolean {
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(EDITABLE) && !isSave(event)) return true;
  return !inDialog && (event === covered || isCovered());
}

const isSingle = (name: string) =>
  !/(\$mod|Control|Meta|Alt)\+/.test(name) && name !== "Escape" && name !== "Enter";

/** A key as it is pressed on any keyboard: signs and digits take Shift on some, such as `/` on a German one. */
const pressesOf = (name: string) => (/^[^a-z]$/i.test(name) ? [name, `Shift+${name}`] : [name]);

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

/**
 * Knows whether a key ends a sequence that some part of the page has, such as `g s`: it is then no key of its own,
 * whatever another part does with a single `s`.
 */
export class Sequences {
  private readonly bound = new Map<string, number>();
  private first = { key: "", at: 0 };
  isEnd = false;

  /** See every key before it is handled, as tinykeys reads them: a key that fits no sequence begins none. */
  see(pressed: string, at: number) {
    if (MODIFIERS.has(pressed)) return;
    const key = pressed.toLowerCase();
    const isOpen = this.first.key !== "" && at - this.first.at < SEQUENCE_MS;
    this.isEnd = isOpen && this.bound.has(`${this.first.key} ${key}`);
    const begins = !isOpen && [...this.bound.keys()].some((each) => each.startsWith(`${key} `));
    this.first = { key: begins ? key : "", at };
  }

  /** Bind the sequences among names of keys; call what is returned to unbind them. */
  bind(names: readonly string[]): () => void {
    const sequences = names.map((name) => name.toLowerCase()).filter((name) => name.includes(" "));
    const count = (name: string, by: number) => this.bound.set(name, (this.bound.get(name) ?? 0) + by);
    for (const name of sequences) count(name, 1);
    return () => {
      for (const name of sequences) if (count(name, -1).get(name) === 0) this.bound.delete(name);
    };
  }
}

interface KeyReading {
  queue: KeyQueue;
  sequences: Sequences;
}

let reading: KeyReading | undefined;

/** The one reading of the page's keys; it sees them before anything else does. */
function theReading(): KeyReading {
  if (reading) return reading;
  const made = { queue: new KeyQueue(), sequences: new Sequences() };
  const see = (event: KeyboardEvent) => {
    covered = isCovered() ? event : undefined;
    made.queue.see(event.key, event.timeStamp, event.repeat);
    made.sequences.see(event.key, event.timeStamp);
  };
  window.addEventListener("keydown", see, true);
  reading = made;
  return made;
}

/** Bind keys while the component is mounted; single keys wait until it is clear that nobody scans. */
export function useKeys(keys: Keys, { enabled = true, inDialog = false } = {}) {
  const latest = useRef(keys);
  latest.current = keys;
  const names = Object.keys(keys).join("\n");
  useEffect(() => {
    if (!enabled) return;
    const { queue, sequences } = theReading();
    const all = names.split("\n");
    const act = (name: string, event: KeyboardEvent) => {
      if (!isTaken(event, inDialog)) flushSync(() => latest.current[name]?.(event));
    };
    const bind =
      (name: string): Handler =>
      (event) => {
        if (isTaken(event, inDialog)) return;
        if (sequences.isEnd && !name.includes(" ")) return;
        if (!isSingle(name)) return latest.current[name]?.(event);
        if (localStorage.getItem(SINGLE_KEYS) === "off") return;
        event.preventDefault();
        queue.add(() => act(name, event), event.key, event.repeat);
      };
    const unbind = sequences.bind(all);
    const bindings = all.flatMap((name) => pressesOf(name).map((press) => [press, bind(name)]));
    const unlisten = tinykeys(window, Object.fromEntries(bindings), { timeout: SEQUENCE_MS });
    return () => {
      unlisten();
      unbind();
    };
  }, [names, enabled, inDialog]);
}

/** Tells what a scanner types from what a person does: two or more characters in quick succession, ending in Enter. */
export class ScanReader {
  private text = "";
  private last = 0;

  read(key: string, at: number): string | null {
    const quick = at - this.last < 40;
    this.last = at;
    if (key === "Enter") {
      const scanned = quick && this.text.length >= 2 ? this.text : null;
      this.text = "";
      return scanned;
    }
    if (key.length === 1) this.text = quick ? this.text + key : key;
    return null;
  }

  /** Whether the key that was read last may be the first of a scan. */
  get isFirst() {
    return this.text.length === 1;
  }
}

/** A scanner that reads a code twice does it within this; a person who scans the next unit takes longer. */
const TWICE_MS = 250;

/** A code that was read, and when by the clock of events. */
export interface Reading {
  code: string;
  at: number;
}

/** Whether a code was read once more by a slip of the scanner. */
export const isReadTwice = (last: Reading | null, { code, at }: Reading) =>
  last?.code === code && at - last.at < TWICE_MS;

/** Set a field as if that was typed: React hears of no other way. */
function type(field: HTMLInputElement, value: string) {
  Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(field, value);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

const fieldOf = ({ target }: KeyboardEvent, fields: string) =>
  fields && target instanceof HTMLInputElement && target.matches(fields) ? target : null;

/** Hear what is scanned; also while one of the `fields` has the focus, which is then as it was before the scan. */
export function useScan(onScan: (code: string, at: number) => void, { fields = "" } = {}) {
  const latest = useRef(onScan);
  latest.current = onScan;
  useEffect(() => {
    const reader = new ScanReader();
    let before = "";
    const listen = (event: KeyboardEvent) => {
      const field = fieldOf(event, fields);
      if ((isTaken(event, false) && !field) || event.ctrlKey || event.metaKey) return;
      const code = reader.read(event.key, event.timeStamp);
      if (field && event.key.length === 1 && reader.isFirst) before = field.value;
      if (!code) return;
      event.preventDefault();
      event.stopPropagation();
      if (field) flushSync(() => type(field, before));
      latest.current(code, event.timeStamp);
    };
    window.addEventListener("keydown", listen, true);
    return () => window.removeEventListener("keydown", listen, true);
  }, [fields]);
}
