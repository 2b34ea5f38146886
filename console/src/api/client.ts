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

  constructor(status: number, problem: Partial<Schemas["Problem"]>) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.errors = problem.errors ?? [];
  }

  /** The same in the words of who asked: `names` are those of the listed things that the fields count, `fulfilments.2`. */
  about(list: string, names: readonly string[]): Refused {
    const errors = this.errors.map((each) => {
      const [named, place] = each.field.split(".");
      const name = named === list ? names[Number(place)] : undefined;
      return name ? { ...each, message: `${name}: ${each.message}` } : each;
    });
    return new Refused(this.status, { detail: this.message, errors });
  }

  get sentence(): string {
    const named = this.errors.map((each) => each.message).join("; ");
    return named && !this.message.includes(named) ? `${this.message}: ${named}` : this.message;
  }
}

const REPEATED = new Set(["POST", "PUT", "PATCH", "DELETE"]);

/** Why something failed, in words for people. */
export const sentenceOf = (error: unknown) => (error instanceof Refused ? error.sentence : t.common.noAnswer);

/** Whether an answer says what became of the request: a conflict may be with the same one, still being answered. */
const decides = (status: number) => status < 500 && status !== 409;

/**
 * Sends the token, once more with a new one where it has just ended, and a key that makes a repeated request one: also
 * one that a person repeats since no answer came.
 */
export function authorized(session: Pick<Session, "token" | "refresh" | "signIn">): Middleware {
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
    await session.signIn(window.location.pathname + window.location.search);
    return first;
  };
  return {
    async onRequest({ request }) {
      if (!REPEATED.has(request.method) || request.headers.has("Idempotency-Key")) return answer(request);
      const content = `${request.method} ${request.url}\n${await request.clone().text()}`;
      const key = attempts.keyOf(content, Date.now());
      request.headers.set("Idempotency-Key", key);
      attempts.unanswered(content, key, Date.now());
      const answered = await answer(request);
      if (decides(answered.status)) attempts.answered(content);
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
