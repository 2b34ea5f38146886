import type { Schemas } from "../../api/client";
import { t } from "../../texts";
import { begun, person } from "../../ui/format";
import { changed, closed, several, taken, unknownCode } from "./questions";
import {
  type Answer,
  type Box,
  hint,
  idle,
  nextItem,
  noted,
  type Question,
  type Request,
  type Say,
  type Sound,
  type State,
  sounding,
  type Tone,
} from "./state";

type Result = Schemas["Result"];

interface Came {
  state: State;
  request: Request;
  answer: Answer;
  at: number;
}

/** What an answer of the bench's API does: one row a result. */
const AFTER: Record<Result, (came: Came) => State> = {
  opened: opens,
  reopened: opens,
  right: (came) => counts(came, "right", "right"),
  closed: closes,
  wrong: (came) => refuses(came, "wrong", t.bench.say.wrong, wrongLines(came), t.bench.putBack),
  too_many: (came) => refuses(came, "many", t.bench.say.many, manyLines(came), t.bench.takeOut),
  unknown: isUnknown,
  undone: (came) => counts(came, "note", "blip", t.bench.undone),
  nothing: (came) => refuses(came, "note", t.bench.say.nothing, [said(came)], ""),
  incomplete: (came) => refuses(came, "note", t.bench.say.incomplete, [said(came)], ""),
  labelled: (came) => refuses(came, "note", t.bench.say.labelled, [said(came)], t.bench.voidFirst),
  aside: (came) => leaves(came, "blip", t.bench.aside),
  rejected: (came) =>
    isOpen(came.answer.box)
      ? counts(came, "note", "blip", t.bench.rejected)
      : leaves(came, "blip", t.bench.rejected),
  changed: (came) => ({
    ...refuses(came, "wrong", t.bench.say.changed, [said(came)], ""),
    phase: "stopped",
    asking: came.answer.box && changed(came.answer.box, came.answer.detail),
  }),
  not_open: (came) => stays(came, t.bench.say.notOpen),
  taken: (came) => stays(came, t.bench.say.taken, taken(came.answer, came.request.body)),
  packed: (came) => stays(came, t.bench.say.packed, closed(came.answer, came.request.body)),
  several: (came) => stays(came, t.bench.say.several, several(came.answer)),
  held: (came) => stays(came, t.bench.say.held),
  cancelled: (came) => stays(came, t.bench.say.cancelled),
  shipped: (came) => stays(came, t.bench.say.shipped),
  elsewhere: (came) => stays(came, t.bench.say.elsewhere),
  waiting: (came) => stays(came, t.bench.say.waiting),
};

export function afterAnswer(state: State, request: Request, answer: Answer, at: number): State {
  return (AFTER[answer.result] ?? isNewer)({ state, request, answer, at });
}

/** What the API says about it, as a sentence. */
const said = ({ answer }: Came) => begun(answer.detail);
const isOpen = (box: Box | null) => box?.state === "open";
const isPacking = (state: State) => state.phase === "packing" && state.box !== null;
const fresh = ({ state, answer }: Came): Box | null => answer.box ?? state.box;

function opens(came: Came): State {
  const { state, answer, at } = came;
  const box = answer.box;
  if (!box) return state;
  const say: Say = { tone: "note", title: t.bench.say.opened(box.short_id), lines: [], next: hint(box) };
  const next = { ...state, phase: "packing" as const, box, say, asking: null };
  return noted(sounding(next, "blip"), at, "note", t.bench.opened(box.short_id), box.number);
}

/** The product of a scan, and how many of it are in the box. */
function counted({ answer, request }: Came, box: Box): [name: string, of: string] {
  const sku = answer.product?.sku ?? String(request.body.code ?? "");
  const item = box.items.find((each) => each.sku === sku);
  const name = item?.name || answer.product?.name || sku;
  return [name, item ? t.bench.of(item.counted, item.needed) : ""];
}

function counts(came: Came, tone: Tone, sound: Sound, title: string = t.bench.say.right): State {
  const { state, at, request } = came;
  const box = fresh(came);
  if (!box) return state;
  const [name, of] = counted(came, box);
  const isUnit = tone === "right";
  const byHand = request.body.by_hand ? `, ${t.bench.byHand}` : "";
  const lines = isUnit ? [`${name}, ${of}`] : [t.bench.units(box.counted, box.units)];
  const next: State = {
    ...state,
    phase: "packing",
    box,
    asking: null,
    say: { tone, title, lines, next: hint(box) },
  };
  return noted(sounding(next, sound), at, tone, isUnit ? name : title, isUnit ? of + byHand : "");
}

