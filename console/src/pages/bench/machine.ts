import { t } from "../../texts";
import { begun } from "../../ui/format";
import { isReadTwice } from "../../ui/shortcuts";
import { afterAnswer } from "./answers";
import { finishing, notFound, puttingAside } from "./questions";
import {
  type Box,
  boxOf,
  type Command,
  type Does,
  type Event,
  noted,
  type Question,
  resting,
  type Say,
  type Sound,
  type State,
  sending,
  sounding,
  type Verb,
  type Work,
} from "./state";

/**
 * The packing bench as a state machine: what a scan, a key or an answer does. It has no clock, no network and no sound
 * of its own, so that each row of its state table is a test. Counts are the API's.
 */

/** Codes on the printed sheet, each with what it does. */
export const COMMANDS: Record<string, Command> = {
  "PH-YES": "yes",
  "PH-UNDO": "undo",
  "PH-ABORT": "aside",
  "PH-NONE-LEFT": "none-left",
  "PH-FINISH-PARTIAL": "finish",
  "PH-SHIP-ALL": "close",
  "PH-REPRINT": "reprint",
  "PH-LOCK": "lock",
};
export const CHOICES = ["PH-1", "PH-2", "PH-3", "PH-4", "PH-5"];

const SHORT_ID = /^[0-9A-Z]{8}-[1-9][0-9]{0,3}$/i;

export function step(state: State, event: Event): State {
  switch (event.kind) {
    case "lost":
      if (state.offlineSince !== null) return state;
      return sounding({ ...state, offlineSince: event.at }, "low");
    case "back":
      return { ...state, offlineSince: null };
    case "answer":
      return caughtUp(answered(state, event));
    case "printed":
      return caughtUp(printed(state, event));
    case "refused":
      return caughtUp(refused(state, event));
    case "scan":
      return read(state, event);
    default:
      return worked(state, event);
  }
}

/** A scanner may read a code twice: the second is no unit, least of all that of the next order. */
function read(state: State, event: Work & { kind: "scan" }): State {
  const reading = { code: event.code.trim(), at: event.readAt };
  const next = { ...state, read: reading };
  if (!isReadTwice(state.read, reading)) return worked(next, event);
  return noted(sounding(next, "low"), event.at, "note", reading.code, t.bench.readTwice);
}

/** While there is no connection, or the bench is locked, nothing of it counts, and it is said so. */
function worked(state: State, event: Work): State {
  if (event.kind === "command" && event.command === "lock")
    return { ...state, phase: "locked", asking: null };
  if (state.phase === "locked" || state.offlineSince !== null) {
    const what = event.kind === "scan" ? event.code : t.bench.key;
    return noted(sounding(state, "low"), event.at, "note", what, t.bench.notCounted);
  }
  if (state.pending.length > 0) return { ...state, waiting: [...state.waiting, event] };
  if (event.kind === "command") return commanded(state, event.command, event);
  if (event.kind === "choose") return chosen(state, event.place, event);
  if (event.kind === "open")
    return sending(state, event.id, {
      act: "open",
      body: { order: event.order, fulfilment: event.fulfilment },
    });
  if (event.kind === "by-hand") return counting(state, event.id, event.sku, true);
  return scanned(state, event);
}

function scanned(state: State, event: Work & { kind: "scan" }): State {
  const code = event.code.trim();
  const command = COMMANDS[code.toUpperCase()];
  if (command) return worked(state, { ...event, kind: "command", command });
  const place = CHOICES.indexOf(code.toUpperCase());
  if (place >= 0) return chosen(state, place, event);
  if (state.phase === "stopped") return sounding(state, "low");
  if (state.phase !== "packing" || !state.box)
    return sending(state, event.id, { act: "open", body: { code } });
  if (isOtherSlip(state.box, code)) {
    const say = { ...resting(state.box), title: t.bench.say.otherSlip, lines: [code], next: "" };
    const asked = asks({ ...state, say }, puttingAside(state.box, code), "low");
    return noted(asked, event.at, "note", t.bench.say.otherSlip, code);
  }
  if (code.toUpperCase() === state.box.short_id) return state;
  return counting(state, event.id, code, false);
}

const isOtherSlip = (box: Box, code: string) =>
  SHORT_ID.test(code) && code.toUpperCase() !== box.short_id && !box.items.some(({ sku }) => sku === code);

