import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import type { Reading } from "../../ui/shortcuts";

export type Box = Schemas["Box"];
export type Answer = Schemas["BenchAnswer"];
export type Verb = "open" | "scan" | "undo" | "aside" | "close" | "reopen" | "reject" | "finish" | "print";
export type Sound = "blip" | "right" | "wrong" | "many" | "done" | "low";
export type Tone = "idle" | "right" | "wrong" | "many" | "done" | "lacks" | "note";

/** A request of the bench without its id. */
export interface Does {
  act: Verb;
  body: Record<string, unknown>;
}

/** Its id makes the request one, however often it is sent. */
export interface Request extends Does {
  id: string;
}

export interface Choice {
  label: string;
  /** The requests that it sends; none leaves all as it is. */
  does: Does[];
}

/** What must be decided before anything happens; its last choice is that of Escape. */
export interface Question {
  title: string;
  text: string;
  choices: Choice[];
}

/** What the panel says: the word, sentences below it, and what to do next. */
export interface Say {
  tone: Tone;
  title: string;
  lines: string[];
  next: string;
}

export interface Entry {
  /** Counts up. */
  n: number;
  at: number;
  tone: Tone;
  text: string;
  note: string;
}

export interface State {
  phase: "locked" | "idle" | "packing" | "stopped" | "done";
  box: Box | null;
  say: Say;
  asking: Question | null;
  /** What is sent and not answered yet; the first is under way. */
  pending: Request[];
  /** What came while another was under way: it means what it means after that one's answer. */
  waiting: Work[];
  /** What the scanner read last. */
  read: Reading | null;
  /** Since when no answer came; scans are refused meanwhile. */
  offlineSince: number | null;
  /** The sound to play; a new object is a new sound. */
  sound: { name: Sound } | null;
  history: Entry[];
  /** The print job of the label that was queued last. */
  job: string | null;
}

export type Command = "undo" | "aside" | "finish" | "close" | "none-left" | "reprint" | "lock" | "yes";
/** What happens; `readAt` of a scan is by the clock of keys, which no busy page delays. */
export type Event = { at: number; id: string } & (
  | { kind: "scan"; code: string; readAt: number }
  | { kind: "open"; order: string; fulfilment: number }
  | { kind: "by-hand"; sku: string }
  | { kind: "command"; command: Command; sku?: string }
  | { kind: "choose"; place: number }
  | { kind: "answer"; answer: Answer }
  | { kind: "printed"; job: string; reprint: boolean }
  | { kind: "refused"; message: string }
  | { kind: "lost" }
  | { kind: "back" }
);

/** What a person does. */
export type Work = Extract<Event, { kind: "scan" | "open" | "by-hand" | "command" | "choose" }>;

export const idle = (): Say => ({ tone: "idle", ...t.bench.say.idle });

export const start = (pending: Request[] = []): State => ({
  phase: "idle",
  box: null,
  say: idle(),
  asking: null,
  pending,
  waiting: [],
  read: null,
  offlineSince: null,
  sound: null,
  history: [],
  job: null,
});

const HISTORY = 12;

export const boxOf = (box: Box) => ({ order: box.order, fulfilment: box.fulfilment });
export const missing = (item: Schemas["BoxItem"]) => item.needed - item.counted;
export const nextItem = (box: Box) => box.items.find((each) => missing(each) > 0);

/** What to put in next, and where it lies. */
export const hint = (box: Box): string => {
  const item = nextItem(box);
  return item ? t.bench.next(item.name || item.sku, item.bin) : "";
};

/** How far a box is, where nothing has just become of it. */
export const resting = (box: Box): Say => ({
  tone: "note",
  title: t.bench.say.opened(box.short_id),
  lines: [t.bench.units(box.counted, box.units)],
  next: hint(box),
});

export const sounding = (state: State, name: Sound): State => ({ ...state, sound: { name } });
export const noted = (state: State, at: number, tone: Tone, text: string, note = ""): State => ({
  ...state,
  history: [{ n: (state.history[0]?.n ?? 0) + 1, at, tone, text, note }, ...state.history].slice(0, HISTORY),
});

/** Send a request, and what follows it, in this order; each has an id of its own. */
export const sending = (state: State, id: string, ...all: Does[]): State => ({
  ...state,
  asking: null,
  pending: [...state.pending, ...all.map((each, place) => ({ ...each, id: place ? `${id}-${place}` : id }))],
});
