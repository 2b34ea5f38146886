import { useEffect, useReducer, useRef } from "react";
import { answerOf, api, Refused } from "../../api/client";
import { step } from "./machine";
import { play } from "./sounds";
import { type Event, type Request, type State, start } from "./state";
import type { Station } from "./station";

const KEPT = "packhorse-bench-pending";
const RETRY_MS = 3_000;
/** A label may be bought while the box closes; its carrier answers within this. */
const PATIENCE_MS = 30_000;

type Bare<E> = E extends unknown ? Omit<E, "at" | "id"> : never;
export type Act = (event: Bare<Event>) => void;

/** What the server answered to a request; a repeated one keeps its id, and so counts once. */
async function answerTo(station: Station, { id, act, body }: Request): Promise<Bare<Event>> {
  const params = { path: { station: station.name } };
  const headers = { "Idempotency-Key": id };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  if (act === "print") {
    const job = await answerOf(
      api.POST("/bench/{station}/print", { params, headers, signal, body: { id, ...body } as never }),
    );
    return { kind: "printed", job: job.id, reprint: job.reprint };
  }
  const closes = act === "undo" || act === "aside" || act === "reopen" ? {} : { label: station.buysLabel };
  const place = act === "open" && station.warehouse ? { warehouse: station.warehouse } : {};
  // Each act has a body of its own, which the state machine made: the API says where one does not fit.
  const whole = { id, ...closes, ...place, ...body };
  const answer = await answerOf(
    api.POST(`/bench/{station}/${act}`, { params, headers, signal, body: whole as never }),
  );
  return { kind: "answer", answer };
}

/** Whether the same request may go through later: no answer, or none of ours. */
const isPassing = (error: unknown) =>
  !(error instanceof Refused) || error.status >= 500 || error.status === 429 || error.status === 401;

/** A conflict may be with the same request, whose answer was lost and which is still being answered. */
const isConflict = (error: unknown) => error instanceof Refused && error.status === 409;

/** What was sent before a reload and not answered, and the box that was open then. */
function begun(box: { order: string; fulfilment: number } | null): State {
  const kept: Request[] = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
  const again: Request[] = box ? [{ id: crypto.randomUUID(), act: "open", body: { ...box } }] : [];
  return start([...kept, ...again]);
}

/** The bench at work: sends one request after another, repeats what got no answer, plays what happened. */
export function useBench(station: Station, opened: { order: string; fulfilment: number } | null) {
  const [state, dispatch] = useReducer(step, opened, begun);
  const act: Act = (event) => dispatch({ ...event, id: crypto.randomUUID(), at: Date.now() } as Event);
  const latest = useRef(station);
  latest.current = station;
  const request = state.pending[0];
  const isLocked = state.phase === "locked";
  /** The request whose answer was lost last, and when; one that was kept over a reload may have been sent. */
  const unanswered = useRef({ id: request?.id, at: Date.now() });

  useEffect(() => {
    if (!request || isLocked) return;
    let timer: ReturnType<typeof setTimeout>;
    let isOver = false;
    const come = (event: Bare<Event>) => {
      if (!isOver) dispatch({ ...event, id: request.id, at: Date.now() } as Event);
    };
    const lose = () => {
      unanswered.current = { id: request.id, at: Date.now() };
    };
    const send = async () => {
      try {
        come(await answerTo(latest.current, request));
      } catch (error) {
        const { id, at } = unanswered.current;
        const isRepeated = id === request.id && Date.now() - at < PATIENCE_MS;
        if (isPassing(error)) lose();
        else if (!isConflict(error) || !isRepeated)
          return come({ kind: "refused", message: (error as Refused).sentence });
        come({ kind: "lost" });
        if (!isOver) timer = setTimeout(send, RETRY_MS);
      }
    };
    send();
    return () => {
      isOver = true;
      clearTimeout(timer);
      lose(); // an answer that still comes is dropped
    };
  }, [request, isLocked]);

  useEffect(() => {
    const lost = () => dispatch({ kind: "lost", id: "", at: Date.now() });
    const back = () => dispatch({ kind: "back", id: "", at: Date.now() });
    if (!navigator.onLine) lost();
    window.addEventListener("offline", lost);
    window.addEventListener("online", back);
    return () => {
      window.removeEventListener("offline", lost);
      window.removeEventListener("online", back);
    };
  }, []);

  useEffect(() => sessionStorage.setItem(KEPT, JSON.stringify(state.pending)), [state.pending]);
  useEffect(() => {
    if (state.sound && latest.current.isLoud) play(state.sound.name);
  }, [state.sound]);
  return [state, act] as const;
}
