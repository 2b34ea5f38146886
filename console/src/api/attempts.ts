/** For how long the same request again is the one that got no answer; the API keeps answers for a day. */
export const REMEMBERED_MS = 15 * 60_000;

/**
 * Idempotency keys of requests that got no answer, or one that does not say what became of them: whoever presses the
 * button again means the same, so that the same request goes under the same key.
 */
export class Attempts {
  private readonly keys = new Map<string, { key: string; at: number }>();

  /** The key of a request: that of the attempt before if it was not answered, else a new one. */
  keyOf(request: string, now: number): string {
    const before = this.keys.get(request);
    return before && now - before.at < REMEMBERED_MS ? before.key : crypto.randomUUID();
  }

  unanswered(request: string, key: string, now: number): void {
    for (const [each, { at }] of this.keys) if (now - at >= REMEMBERED_MS) this.keys.delete(each);
    this.keys.set(request, { key, at: now });
  }

  answered(request: string): void {
    this.keys.delete(request);
  }
}