function closes(came: Came): State {
  const { state, answer, at } = came;
  const box = answer.box;
  if (!box) return state;
  const label = answer.label_problem
    ? t.bench.noLabel(answer.label_problem)
    : answer.print_job
      ? t.bench.labelPrints
      : box.labels.length === 0
        ? t.bench.withoutLabel
        : t.bench.labelled;
  const lacksLabel = answer.label_problem !== "" || box.labels.length === 0;
  const say: Say = {
    tone: lacksLabel ? "lacks" : "done",
    title: lacksLabel ? t.bench.say.doneNoLabel : t.bench.say.done,
    lines: [t.bench.units(box.counted, box.units), label],
    next: t.bench.nextSlip,
  };
  const next = { ...state, phase: "done" as const, box, say, asking: null, job: answer.print_job };
  return noted(
    sounding(next, "done"),
    at,
    "done",
    t.bench.complete(box.short_id),
    t.bench.unitCount(box.counted),
  );
}

/** Nothing is counted, and the box stays as it is. */
function refuses(came: Came, tone: Tone, title: string, lines: string[], next: string): State {
  const { state, at } = came;
  const sound = ({ wrong: "wrong", many: "many" } as const)[tone as "wrong"] ?? "low";
  const shown = {
    ...state,
    box: fresh(came),
    asking: null,
    say: { tone, title, lines: lines.filter(Boolean), next },
  };
  const what = tone === "wrong" || tone === "many" ? counted(came, shown.box ?? EMPTY)[0] : "";
  return noted(sounding(shown, sound), at, tone, what ? `${title}: ${what}` : title, t.bench.notCounted);
}

const EMPTY = { items: [] as Box["items"] } as Box;

function wrongLines({ answer, state, request }: Came): string[] {
  const box = answer.box ?? state.box;
  const needed = (box && nextItem(box)) ?? null;
  const scanned = answer.product?.name || answer.product?.sku || String(request.body.code ?? "");
  return [t.bench.youScanned(scanned), needed ? t.bench.needs(needed.name || needed.sku) : ""];
}

function manyLines(came: Came): string[] {
  const box = fresh(came);
  if (!box) return [];
  const sku = came.answer.product?.sku ?? came.request.body.code;
  const item = box.items.find((each) => each.sku === sku);
  return item ? [t.bench.full(item.name || item.sku, item.needed)] : [said(came)];
}

function isUnknown(came: Came): State {
  const code = String(came.request.body.code ?? "");
  const title = t.bench.say.unknown;
  if (!isPacking(came.state) || !came.state.box) return stays(came, title, null, code);
  const refused = refuses(came, "wrong", title, [code], t.bench.nothingCounted);
  return { ...refused, asking: unknownCode(came.state.box, code) };
}

/** The result of an API that is newer than this page: what it says, and the box that came with it. */
function isNewer(came: Came): State {
  const { box, result } = came.answer;
  const stayed = stays(came, begun(result.replaceAll("_", " ")));
  return box ? { ...stayed, box, phase: isOpen(box) ? "packing" : "done" } : stayed;
}

function leaves(came: Came, sound: Sound, text: string): State {
  const { state, at } = came;
  const left = {
    ...state,
    phase: "idle" as const,
    box: null,
    asking: null,
    say: { ...idle(), lines: [text] },
  };
  return noted(sounding(left, sound), at, "note", text, state.box?.short_id);
}

/** The box is not before the packer: the bench is where it was, and says why, and by whom. */
function stays(came: Came, title: string, asking: Question | null = null, why = said(came)): State {
  const { state, answer, at } = came;
  const who = answer.who ? t.bench.by(person(answer.who)) : "";
  const say: Say = {
    tone: "note",
    title,
    lines: [why, who].filter(Boolean),
    next: t.bench.nextSlip,
  };
  const isLost = isPacking(state) && came.request.act !== "open";
  const isNext = state.phase !== "packing" && came.request.act === "open";
  const left = isLost || isNext ? { phase: "idle" as const, box: null } : {};
  return noted(sounding({ ...state, ...left, say, asking }, "low"), at, "note", title, why);
}
