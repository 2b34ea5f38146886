import createClient, { type Middleware } from "openapi-fetch";
import type { Session } from "../auth/session";
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

/** Sends the token, once more with a new one where it has just ended, and a key that makes a repeated request one. */
export function authorized(session: Pick<Session, "token" | "refresh" | "signIn">): Middleware {
  const send = async (request: Request, token: string | null) => {
    const sent = new Request(request);
    if (token) sent.headers.set("Authorization", `Bearer ${token}`);
    return fetch(sent);
  };
  return {
    async onRequest({ request }) {
      if (REPEATED.has(request.method) && !request.headers.has("Idempotency-Key"))
        request.headers.set("Idempotency-Key", crypto.randomUUID());
      const again = request.clone();
      const answer = await send(request, await session.token());
      if (answer.status !== 401) return answer;
      const renewed = await session.refresh();
      if (!renewed) {
        await session.signIn(window.location.pathname + window.location.search);
        return answer;
      }
      return send(again, renewed.access_token);
    },
  };
}

export const api = createClient<paths>({ baseUrl: `${globalThis.location?.origin ?? ""}/api` });

interface Result<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The answer, or Refused. */
export async function answerOf<T>(call: Promise<Result<T>>): Promise<T> {
  const { data, error, response } = await call;
  if (!response.ok) throw new Refused(response.status, (error ?? {}) as Partial<Schemas["Problem"]>);
  return data as T;
}