function counting(state: State, id: string, code: string, by_hand: boolean): State {
  if (state.phase !== "packing" || !state.box) return state;
  return sending(state, id, { act: "scan", body: { ...boxOf(state.box), code, by_hand } });
}

function chosen(state: State, place: number, { id }: { id: string }): State {
  const choice = state.asking?.choices[place];
  if (!choice) return state;
  const isLeft = choice.does.length === 0 && state.phase === "packing" && state.box;
  return sending(isLeft ? { ...state, say: resting(isLeft) } : state, id, ...choice.does);
}

const asks = (state: State, asking: Question, sound: Sound): State => sounding({ ...state, asking }, sound);

const IN_BOX: Partial<Record<Command, (box: Box, sku?: string) => Does | Question | null>> = {
  undo: (box) => ({ act: "undo", body: boxOf(box) }),
  aside: (box) => (box.counted > 0 ? puttingAside(box) : { act: "aside", body: boxOf(box) }),
  close: (box) => ({ act: "close", body: boxOf(box) }),
  finish: finishing,
  "none-left": notFound,
  reprint: (box) => ({ act: "print", body: { ...boxOf(box), document: "label" } }),
};
const CLOSED: Partial<Record<Command, Verb>> = { undo: "reopen", reprint: "print" };

function commanded(state: State, command: Command, event: { id: string; sku?: string }): State {
  if (state.asking) {
    if (command === "yes") return chosen(state, 0, event);
    if (command === "aside") return answersNo(state, event);
  }
  if (!state.box) return state;
  if (state.phase === "done") {
    const act = CLOSED[command];
    const body = act === "print" ? { ...boxOf(state.box), document: "label" } : boxOf(state.box);
    return act ? sending(state, event.id, { act, body }) : state;
  }
  const done = IN_BOX[command]?.(state.box, event.sku);
  if (!done) return state;
  return "choices" in done
    ? asks({ ...state, say: { ...resting(state.box), next: "" } }, done, "blip")
    : sending(state, event.id, done);
}

/** Escape is the last choice of a question: mostly to leave all as it is. */
const answersNo = (state: State, event: { id: string }) =>
  chosen(state, (state.asking?.choices.length ?? 1) - 1, event);

// ---- what came back --------------------------------------------------------------------------------------------------

const without = (state: State, id: string): State => ({
  ...state,
  offlineSince: null,
  pending: state.pending.filter((each) => each.id !== id),
});

/** Go on with what was scanned while the request was under way. */
function caughtUp(state: State): State {
  let now = state;
  while (now.pending.length === 0 && now.waiting[0]) {
    const [first, ...waiting] = now.waiting;
    now = worked({ ...now, waiting }, first);
  }
  return now;
}

function answered(state: State, event: Event & { kind: "answer" }): State {
  const request = state.pending.find((each) => each.id === event.id);
  if (!request) return state; // answered before
  const after = afterAnswer(without(state, event.id), request, event.answer, event.at);
  return event.answer.result === "closed" ? withoutSurplus(after, String(request.body.code ?? "")) : after;
}

/** What waits of the code that closed the box was scanned for that box: it opens no other one. */
function withoutSurplus(state: State, code: string): State {
  const isSurplus = (each: Work) => each.kind === "scan" && each.code.trim() === code;
  const surplus = state.waiting.find(isSurplus);
  if (!surplus) return state;
  const say = { ...state.say, lines: [...state.say.lines, t.bench.surplus(code)] };
  const left = { ...state, say, waiting: state.waiting.filter((each) => !isSurplus(each)) };
  const text = `${t.bench.say.many}: ${code}`;
  return noted(sounding(left, "many"), surplus.at, "many", text, t.bench.notCounted);
}

function printed(state: State, event: Event & { kind: "printed" }): State {
  const text = event.reprint ? t.bench.reprinted : t.bench.printing;
  const next = { ...without(state, event.id), job: event.job };
  return noted(sounding(next, "blip"), event.at, "note", text);
}

/** What the API does not do at all: the requests behind it were about the same box, and are dropped with it. */
function refused(state: State, event: Event & { kind: "refused" }): State {
  const left = { ...without(state, event.id), pending: [] };
  const say: Say = {
    tone: "wrong",
    title: t.bench.say.refused,
    lines: [begun(event.message)],
    next: t.bench.nothingCounted,
  };
  return noted(
    sounding({ ...left, say, asking: null }, "wrong"),
    event.at,
    "wrong",
    event.message,
    t.bench.notCounted,
  );
}
