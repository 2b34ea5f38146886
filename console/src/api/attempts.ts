/** For how long the same request again is the one that got no answer; the API keeps answers for a day. */
export const REMEMBERED_MS = 15 * 60_000;

interface Kept {
  key: string;
  at: number;
}

/**
 * Idempotency keys of requests that got no answer, or one that does not say what became of them: whoever presses the
 * button again means the same, so that the same request goes under the same key.
 *
 * What was sent to make something and got no answer may be changed before it is sent again. It is one attempt: it goes
 * under the key of before, so that the API says what became of that and makes nothing twice. What was done before that
 * attempt is none that was changed: the first part of something that is sent again from the beginning.
 */
export class Attempts {
  private readonly keys = new Map<string, Kept>();
  /** Attempts that got no answer, by where they were sent. */
  private readonly lost = new Map<string, Kept>();
  /** Requests that were done. */
  private readonly done = new Map<string, Kept>();

  /** The key of a request: that of the attempt before if it was not answered, else a new one. */
  keyOf(request: string, place: string, now: number): string {
    const isKept = (each: Kept | undefined) => each !== undefined && now - each.at < REMEMBERED_MS;
    const isDone = isKept(this.done.get(request));
    const before = [this.keys.get(request), isDone ? undefined : this.lost.get(place)].find(isKept);
    return before?.key ?? crypto.randomUUID();
  }

  sent(request: string, key: string, now: number): void {
    for (const kept of [this.keys, this.lost, this.done])
      for (const [each, { at }] of kept) if (now - at >= REMEMBERED_MS) kept.delete(each);
    this.keys.set(request, { key, at: now });
  }

  /** Nothing came back: what it did is not known. */
  unanswered(place: string, key: string, now: number): void {
    this.lost.set(place, { key, at: now });
  }

  /** An answer came, which may refuse it. */
  answered(key: string, isDone: boolean): void {
    for (const [request, kept] of this.keys) if (isDone && kept.key === key) this.done.set(request, kept);
    for (const kept of [this.keys, this.lost])
      for (const [each, { key: other }] of kept) if (other === key) kept.delete(each);
  }
}
