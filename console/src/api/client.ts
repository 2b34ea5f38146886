import createClient, { type Middleware } from "openapi-fetch";
import type { Session } from "../auth/session";
import { t } from "../texts";
import { Attempts } from "./attempts";
import type { components, paths } from "./schema";

export type Schemas = components["schemas"];

/** What the API refused, in its own words; `errors` name the fields. */
export class Refused extends Error {
  readonly status: number;
  readonly errors: Schemas["FieldError"][];
  /** What became of an attempt that got no answer and was sent again with other content; null if that is not known. */
  readonly earlier: Schemas["EarlierRequest"] | null | undefined;

  constructor(status: number, problem: Partial<Schemas["Problem"]>) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    // That a key was used is about what was sent before, and no field of a page.
    this.errors = (problem.errors ?? []).filter((each) => each.field !== "Idempotency-Key");
    this.earlier = problem.earlier;
  }

  /** The same in the words of who asked: `names` are those of the listed things that the fields count, `fulfilments.2`. */
  about(list: string, names: readonly string[]): Refused {
    const errors = this.errors.map((each) => {
      const [named, place] = each.field.split(".");
      const name = named === list ? names[Number(place)] : undefined;
      return name ? { ...each, message: `${name}: ${each.message}` } : each;
    });
    return new Refused(this.status, { detail: this.message, errors, earlier: this.earlier });
  }

  /** The same of a part of a list that was sent alone: its places count on from where the part begins. */
  after(list: string, first: number): Refused {
    const errors = this.errors.map((each) => {
      const [named, place, ...rest] = each.field.split(".");
      const isPlace = named === list && /^\d+$/.test(place ?? "");
      return isPlace ? { ...each, field: [named, Number(place) + first, ...rest].join(".") } : each;
    });
    return new Refused(this.status, { detail: this.message, errors, earlier: this.earlier });
  }

  get sentence(): string {
    if (this.earlier) return t.common.earlierDone(this.earlier.id);
    if (this.earlier === null) return t.common.earlierUnknown;
    const named = this.errors.map((each) => each.message).join("; ");
    return named && !this.message.includes(named) ? `${this.message}: ${named}` : this.message;
  }
}

const REPEATED = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** What is sent by POST and may be done twice: questions, papers, and a file's announcement. */
const REPEATABLE: ReadonlySet<string> = new Set<keyof paths>([
  "/label-batches/rates",
  "/orders/{order_id}/fulfilments/{number}/rates",
  "/packing-slips",
  "/pick-lists",
  "/routing/dry-run",
  "/suppliers/{supplier_id}/preview",
  "/uploads",
]);

/** Why something failed, in words for people. */
export const sentenceOf = (error: unknown) => (error instanceof Refused ? error.sentence : t.common.noAnswer);

/** Whether an answer says what became of the request: a conflict may be with the same one, still being answered. */
const decides = (status: number) => status < 500 && status !== 409;

/** Whether an answer leaves open what became of a request, such as one of a server on the way. */
const isOpen = (status: number) => status >= 500;

/**
 * Sends the token, once more with a new one where it has just ended, and a key that makes a repeated request one: also
 * one that a person repeats since no answer came.
 */
export function authorized(session: Pick<Session, "token" | "refresh" | "signInUnlessLocked">): Middleware {
  const attempts = new Attempts();
  const send = async (request: Request, token: string | null) => {
    const sent = new Request(request);
    if (token) sent.headers.set("Authorization", `Bearer ${token}`);
    return fetch(sent);
  };
  const answer = async (request: Request) => {
    const again = request.clone();
    const first = await send(request, await session.token());
    if (first.status !== 401) return first;
    const renewed = await session.refresh();
    if (renewed) return send(again, renewed.access_token);
    await session.signInUnlessLocked(window.location.pathname + window.location.search);
    return first;
  };
  return {
    async onRequest({ request, schemaPath }) {
      if (!REPEATED.has(request.method) || request.headers.has("Idempotency-Key")) return answer(request);
      const place = `${request.method} ${request.url}`;
      const content = `${place}\n${await request.clone().text()}`;
      // Others may be done twice, or set what is there: other content is another request.
      const isOnce = request.method === "POST" && !REPEATABLE.has(schemaPath);
      const key = attempts.keyOf(content, isOnce ? place : content, Date.now());
      const lose = () => isOnce && attempts.unanswered(place, key, Date.now());
      request.headers.set("Idempotency-Key", key);
      attempts.sent(content, key, Date.now());
      const answered = await answer(request).catch((error) => {
        lose();
        throw error;
      });
      if (decides(answered.status)) attempts.answered(key, answered.ok);
      if (isOpen(answered.status)) lose();
      return answered;
    },
  };
}

export const api = createClient<paths>({ baseUrl: `${globalThis.location?.origin ?? ""}/api` });

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer, or Refused; one that can be edited has its tag, `etag`, by which a save says what was read. */
export async function answerOf<T>(call: Promise<Result<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw new Refused(response.status, (error ?? {}) as Partial<Schemas["Problem"]>);
  const etag = response.headers.get("etag");
  return (etag && data ? { ...data, etag } : data) as T;
}

/** The precondition of a save: what is stored is what was read. */
export interface AsRead {
  "if-match"?: string;
}

/** That a document is still as it was read, as headers of the request that changes it. */
export function asRead(document: object): AsRead {
  const { etag } = document as { etag?: string };
  return etag ? { "if-match": etag } : {};
}

/** That there is none of its name yet. */
export const AS_NEW = { "if-none-match": "*" };

/** Whether a save was refused since another person saved first. */
export const isOutdated = (error: unknown) => error instanceof Refused && error.status === 412;
